/*
 * What differs between an archive and a live tree, gathered as a tree of directories and made into the subtrees to be swapped.
 *
 * A subtree is as small as it can be: what is as it should be stays where it is. But a directory of which a quarter differs is
 * swapped as a whole, and what holds something that an archive leaves out never is. Zero-initialised is empty. One thread.
 */
#ifndef LOCKSTEP_ARCHIVE_SUBTREES_H
#define LOCKSTEP_ARCHIVE_SUBTREES_H

#include "lockstep/archive.h"
#include "region.h"

#define LKS_NODE_NONE UINT32_MAX

enum lks_node_kind {
	LKS_NODE_SAME,     /* stays */
	LKS_NODE_BOTH,     /* a directory on both sides */
	LKS_NODE_ADDED,    /* in the archive alone */
	LKS_NODE_REMOVED,  /* in the live tree alone */
	LKS_NODE_REPLACED, /* on both sides, and not the same */
	LKS_NODE_BLOCKED,  /* a directory that is not wanted itself, where the live tree has something else */
	LKS_NODE_MOUNT     /* another file system */
};

struct lks_node {
	const char *path; /* in the region */
	uint32_t parent;  /* number of the directory's node that holds it, or LKS_NODE_NONE */
	uint32_t members; /* of the archive: itself and what is below */
	uint32_t items;   /* renames that bring it to what it should be */
	enum lks_node_kind kind;
	bool directory; /* nodes below it may follow */
	bool wanted;    /* by the selection */
	bool differs;   /* a directory on both sides with another mode, owner or attributes */
	bool pinned;    /* it, or something below it, has to stay in its place */
	bool dated;     /* its time is to be set when it stays */
	bool whole;     /* swapped as one */
	int64_t mtime;  /* in the archive, of a directory on both sides */
};

struct lks_subtrees {
	struct lks_region region;
	struct lks_node *nodes; /* owned; in the order of paths */
	size_t count, capacity;
	uint32_t current; /* the directory that was added last, or one above it; LKS_NODE_NONE with count 0 */
	uint32_t root_members;
};

/* Makes `current` the deepest directory that holds path. Paths come in their order. */
void lks_subtrees_settle(struct lks_subtrees *subtrees, const char *path);
/* Adds a node in the settled directory; a directory becomes the current one. *index stays valid, pointers to nodes do not. */
int lks_subtrees_add(uint32_t *index, struct lks_subtrees *subtrees, const struct lks_node *node, const char *path, struct lks_error *err);
/* The directory that holds path cannot be swapped. Does not settle. */
void lks_subtrees_pin(struct lks_subtrees *subtrees, const char *path);
/* A member that stays, in the settled directory. */
void lks_subtrees_count(struct lks_subtrees *subtrees);

/*
 * Fills items, times, kept and warnings. LKS_E_UNSAFE: something that has to stay stands where the archive has a file;
 * LKS_E_EXISTS: something else stands where a directory is needed.
 */
int lks_subtrees_finish(struct lks_archive_difference *out, struct lks_subtrees *subtrees, struct lks_error *err);
void lks_subtrees_dispose(struct lks_subtrees *subtrees);

#endif

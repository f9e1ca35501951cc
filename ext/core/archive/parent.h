/*
 * An earlier archive of the same tree, whose frames are taken over where nothing in them changed.
 *
 * Its manifest is read as a stream beside the walk, in the same order. A frame serves when it holds the very members that are
 * planned, in two tiers: by stat, when each has the path, size, times, inode, mode and owner that the manifest says and none is
 * so young that its times could hide a change; by hash, when only ctime, device or inode differ, once the contents are read.
 * One thread, but for lks_parent_load and lks_parent_same_bytes.
 */
#ifndef LOCKSTEP_ARCHIVE_PARENT_H
#define LOCKSTEP_ARCHIVE_PARENT_H

#include "fill.h"
#include "lockstep/archive.h"
#include "parts.h"

struct lks_parent;

enum lks_reuse {
	LKS_REUSE_NONE,
	LKS_REUSE_BY_HASH, /* when the contents turn out to be the same */
	LKS_REUSE_BY_STAT
};

/*
 * Opens options->parent and sees whether it may serve: the same key, format version, path, exclude list and level. Whatever else
 * it is, is LKS_E_INVALID, or what the manifest's reader says.
 */
int lks_parent_open(struct lks_parent **out, const struct lks_archive_write_options *options, struct lks_error *err);
void lks_parent_free(struct lks_parent *parent);

/*
 * Looks for the frame of the planned members, which come in their order. With a tier, *earlier (memory of a former call, or zero)
 * is that frame with its members, one for each planned. An error means that the parent's manifest is damaged.
 */
int lks_parent_match(enum lks_reuse *out, struct lks_part *earlier, struct lks_parent *parent, const struct lks_planned *members,
	size_t count, struct lks_error *err);

/* A file larger than a frame, in the parent: pieces from `frame` on. */
struct lks_earlier_file {
	enum lks_reuse reuse; /* BY_STAT: all pieces; BY_HASH: each piece by its contents */
	uint64_t frame, pieces;
	uint8_t sha256[LKS_HASH_SIZE]; /* of the file, BY_STAT */
};
int lks_parent_match_file(struct lks_earlier_file *out, struct lks_parent *parent, const struct lks_member *member, const char *user,
	const char *group, struct lks_error *err);

/* The stored bytes of one frame, hash checked. LKS_E_CORRUPT. Thread-safe. */
int lks_parent_load(struct lks_buffer *stored, struct lks_frame *frame, const struct lks_parent *parent, uint64_t number,
	struct lks_hash *hash, struct lks_error *err);

/* Has a planned member, read by now, just what the earlier one had in its tar bytes? */
bool lks_parent_same_bytes(const struct lks_member *now, const struct lks_member *earlier);

#endif

/*
 * Carrying customizations into a new release: the plan (what each file becomes), the three-way text merge, the result.
 *
 * libgit2 is opened at the first text merge. One thread a plan.
 */
#ifndef LOCKSTEP_MERGE_H
#define LOCKSTEP_MERGE_H

#include <stdbool.h>
#include <stddef.h>

#include "lockstep/buffer.h"
#include "lockstep/classify.h"
#include "lockstep/error.h"
#include "lockstep/job.h"

/* A three-way text merge (git's, style "merge"). *conflicts: number of conflict regions written with markers. */
struct lks_text {
	const char *data;
	size_t length;     /* bytes */
	const char *label; /* stands in the markers */
};
int lks_merge_text(struct lks_buffer *out, size_t *conflicts, const struct lks_text *base, const struct lks_text *mine, const struct lks_text *theirs, struct lks_error *err);

/* A unified diff of two texts ("" side for an absent file). Binary contents give one line that says so. */
int lks_diff_text(struct lks_buffer *out, const struct lks_text *before, const struct lks_text *after, struct lks_error *err);

/* The version of libgit2 that is opened, "1.5.1"; opens it. */
int lks_merge_library(char version[32], struct lks_error *err);

enum lks_outcome {
	LKS_OUTCOME_CARRIED,  /* mine stands: only mine changed */
	LKS_OUTCOME_MERGED,   /* both changed, merged */
	LKS_OUTCOME_RESOLVED, /* a resolution of the user was taken */
	LKS_OUTCOME_OBSOLETE, /* the new release has the same bytes (or mine equals the old X.dist: follows the new one) */
	LKS_OUTCOME_DELETED,  /* deleted by the user, unchanged upstream: stays deleted */
	LKS_OUTCOME_CONFLICT
};

enum lks_on_conflict {
	LKS_CONFLICT_STOP, /* leave the conflict files, apply nothing of a conflicting file */
	LKS_CONFLICT_NEW,  /* the new release's file, mine beside as X.mine */
	LKS_CONFLICT_MINE  /* my file, the new one beside as X.new */
};

struct lks_merge_item {
	enum lks_outcome outcome;
	const char *path;   /* in the merged tool; borrowed from the result */
	const char *reason; /* for a conflict: "both sides changed the same lines (2 places)", "deleted upstream, changed here", …; else NULL */
	uint8_t hash[32];   /* of what now stands at path; zeros when nothing does */
};

struct lks_merge_result {
	struct lks_merge_item *items; /* owned; one a customization, in path order */
	size_t count;
	size_t conflicts;             /* items with outcome CONFLICT */
	void *owned;
};

struct lks_merge_options {
	int pristine_fd;          /* the installed release as released */
	int mine_fd;              /* the installed tool with its customizations */
	int release_fd;           /* the new release as released; changed in place into the merged tool */
	int conflicts_fd;         /* where each conflict leaves PATH (with markers), PATH.base, PATH.mine, PATH.theirs; -1: nowhere */
	int resolutions_fd;       /* directory of PATHs that the user resolved; -1: none. One with markers left is LKS_E_INVALID */
	const char *from, *to;    /* versions, for labels */
	enum lks_on_conflict on_conflict;
};

/*
 * Merges. Returns 0 also with conflicts (see result->conflicts); release_fd is then only to be thrown away when on_conflict is
 * STOP. Merged XML files must stay well-formed, else the file is a conflict.
 */
int lks_merge_apply(struct lks_merge_result *out, const struct lks_merge_options *options, struct lks_task *task, struct lks_error *err);
void lks_merge_result_dispose(struct lks_merge_result *result);
const char *lks_outcome_name(enum lks_outcome outcome); /* "carried", "merged", "resolved", "obsolete", "deleted", "conflict" */

#endif

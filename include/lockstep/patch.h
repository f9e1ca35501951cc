/*
 * A patch that makes one tree of another, as GNU patch (-p1) and git apply take it. Thread-safe.
 *
 * Form: git's extended diff headers (https://git-scm.com/docs/diff-format), as both programs read them: no renames, and an
 * index line only where GNU patch needs it, with a file that is empty.
 */
#ifndef LOCKSTEP_PATCH_H
#define LOCKSTEP_PATCH_H

#include <stddef.h>

#include "lockstep/buffer.h"
#include "lockstep/error.h"
#include "lockstep/job.h"

struct lks_patch {
	struct lks_buffer text; /* empty when there is nothing to patch */
	char **left_out;        /* owned paths that differ, and that a patch cannot carry; in path order */
	size_t left_out_count;
};

/*
 * Compares the trees by content and executable bit: regular files and symlinks, in path order; owners, other permissions and
 * empty directories are nothing that a patch knows. prefix ("" or "a/b/") is put before each path. Left out are contents with
 * a NUL or beyond LKS_MERGE_TEXT_MAX bytes, and paths where a directory stands on one side and something else on the other.
 * LKS_E_UNSUPPORTED without libgit2.
 */
int lks_patch_trees(struct lks_patch *out, int before_fd, int after_fd, const char *prefix, struct lks_task *task, struct lks_error *err);
void lks_patch_dispose(struct lks_patch *patch);

#endif

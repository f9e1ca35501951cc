/*
 * What moved between two releases, told by their contents alone.
 *
 * Private to the custom module. A struct lks_renames is immutable once made; it borrows the two scans.
 */
#ifndef LKS_CUSTOM_RENAMES_H
#define LKS_CUSTOM_RENAMES_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "lockstep/error.h"
#include "lockstep/job.h"
#include "lockstep/scan.h"

struct lks_rename {
	const char *from; /* borrowed from the old scan */
	const char *to;   /* of a file borrowed from the new scan; of a directory from one of its files', see length */
	size_t length;    /* bytes of to */
};

struct lks_renames {
	const struct lks_scan *before, *after;
	struct lks_rename *files; /* owned; in path order of from; each from and each to once */
	size_t file_count;
	struct lks_rename *directories; /* owned; in path order of from: those that are gone, and most of whose files went to one place */
	size_t directory_count;
};

/*
 * Finds the files of the old release that stand elsewhere in the new one: equal ones, then similar ones. A path that has a file
 * in both releases is not renamed. Among several likely pairs those win that many neighbours confirm: of three directories
 * that look alike, each finds its own. Both scans must have hashes. Reads only files that are in one release alone.
 */
int lks_renames_find(struct lks_renames *out, int before_fd, const struct lks_scan *before, int after_fd, const struct lks_scan *after,
	struct lks_task *task, struct lks_error *err);
void lks_renames_dispose(struct lks_renames *renames);

/* Where the old release's file at path is in the new one, when it was renamed; else NULL. Borrowed. */
const char *lks_renames_file(const struct lks_renames *renames, const char *path);

/*
 * Where path, of the old release or of a user, belongs in the new one. False, with *out empty, when it stays: nothing above it moved, or it
 * would be too long.
 */
bool lks_renames_place(char out[PATH_MAX], const struct lks_renames *renames, const char *path);

#endif

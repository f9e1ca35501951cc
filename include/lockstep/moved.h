/*
 * Where the files of one release are in another one, told by the contents of both. Thread-safe.
 */
#ifndef LOCKSTEP_MOVED_H
#define LOCKSTEP_MOVED_H

#include <stddef.h>

#include "lockstep/error.h"
#include "lockstep/job.h"

struct lks_moved {
	char **to; /* owned, with the strings; for each path that was asked for: where that file is in the new release, NULL for nowhere */
	size_t count;
};

/* Paths are relative, of files of the old release. Scans and hashes both releases; fails as that does. */
int lks_moved_find(struct lks_moved *out, int before_fd, int after_fd, const char *const *paths, size_t count, struct lks_task *task,
	struct lks_error *err);
void lks_moved_dispose(struct lks_moved *moved);

#endif

/*
 * Directories below a root that are kept open on the way from one member to the next: in the order of an archive each is opened once.
 *
 * Names are resolved as lks_path_open does, from the nearest directory that is still open. A place belongs to one thread.
 */
#ifndef LOCKSTEP_ARCHIVE_PLACE_H
#define LOCKSTEP_ARCHIVE_PLACE_H

#include <limits.h>
#include <stddef.h>

#include "lockstep/error.h"

#define LKS_PLACE_DEPTH 32 /* directories that are open at a time */

struct lks_place {
	int fds[LKS_PLACE_DEPTH];        /* owned; O_PATH, each below the one before */
	size_t lengths[LKS_PLACE_DEPTH]; /* bytes of `directory` that name it */
	size_t depth;
	char directory[PATH_MAX]; /* of the last one */
};

void lks_place_init(struct lks_place *place);
void lks_place_dispose(struct lks_place *place);

/* Opens the directory of name below root_fd, unless it still is; *fd is borrowed until the next call, *last the last component, of name. */
int lks_place_enter(int *fd, const char **last, struct lks_place *place, int root_fd, const char *name, struct lks_error *err);

#endif

/*
 * What the tree-wide functions of fs share: a path that grows and shrinks, and the names in a directory.
 */
#ifndef LOCKSTEP_BASE_FS_WALK_H
#define LOCKSTEP_BASE_FS_WALK_H

#include <limits.h>
#include <stddef.h>

#include "lockstep/buffer.h"
#include "lockstep/error.h"

/* A relative path in place; directories are reopened by it, so that the depth of a tree costs no descriptors. */
struct lks_walk_path {
	char text[PATH_MAX];
	size_t length;
};

/* Appends "/name"; *before is what lks_walk_pop wants. LKS_E_LIMIT when the path grows too long. */
int lks_walk_push(struct lks_walk_path *path, const char *name, size_t *before, struct lks_error *err);
void lks_walk_pop(struct lks_walk_path *path, size_t before);

/* The names in the directory fd (not "." and ".."), each followed by a NUL, appended to out. fd stays the caller's. */
int lks_walk_names(struct lks_buffer *out, int fd, const char *path, struct lks_error *err);

#endif

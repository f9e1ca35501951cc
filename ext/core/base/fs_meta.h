/*
 * What describes a file beside its bytes: extended attributes (ACLs and labels are some), owner, mode, times.
 */
#ifndef LOCKSTEP_BASE_FS_META_H
#define LOCKSTEP_BASE_FS_META_H

#include <stdbool.h>
#include <sys/stat.h>

#include "lockstep/error.h"

/* Copies all extended attributes of from to to. What the target's file system or our rights cannot hold is skipped. */
int lks_meta_copy_xattrs(int from, int to, const char *path, struct lks_error *err);

/*
 * Owner and group of st for fd (O_PATH will do, a symlink too). Without the right to give a file away the group alone is
 * tried; what stays refused is no error.
 */
int lks_meta_own(int fd, const struct stat *st, const char *path, struct lks_error *err);

#endif

/*
 * What the modules of base and tree share below lks_path_open: one open, the kernel's own answer, extra restrictions.
 */
#ifndef LOCKSTEP_BASE_BENEATH_H
#define LOCKSTEP_BASE_BENEATH_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Opens rel (already checked, or a single name) below root_fd, following no symlink. Returns a descriptor or -errno;
 * -EXDEV also where one_mount is set and a mount point stands in the way (a bind mount too).
 */
int lks_open_beneath(int root_fd, const char *rel, int flags, mode_t mode, bool one_mount);

#endif

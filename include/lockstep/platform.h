/*
 * What the kernel and a file system offer: asked, never changed. Thread-safe; nothing here blocks for long.
 */
#ifndef LOCKSTEP_PLATFORM_H
#define LOCKSTEP_PLATFORM_H

#include <stdbool.h>
#include <stdint.h>

#include "lockstep/error.h"

/* Does the kernel know openat2(2) (since 5.6)? Without it, paths are resolved one component after the other. */
bool lks_platform_has_openat2(void);

/* Does the kernel know renameat2(2) with RENAME_EXCHANGE (since 3.15)? A file system may refuse it all the same. */
bool lks_platform_has_exchange(void);

struct lks_space {
	uint64_t bytes;  /* free for a user who is not root */
	uint64_t inodes; /* the same in entries; UINT64_MAX where the file system does not count them */
};

/* The free space of the file system that dir_fd lies on. LKS_E_IO, or what belongs to the errno. */
int lks_platform_space(struct lks_space *out, int dir_fd, struct lks_error *err);

#endif

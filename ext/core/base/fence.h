/*
 * The two halves of the write fence: prepared by the parent, which may allocate and fail in words; entered by the child
 * between fork and execve, where only system calls are allowed.
 */
#ifndef LOCKSTEP_BASE_FENCE_H
#define LOCKSTEP_BASE_FENCE_H

#include "lockstep/error.h"

/*
 * Makes a ruleset in which only writable (NULL-terminated paths) and the harmless devices may be written. The caller closes
 * *ruleset. LKS_E_UNSUPPORTED without Landlock, LKS_E_NOT_FOUND names a path that is not there.
 */
int lks_fence_prepare(int *ruleset, const char *const *writable, struct lks_error *err);

/* Puts the calling process behind the fence for good; PR_SET_NO_NEW_PRIVS must be set. 0, or -1 with errno. */
int lks_fence_enter(int ruleset);

#endif

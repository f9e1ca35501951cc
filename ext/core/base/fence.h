/*
 * The two halves of the write fence: prepared by the parent, which may allocate and fail in words; entered by the child
 * between fork and execve, where only system calls are allowed.
 */
#ifndef LOCKSTEP_BASE_FENCE_H
#define LOCKSTEP_BASE_FENCE_H

#include "lockstep/error.h"
#include "lockstep/spawn.h"

struct lks_fence_mounts;

struct lks_fence_gate {
	enum lks_fence kind;             /* LKS_FENCE_NONE: nothing is prepared */
	int ruleset;                     /* of Landlock; owned; else -1 */
	struct lks_fence_mounts *mounts; /* of a mount namespace; owned; else NULL */
};

/*
 * Prepares the fence that lks_fence_available() names: only writable (NULL-terminated paths) and the harmless devices may be
 * written. LKS_E_UNSUPPORTED without a fence, LKS_E_NOT_FOUND names a path that is not there. To be disposed of.
 */
int lks_fence_prepare(struct lks_fence_gate *out, const char *const *writable, struct lks_error *err);

/*
 * Puts the calling process behind the fence for good; PR_SET_NO_NEW_PRIVS must be set, and it must have one thread. 0, or -1
 * with errno. The working directory stays what it was.
 */
int lks_fence_enter(const struct lks_fence_gate *gate);

void lks_fence_dispose(struct lks_fence_gate *gate);

/* The kinds, each in a file of its own; the same contracts. */
int lks_fence_landlock_prepare(int *ruleset, const char *const *writable, struct lks_error *err);
int lks_fence_landlock_enter(int ruleset);
int lks_fence_mounts_prepare(struct lks_fence_mounts **out, const char *const *writable, struct lks_error *err);
int lks_fence_mounts_enter(const struct lks_fence_mounts *mounts);
void lks_fence_mounts_free(struct lks_fence_mounts *mounts);

/* Written to by about every program, and nothing can be lost in them; terminals besides. NULL-terminated. */
extern const char *const lks_fence_devices[];

#endif

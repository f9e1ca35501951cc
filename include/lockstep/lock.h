/*
 * One run at a time on a site: flock(2) on the root directory itself, so that nothing is left behind by a kill.
 */
#ifndef LOCKSTEP_LOCK_H
#define LOCKSTEP_LOCK_H

#include "lockstep/error.h"

struct lks_lock;

/* root: any path of the site's root (resolved). Does not block: LKS_E_LOCKED when another process holds it. */
int lks_lock_acquire(struct lks_lock **out, const char *root, struct lks_error *err);
/* Releases and frees. NULL is allowed. */
void lks_lock_free(struct lks_lock *lock);

#endif

/*
 * Scratch entries on which is tried what a file system can do, private to the commit module.
 */
#ifndef LOCKSTEP_COMMIT_TRIAL_H
#define LOCKSTEP_COMMIT_TRIAL_H

#include <stdbool.h>

#include "lockstep/commit.h"

/* One name, so that what a kill leaves behind is removed by the next trial: the caller holds the site's lock. */
#define LKS_TRIAL_NAME ".lockstep-probe"

/* Makes the scratch entry in dir, a directory or a file: file systems differ in what they can do with either. */
int lks_trial_make(int dir, bool directory, const char *beside, struct lks_error *err);
void lks_trial_clear(int dir);

/* Is this the errno of a file system, kernel or seccomp filter that does not know a call or its flag? */
bool lks_trial_unknown(int sys);

/* By which method can entries change places on the file system of the directory dir? */
int lks_trial_method(enum lks_commit_method *out, int dir, const char *rel, struct lks_error *err);

#endif

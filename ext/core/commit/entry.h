/*
 * One entry below the root: who it is, and how it is moved; private to the commit module.
 */
#ifndef LOCKSTEP_COMMIT_ENTRY_H
#define LOCKSTEP_COMMIT_ENTRY_H

#include <stdbool.h>

#include "journal.h"

/* Looks at an entry without following it; present is false where it, or a directory on the way, is absent. */
int lks_entry_look(struct lks_identity *out, int root_fd, const char *rel, struct lks_error *err);

/*
 * overlayfs copies an entry of a lower layer into the upper one when it is first changed, and it then tells another time of birth. Makes
 * it do so now, before the entry's identity is recorded. Nothing to do on other file systems; what fails shows later.
 */
void lks_entry_copy_up(int root_fd, const char *rel);

/*
 * Is `now` the entry that was recorded as `then`? Device numbers are given anew at each boot: when that of the root has
 * changed, only the others count.
 */
bool lks_entry_same(const struct lks_identity *then, const struct lks_identity *now, bool same_devices);

/*
 * Renames. flags: of renameat2(2); 0 replaces a file. Where the file system does not know RENAME_NOREPLACE it is looked first: the
 * caller holds the site's lock. LKS_E_EXISTS when something stands there; LKS_E_UNSUPPORTED where it cannot be done.
 */
int lks_entry_move(int root_fd, const char *from, const char *to, unsigned flags, struct lks_error *err);

/* Gives a regular file a second name, durably. false where that is not possible: a directory, a file system without hard links. */
bool lks_entry_link(int root_fd, const char *from, const char *to);

int lks_entry_unlink(int root_fd, const char *rel, struct lks_error *err);

/* fsyncs the directory that holds rel. */
int lks_entry_sync(int root_fd, const char *rel, struct lks_error *err);

#endif

/*
 * The step of a commit and what tells whether it was done, private to the commit module.
 */
#ifndef LOCKSTEP_COMMIT_EXCHANGE_H
#define LOCKSTEP_COMMIT_EXCHANGE_H

#include "journal.h"

enum lks_place {
	LKS_PLACE_OLD,     /* as before the commit */
	LKS_PLACE_NEW,     /* as after it */
	LKS_PLACE_BETWEEN, /* on the way, of two renames: can be brought to either */
	LKS_PLACE_OTHER    /* neither: somebody else was at it */
};

/* Where does the item `index` stand, by what lies on disk? */
int lks_exchange_place(enum lks_place *out, int root_fd, const struct lks_journal *journal, size_t index, struct lks_error *err);

/*
 * Brings the item from its old to its new place. LKS_E_UNSUPPORTED where the file system cannot. window: grows by the time in which
 * the live path was absent.
 */
int lks_exchange_do(int root_fd, const struct lks_journal *journal, size_t index, struct lks_commit_report *window, struct lks_error *err);
/* The exact inverse, from the new place or from between. */
int lks_exchange_undo(int root_fd, const struct lks_journal *journal, size_t index, struct lks_error *err);

/* fsyncs the parents of all items' both sides, each once. */
int lks_exchange_sync(int root_fd, const struct lks_journal *journal, struct lks_error *err);

/* fsyncs every directory from the root down to rel, so that rel itself is there after a power cut. */
int lks_exchange_sync_chain(int root_fd, const char *rel, struct lks_error *err);

#endif

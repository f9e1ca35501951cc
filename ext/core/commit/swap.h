/*
 * Two entries change places without RENAME_EXCHANGE, by plain renames over a third name; private to the commit module.
 */
#ifndef LOCKSTEP_COMMIT_SWAP_H
#define LOCKSTEP_COMMIT_SWAP_H

#include "exchange.h"

/* Where does the item `index` of the journal stand, by what lies on disk? */
int lks_swap_place(enum lks_place *out, int root_fd, const struct lks_journal *journal, size_t index, struct lks_error *err);

/*
 * Brings the item to its new (or old) place, from wherever a kill left it. window: grows by the time in which the live path was
 * absent; may be NULL. LKS_E_CHANGED when somebody else was at it.
 */
int lks_swap_to(int root_fd, const struct lks_journal *journal, size_t index, enum lks_place target, struct lks_commit_report *window,
	struct lks_error *err);

/* LKS_E_EXISTS when the third name is taken. */
int lks_swap_check(int root_fd, const struct lks_journal *journal, size_t index, struct lks_error *err);

#endif

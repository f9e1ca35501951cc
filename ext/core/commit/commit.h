/*
 * What running, undoing and recovering a commit share, private to the commit module.
 */
#ifndef LOCKSTEP_COMMIT_PRIVATE_H
#define LOCKSTEP_COMMIT_PRIVATE_H

#include "journal.h"

/* Opens the state directory (lks_path_open's errors). */
int lks_commit_state(int *fd, int root_fd, const char *state, struct lks_error *err);

/*
 * Brings every item back to its old place, last first, and syncs. When an item stands in neither place nothing is touched:
 * LKS_E_RECOVERY names it.
 */
int lks_commit_undo_items(int root_fd, const char *state, const struct lks_journal *journal, struct lks_error *err);

/* How many items stand in each place. */
struct lks_survey {
	size_t old, new, between;
	const struct lks_journal_item *other; /* the first that stands in none of them, or NULL; the journal's */
};

int lks_commit_survey(struct lks_survey *out, int root_fd, const struct lks_journal *journal, struct lks_error *err);

#endif

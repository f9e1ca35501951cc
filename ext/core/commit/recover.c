/*
 * What an interrupted commit left is finished or undone, by what lies on disk; killed on its way, it is simply run again.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commit.h"
#include "exchange.h"

int lks_commit_survey(struct lks_survey *out, int root_fd, const struct lks_journal *journal, struct lks_error *err)
{
	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < journal->count; i++) {
		enum lks_place place;
		int status = lks_exchange_place(&place, root_fd, journal, i, err);

		if (status != 0) {
			return status;
		}
		out->old += place == LKS_PLACE_OLD;
		out->new += place == LKS_PLACE_NEW;
		out->between += place == LKS_PLACE_BETWEEN;
		if (place == LKS_PLACE_OTHER && out->other == NULL) {
			out->other = &journal->items[i];
		}
	}
	return 0;
}

static int refuse(const struct lks_journal_item *item, const char *state, struct lks_error *err)
{
	lks_error_set(err, LKS_E_RECOVERY, 0, item->live,
		"it is neither as before the commit nor as after it: somebody else changed it, or its counterpart %.200s", item->staged);
	lks_error_hint(err, "Nothing was touched. Compare both, put the right one in place, then remove %s/%s.", state, LKS_JOURNAL_NAME);
	return LKS_E_RECOVERY;
}

int lks_commit_undo_items(int root_fd, const char *state, const struct lks_journal *journal, struct lks_error *err)
{
	struct lks_survey found;
	int status = lks_commit_survey(&found, root_fd, journal, err);

	if (status != 0) {
		return status;
	}
	if (found.other != NULL) {
		return refuse(found.other, state, err);
	}
	for (size_t i = journal->count; i > 0 && found.old < journal->count; i--) {
		enum lks_place place;

		if ((status = lks_exchange_place(&place, root_fd, journal, i - 1, err)) != 0) {
			return status;
		}
		if (place != LKS_PLACE_OLD && (status = lks_exchange_undo(root_fd, journal, i - 1, err)) != 0) {
			return status;
		}
	}
	return lks_exchange_sync(root_fd, journal, err);
}

/* A commit of which every item was done, but whose end was not written. */
static int finish(int root_fd, int state_fd, struct lks_journal *journal, struct lks_error *err)
{
	int status = lks_exchange_sync(root_fd, journal, err);

	if (status == 0) {
		journal->state = LKS_JOURNAL_COMMITTED;
		status = lks_journal_write(state_fd, journal, err);
	}
	return status;
}

static int decide(enum lks_recovered *out, int root_fd, int state_fd, const char *state, struct lks_journal *journal, struct lks_error *err)
{
	struct lks_survey found;
	int status = lks_commit_survey(&found, root_fd, journal, err);

	if (status != 0) {
		return status;
	}
	/* once the end was written everything was in its new place; what is elsewhere now, somebody moved on since, as is their right */
	if (journal->state == LKS_JOURNAL_COMMITTED && found.old + found.between == 0) {
		*out = LKS_RECOVERED_FINISHED;
		return 0;
	}
	if (journal->state == LKS_JOURNAL_BEGUN && found.new == journal->count) {
		*out = LKS_RECOVERED_FINISHED;
		return finish(root_fd, state_fd, journal, err);
	}
	*out = LKS_RECOVERED_UNDONE;
	status = lks_commit_undo_items(root_fd, state, journal, err);
	return status != 0 ? status : lks_journal_remove(state_fd, err);
}

/* Opens the state directory and reads the journal; *state_fd stays -1 where there is none of either. */
static int open_pending(int *state_fd, struct lks_journal *journal, int root_fd, const char *state, struct lks_error *err)
{
	int status = lks_commit_state(state_fd, root_fd, state, err);

	if (status == 0 && (status = lks_journal_read(journal, *state_fd, LKS_JOURNAL_NAME, err)) != 0) {
		close(*state_fd);
		*state_fd = -1;
	}
	if (status == LKS_E_NOT_FOUND) {
		lks_error_clear(err);
		return 0;
	}
	return status;
}

int lks_commit_recover(enum lks_recovered *out, int root_fd, const char *state, struct lks_error *err)
{
	struct lks_journal journal = {0};
	int state_fd = -1;
	int status;

	*out = LKS_RECOVERED_NOTHING;
	if ((status = open_pending(&state_fd, &journal, root_fd, state, err)) == 0 && state_fd >= 0) {
		lks_journal_sweep(state_fd);
		status = decide(out, root_fd, state_fd, state, &journal, err);
	}
	if (status != 0) {
		*out = LKS_RECOVERED_NOTHING;
	}
	lks_journal_dispose(&journal);
	if (state_fd >= 0) {
		close(state_fd);
	}
	return status;
}

int lks_commit_pending(struct lks_pending *out, int root_fd, const char *state, struct lks_error *err)
{
	struct lks_journal journal = {0};
	struct lks_survey found;
	int state_fd = -1;
	int status;

	memset(out, 0, sizeof *out);
	if ((status = open_pending(&state_fd, &journal, root_fd, state, err)) != 0 || state_fd < 0 ||
		(status = lks_commit_survey(&found, root_fd, &journal, err)) != 0) {
		goto done;
	}
	out->state = journal.state == LKS_JOURNAL_COMMITTED ? LKS_PENDING_COMMITTED : LKS_PENDING_BEGUN;
	out->items = journal.count;
	out->done = found.new + found.between; /* of two renames the first is done: the new side may be live */
	out->stage = journal.stage;
	out->label = journal.label;
	journal.stage = journal.label = NULL;
done:
	lks_journal_dispose(&journal);
	if (state_fd >= 0) {
		close(state_fd);
	}
	return status;
}

void lks_pending_dispose(struct lks_pending *pending)
{
	free(pending->stage);
	free(pending->label);
	memset(pending, 0, sizeof *pending);
}

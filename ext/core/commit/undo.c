/*
 * A closed commit done backwards, days later too: its kept journal says what must lie where, else nothing is touched.
 */
#include <stdlib.h>
#include <unistd.h>

#include "commit.h"
#include "exchange.h"

static int read_kept(struct lks_journal *out, int root_fd, const char *state, const char *from, struct lks_error *err)
{
	struct lks_survey found;
	int state_fd = -1;
	int status = lks_commit_state(&state_fd, root_fd, state, err);

	if (status != 0) {
		return status;
	}
	status = lks_journal_read(out, state_fd, from, err);
	close(state_fd);
	if (status != 0 || (status = lks_commit_survey(&found, root_fd, out, err)) != 0) {
		return status;
	}
	if (found.other != NULL) {
		return lks_error_set(err, LKS_E_CHANGED, 0, found.other->live, "it, or what it replaced, was changed since");
	}
	if (found.old + found.between > 0) {
		return lks_error_set(
			err, LKS_E_CHANGED, 0, from, "%zu of its %zu items are as before it already", found.old + found.between, out->count);
	}
	return 0;
}

int lks_commit_undo_check(int root_fd, const char *state, const char *from, struct lks_error *err)
{
	struct lks_journal kept = {0};
	int status = read_kept(&kept, root_fd, state, from, err);

	lks_journal_dispose(&kept);
	return status;
}

int lks_commit_undo(
	struct lks_commit_report *out, int root_fd, const char *state, const char *from, const char *label, struct lks_error *err)
{
	struct lks_journal kept = {0};
	struct lks_commit_item *items = NULL;
	int status = read_kept(&kept, root_fd, state, from, err);

	if (status != 0) {
		goto done;
	}
	items = calloc(kept.count + 1, sizeof *items);
	if (items == NULL) {
		status = lks_error_nomem(err);
		goto done;
	}
	for (size_t i = 0; i < kept.count; i++) { /* last first, as undoing always goes */
		const struct lks_journal_item *item = &kept.items[kept.count - 1 - i];

		items[i] = (struct lks_commit_item){.live = item->live, .staged = item->staged};
	}
	status = lks_commit_run(out, root_fd, state, kept.stage, items, kept.count, label, err);
done:
	free(items);
	lks_journal_dispose(&kept);
	return status;
}

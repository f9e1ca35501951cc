/*
 * A commit from its journal to its close: intent written, items renamed one by one, parents synced, end written.
 */
#include "commit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "entry.h"
#include "exchange.h"
#include "lockstep/fs.h"
#include "lockstep/path.h"
#include "swap.h"
#include "trial.h"

#define LABEL_MAX ((size_t)64 << 10)

int lks_commit_state(int *fd, int root_fd, const char *state, struct lks_error *err)
{
	return lks_path_open(fd, root_fd, state, O_RDONLY | O_DIRECTORY, 0, err);
}

static int by_live(const void *left, const void *right)
{
	return lks_path_compare((*(const struct lks_commit_item *const *)left)->live, (*(const struct lks_commit_item *const *)right)->live);
}

static int by_staged(const void *left, const void *right)
{
	return lks_path_compare(
		(*(const struct lks_commit_item *const *)left)->staged, (*(const struct lks_commit_item *const *)right)->staged);
}

/* Items of one side that lie in each other would be moved twice. In the order of paths such two are neighbours. */
static int check_overlap(const struct lks_commit_item *items, size_t count, struct lks_error *err)
{
	const struct lks_commit_item **sorted = calloc(count + 1, sizeof *sorted);
	const struct lks_commit_item *bad = NULL;

	if (sorted == NULL) {
		return lks_error_nomem(err);
	}
	for (size_t i = 0; i < count; i++) {
		sorted[i] = &items[i];
		if (lks_path_is_below(items[i].live, items[i].staged) || lks_path_is_below(items[i].staged, items[i].live)) {
			free(sorted);
			return lks_error_set(err, LKS_E_INVALID, 0, items[i].live, "the item's two sides lie in each other");
		}
	}
	qsort(sorted, count, sizeof *sorted, by_live);
	for (size_t i = 1; i < count && bad == NULL; i++) {
		bad = lks_path_is_below(sorted[i]->live, sorted[i - 1]->live) ? sorted[i] : NULL;
	}
	qsort(sorted, count, sizeof *sorted, by_staged);
	for (size_t i = 1; i < count && bad == NULL; i++) {
		bad = lks_path_is_below(sorted[i]->staged, sorted[i - 1]->staged) ? sorted[i] : NULL;
	}
	free(sorted);
	return bad == NULL ? 0 : lks_error_set(err, LKS_E_INVALID, 0, bad->live, "the item is part of another item");
}

/* The directory of an entry must be there on both sides: a rename makes none. */
static int look(struct lks_identity *out, int root_fd, const char *rel, struct lks_error *err)
{
	const char *name;
	int dir = -1;
	int status = lks_path_parent(&dir, &name, root_fd, rel, err);

	if (status != 0) {
		return status;
	}
	close(dir);
	lks_entry_copy_up(root_fd, rel);
	return lks_entry_look(out, root_fd, rel, err);
}

static int describe_item(struct lks_journal_item *out, int root_fd, const struct lks_commit_item *item, struct lks_error *err)
{
	int status;

	out->live = strdup(item->live);
	out->staged = strdup(item->staged);
	if (out->live == NULL || out->staged == NULL) {
		return lks_error_nomem(err);
	}
	if ((status = look(&out->old, root_fd, item->live, err)) != 0 || (status = look(&out->new, root_fd, item->staged, err)) != 0) {
		return status;
	}
	if (!out->old.present && !out->new.present) {
		return lks_error_set(err, LKS_E_NOT_FOUND, 0, item->live, "neither the live nor the staged side is there");
	}
	if (out->old.present && out->new.present) {
		if (out->old.device == out->new.device && out->old.inode == out->new.inode) {
			return lks_error_set(err, LKS_E_INVALID, 0, item->live, "the live and the staged side are the same file");
		}
		out->kind = LKS_COMMIT_EXCHANGE;
	} else {
		out->kind = out->old.present ? LKS_COMMIT_REMOVE : LKS_COMMIT_ADD;
	}
	return 0;
}

static int describe(struct lks_journal *out, int root_fd, const char *stage, const struct lks_commit_item *items, size_t count,
	const char *label, struct lks_error *err)
{
	struct stat root;
	int status;

	if (strlen(label) > LABEL_MAX) {
		return lks_error_set(err, LKS_E_LIMIT, 0, NULL, "the commit's label is longer than 64 KiB");
	}
	if ((status = lks_path_check(stage, strlen(stage), err)) != 0 || (status = check_overlap(items, count, err)) != 0) {
		return status;
	}
	if (fstat(root_fd, &root) != 0) {
		return lks_error_sys(err, errno, ".", "cannot be examined");
	}
	out->root_device = root.st_dev;
	out->stage = strdup(stage);
	out->label = strdup(label);
	out->items = calloc(count + 1, sizeof *out->items);
	if (out->stage == NULL || out->label == NULL || out->items == NULL) {
		return lks_error_nomem(err);
	}
	while (out->count < count) {
		size_t i = out->count++;

		if ((status = describe_item(&out->items[i], root_fd, &items[i], err)) != 0) {
			return status;
		}
	}
	return 0;
}

/* Decided once, by a trial on each file system that is involved. */
static int choose_method(struct lks_journal *journal, int root_fd, struct lks_error *err)
{
	const struct lks_journal_item *tried = NULL;

	for (size_t i = 0; i < journal->count && journal->method == LKS_METHOD_EXCHANGE; i++) {
		const struct lks_journal_item *item = &journal->items[i];
		const char *name;
		int dir = -1;
		int status;

		if (item->kind != LKS_COMMIT_EXCHANGE || (tried != NULL && tried->new.device == item->new.device)) {
			continue;
		}
		tried = item;
		if ((status = lks_path_parent(&dir, &name, root_fd, item->staged, err)) != 0) {
			return status;
		}
		status = lks_trial_method(&journal->method, dir, item->staged, err);
		close(dir);
		if (status != 0) {
			return status;
		}
	}
	for (size_t i = 0; i < journal->count && journal->method == LKS_METHOD_TWO_RENAMES; i++) {
		int status = lks_swap_check(root_fd, journal, i, err);

		if (status != 0) {
			return status;
		}
	}
	return 0;
}

static int check_none_pending(int state_fd, struct lks_error *err)
{
	struct stat st;

	if (fstatat(state_fd, LKS_JOURNAL_NAME, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		lks_error_set(err, LKS_E_RECOVERY, 0, LKS_JOURNAL_NAME, "an earlier commit was not brought to its end");
		lks_error_hint(err, "Recover it first.");
		return LKS_E_RECOVERY;
	}
	return errno == ENOENT ? 0 : lks_error_sys(err, errno, LKS_JOURNAL_NAME, "cannot be examined");
}

/* Undoes what was done before `first` went wrong, which stays the error unless the site could not be brought back. */
static int back_out(int first, int root_fd, int state_fd, const char *state, const struct lks_journal *journal, struct lks_error *err)
{
	struct lks_error second = {0};
	char why[200];
	int status = lks_commit_undo_items(root_fd, state, journal, &second);

	if (status == 0) {
		status = lks_journal_remove(state_fd, &second);
	}
	if (status == 0) {
		return first;
	}
	snprintf(why, sizeof why, "%.199s", err->message);
	lks_error_clear(err);
	lks_error_set(err, LKS_E_RECOVERY, 0, second.path, "%s; then the site could not be brought back: %.250s", why, second.message);
	lks_error_hint(err, "%s", second.hint);
	lks_error_hint(err, "Remove the cause, then recover."); /* the first hint stays, if there was one */
	return LKS_E_RECOVERY;
}

/* Everything from the first rename to the written end. */
static int carry_out(struct lks_commit_report *report, int root_fd, int state_fd, struct lks_journal *journal, struct lks_error *err)
{
	int status;

	for (size_t i = 0; i < journal->count; i++) {
		if ((status = lks_exchange_do(root_fd, journal, i, report, err)) != 0) {
			return status;
		}
	}
	if ((status = lks_exchange_sync(root_fd, journal, err)) != 0) {
		return status;
	}
	journal->state = LKS_JOURNAL_COMMITTED;
	return lks_journal_write(state_fd, journal, err);
}

int lks_commit_run(struct lks_commit_report *out, int root_fd, const char *state, const char *stage, const struct lks_commit_item *items,
	size_t count, const char *label, struct lks_error *err)
{
	struct lks_commit_report report = {.items = count};
	struct lks_journal journal = {0};
	int state_fd = -1;
	int status;

	if (out != NULL) {
		*out = report;
	}
	if ((status = lks_commit_state(&state_fd, root_fd, state, err)) != 0) {
		return status;
	}
	if ((status = check_none_pending(state_fd, err)) != 0 || (status = describe(&journal, root_fd, stage, items, count, label, err)) != 0 ||
		(status = choose_method(&journal, root_fd, err)) != 0 || (status = lks_exchange_sync_chain(root_fd, stage, err)) != 0 ||
		(status = lks_exchange_sync_chain(root_fd, state, err)) != 0) {
		goto done;
	}
	lks_journal_sweep(state_fd);
	report.method = journal.method;
	if ((status = lks_journal_write(state_fd, &journal, err)) != 0 ||
		(status = carry_out(&report, root_fd, state_fd, &journal, err)) != 0) {
		status = back_out(status, root_fd, state_fd, state, &journal, err);
	}
done:
	if (out != NULL) {
		*out = report;
	}
	lks_journal_dispose(&journal);
	close(state_fd);
	return status;
}

/* Opens the state directory and reads the committed journal in it. */
static int committed(int *state_fd, struct lks_journal *journal, int root_fd, const char *state, struct lks_error *err)
{
	int status = lks_commit_state(state_fd, root_fd, state, err);

	if (status != 0 || (status = lks_journal_read(journal, *state_fd, LKS_JOURNAL_NAME, err)) != 0) {
		return status;
	}
	if (journal->state != LKS_JOURNAL_COMMITTED) {
		lks_error_set(err, LKS_E_RECOVERY, 0, LKS_JOURNAL_NAME, "the commit did not come to its end");
		lks_error_hint(err, "Recover it first.");
		return LKS_E_RECOVERY;
	}
	return 0;
}

int lks_commit_revert(int root_fd, const char *state, struct lks_error *err)
{
	struct lks_journal journal = {0};
	struct lks_survey found;
	int state_fd = -1;
	int status;

	if ((status = committed(&state_fd, &journal, root_fd, state, err)) != 0 ||
		(status = lks_commit_survey(&found, root_fd, &journal, err)) != 0) {
		goto done;
	}
	if (found.other == NULL) { /* else undo_items below refuses, and the journal must go on saying "committed" */
		journal.state = LKS_JOURNAL_REVERTING;
		status = lks_journal_write(state_fd, &journal, err);
	}
	if (status == 0 && (status = lks_commit_undo_items(root_fd, state, &journal, err)) == 0) {
		status = lks_journal_remove(state_fd, err);
	}
done:
	lks_journal_dispose(&journal);
	if (state_fd >= 0) {
		close(state_fd);
	}
	return status;
}

static int keep(int state_fd, const char *to, struct lks_error *err)
{
	const char *name;
	int dir = -1;
	int status = lks_path_parent(&dir, &name, state_fd, to, err);

	if (status != 0) {
		return status;
	}
	if (renameat(state_fd, LKS_JOURNAL_NAME, dir, name) != 0) {
		status = lks_error_sys(err, errno, to, "the journal cannot be kept under this name");
	} else if ((status = lks_fs_sync(dir, to, err)) != 0 || (status = lks_fs_sync(state_fd, LKS_JOURNAL_NAME, err)) != 0) {
		renameat(dir, name, state_fd, LKS_JOURNAL_NAME); /* not closed: the caller can still revert */
	}
	close(dir);
	return status;
}

int lks_commit_close(int root_fd, const char *state, const char *to, struct lks_error *err)
{
	struct lks_journal journal = {0};
	int state_fd = -1;
	int status = committed(&state_fd, &journal, root_fd, state, err);

	if (status == 0) {
		status = to == NULL ? lks_journal_remove(state_fd, err) : keep(state_fd, to, err);
	}
	lks_journal_dispose(&journal);
	if (state_fd >= 0) {
		close(state_fd);
	}
	return status;
}

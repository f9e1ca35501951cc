/*
 * renameat2 below the root: an item is exchanged, added or removed in one atomic step, and undone by the same step backwards.
 * Whether it was done is read from disk.
 */
#include "exchange.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "entry.h"
#include "lockstep/fs.h"
#include "lockstep/path.h"
#include "swap.h"

/* Are both sides of the item as recorded, in their own or in each other's place? */
static int place_of_sides(
	enum lks_place *out, int root_fd, const struct lks_journal *journal, const struct lks_journal_item *item, struct lks_error *err)
{
	struct lks_identity live, staged;
	struct stat root;
	bool same_devices;
	int status;

	if (fstat(root_fd, &root) != 0) {
		return lks_error_sys(err, errno, ".", "cannot be examined");
	}
	if ((status = lks_entry_look(&live, root_fd, item->live, err)) != 0 ||
		(status = lks_entry_look(&staged, root_fd, item->staged, err)) != 0) {
		return status;
	}
	same_devices = (uint64_t)root.st_dev == journal->root_device;
	if (lks_entry_same(&item->old, &live, same_devices) && lks_entry_same(&item->new, &staged, same_devices)) {
		*out = LKS_PLACE_OLD;
	} else if (lks_entry_same(&item->new, &live, same_devices) && lks_entry_same(&item->old, &staged, same_devices)) {
		*out = LKS_PLACE_NEW;
	} else {
		*out = LKS_PLACE_OTHER;
	}
	return 0;
}

static bool swaps(const struct lks_journal *journal, size_t index)
{
	return journal->method == LKS_METHOD_TWO_RENAMES && journal->items[index].kind == LKS_COMMIT_EXCHANGE;
}

int lks_exchange_place(enum lks_place *out, int root_fd, const struct lks_journal *journal, size_t index, struct lks_error *err)
{
	return swaps(journal, index) ? lks_swap_place(out, root_fd, journal, index, err)
								 : place_of_sides(out, root_fd, journal, &journal->items[index], err);
}

int lks_exchange_do(int root_fd, const struct lks_journal *journal, size_t index, struct lks_commit_report *window, struct lks_error *err)
{
	const struct lks_journal_item *item = &journal->items[index];

	if (swaps(journal, index)) {
		return lks_swap_to(root_fd, journal, index, LKS_PLACE_NEW, window, err);
	}
	if (item->kind == LKS_COMMIT_REMOVE) {
		return lks_entry_move(root_fd, item->live, item->staged, RENAME_NOREPLACE, err);
	}
	return lks_entry_move(root_fd, item->staged, item->live, item->kind == LKS_COMMIT_ADD ? RENAME_NOREPLACE : RENAME_EXCHANGE, err);
}

int lks_exchange_undo(int root_fd, const struct lks_journal *journal, size_t index, struct lks_error *err)
{
	const struct lks_journal_item *item = &journal->items[index];

	if (swaps(journal, index)) {
		return lks_swap_to(root_fd, journal, index, LKS_PLACE_OLD, NULL, err);
	}
	if (item->kind == LKS_COMMIT_REMOVE) {
		return lks_entry_move(root_fd, item->staged, item->live, RENAME_NOREPLACE, err);
	}
	return lks_entry_move(root_fd, item->live, item->staged, item->kind == LKS_COMMIT_ADD ? RENAME_NOREPLACE : RENAME_EXCHANGE, err);
}

/* Bytes of rel that name its parent. */
static size_t parent_length(const char *rel)
{
	const char *slash = strrchr(rel, '/');

	return slash == NULL ? 0 : (size_t)(slash - rel);
}

static bool same_parent(const char *left, const char *right)
{
	size_t length = parent_length(left);

	return length == parent_length(right) && memcmp(left, right, length) == 0;
}

/* Has an item before `count` a side in the same directory? Items that are neighbours mostly have, so look backwards. */
static bool is_synced(const struct lks_journal *journal, size_t count, const char *rel)
{
	while (count > 0) {
		const struct lks_journal_item *item = &journal->items[--count];

		if (same_parent(item->live, rel) || same_parent(item->staged, rel)) {
			return true;
		}
	}
	return false;
}

int lks_exchange_sync(int root_fd, const struct lks_journal *journal, struct lks_error *err)
{
	int status;

	for (size_t i = 0; i < journal->count; i++) {
		const struct lks_journal_item *item = &journal->items[i];

		if (!is_synced(journal, i, item->live) && (status = lks_entry_sync(root_fd, item->live, err)) != 0) {
			return status;
		}
		if (!is_synced(journal, i, item->staged) && (status = lks_entry_sync(root_fd, item->staged, err)) != 0) {
			return status;
		}
	}
	return 0;
}

int lks_exchange_sync_chain(int root_fd, const char *rel, struct lks_error *err)
{
	char part[PATH_MAX] = ".";
	size_t length = 0;

	for (;;) {
		int fd = -1;
		int status = lks_path_open(&fd, root_fd, part, O_RDONLY | O_DIRECTORY, 0, err);

		if (status != 0) {
			return status;
		}
		status = lks_fs_sync(fd, part, err);
		close(fd);
		if (status != 0 || rel[length] == '\0' || strcmp(rel, ".") == 0) {
			return status;
		}
		length += rel[length] == '/';
		length += strcspn(rel + length, "/");
		snprintf(part, sizeof part, "%.*s", (int)length, rel);
	}
}

/*
 * Two scans side by side: both are in path order, so one pass over them finds every difference.
 */
#include "lockstep/compare.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lockstep/path.h"

static bool same_link(const struct lks_entry *before, const struct lks_entry *after)
{
	return before->link && after->link ? strcmp(before->link, after->link) == 0 : before->link == after->link;
}

static bool same_content(const struct lks_entry *before, const struct lks_entry *after, enum lks_compare_by by)
{
	if (before->size != after->size || !same_link(before, after)) {
		return false;
	}
	return by == LKS_COMPARE_STAT || memcmp(before->hash, after->hash, LKS_HASH_SIZE) == 0;
}

static bool same_meta(const struct lks_entry *before, const struct lks_entry *after, enum lks_compare_by by)
{
	if (by == LKS_COMPARE_HASH) {
		/* a symlink's permissions mean nothing */
		return S_ISLNK(before->mode) || (before->mode & 07777) == (after->mode & 07777);
	}
	return before->mode == after->mode && before->uid == after->uid && before->gid == after->gid && before->nlink == after->nlink &&
		before->device == after->device && before->inode == after->inode && before->mtime == after->mtime && before->ctime == after->ctime;
}

static int add(struct lks_changes *changes, size_t *room, enum lks_change_kind kind, const struct lks_entry *before,
	const struct lks_entry *after, struct lks_error *err)
{
	if (changes->count == *room) {
		size_t bigger = *room ? *room * 2 : 64;
		struct lks_change *items = realloc(changes->items, bigger * sizeof *items);
		if (!items) {
			return lks_error_nomem(err);
		}
		changes->items = items;
		*room = bigger;
	}
	changes->items[changes->count++] = (struct lks_change){kind, before ? before->path : after->path, before, after};
	return 0;
}

int lks_compare_scans(
	struct lks_changes *out, const struct lks_scan *before, const struct lks_scan *after, enum lks_compare_by by, struct lks_error *err)
{
	struct lks_changes changes = {0};
	size_t room = 0, i = 0, k = 0;
	int status = 0;
	while (status == 0 && (i < before->count || k < after->count)) {
		const struct lks_entry *old = i < before->count ? &before->entries[i] : NULL;
		const struct lks_entry *new = k < after->count ? &after->entries[k] : NULL;
		int order = !old ? 1 : !new ? -1 : lks_path_compare(old->path, new->path);
		i += order <= 0;
		k += order >= 0;
		if (order < 0) {
			status = add(&changes, &room, LKS_CHANGE_DELETED, old, NULL, err);
		} else if (order > 0) {
			status = add(&changes, &room, LKS_CHANGE_ADDED, NULL, new, err);
		} else if ((old->mode & S_IFMT) != (new->mode &S_IFMT)) {
			status = add(&changes, &room, LKS_CHANGE_TYPE, old, new, err);
		} else if (!same_content(old, new, by)) {
			status = add(&changes, &room, LKS_CHANGE_CONTENT, old, new, err);
		} else if (!same_meta(old, new, by)) {
			status = add(&changes, &room, LKS_CHANGE_META, old, new, err);
		}
	}
	if (status) {
		lks_changes_dispose(&changes);
		return status;
	}
	*out = changes;
	return 0;
}

void lks_changes_dispose(struct lks_changes *changes)
{
	free(changes->items);
	*changes = (struct lks_changes){0};
}

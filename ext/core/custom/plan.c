/* The rules: for each customization its three sides, and which of them wins. */
#include "plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lockstep/fs.h"
#include "lockstep/hash.h"
#include "lockstep/path.h"
#include "text.h"

bool lks_plan_same(const struct lks_entry *left, const struct lks_entry *right)
{
	if (!left || !right) {
		return left == right;
	}
	if ((left->mode & S_IFMT) != (right->mode & S_IFMT)) {
		return false;
	}
	if (S_ISREG(left->mode)) {
		return left->size == right->size && memcmp(left->hash, right->hash, LKS_HASH_SIZE) == 0;
	}
	return S_ISLNK(left->mode) ? strcmp(left->link, right->link) == 0 : S_ISDIR(left->mode);
}

int lks_plan_conflict(struct lks_planned *item, struct lks_error *err, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	free(item->reason);
	int length = vasprintf(&item->reason, format, args);
	va_end(args);
	if (length < 0) {
		item->reason = NULL;
		return lks_error_nomem(err);
	}
	item->outcome = LKS_OUTCOME_CONFLICT;
	item->stand = LKS_STAND_RELEASE;
	return 0;
}

int lks_plan_read(struct lks_buffer *out, int dir_fd, const struct lks_entry *entry, struct lks_error *err)
{
	uint8_t hash[LKS_HASH_SIZE];
	size_t before = out->length;
	int status = lks_fs_read(out, dir_fd, entry->path, (size_t)entry->size, err);
	if (status == LKS_E_LIMIT) { /* it has grown */
		lks_error_clear(err);
		return lks_error_set(err, LKS_E_CHANGED, 0, entry->path, "the file changed while it was merged");
	}
	if (!status) {
		status = lks_hash_bytes(hash, lks_buffer_text(out) + before, out->length - before, err);
	}
	if (!status && memcmp(hash, entry->hash, LKS_HASH_SIZE) != 0) {
		status = lks_error_set(err, LKS_E_CHANGED, 0, entry->path, "the file changed while it was merged");
	}
	return status;
}

const struct lks_planned *lks_plan_find(const struct lks_plan *plan, const char *path)
{
	size_t low = 0, high = plan->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = lks_path_compare(plan->items[middle].path, path);
		if (order == 0) {
			return &plan->items[middle];
		}
		if (order < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return NULL;
}

const struct lks_planned *lks_plan_find_old(const struct lks_plan *plan, const char *path)
{
	const struct lks_planned *item = lks_plan_find(plan, path);
	if (item && item->custom->path == item->path) {
		return item;
	}
	for (size_t i = 0; i < plan->count; i++) {
		if (strcmp(plan->items[i].custom->path, path) == 0) {
			return &plan->items[i];
		}
	}
	return NULL;
}

static const char *type_name(const struct lks_entry *entry)
{
	return S_ISREG(entry->mode) ? "a file" : S_ISLNK(entry->mode) ? "a symlink" : S_ISDIR(entry->mode) ? "a directory" : "a special file";
}

static int settle(struct lks_planned *item, enum lks_outcome outcome, enum lks_stand stand)
{
	item->outcome = outcome;
	item->stand = stand;
	return 0;
}

/* Does mine differ from the base in form alone, or not at all? */
static bool is_unedited(const struct lks_planned *item)
{
	return item->unedited || item->custom->noise != LKS_NOISE_NONE || lks_plan_same(item->base, item->mine);
}

/* Deleted by the user. Who made X of X.dist by renaming it did not reject X.dist: its changes go to X. */
static int plan_deleted(const struct lks_plan *plan, struct lks_planned *item, struct lks_error *err)
{
	const char *path = item->custom->path;
	size_t length = strlen(path);
	bool moved = false;

	if (!item->theirs) {
		return settle(item, LKS_OUTCOME_OBSOLETE, LKS_STAND_RELEASE);
	}
	if (length > 5 && strcmp(path + length - 5, ".dist") == 0) {
		char *made = strndup(path, length - 5);
		if (!made) {
			return lks_error_nomem(err);
		}
		const struct lks_planned *other = lks_plan_find_old(plan, made);
		moved = other && other->custom->dist && strcmp(other->custom->dist, path) == 0;
		free(made);
	}
	bool left_out = item->custom->noise == LKS_NOISE_LEFT_OUT && !S_ISDIR(item->theirs->mode);
	if (left_out || lks_plan_same(item->base, item->theirs) || (moved && S_ISREG(item->theirs->mode))) {
		return settle(item, LKS_OUTCOME_DELETED, LKS_STAND_NOTHING);
	}
	item->obstructed = S_ISDIR(item->theirs->mode);
	return lks_plan_conflict(item, err, "deleted here, %s upstream", item->obstructed ? "a directory" : "changed");
}

/* Did the user make it executable, or no more so, and the new release has not? */
static bool has_own_mode(const struct lks_planned *item)
{
	const struct lks_entry *base = item->base, *mine = item->mine, *theirs = item->theirs;
	if (!base || !mine || !theirs || !S_ISREG(base->mode) || !S_ISREG(mine->mode) || !S_ISREG(theirs->mode)) {
		return false;
	}
	bool executable = (mine->mode & 0111) != 0;
	return executable != ((base->mode & 0111) != 0) && executable != ((theirs->mode & 0111) != 0);
}

/* Changed here, content or type; or added. base and theirs are the file's own or those of what it was made of. */
static int plan_changed(const struct lks_plan *plan, struct lks_planned *item, struct lks_error *err)
{
	const struct lks_entry *base = item->base, *mine = item->mine, *theirs = item->theirs;

	if (lks_plan_same(base, theirs)) {
		return settle(item, LKS_OUTCOME_CARRIED, LKS_STAND_MINE);
	}
	if (lks_plan_same(mine, theirs)) {
		return item->copy || has_own_mode(item) ? settle(item, LKS_OUTCOME_CARRIED, LKS_STAND_MINE)
												: settle(item, LKS_OUTCOME_OBSOLETE, LKS_STAND_RELEASE);
	}
	if (!theirs && S_ISDIR(mine->mode)) {
		return settle(item, LKS_OUTCOME_CARRIED, LKS_STAND_MINE);
	}
	if (!theirs) {
		return is_unedited(item) ? settle(item, LKS_OUTCOME_OBSOLETE, LKS_STAND_RELEASE)
								 : lks_plan_conflict(item, err, "deleted upstream, changed here");
	}
	if (!base) {
		item->obstructed = S_ISDIR(theirs->mode);
		return lks_plan_conflict(item, err, "added here, and %s in the new release",
			S_ISREG(theirs->mode) && S_ISREG(mine->mode) ? "another file" : type_name(theirs));
	}
	if (S_ISREG(base->mode) && S_ISREG(mine->mode) && S_ISREG(theirs->mode)) {
		return is_unedited(item) ? lks_plan_follow(plan, item, err) : lks_plan_both(plan, item, err);
	}
	item->obstructed = S_ISDIR(theirs->mode) || S_ISDIR(mine->mode);
	if (S_ISLNK(mine->mode) && S_ISLNK(theirs->mode)) {
		return lks_plan_conflict(item, err, "both sides changed the symlink");
	}
	return lks_plan_conflict(item, err, "%s here, %s in the new release", type_name(mine), type_name(theirs));
}

/* Changed here, and perhaps shipped as X.dist from now on. */
static int plan_modified(const struct lks_plan *plan, struct lks_planned *item, struct lks_error *err)
{
	if (item->shipped && !item->theirs) {
		item->theirs = item->shipped;
		item->copy = true;
	}
	return plan_changed(plan, item, err);
}

/*
 * An added file. With an origin in both releases (X.dist of X) it is a changed one; a release that now ships the file itself comes
 * first.
 */
static int plan_added(const struct lks_plan *plan, struct lks_planned *item, struct lks_error *err)
{
	if (item->theirs && item->theirs == item->shipped) { /* what was X.dist is X now */
		item->base = item->origin;
	}
	if (item->theirs) {
		return item->unedited && S_ISREG(item->theirs->mode) ? settle(item, LKS_OUTCOME_OBSOLETE, LKS_STAND_RELEASE)
															 : plan_changed(plan, item, err);
	}
	if (!item->shipped) {
		return settle(item, LKS_OUTCOME_CARRIED, LKS_STAND_MINE);
	}
	item->base = item->origin;
	item->theirs = item->shipped;
	item->copy = true;
	int status = plan_changed(plan, item, err);
	if (!status && item->outcome != LKS_OUTCOME_CONFLICT && item->unedited) {
		item->outcome = LKS_OUTCOME_FOLLOWS;
	}
	return status;
}

static int plan_item(const struct lks_plan *plan, struct lks_planned *item, struct lks_error *err)
{
	if (item->taken && item->custom->kind != LKS_CUSTOM_DELETED) {
		item->obstructed = true;
		return lks_plan_conflict(item, err, "belongs at %s now, where another file of yours is", item->taken);
	}
	switch (item->custom->kind) {
	case LKS_CUSTOM_DELETED:
		return plan_deleted(plan, item, err);
	case LKS_CUSTOM_ADDED:
		return plan_added(plan, item, err);
	case LKS_CUSTOM_MODIFIED:
	case LKS_CUSTOM_TYPE:
		return plan_modified(plan, item, err);
	}
	return 0;
}

static int plan_items(struct lks_plan *plan, struct lks_task *task, struct lks_error *err)
{
	int status = 0;
	lks_task_phase(task, "merge");
	lks_task_total(task, plan->count, 0);
	for (size_t i = 0; i < plan->count && !status; i++) {
		status = lks_task_check(task, err);
		if (!status) {
			status = plan_item(plan, &plan->items[i], err);
		}
		lks_task_add(task, 1, 0);
	}
	return status;
}

static int resolve(struct lks_plan *plan, struct lks_error *err)
{
	int status = 0;
	for (size_t i = 0; i < plan->count && !status; i++) {
		if (plan->items[i].outcome == LKS_OUTCOME_CONFLICT) {
			status = lks_plan_resolve(plan, &plan->items[i], err);
			plan->conflicts += plan->items[i].outcome == LKS_OUTCOME_CONFLICT;
		}
	}
	return status;
}

int lks_plan_make(struct lks_plan *out, const struct lks_merge_options *options, struct lks_task *task, struct lks_error *err)
{
	static const struct lks_scan_options scan = {.hash = true, .cross_mounts = true};

	memset(out, 0, sizeof *out);
	out->options = options;
	int status = lks_classify(&out->customs, options->pristine_fd, options->mine_fd, task, err);
	if (status || (status = lks_scan_tree(&out->release, options->release_fd, ".", &scan, task, err)) ||
		(status = lks_plan_leave_out(out, err))) {
		goto done;
	}
	out->items = calloc(out->customs.count + 1, sizeof *out->items);
	if (!out->items) {
		status = lks_error_nomem(err);
		goto done;
	}
	out->count = out->customs.count;
	if ((status = lks_renames_find(
			 &out->renames, options->pristine_fd, &out->customs.pristine, options->release_fd, &out->release, task, err)) ||
		(status = lks_plan_move(out, err)) || (status = lks_plan_origins(out, task, err)) || (status = plan_items(out, task, err)) ||
		(status = lks_plan_obstacles(out, err)) || (status = resolve(out, err))) {
		goto done;
	}
	status = lks_plan_repoint(out, task, err);
done:
	if (status) {
		lks_plan_dispose(out);
	}
	return status;
}

void lks_plan_dispose(struct lks_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		struct lks_planned *item = &plan->items[i];
		for (size_t k = 0; k < item->repointed_count; k++) {
			free(item->repointed[k].from);
			free(item->repointed[k].to);
		}
		free(item->repointed);
		lks_buffer_dispose(&item->text);
		lks_buffer_dispose(&item->kept);
		free(item->moved);
		free(item->taken);
		free(item->reason);
	}
	free(plan->items);
	lks_renames_dispose(&plan->renames);
	lks_customs_dispose(&plan->customs);
	lks_scan_dispose(&plan->release);
	memset(plan, 0, sizeof *plan);
}

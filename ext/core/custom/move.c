/*
 * Where each customization stands in the merged tool: it goes along with the file that it is of or was made of, else with its directory.
 *
 * What would come to stand where another file of mine is stays behind and becomes a conflict, for a person to say which one counts.
 */
#include "plan.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lockstep/path.h"

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);
	return length > end_length && strcmp(text + length - end_length, end) == 0;
}

const struct lks_entry *lks_plan_successor(const struct lks_plan *plan, const struct lks_entry *old)
{
	const struct lks_entry *entry = old ? lks_scan_find(&plan->release, old->path) : NULL;
	if (old && !(entry && S_ISREG(entry->mode))) {
		const char *to = lks_renames_file(&plan->renames, old->path);
		entry = to ? lks_scan_find(&plan->release, to) : NULL;
	}
	return entry && S_ISREG(entry->mode) ? entry : NULL;
}

/* With the directory above it, unless the new release has something else at that place. An own class's path is its name. */
static bool place_by_directory(char out[PATH_MAX], const struct lks_plan *plan, const struct lks_custom *custom)
{
	const struct lks_entry *mine = lks_scan_find(&plan->customs.mine, custom->path);
	bool added = custom->kind == LKS_CUSTOM_ADDED;
	if (ends_with(custom->path, ".php") && !(mine && S_ISDIR(mine->mode))) {
		return false;
	}
	return lks_renames_place(out, &plan->renames, custom->path) && (added || !lks_scan_find(&plan->release, out));
}

/* The new place of a customization; false when it stays. */
static bool place(char out[PATH_MAX], const struct lks_plan *plan, const struct lks_planned *item)
{
	const struct lks_custom *custom = item->custom;
	const struct lks_entry *old = lks_scan_find(&plan->customs.pristine, custom->path);
	const char *to = NULL;

	if (item->shipped) { /* X, made of what is X.dist now */
		to = item->shipped->path;
		size_t length = strlen(to) - (ends_with(to, ".dist") ? strlen(".dist") : 0);
		memcpy(out, to, length);
		out[length] = '\0';
		return strcmp(out, custom->path) != 0;
	}
	if (old && S_ISDIR(old->mode)) {
		return lks_renames_place(out, &plan->renames, custom->path);
	}
	to = old ? lks_renames_file(&plan->renames, custom->path) : NULL;
	if (to) {
		strcpy(out, to);
		return true;
	}
	return place_by_directory(out, plan, custom);
}

/* What the user left out stays out where it is left out by its name, but what the tool takes from there is the tool's. */
static bool goes_along(const struct lks_custom *custom, const char *to)
{
	return custom->noise != LKS_NOISE_LEFT_OUT || lks_noise_is_left_out(to);
}

/* What the new release ships as X.dist, of an X that was shipped itself and that the user edited; or NULL. */
static const struct lks_entry *shipped_as_dist(const struct lks_plan *plan, const struct lks_custom *custom)
{
	bool edited = (custom->kind == LKS_CUSTOM_MODIFIED || custom->kind == LKS_CUSTOM_TYPE) && custom->noise == LKS_NOISE_NONE;
	const char *to = edited && !ends_with(custom->path, ".dist") ? lks_renames_file(&plan->renames, custom->path) : NULL;
	return to && ends_with(to, ".dist") ? lks_scan_find(&plan->release, to) : NULL;
}

static int by_path(const void *left, const void *right)
{
	const struct lks_planned *l = left, *r = right;
	return lks_path_compare(l->path, r->path);
}

static void stay(struct lks_planned *item)
{
	item->taken = item->moved;
	item->moved = NULL;
	item->path = item->custom->path;
}

/* Lets no two stand at one path: what was there first remains. Returns whether anything had to stay behind. */
static bool part(struct lks_plan *plan)
{
	bool changed = false;
	for (size_t start = 0, end; start < plan->count; start = end) {
		for (end = start + 1; end < plan->count && strcmp(plan->items[start].path, plan->items[end].path) == 0; end++) {}
		for (size_t i = start; i < end && end - start > 1; i++) {
			if (plan->items[i].moved) {
				stay(&plan->items[i]);
				changed = true;
			}
		}
	}
	return changed;
}

int lks_plan_move(struct lks_plan *plan, struct lks_error *err)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < plan->count; i++) {
		struct lks_planned *item = &plan->items[i];
		item->custom = &plan->customs.items[i];
		item->path = item->custom->path;
		item->base = lks_scan_find(&plan->customs.pristine, item->path);
		item->mine = lks_scan_find(&plan->customs.mine, item->path);
		if (item->custom->dist) {
			item->origin = lks_scan_find(&plan->customs.pristine, item->custom->dist);
			item->shipped = lks_plan_successor(plan, item->origin);
			item->unedited = item->custom->noise == LKS_NOISE_COPY;
		} else {
			item->shipped = shipped_as_dist(plan, item->custom);
		}
		if (place(path, plan, item) && goes_along(item->custom, path)) {
			item->moved = strdup(path);
			if (!item->moved) {
				return lks_error_nomem(err);
			}
			item->path = item->moved;
		}
	}
	do {
		if (plan->count > 0) {
			qsort(plan->items, plan->count, sizeof *plan->items, by_path);
		}
	} while (part(plan));
	for (size_t i = 0; i < plan->count; i++) {
		plan->items[i].theirs = lks_scan_find(&plan->release, plan->items[i].path);
	}
	return 0;
}

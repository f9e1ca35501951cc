/*
 * Paths that exclude one another: a file of mine below what is a file in the new release, or where it has a directory.
 *
 * Only what stands after the plan counts: a directory that the user replaced by a file is no obstacle once all its files go.
 */
#include "plan.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "lockstep/path.h"

/* Is there, after the plan, something else than a directory at an ancestor of path? Its length in path, or 0. */
static size_t blocked_above(const struct lks_plan *plan, const char *path)
{
	char above[PATH_MAX];
	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		size_t length = (size_t)(slash - path);
		memcpy(above, path, length);
		above[length] = '\0';
		const struct lks_planned *item = lks_plan_find(plan, above);
		const struct lks_entry *stands = item && item->stand == LKS_STAND_MINE ? item->mine
			: item && item->stand == LKS_STAND_NOTHING                         ? NULL
																			   : lks_scan_find(&plan->release, above);
		if (stands && !S_ISDIR(stands->mode)) {
			return length;
		}
	}
	return 0;
}

/* Does the new release have anything below path that the plan does not take away? */
static bool has_below(const struct lks_plan *plan, const char *path)
{
	const struct lks_entry *entry = lks_scan_find(&plan->release, path);
	if (!entry || !S_ISDIR(entry->mode)) {
		return false;
	}
	const struct lks_entry *end = plan->release.entries + plan->release.count;
	for (entry++; entry < end && lks_path_is_below(entry->path, path); entry++) {
		const struct lks_planned *item = S_ISDIR(entry->mode) ? NULL : lks_plan_find(plan, entry->path);
		if (!S_ISDIR(entry->mode) && !(item && item->stand == LKS_STAND_NOTHING)) {
			return true;
		}
	}
	return false;
}

int lks_plan_obstacles(struct lks_plan *plan, struct lks_error *err)
{
	int status = 0;
	for (size_t i = 0; i < plan->count && !status; i++) {
		struct lks_planned *item = &plan->items[i];
		if (item->stand != LKS_STAND_MINE && item->stand != LKS_STAND_TEXT) {
			continue;
		}
		size_t above = blocked_above(plan, item->path);
		if (above) {
			item->obstructed = true;
			status = lks_plan_conflict(item, err, "%.*s is no directory in the new release", (int)(above < 200 ? above : 200), item->path);
		} else if (!S_ISDIR(item->mine->mode) && has_below(plan, item->path)) {
			item->obstructed = true;
			status = lks_plan_conflict(item, err, "a directory with files in the new release");
		}
	}
	return status;
}

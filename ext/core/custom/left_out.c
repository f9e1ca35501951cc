/*
 * Directories that the shop leaves out whole, such as tests/: what the new release adds there stays out with the rest, as if the
 * user had deleted that too.
 */
#include "plan.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lockstep/path.h"

/* Is path below a directory that the pristine release has and mine has not, and that is left out by its name? */
static bool is_below_left_out(const struct lks_customs *customs, const char *path)
{
	char above[PATH_MAX];
	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		memcpy(above, path, (size_t)(slash - path) + 1);
		above[slash - path + 1] = '\0';
		bool named = lks_noise_is_left_out(above);
		above[slash - path] = '\0';
		const struct lks_entry *before = lks_scan_find(&customs->pristine, above);
		if (named && before && S_ISDIR(before->mode) && !lks_scan_find(&customs->mine, above)) {
			return true;
		}
	}
	return false;
}

static int by_path(const void *left, const void *right)
{
	return lks_path_compare(((const struct lks_custom *)left)->path, ((const struct lks_custom *)right)->path);
}

int lks_plan_leave_out(struct lks_plan *plan, struct lks_error *err)
{
	struct lks_customs *customs = &plan->customs;
	size_t capacity = customs->count, known = customs->count;

	for (size_t i = 0; i < plan->release.count; i++) {
		const struct lks_entry *entry = &plan->release.entries[i];
		if (S_ISDIR(entry->mode) || lks_scan_find(&customs->pristine, entry->path) || !is_below_left_out(customs, entry->path)) {
			continue;
		}
		if (customs->count == capacity) {
			capacity = capacity * 2 + 16;
			struct lks_custom *items = realloc(customs->items, capacity * sizeof *items);
			if (!items) {
				return lks_error_nomem(err);
			}
			customs->items = items;
		}
		customs->items[customs->count++] = (struct lks_custom){
			.kind = LKS_CUSTOM_DELETED, .path = entry->path, .noise = LKS_NOISE_LEFT_OUT};
	}
	if (customs->count > known) {
		qsort(customs->items, customs->count, sizeof *customs->items, by_path);
	}
	return 0;
}

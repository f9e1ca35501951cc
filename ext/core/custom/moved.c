/* Where files of one release are in another one: at their path, where they were renamed to, or below a directory that was. */
#include "lockstep/moved.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lockstep/scan.h"
#include "renames.h"

static bool is_file(const struct lks_scan *scan, const char *path)
{
	const struct lks_entry *entry = lks_scan_find(scan, path);
	return entry && S_ISREG(entry->mode);
}

static int find(char **out, const struct lks_renames *renames, const char *path, struct lks_error *err)
{
	char place[PATH_MAX];
	const char *to = lks_renames_file(renames, path);
	if (!to) {
		to = is_file(renames->after, path)                                              ? path
			: lks_renames_place(place, renames, path) && is_file(renames->after, place) ? place
																						: NULL;
	}
	*out = to ? strdup(to) : NULL;
	return to && !*out ? lks_error_nomem(err) : 0;
}

int lks_moved_find(struct lks_moved *out, int before_fd, int after_fd, const char *const *paths, size_t count, struct lks_task *task,
	struct lks_error *err)
{
	static const struct lks_scan_options options = {.hash = true, .cross_mounts = true};
	struct lks_scan before = {0}, after = {0};
	struct lks_renames renames = {0};

	memset(out, 0, sizeof *out);
	int status = lks_scan_tree(&before, before_fd, ".", &options, task, err);
	if (status || (status = lks_scan_tree(&after, after_fd, ".", &options, task, err)) ||
		(status = lks_renames_find(&renames, before_fd, &before, after_fd, &after, task, err))) {
		goto done;
	}
	out->to = calloc(count + 1, sizeof *out->to);
	if (!out->to) {
		status = lks_error_nomem(err);
		goto done;
	}
	out->count = count;
	for (size_t i = 0; i < count && !status; i++) {
		status = find(&out->to[i], &renames, paths[i], err);
	}
done:
	lks_renames_dispose(&renames);
	lks_scan_dispose(&before);
	lks_scan_dispose(&after);
	if (status) {
		lks_moved_dispose(out);
	}
	return status;
}

void lks_moved_dispose(struct lks_moved *moved)
{
	for (size_t i = 0; i < moved->count; i++) {
		free(moved->to[i]);
	}
	free(moved->to);
	memset(moved, 0, sizeof *moved);
}

/*
 * What patterns keep out of an archive, looked for in a tree as it is: a restore must leave it in its place.
 */
#include "lockstep/archive.h"
#include "lockstep/glob.h"
#include "paths.h"
#include "walk.h"

static bool matched(const struct lks_walk_entry *entry, const char *const *patterns)
{
	for (; *patterns; patterns++) {
		if (lks_glob_match(*patterns, entry->path, entry->fd >= 0)) {
			return true;
		}
	}
	return false;
}

int lks_archive_left_out(
	struct lks_paths *out, int root_fd, const char *path, const char *const *exclude, const char *const *patterns, struct lks_error *err)
{
	const struct lks_walk_options options = {.root_fd = root_fd, .path = path, .exclude = exclude, .cross_mounts = true};
	struct lks_walk *walk = NULL;
	struct lks_walk_entry entry;
	int status = 0, more = 0;
	*out = (struct lks_paths){0};
	for (size_t i = 0; status == 0 && patterns[i]; i++) {
		status = lks_glob_check(patterns[i], err);
	}
	status = status ? status : lks_walk_new(&walk, &options, err);
	while (status == 0 && (more = lks_walk_next(&entry, walk, err)) > 0) {
		if (matched(&entry, patterns)) {
			status = lks_paths_add(out, entry.path, err);
			lks_walk_pass_over(walk);
		}
	}
	status = status ? status : more;
	lks_walk_free(walk);
	if (status != 0) {
		lks_paths_dispose(out);
	}
	return status;
}

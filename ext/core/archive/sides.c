/*
 * The manifest's cursor and the live tree's walk, with excludes and patterns applied to both.
 */
#include "sides.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lockstep/archive.h"
#include "lockstep/glob.h"
#include "lockstep/path.h"

static int by_path(const void *left, const void *right)
{
	return lks_path_compare(*(const char *const *)left, *(const char *const *)right);
}

static int take_excludes(struct lks_sides *sides, struct lks_error *err)
{
	const char *const *given = sides->options->exclude;
	size_t count = 0, kept = 0;
	while (given && given[count]) {
		count++;
	}
	sides->exclude = calloc(count + 1, sizeof *sides->exclude);
	if (!sides->exclude) {
		return lks_error_nomem(err);
	}
	for (size_t i = 0; i < count; i++) {
		sides->exclude[i] = given[i];
	}
	qsort(sides->exclude, count, sizeof *sides->exclude, by_path);
	for (size_t i = 0; i < count; i++) {
		if (kept == 0 || !lks_path_is_below(sides->exclude[i], sides->exclude[kept - 1])) {
			sides->exclude[kept++] = sides->exclude[i];
		}
	}
	sides->exclude[kept] = NULL;
	sides->exclude_count = kept;
	return 0;
}

static bool matches_pattern(const struct lks_sides *sides, const char *path, bool is_directory)
{
	const char *const *patterns = sides->options->patterns;
	for (; patterns && *patterns; patterns++) {
		if (lks_glob_match(*patterns, path, is_directory)) {
			return true;
		}
	}
	return false;
}

/* Did somebody put into the archive what its maker left out? It stays out. */
static bool is_left_out(const struct lks_sides *sides, const struct lks_member *member)
{
	const struct lks_selection excluded = {.items = sides->exclude, .count = sides->exclude_count};
	return lks_selection_in_items(&excluded, member->path) || matches_pattern(sides, member->path, member->kind == LKS_MEMBER_DIRECTORY);
}

bool lks_sides_hold_excluded(const struct lks_sides *sides, const char *path)
{
	for (size_t i = 0; i < sides->exclude_count; i++) {
		if (lks_path_is_below(sides->exclude[i], path)) {
			return true;
		}
	}
	return false;
}

int lks_sides_next_member(struct lks_sides *sides, struct lks_error *err)
{
	int more;
	do {
		more = lks_manifest_next(&sides->member, &sides->cursor, err);
	} while (more > 0 && is_left_out(sides, &sides->member));
	sides->has_member = more > 0;
	return more < 0 ? more : 0;
}

int lks_sides_next_entry(struct lks_sides *sides, struct lks_error *err)
{
	int more = 0;
	while (sides->walk && (more = lks_walk_next(&sides->entry, sides->walk, err)) > 0 &&
		matches_pattern(sides, sides->entry.path, sides->entry.fd >= 0)) {
		sides->stays(sides->context, sides->entry.path);
		lks_walk_pass_over(sides->walk);
	}
	sides->has_entry = more > 0;
	return more < 0 ? more : 0;
}

/* The topmost directory above path that is missing, if any, is what the live tree lacks. */
static int find_scope(struct lks_sides *sides, const char *path, struct lks_error *err)
{
	strcpy(sides->scope, path);
	for (char *slash = strchr(sides->scope, '/'); slash; slash = strchr(slash + 1, '/')) {
		int fd = -1;
		*slash = '\0';
		int status = lks_path_open(&fd, sides->options->live_fd, sides->scope, O_PATH | O_DIRECTORY, 0, err);
		if (status == LKS_E_NOT_FOUND) {
			lks_error_clear(err);
			return 0;
		}
		if (status != 0) {
			return status;
		}
		close(fd);
		*slash = '/';
	}
	return 0;
}

int lks_sides_open(struct lks_sides *sides, const struct lks_manifest *manifest, const char *path, struct lks_error *err)
{
	int status = find_scope(sides, path, err);
	status = status ? status : take_excludes(sides, err);
	status = status ? status : lks_manifest_cursor_init(&sides->cursor, manifest, err);
	if (status == 0 && strcmp(path, ".") != 0) {
		status = lks_manifest_seek(&sides->cursor, path, err);
	}
	if (status != 0) {
		return status;
	}
	const struct lks_walk_options walk = {
		.root_fd = sides->options->live_fd,
		.path = sides->scope,
		.exclude = sides->exclude,
	};
	status = lks_walk_new(&sides->walk, &walk, err);
	if (status == LKS_E_NOT_FOUND) {
		lks_error_clear(err);
		return 0;
	}
	return status;
}

void lks_sides_dispose(struct lks_sides *sides)
{
	lks_walk_free(sides->walk);
	lks_manifest_cursor_dispose(&sides->cursor);
	free(sides->exclude);
}

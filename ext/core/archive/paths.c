/*
 * A growing list of paths.
 */
#include "paths.h"

#include <stdlib.h>
#include <string.h>

int lks_paths_add(struct lks_paths *paths, const char *path, struct lks_error *err)
{
	if ((paths->count & (paths->count - 1)) == 0) { /* the array is full at each power of two */
		char **items = realloc(paths->items, (paths->count ? 2 * paths->count : 1) * sizeof *items);
		if (!items) {
			return lks_error_nomem(err);
		}
		paths->items = items;
	}
	char *copy = strdup(path);
	if (!copy) {
		return lks_error_nomem(err);
	}
	paths->items[paths->count++] = copy;
	return 0;
}

void lks_paths_dispose(struct lks_paths *paths)
{
	for (size_t i = 0; i < paths->count; i++) {
		free(paths->items[i]);
	}
	free(paths->items);
	*paths = (struct lks_paths){0};
}

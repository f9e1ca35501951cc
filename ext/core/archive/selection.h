/*
 * Which members of an archive are wanted: all, one path with what is below it, what a pattern matches, some subtrees, or both.
 *
 * What a pattern matches is wanted with all that is below it. Immutable once made: read by any thread.
 */
#ifndef LOCKSTEP_ARCHIVE_SELECTION_H
#define LOCKSTEP_ARCHIVE_SELECTION_H

#include <stdbool.h>
#include <stddef.h>

/* Zero-initialised is everything. All is borrowed. */
struct lks_selection {
	const char *below;        /* this path and what is below it; NULL: any */
	const char *pattern;      /* lks_glob_match's; NULL: none */
	const char *const *items; /* subtrees, in the order of lks_path_compare, none in another; NULL: any */
	size_t count;
};

bool lks_selection_has(const struct lks_selection *selection, const char *path, bool is_directory);
/* Is path one of the items, or below one? True without items. */
bool lks_selection_in_items(const struct lks_selection *selection, const char *path);

#endif

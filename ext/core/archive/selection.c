/*
 * Paths compared with what is wanted.
 */
#include "selection.h"

#include <limits.h>
#include <string.h>

#include "lockstep/glob.h"
#include "lockstep/path.h"

/* The last item that does not come after path is the only one that can hold it. */
bool lks_selection_in_items(const struct lks_selection *selection, const char *path)
{
	size_t low = 0, high = selection->count;
	if (!selection->items) {
		return true;
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (lks_path_compare(selection->items[middle], path) <= 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low > 0 && lks_path_is_below(path, selection->items[low - 1]);
}

/* Does the pattern match path, or a directory above it? */
static bool matches(const char *pattern, const char *path, bool is_directory)
{
	char above[PATH_MAX];
	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		memcpy(above, path, (size_t)(slash - path));
		above[slash - path] = '\0';
		if (lks_glob_match(pattern, above, true)) {
			return true;
		}
	}
	return lks_glob_match(pattern, path, is_directory);
}

bool lks_selection_has(const struct lks_selection *selection, const char *path, bool is_directory)
{
	return (!selection->below || lks_path_is_below(path, selection->below)) && lks_selection_in_items(selection, path) &&
		(!selection->pattern || matches(selection->pattern, path, is_directory));
}

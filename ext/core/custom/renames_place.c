/* Where a path belongs once what moved is known: with its file, else with the nearest directory above it. */
#include "renames.h"

#include <string.h>
#include <sys/stat.h>

#include "lockstep/path.h"

static const struct lks_rename *find(const struct lks_rename *items, size_t count, const char *path)
{
	size_t low = 0, high = count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = lks_path_compare(items[middle].from, path);
		if (order == 0) {
			return &items[middle];
		}
		if (order < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return NULL;
}

const char *lks_renames_file(const struct lks_renames *renames, const char *path)
{
	const struct lks_rename *rename = find(renames->files, renames->file_count, path);
	return rename ? rename->to : NULL;
}

bool lks_renames_place(char out[PATH_MAX], const struct lks_renames *renames, const char *path)
{
	char above[PATH_MAX];
	size_t length = strlen(path);

	*out = '\0';
	if (length >= PATH_MAX || (renames->file_count == 0 && renames->directory_count == 0)) {
		return false;
	}
	memcpy(above, path, length + 1);
	for (;;) {
		const struct lks_rename *rename = find(renames->files, renames->file_count, above);
		rename = rename ? rename : find(renames->directories, renames->directory_count, above);
		if (rename) {
			size_t rest = strlen(path) - length;
			if (rename->length + rest >= PATH_MAX) {
				return false;
			}
			memcpy(out, rename->to, rename->length);
			memcpy(out + rename->length, path + length, rest + 1);
			return true;
		}
		if (lks_scan_find(renames->before, above) && lks_scan_find(renames->after, above)) {
			return false; /* it is there as before */
		}
		while (length > 0 && above[length - 1] != '/') {
			length--;
		}
		if (length == 0) {
			return false;
		}
		above[--length] = '\0';
	}
}

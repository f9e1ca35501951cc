/*
 * Which directories moved as a whole: by the votes of the files that moved from below one directory to below another one.
 *
 * Most of the old directory must have gone there, or most of what is in the new one must be from it: a release may drop whole
 * editions. One that went to two places in equal parts did not move.
 */
#include "rename_search.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lockstep/path.h"

#define OUT_OF_LINE 800u /* thousandths that a file must have in common with one to which its directory did not go */

/* The lone file at path, or LKS_LONE_NOBODY. */
static uint32_t find_lone(const struct lks_lone_side *side, const char *path)
{
	uint32_t low = 0, high = side->count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = lks_path_compare(side->items[middle].entry->path, path);
		if (order == 0) {
			return middle;
		}
		if (order < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return LKS_LONE_NOBODY;
}

void lks_rename_follow_directories(struct lks_rename_search *search)
{
	char place[PATH_MAX];
	for (uint32_t i = 0; i < search->old.count; i++) {
		struct lks_lone *file = &search->old.items[i];
		if (file->other == LKS_LONE_NOBODY && lks_renames_place(place, search->out, file->entry->path)) {
			uint32_t to = find_lone(&search->new, place);
			if (to != LKS_LONE_NOBODY && search->new.items[to].other == LKS_LONE_NOBODY) {
				lks_rename_join(search, i, to);
			}
		}
	}
}

bool lks_rename_is_in_line(const struct lks_rename_search *search, const struct lks_rename_pair *pair)
{
	char place[PATH_MAX];
	if (pair->similarity >= OUT_OF_LINE || !lks_renames_place(place, search->out, pair->from_path)) {
		return true;
	}
	char *slash = strrchr(place, '/');
	if (slash) {
		*slash = '\0';
	}
	return slash && lks_path_is_below(pair->to_path, place);
}

/* A file that went from below a directory to below another one, by the same path. */
struct vote {
	const struct lks_entry *from; /* the directory */
	const char *to;
	size_t length;
};

static int by_vote(const void *left, const void *right)
{
	const struct vote *l = left, *r = right;
	return l->from != r->from ? (l->from < r->from ? -1 : 1) : lks_rename_compare_bytes(l->to, l->length, r->to, r->length);
}

/* Adds what one file's move tells of each directory above it that is gone. */
static void vote(struct vote *votes, size_t *count, const struct lks_rename_search *search, const char *from, const char *to)
{
	char above[PATH_MAX];
	size_t to_length = strlen(to);
	for (const char *slash = strrchr(from, '/'); slash; slash = memrchr(from, '/', (size_t)(slash - from))) {
		size_t rest = strlen(slash);
		if (to_length <= rest || strcmp(to + to_length - rest, slash) != 0) {
			return;
		}
		memcpy(above, from, (size_t)(slash - from));
		above[slash - from] = '\0';
		const struct lks_entry *gone = lks_scan_find(search->out->after, above);
		if (gone && S_ISDIR(gone->mode)) {
			return;
		}
		votes[(*count)++] = (struct vote){lks_scan_find(search->out->before, above), to, to_length - rest};
	}
}

/* Regular files below what stands at the first `length` bytes of path. */
static size_t count_below(const struct lks_scan *scan, const char *path, size_t length)
{
	char directory[PATH_MAX];
	size_t count = 0;
	memcpy(directory, path, length);
	directory[length] = '\0';
	const struct lks_entry *entry = lks_scan_find(scan, directory), *end = scan->entries + scan->count;
	for (entry = entry ? entry + 1 : end; entry < end && lks_path_is_below(entry->path, directory); entry++) {
		count += S_ISREG(entry->mode);
	}
	return count;
}

static bool is_whole(const struct lks_rename_search *search, const struct vote *vote, size_t count)
{
	return 2 * count > count_below(search->out->before, vote->from->path, strlen(vote->from->path)) ||
		2 * count > count_below(search->out->after, vote->to, vote->length);
}

static size_t depth(const char *path)
{
	size_t slashes = 0;
	for (; (path = strchr(path, '/')) != NULL; path++) {
		slashes++;
	}
	return slashes;
}

int lks_rename_lift(struct lks_rename_search *search, struct lks_error *err)
{
	struct lks_renames *out = search->out;
	size_t room = 1, count = 0;

	for (uint32_t i = 0; i < search->old.count; i++) {
		room += search->old.items[i].other == LKS_LONE_NOBODY ? 0 : depth(search->old.items[i].entry->path);
	}
	struct vote *votes = calloc(room, sizeof *votes);
	struct lks_rename *directories = calloc(room, sizeof *directories);
	if (!votes || !directories) {
		free(votes);
		free(directories);
		return lks_error_nomem(err);
	}
	for (uint32_t i = 0; i < search->old.count; i++) {
		const struct lks_lone *file = &search->old.items[i];
		if (file->other != LKS_LONE_NOBODY) {
			vote(votes, &count, search, file->entry->path, search->new.items[file->other].entry->path);
		}
	}
	qsort(votes, count, sizeof *votes, by_vote);
	free(out->directories);
	out->directories = directories;
	out->directory_count = 0;
	for (size_t start = 0, end; start < count; start = end) { /* the scan's entries are in path order */
		size_t most = 0, best = start, second = 0;
		for (end = start; end < count && votes[end].from == votes[start].from;) {
			size_t first = end;
			while (end < count && by_vote(&votes[first], &votes[end]) == 0) {
				end++;
			}
			second = end - first > most ? most : end - first > second ? end - first : second;
			best = end - first > most ? first : best;
			most = end - first > most ? end - first : most;
		}
		if (most > second && is_whole(search, &votes[best], most)) {
			directories[out->directory_count++] = (struct lks_rename){votes[best].from->path, votes[best].to, votes[best].length};
		}
	}
	free(votes);
	return 0;
}

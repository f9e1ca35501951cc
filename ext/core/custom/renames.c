/*
 * Renames: pairs of files with one name, the likeliest first; directories that went as a whole; at last files with other names.
 *
 * A pair's weight is the sum of the similarities of all pairs that tell the same of their directories: etc/a/1/x to etc/b/1/x and
 * etc/a/2/y to etc/b/2/y both say that etc/a went to etc/b. So copies of one file in many directories do not go astray.
 */
#include "renames.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lockstep/fs.h"
#include "lockstep/merge.h"
#include "lockstep/path.h"
#include "similar.h"
#include "text.h"

#define COMPARISONS_MAX 200000u /* of texts; what is beyond counts only when it is equal */
#define SAME_NAME 500u          /* thousandths that two files of one name must have in common, as for git */
#define OTHER_NAME 700u         /* of files with other names: licence and scaffolding alone make up half of a small class */
#define OUT_OF_LINE 800u        /* to leave a directory that went elsewhere as a whole */
#define CLEARLY 50u             /* more than the next best, for another name */
#define NOBODY UINT32_MAX

/* A file that only one of the releases has at its path. */
struct lone {
	const struct lks_entry *entry;
	const char *name; /* the last part of its path */
	struct lks_similar_lines lines;
	bool read;
	uint32_t other; /* index in the other side, or NOBODY */
};

struct side {
	int fd;
	struct lone *items; /* owned; in path order */
	uint32_t count;
};

struct named {
	const char *name;
	uint32_t index;
};

struct pair {
	uint32_t from, to;
	unsigned similarity;
	const char *from_path, *to_path;
	uint32_t from_length, to_length; /* of the paths without what both end in: the directories that were renamed */
	uint64_t weight;
};

struct search {
	struct side old, new;
	struct named *names; /* owned; of the new side, by name and path */
	struct pair *pairs;  /* owned */
	size_t pair_count, pair_room;
	size_t comparisons;
	struct lks_renames *out;
	struct lks_task *task;
};

static int take_lone(struct side *out, int fd, const struct lks_scan *scan, const struct lks_scan *other, struct lks_error *err)
{
	out->fd = fd;
	out->items = calloc(scan->count + 1, sizeof *out->items);
	if (!out->items) {
		return lks_error_nomem(err);
	}
	for (size_t i = 0; i < scan->count; i++) {
		const struct lks_entry *entry = &scan->entries[i];
		if (S_ISREG(entry->mode)) {
			const struct lks_entry *same = lks_scan_find(other, entry->path);
			if (!same || !S_ISREG(same->mode)) {
				const char *slash = strrchr(entry->path, '/');
				out->items[out->count++] = (struct lone){.entry = entry, .name = slash ? slash + 1 : entry->path, .other = NOBODY};
			}
		}
	}
	return 0;
}

static int read_lines(struct lone *file, int fd, struct lks_error *err)
{
	struct lks_buffer text = {0};
	int status = 0;
	if (file->read || file->entry->size > LKS_MERGE_TEXT_MAX) {
		return 0;
	}
	status = lks_fs_read(&text, fd, file->entry->path, (size_t)file->entry->size, err);
	if (!status && !lks_text_is_binary(lks_buffer_text(&text), text.length)) {
		status = lks_similar_read(&file->lines, lks_buffer_text(&text), text.length, err);
	}
	file->read = !status;
	lks_buffer_dispose(&text);
	return status;
}

/* Thousandths that both have in common; 0 also when too much was compared. Two empty files say nothing. */
static int compare(unsigned *out, struct search *search, struct lone *old, struct lone *new, unsigned least, struct lks_error *err)
{
	uint64_t smaller = old->entry->size < new->entry->size ? old->entry->size : new->entry->size;
	uint64_t larger = old->entry->size < new->entry->size ? new->entry->size : old->entry->size;

	*out = 0;
	if (smaller == 0) {
		return 0;
	}
	if (smaller == larger && memcmp(old->entry->hash, new->entry->hash, LKS_HASH_SIZE) == 0) {
		*out = 1000;
		return 0;
	}
	/* what cannot be alike enough is not read; twice the size for white space, which does not count */
	if (larger * least > smaller * 2000 || ++search->comparisons > COMPARISONS_MAX) {
		return 0;
	}
	int status = read_lines(old, search->old.fd, err);
	if (status || (status = read_lines(new, search->new.fd, err))) {
		return status;
	}
	uint64_t most = old->lines.weight > new->lines.weight ? old->lines.weight : new->lines.weight;
	*out = most == 0 ? 0 : (unsigned)(lks_similar_common(&old->lines, &new->lines) * 1000 / most);
	return 0;
}

/* Cuts off the last parts of both paths as long as they are the same; the slash before them goes too. */
static void cut_common_end(struct pair *pair)
{
	size_t from = strlen(pair->from_path), to = strlen(pair->to_path);
	for (;;) {
		size_t f = from, t = to;
		while (f > 0 && pair->from_path[f - 1] != '/') {
			f--;
		}
		while (t > 0 && pair->to_path[t - 1] != '/') {
			t--;
		}
		if (from - f != to - t || memcmp(pair->from_path + f, pair->to_path + t, from - f) != 0) {
			break;
		}
		from = f > 0 ? f - 1 : 0;
		to = t > 0 ? t - 1 : 0;
		if (f == 0 || t == 0) {
			break;
		}
	}
	pair->from_length = (uint32_t)from;
	pair->to_length = (uint32_t)to;
}

static int add_pair(struct search *search, uint32_t from, uint32_t to, unsigned similarity, struct lks_error *err)
{
	if (search->pair_count == search->pair_room) {
		size_t room = search->pair_room ? search->pair_room * 2 : 256;
		struct pair *pairs = realloc(search->pairs, room * sizeof *pairs);
		if (!pairs) {
			return lks_error_nomem(err);
		}
		search->pairs = pairs;
		search->pair_room = room;
	}
	struct pair *pair = &search->pairs[search->pair_count++];
	*pair = (struct pair){.from = from,
		.to = to,
		.similarity = similarity,
		.from_path = search->old.items[from].entry->path,
		.to_path = search->new.items[to].entry->path};
	cut_common_end(pair);
	return 0;
}

static int by_name(const void *left, const void *right)
{
	const struct named *l = left, *r = right;
	int order = strcmp(l->name, r->name);
	return order ? order : (l->index > r->index) - (l->index < r->index);
}

/* All likely pairs of one name. */
static int pair_names(struct search *search, struct lks_error *err)
{
	int status = 0;
	search->names = calloc((size_t)search->new.count + 1, sizeof *search->names);
	if (!search->names) {
		return lks_error_nomem(err);
	}
	for (uint32_t i = 0; i < search->new.count; i++) {
		search->names[i] = (struct named){search->new.items[i].name, i};
	}
	qsort(search->names, search->new.count, sizeof *search->names, by_name);
	for (uint32_t from = 0; from < search->old.count && !status; from++) {
		const char *name = search->old.items[from].name;
		uint32_t low = 0, high = search->new.count;
		while (low < high) {
			uint32_t middle = low + (high - low) / 2;
			if (strcmp(search->names[middle].name, name) < 0) {
				low = middle + 1;
			} else {
				high = middle;
			}
		}
		status = lks_task_check(search->task, err);
		for (; low < search->new.count &&strcmp(search->names[low].name, name) == 0 && !status; low++) {
			uint32_t to = search->names[low].index;
			unsigned similarity = 0;
			status = compare(&similarity, search, &search->old.items[from], &search->new.items[to], SAME_NAME, err);
			if (!status && similarity >= SAME_NAME) {
				status = add_pair(search, from, to, similarity, err);
			}
		}
	}
	return status;
}

static int compare_bytes(const char *left, size_t left_length, const char *right, size_t right_length)
{
	int order = memcmp(left, right, left_length < right_length ? left_length : right_length);
	return order ? order : (left_length > right_length) - (left_length < right_length);
}

static int by_directories(const void *left, const void *right)
{
	const struct pair *l = left, *r = right;
	int order = compare_bytes(l->from_path, l->from_length, r->from_path, r->from_length);
	return order ? order : compare_bytes(l->to_path, l->to_length, r->to_path, r->to_length);
}

static int by_weight(const void *left, const void *right)
{
	const struct pair *l = left, *r = right;
	int order = l->weight != r->weight ? (l->weight > r->weight ? -1 : 1) : by_directories(left, right);
	if (order == 0 && l->similarity != r->similarity) {
		order = l->similarity > r->similarity ? -1 : 1;
	}
	return order ? order : l->from != r->from ? (l->from < r->from ? -1 : 1) : (l->to > r->to) - (l->to < r->to);
}

static void weigh(struct search *search)
{
	struct pair *pairs = search->pairs;
	if (search->pair_count == 0) {
		return;
	}
	qsort(pairs, search->pair_count, sizeof *pairs, by_directories);
	for (size_t start = 0, end; start < search->pair_count; start = end) {
		uint64_t weight = 0;
		for (end = start; end < search->pair_count && by_directories(&pairs[start], &pairs[end]) == 0; end++) {
			weight += pairs[end].similarity;
		}
		for (size_t i = start; i < end; i++) {
			pairs[i].weight = weight;
		}
	}
	qsort(pairs, search->pair_count, sizeof *pairs, by_weight);
}

static void join(struct search *search, uint32_t from, uint32_t to)
{
	search->old.items[from].other = to;
	search->new.items[to].other = from;
}

/* The lone file at path, or NOBODY. */
static uint32_t find_lone(const struct side *side, const char *path)
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
	return NOBODY;
}

/* Pairs what is left over with the very place where its directory went. */
static void follow_directories(struct search *search)
{
	char place[PATH_MAX];
	for (uint32_t i = 0; i < search->old.count; i++) {
		struct lone *file = &search->old.items[i];
		if (file->other == NOBODY && lks_renames_place(place, search->out, file->entry->path)) {
			uint32_t to = find_lone(&search->new, place);
			if (to != NOBODY && search->new.items[to].other == NOBODY) {
				join(search, i, to);
			}
		}
	}
}

/* Is the pair in line with where its file's directory went? */
static bool is_in_line(const struct search *search, const struct pair *pair)
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
	return l->from != r->from ? (l->from < r->from ? -1 : 1) : compare_bytes(l->to, l->length, r->to, r->length);
}

/* Adds what one file's move tells of each directory above it that is gone. */
static void vote(struct vote *votes, size_t *count, const struct search *search, const char *from, const char *to)
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

/* Did most of the directory go there, or is most of what is there from it? The latter, as a release may drop whole editions. */
static bool is_whole(const struct search *search, const struct vote *vote, size_t count)
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

/* Finds the directories that moved as a whole, by what is known so far. */
static int lift(struct search *search, struct lks_error *err)
{
	struct lks_renames *out = search->out;
	size_t room = 1, count = 0;

	for (uint32_t i = 0; i < search->old.count; i++) {
		room += search->old.items[i].other == NOBODY ? 0 : depth(search->old.items[i].entry->path);
	}
	struct vote *votes = calloc(room, sizeof *votes);
	struct lks_rename *directories = calloc(room, sizeof *directories);
	if (!votes || !directories) {
		free(votes);
		free(directories);
		return lks_error_nomem(err);
	}
	for (uint32_t i = 0; i < search->old.count; i++) {
		const struct lone *file = &search->old.items[i];
		if (file->other != NOBODY) {
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

/* Takes the pairs in the order of their weight. Each group that moves a directory as a whole takes what is left of it along. */
static int choose(struct search *search, struct lks_error *err)
{
	int status = 0;
	for (size_t start = 0, end; start < search->pair_count && !status; start = end) {
		bool taken = false;
		for (end = start; end < search->pair_count && by_directories(&search->pairs[start], &search->pairs[end]) == 0; end++) {
			const struct pair *pair = &search->pairs[end];
			if (search->old.items[pair->from].other == NOBODY && search->new.items[pair->to].other == NOBODY &&is_in_line(search, pair)) {
				join(search, pair->from, pair->to);
				taken = true;
			}
		}
		if (taken && end - start > 1) {
			status = lift(search, err);
			follow_directories(search);
		}
	}
	return status;
}

/* The one file with another name that is clearly what this one became, if there is one. */
static int pair_other_name(struct search *search, uint32_t from, struct lks_error *err)
{
	unsigned best = 0, second = 0;
	uint32_t found = NOBODY;
	int status = lks_task_check(search->task, err);

	for (uint32_t to = 0; to < search->new.count && !status; to++) {
		unsigned similarity = 0;
		if (search->new.items[to].other != NOBODY) {
			continue;
		}
		status = compare(&similarity, search, &search->old.items[from], &search->new.items[to], OTHER_NAME, err);
		if (similarity > best) {
			second = best;
			best = similarity;
			found = to;
		} else if (similarity > second) {
			second = similarity;
		}
	}
	if (!status && best >= OTHER_NAME && best >= second + CLEARLY) {
		status = add_pair(search, from, found, best, err);
		search->pairs[search->pair_count - !status].weight = best;
	}
	return status;
}

static int choose_other_names(struct search *search, struct lks_error *err)
{
	int status = 0;
	search->pair_count = 0;
	for (uint32_t from = 0; from < search->old.count && !status; from++) {
		if (search->old.items[from].other == NOBODY) {
			status = pair_other_name(search, from, err);
		}
	}
	if (status || search->pair_count == 0) {
		return status;
	}
	qsort(search->pairs, search->pair_count, sizeof *search->pairs, by_weight);
	for (size_t i = 0; i < search->pair_count; i++) {
		const struct pair *pair = &search->pairs[i];
		if (search->new.items[pair->to].other == NOBODY && is_in_line(search, pair)) {
			join(search, pair->from, pair->to);
		}
	}
	return lift(search, err);
}

static int fill(struct search *search, struct lks_error *err)
{
	struct lks_renames *out = search->out;
	out->files = calloc((size_t)search->old.count + 1, sizeof *out->files);
	if (!out->files) {
		return lks_error_nomem(err);
	}
	for (uint32_t i = 0; i < search->old.count; i++) {
		const struct lone *file = &search->old.items[i];
		if (file->other != NOBODY) {
			const char *to = search->new.items[file->other].entry->path;
			out->files[out->file_count++] = (struct lks_rename){file->entry->path, to, strlen(to)};
		}
	}
	return 0;
}

static void dispose_side(struct side *side)
{
	for (uint32_t i = 0; i < side->count; i++) {
		lks_similar_dispose(&side->items[i].lines);
	}
	free(side->items);
}

int lks_renames_find(struct lks_renames *out, int before_fd, const struct lks_scan *before, int after_fd, const struct lks_scan *after,
	struct lks_task *task, struct lks_error *err)
{
	struct search search = {.out = out, .task = task};

	*out = (struct lks_renames){.before = before, .after = after};
	int status = take_lone(&search.old, before_fd, before, after, err);
	if (status || (status = take_lone(&search.new, after_fd, after, before, err))) {
		goto done;
	}
	if (search.old.count == 0 || search.new.count == 0) {
		goto done;
	}
	if ((status = pair_names(&search, err))) {
		goto done;
	}
	weigh(&search);
	if ((status = choose(&search, err)) || (status = lift(&search, err))) {
		goto done;
	}
	follow_directories(&search);
	if ((status = choose_other_names(&search, err)) == 0) {
		status = fill(&search, err);
	}
done:
	dispose_side(&search.old);
	dispose_side(&search.new);
	free(search.names);
	free(search.pairs);
	if (status) {
		lks_renames_dispose(out);
	}
	return status;
}

void lks_renames_dispose(struct lks_renames *renames)
{
	free(renames->files);
	free(renames->directories);
	*renames = (struct lks_renames){0};
}

/*
 * Which files of two releases may be one another, and how likely that is.
 *
 * A pair's weight is the sum of the similarities of all pairs that tell the same of their directories: etc/a/1/x to etc/b/1/x and
 * etc/a/2/y to etc/b/2/y both say that etc/a went to etc/b. So copies of one file in many directories do not go astray.
 */
#include "rename_search.h"

#include <stdlib.h>
#include <string.h>

#include "lockstep/fs.h"
#include "lockstep/merge.h"
#include "text.h"

#define COMPARISONS_MAX 200000u /* of texts; what is beyond counts only when it is equal */
#define PAIRS_MAX 1000000u      /* that are looked at, so that a release of very many equal files costs no more */
#define SAME_NAME 500u          /* thousandths that two files of one name must have in common, as for git */
#define OTHER_NAME 700u         /* of files with other names: licence and scaffolding alone make up half of a small class */
#define CLEARLY 50u             /* more than the next best, for another name */

static int read_lines(struct lks_lone *file, int fd, struct lks_error *err)
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
static int compare(
	unsigned *out, struct lks_rename_search *search, struct lks_lone *old, struct lks_lone *new, unsigned least, struct lks_error *err)
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
static void cut_common_end(struct lks_rename_pair *pair)
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

static int add_pair(struct lks_rename_search *search, uint32_t from, uint32_t to, unsigned similarity, struct lks_error *err)
{
	if (search->pair_count == search->pair_room) {
		size_t room = search->pair_room ? search->pair_room * 2 : 256;
		struct lks_rename_pair *pairs = realloc(search->pairs, room * sizeof *pairs);
		if (!pairs) {
			return lks_error_nomem(err);
		}
		search->pairs = pairs;
		search->pair_room = room;
	}
	struct lks_rename_pair *pair = &search->pairs[search->pair_count++];
	*pair = (struct lks_rename_pair){.from = from,
		.to = to,
		.similarity = similarity,
		.from_path = search->old.items[from].entry->path,
		.to_path = search->new.items[to].entry->path};
	cut_common_end(pair);
	return 0;
}

int lks_rename_compare_bytes(const char *left, size_t left_length, const char *right, size_t right_length)
{
	int order = memcmp(left, right, left_length < right_length ? left_length : right_length);
	return order ? order : (left_length > right_length) - (left_length < right_length);
}

int lks_rename_by_directories(const void *left, const void *right)
{
	const struct lks_rename_pair *l = left, *r = right;
	int order = lks_rename_compare_bytes(l->from_path, l->from_length, r->from_path, r->from_length);
	return order ? order : lks_rename_compare_bytes(l->to_path, l->to_length, r->to_path, r->to_length);
}

int lks_rename_by_weight(const void *left, const void *right)
{
	const struct lks_rename_pair *l = left, *r = right;
	int order = l->weight != r->weight ? (l->weight > r->weight ? -1 : 1) : lks_rename_by_directories(left, right);
	if (order == 0 && l->similarity != r->similarity) {
		order = l->similarity > r->similarity ? -1 : 1;
	}
	return order ? order : l->from != r->from ? (l->from < r->from ? -1 : 1) : (l->to > r->to) - (l->to < r->to);
}

static void weigh_pairs(struct lks_rename_search *search)
{
	struct lks_rename_pair *pairs = search->pairs;
	if (search->pair_count == 0) {
		return;
	}
	qsort(pairs, search->pair_count, sizeof *pairs, lks_rename_by_directories);
	for (size_t start = 0, end; start < search->pair_count; start = end) {
		uint64_t weight = 0;
		for (end = start; end < search->pair_count && lks_rename_by_directories(&pairs[start], &pairs[end]) == 0; end++) {
			weight += pairs[end].similarity;
		}
		for (size_t i = start; i < end; i++) {
			pairs[i].weight = weight;
		}
	}
	qsort(pairs, search->pair_count, sizeof *pairs, lks_rename_by_weight);
}

static int by_name(const void *left, const void *right)
{
	const struct lks_lone_name *l = left, *r = right;
	int order = strcmp(l->name, r->name);
	return order ? order : (l->index > r->index) - (l->index < r->index);
}

int lks_rename_pair_names(struct lks_rename_search *search, struct lks_error *err)
{
	int status = 0;
	search->names = calloc((size_t)search->new.count + 1, sizeof *search->names);
	if (!search->names) {
		return lks_error_nomem(err);
	}
	for (uint32_t i = 0; i < search->new.count; i++) {
		search->names[i] = (struct lks_lone_name){search->new.items[i].name, i};
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
			if (!status && similarity >= SAME_NAME && search->pair_count < PAIRS_MAX) {
				status = add_pair(search, from, to, similarity, err);
			}
		}
	}
	if (!status) {
		weigh_pairs(search);
	}
	return status;
}

int lks_rename_pair_other_name(struct lks_rename_search *search, uint32_t from, struct lks_error *err)
{
	unsigned best = 0, second = 0;
	uint32_t found = LKS_LONE_NOBODY;
	int status = lks_task_check(search->task, err);

	for (uint32_t to = 0; to < search->new.count && !status; to++) {
		unsigned similarity = 0;
		if (search->new.items[to].other != LKS_LONE_NOBODY) {
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

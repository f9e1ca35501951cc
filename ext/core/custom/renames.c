/*
 * Renames: pairs of files with one name, the likeliest first; directories that went as a whole; at last files with other names.
 */
#include "rename_search.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void lks_rename_join(struct lks_rename_search *search, uint32_t from, uint32_t to)
{
	search->old.items[from].other = to;
	search->new.items[to].other = from;
}

static int take_lone(struct lks_lone_side *out, int fd, const struct lks_scan *scan, const struct lks_scan *other, struct lks_error *err)
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
				out->items[out->count++] = (struct lks_lone){
					.entry = entry, .name = slash ? slash + 1 : entry->path, .other = LKS_LONE_NOBODY};
			}
		}
	}
	return 0;
}

static bool is_free(const struct lks_rename_search *search, const struct lks_rename_pair *pair)
{
	return search->old.items[pair->from].other == LKS_LONE_NOBODY && search->new.items[pair->to].other == LKS_LONE_NOBODY;
}

/* Takes the pairs in the order of their weight. Each group that moves a directory as a whole takes what is left of it along. */
static int choose(struct lks_rename_search *search, struct lks_error *err)
{
	int status = 0;
	for (size_t start = 0, end; start < search->pair_count && !status; start = end) {
		bool taken = false;
		for (end = start; end < search->pair_count && lks_rename_by_directories(&search->pairs[start], &search->pairs[end]) == 0; end++) {
			const struct lks_rename_pair *pair = &search->pairs[end];
			if (is_free(search, pair) && lks_rename_is_in_line(search, pair)) {
				lks_rename_join(search, pair->from, pair->to);
				taken = true;
			}
		}
		if (taken && end - start > 1) {
			status = lks_rename_lift(search, err);
			lks_rename_follow_directories(search);
		}
	}
	return status;
}

static int choose_other_names(struct lks_rename_search *search, struct lks_error *err)
{
	int status = 0;
	search->pair_count = 0;
	for (uint32_t from = 0; from < search->old.count && !status; from++) {
		if (search->old.items[from].other == LKS_LONE_NOBODY) {
			status = lks_rename_pair_other_name(search, from, err);
		}
	}
	if (status || search->pair_count == 0) {
		return status;
	}
	qsort(search->pairs, search->pair_count, sizeof *search->pairs, lks_rename_by_weight);
	for (size_t i = 0; i < search->pair_count; i++) {
		const struct lks_rename_pair *pair = &search->pairs[i];
		if (is_free(search, pair) && lks_rename_is_in_line(search, pair)) {
			lks_rename_join(search, pair->from, pair->to);
		}
	}
	return lks_rename_lift(search, err);
}

static int fill(struct lks_rename_search *search, struct lks_error *err)
{
	struct lks_renames *out = search->out;
	out->files = calloc((size_t)search->old.count + 1, sizeof *out->files);
	if (!out->files) {
		return lks_error_nomem(err);
	}
	for (uint32_t i = 0; i < search->old.count; i++) {
		const struct lks_lone *file = &search->old.items[i];
		if (file->other != LKS_LONE_NOBODY) {
			const char *to = search->new.items[file->other].entry->path;
			out->files[out->file_count++] = (struct lks_rename){file->entry->path, to, strlen(to)};
		}
	}
	return 0;
}

static void dispose_side(struct lks_lone_side *side)
{
	for (uint32_t i = 0; i < side->count; i++) {
		lks_similar_dispose(&side->items[i].lines);
	}
	free(side->items);
}

int lks_renames_find(struct lks_renames *out, int before_fd, const struct lks_scan *before, int after_fd, const struct lks_scan *after,
	struct lks_task *task, struct lks_error *err)
{
	struct lks_rename_search search = {.out = out, .task = task};

	*out = (struct lks_renames){.before = before, .after = after};
	int status = take_lone(&search.old, before_fd, before, after, err);
	if (status || (status = take_lone(&search.new, after_fd, after, before, err))) {
		goto done;
	}
	if (search.old.count == 0 || search.new.count == 0) {
		goto done;
	}
	if ((status = lks_rename_pair_names(&search, err))) {
		goto done;
	}
	if ((status = choose(&search, err)) || (status = lks_rename_lift(&search, err))) {
		goto done;
	}
	lks_rename_follow_directories(&search);
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

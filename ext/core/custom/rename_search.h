/*
 * The search for renames, in parts: renames.c (the order of the steps), rename_pairs.c (which files may be one another),
 * rename_directories.c (which directories moved as a whole).
 *
 * Private to the custom module. One thread a search.
 */
#ifndef LKS_CUSTOM_RENAME_SEARCH_H
#define LKS_CUSTOM_RENAME_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "renames.h"
#include "similar.h"

#define LKS_LONE_NOBODY UINT32_MAX

/* A file that only one of the releases has at its path. */
struct lks_lone {
	const struct lks_entry *entry;
	const char *name; /* the last part of its path */
	struct lks_similar_lines lines;
	bool read;
	uint32_t other; /* index in the other side, or LKS_LONE_NOBODY */
};

struct lks_lone_side {
	int fd;
	struct lks_lone *items; /* owned; in path order */
	uint32_t count;
};

struct lks_lone_name {
	const char *name;
	uint32_t index;
};

struct lks_rename_pair {
	uint32_t from, to;
	unsigned similarity;
	const char *from_path, *to_path;
	uint32_t from_length, to_length; /* of the paths without what both end in: the directories that were renamed */
	uint64_t weight;
};

struct lks_rename_search {
	struct lks_lone_side old, new;
	struct lks_lone_name *names;   /* owned; of the new side, by name and path */
	struct lks_rename_pair *pairs; /* owned */
	size_t pair_count, pair_room;
	size_t comparisons;
	struct lks_renames *out;
	struct lks_task *task;
};

/* All likely pairs of one name, weighed, the weightiest first. */
int lks_rename_pair_names(struct lks_rename_search *search, struct lks_error *err);

/* Adds the pair of a file and the one with another name that is clearly what it became, if there is one. */
int lks_rename_pair_other_name(struct lks_rename_search *search, uint32_t from, struct lks_error *err);

/* Orders of pairs, for qsort: by the directories that they tell of; by weight. */
int lks_rename_by_directories(const void *left, const void *right);
int lks_rename_by_weight(const void *left, const void *right);
int lks_rename_compare_bytes(const char *left, size_t left_length, const char *right, size_t right_length);

/* The two are one file. */
void lks_rename_join(struct lks_rename_search *search, uint32_t from, uint32_t to);

/* Finds the directories that moved as a whole, by the files that have been joined. */
int lks_rename_lift(struct lks_rename_search *search, struct lks_error *err);

/* Joins what is left over with what stands at the very place where its directory went. */
void lks_rename_follow_directories(struct lks_rename_search *search);

/* Does the pair not contradict where its file's directory went, or is it so much alike that this does not matter? */
bool lks_rename_is_in_line(const struct lks_rename_search *search, const struct lks_rename_pair *pair);

#endif

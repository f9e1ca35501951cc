/*
 * From the bottom up it is counted what each directory costs, from the top down the subtrees are taken.
 */
#include "subtrees.h"

#include <stdlib.h>
#include <string.h>

#include "lockstep/path.h"
#include "notes.h"
#include "paths.h"

/* A directory is swapped whole when that many renames would be needed, and they were no less than this share of its members. */
#define WHOLE_ITEMS 8
#define WHOLE_SHARE 4

static uint32_t holder(const struct lks_subtrees *subtrees, const char *path)
{
	uint32_t index = subtrees->count > 0 ? subtrees->current : LKS_NODE_NONE;
	while (index != LKS_NODE_NONE && !lks_path_is_below(path, subtrees->nodes[index].path)) {
		index = subtrees->nodes[index].parent;
	}
	return index;
}

void lks_subtrees_settle(struct lks_subtrees *subtrees, const char *path)
{
	subtrees->current = holder(subtrees, path);
}

int lks_subtrees_add(uint32_t *index, struct lks_subtrees *subtrees, const struct lks_node *node, const char *path, struct lks_error *err)
{
	if (subtrees->count == subtrees->capacity) {
		size_t capacity = subtrees->capacity ? 2 * subtrees->capacity : 1024;
		struct lks_node *nodes = realloc(subtrees->nodes, capacity * sizeof *nodes);
		if (!nodes) {
			return lks_error_nomem(err);
		}
		subtrees->nodes = nodes;
		subtrees->capacity = capacity;
	}
	struct lks_node *added = &subtrees->nodes[subtrees->count];
	*added = *node;
	added->path = lks_region_copy(&subtrees->region, path, strlen(path), err);
	if (!added->path) {
		return LKS_E_NOMEM;
	}
	added->parent = subtrees->count > 0 ? subtrees->current : LKS_NODE_NONE;
	*index = (uint32_t)subtrees->count++;
	if (*index == 0) {
		subtrees->current = LKS_NODE_NONE;
	}
	if (added->directory) {
		subtrees->current = *index;
	}
	return 0;
}

void lks_subtrees_pin(struct lks_subtrees *subtrees, const char *path)
{
	uint32_t index = holder(subtrees, path);
	if (index != LKS_NODE_NONE) {
		subtrees->nodes[index].pinned = true;
	}
}

void lks_subtrees_count(struct lks_subtrees *subtrees)
{
	if (subtrees->count > 0 && subtrees->current != LKS_NODE_NONE) {
		subtrees->nodes[subtrees->current].members++;
	} else {
		subtrees->root_members++;
	}
}

/* What is below it was counted before. */
static int decide(struct lks_archive_difference *out, struct lks_node *node, struct lks_error *err)
{
	switch (node->kind) {
	case LKS_NODE_SAME:
	case LKS_NODE_MOUNT:
		node->items = 0;
		return 0;
	case LKS_NODE_BOTH:
		if (node->pinned && node->differs) {
			return lks_notes_add(&out->warnings, err, node->path, "its mode and owner stay, as it holds what the backup left out");
		}
		node->whole = !node->pinned && node->wanted &&
			(node->differs || (node->items >= WHOLE_ITEMS && (uint64_t)node->items * WHOLE_SHARE >= node->members));
		break;
	case LKS_NODE_ADDED:
		node->whole = node->wanted || node->items > 0;
		break;
	case LKS_NODE_REMOVED:
		node->whole = node->wanted && !node->pinned;
		break;
	case LKS_NODE_REPLACED:
		node->whole = true;
		if (node->pinned) {
			return lks_error_set(err, LKS_E_UNSAFE, 0, node->path,
				"the backup has no directory here, but the directory of now holds what the backup left out");
		}
		break;
	case LKS_NODE_BLOCKED:
		if (node->items > 0) {
			return lks_error_set(err, LKS_E_EXISTS, 0, node->path, "stands where the backup has a directory");
		}
		break;
	}
	node->items = node->whole ? 1 : node->items;
	return 0;
}

static int count_up(struct lks_archive_difference *out, struct lks_subtrees *subtrees, struct lks_error *err)
{
	int status = 0;
	for (size_t i = subtrees->count; status == 0 && i-- > 0;) {
		struct lks_node *node = &subtrees->nodes[i];
		status = decide(out, node, err);
		if (node->parent != LKS_NODE_NONE) {
			struct lks_node *parent = &subtrees->nodes[node->parent];
			parent->members += node->members;
			parent->items += node->items;
			parent->pinned = parent->pinned || node->pinned;
			parent->dated = parent->dated || node->whole;
		} else {
			subtrees->root_members += node->members;
		}
	}
	return status;
}

static int add_time(struct lks_archive_difference *out, const struct lks_node *node, struct lks_error *err)
{
	if ((out->time_count & (out->time_count - 1)) == 0) {
		struct lks_archive_time *times = realloc(out->times, (out->time_count ? 2 * out->time_count : 1) * sizeof *times);
		if (!times) {
			return lks_error_nomem(err);
		}
		out->times = times;
	}
	struct lks_archive_time *time = &out->times[out->time_count];
	time->path = strdup(node->path);
	time->mtime = node->mtime;
	if (!time->path) {
		return lks_error_nomem(err);
	}
	out->time_count++;
	return 0;
}

int lks_subtrees_finish(struct lks_archive_difference *out, struct lks_subtrees *subtrees, struct lks_error *err)
{
	int status = count_up(out, subtrees, err);
	const struct lks_node *taken = NULL;
	uint64_t swapped = 0;
	for (size_t i = 0; status == 0 && i < subtrees->count; i++) {
		const struct lks_node *node = &subtrees->nodes[i];
		if (taken && lks_path_is_below(node->path, taken->path)) {
			continue;
		}
		if (node->whole) {
			taken = node;
			swapped += node->members;
			status = lks_paths_add(&out->items, node->path, err);
		} else if (node->kind == LKS_NODE_BOTH && node->wanted && node->dated) {
			status = add_time(out, node, err);
		}
	}
	out->members = subtrees->root_members;
	out->kept = out->members - swapped;
	return status;
}

void lks_subtrees_dispose(struct lks_subtrees *subtrees)
{
	lks_region_dispose(&subtrees->region);
	free(subtrees->nodes);
	memset(subtrees, 0, sizeof *subtrees);
}

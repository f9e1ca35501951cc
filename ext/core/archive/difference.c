/*
 * What each member of an archive and each entry of the live tree means for a restore: it stays, comes, goes, or is swapped.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lockstep/archive.h"
#include "lockstep/glob.h"
#include "lockstep/path.h"
#include "manifest.h"
#include "notes.h"
#include "paths.h"
#include "proof.h"
#include "selection.h"
#include "sides.h"
#include "subtrees.h"

/* Another name of a file that is as the archive says: it has to go along when the file is swapped. */
struct name {
	const char *path, *first; /* in the region */
	struct name *next;
};

struct difference {
	const struct lks_archive_difference_options *options;
	struct lks_archive_difference *out;
	struct lks_manifest *manifest;
	struct lks_task *task;
	struct lks_selection selection;
	struct lks_sides sides;
	struct lks_subtrees subtrees;
	struct lks_region region;
	struct name *names; /* the last one first */
	struct lks_region scratch;
	struct lks_proofs *proofs;
	uint32_t covered; /* the node whose members are only counted from here on; LKS_NODE_NONE */
	char covered_path[PATH_MAX];
};

static int by_path(const void *left, const void *right)
{
	return lks_path_compare(*(const char *const *)left, *(const char *const *)right);
}

/* What follows below this member of the archive has no live counterpart. */
static void cover(struct difference *difference, uint32_t index, const char *path)
{
	difference->covered = index;
	strcpy(difference->covered_path, path);
}

static bool is_covered(struct difference *difference, const char *path)
{
	if (difference->covered != LKS_NODE_NONE && !lks_path_is_below(path, difference->covered_path)) {
		difference->covered = LKS_NODE_NONE;
	}
	return difference->covered != LKS_NODE_NONE;
}

static int only_archived(struct difference *difference, const struct lks_member *member, struct lks_error *err)
{
	bool directory = member->kind == LKS_MEMBER_DIRECTORY, wanted = lks_selection_has(&difference->selection, member->path, directory);
	if (is_covered(difference, member->path)) {
		struct lks_node *node = &difference->subtrees.nodes[difference->covered];
		if (node->kind != LKS_NODE_MOUNT) {
			node->members += wanted;
			return 0;
		}
		if (!node->dated) { /* told once */
			node->dated = true;
			return lks_notes_add(
				&difference->out->warnings, err, node->path, "is a mount point by now: what the backup has in it is not restored");
		}
		return 0;
	}
	if (!wanted && !directory) {
		return 0;
	}
	uint32_t index;
	struct lks_node node = {.kind = LKS_NODE_ADDED, .members = wanted, .directory = directory, .wanted = wanted};
	lks_subtrees_settle(&difference->subtrees, member->path);
	int status = lks_subtrees_add(&index, &difference->subtrees, &node, member->path, err);
	if (status == 0 && directory && wanted) {
		cover(difference, index, member->path);
	}
	return status;
}

static int only_live(struct difference *difference, const struct lks_walk_entry *entry, struct lks_error *err)
{
	bool directory = entry->fd >= 0, wanted = lks_selection_has(&difference->selection, entry->path, directory);
	if (!directory && (!wanted || (!S_ISREG(entry->st.st_mode) && !S_ISLNK(entry->st.st_mode)))) {
		return 0; /* sockets and the like are in no backup */
	}
	uint32_t index;
	struct lks_node node = {.kind = entry->is_mount ? LKS_NODE_MOUNT : LKS_NODE_REMOVED, .directory = directory, .wanted = wanted};
	node.pinned = entry->is_mount || (directory && lks_sides_hold_excluded(&difference->sides, entry->path));
	lks_subtrees_settle(&difference->subtrees, entry->path);
	return lks_subtrees_add(&index, &difference->subtrees, &node, entry->path, err);
}

static int both_directories(
	struct difference *difference, const struct lks_member *member, const struct lks_walk_entry *entry, bool wanted, struct lks_error *err)
{
	struct lks_member now = {0};
	uint32_t index;
	struct lks_node node = {.kind = LKS_NODE_BOTH, .members = wanted, .directory = true, .wanted = wanted, .mtime = member->mtime};
	bool same = true;
	int status = 0;
	lks_member_stat(&now, &entry->st);
	if (wanted && !lks_proof_untouched(&now, member, difference->manifest->started)) {
		same = lks_proof_same_metadata(&now, member);
		if (same) {
			status = lks_proof_attributes(&same, entry->fd, member, &difference->scratch, err);
			lks_region_clear(&difference->scratch);
		}
	}
	node.differs = !same;
	node.dated = now.mtime != member->mtime;
	node.pinned = lks_sides_hold_excluded(&difference->sides, member->path);
	lks_subtrees_settle(&difference->subtrees, member->path);
	return status ? status : lks_subtrees_add(&index, &difference->subtrees, &node, member->path, err);
}

static int same_link(bool *same, const struct lks_member *member, const struct lks_walk_entry *entry, struct lks_error *err)
{
	char target[PATH_MAX];
	ssize_t length = readlinkat(entry->parent_fd, entry->name, target, sizeof target);
	if (length < 0 && errno != ENOENT && errno != EINVAL) {
		return lks_error_sys(err, errno, entry->path, "the symlink cannot be read");
	}
	*same = length >= 0 && (size_t)length == strlen(member->link) && memcmp(target, member->link, (size_t)length) == 0;
	return 0;
}

/* Is the entry one more name of the live file that stands where the archive has the first one? */
static int same_name(
	bool *same, struct difference *difference, const struct lks_member *member, const struct lks_walk_entry *entry, struct lks_error *err)
{
	struct lks_error ignored = {0}; /* without its first name it is another file */
	struct stat first;
	int fd = -1;
	if (lks_path_open(&fd, difference->options->live_fd, member->link, O_PATH | O_NOFOLLOW, 0, &ignored) != 0) {
		return 0;
	}
	*same = fstat(fd, &first) == 0 && first.st_ino == entry->st.st_ino && first.st_dev == entry->st.st_dev;
	close(fd);
	if (!*same) {
		return 0;
	}
	struct name *name = lks_region_take(&difference->region, sizeof *name, err);
	if (!name) {
		return LKS_E_NOMEM;
	}
	name->path = lks_region_copy(&difference->region, member->path, member->path_length, err);
	name->first = lks_region_copy(&difference->region, member->link, strlen(member->link), err);
	name->next = difference->names;
	difference->names = name;
	return name->path && name->first ? 0 : LKS_E_NOMEM;
}

static void found(void *context, const struct lks_proof *proof)
{
	struct difference *difference = context;
	difference->out->hashed++;
	if (proof->same) {
		difference->subtrees.nodes[proof->index].kind = LKS_NODE_SAME;
	}
}

static int both_files(
	struct difference *difference, const struct lks_member *member, const struct lks_walk_entry *entry, struct lks_error *err)
{
	struct lks_member now = {0};
	bool same = false, to_read = false;
	uint32_t index;
	int status = 0;
	lks_member_stat(&now, &entry->st);
	lks_subtrees_settle(&difference->subtrees, member->path);
	if (member->kind == LKS_MEMBER_HARDLINK && now.kind == LKS_MEMBER_FILE && entry->st.st_nlink > 1) {
		status = same_name(&same, difference, member, entry, err);
	} else if (member->kind == LKS_MEMBER_SYMLINK && now.kind == LKS_MEMBER_SYMLINK && lks_proof_same_metadata(&now, member)) {
		status = same_link(&same, member, entry, err);
	} else if (member->kind == LKS_MEMBER_FILE && now.kind == LKS_MEMBER_FILE) {
		same = lks_proof_untouched(&now, member, difference->manifest->started);
		to_read = !same && lks_proof_same_metadata(&now, member);
	}
	if (status != 0 || same) {
		lks_subtrees_count(&difference->subtrees);
		return status;
	}
	struct lks_node node = {.kind = LKS_NODE_REPLACED, .members = 1, .wanted = true};
	status = lks_subtrees_add(&index, &difference->subtrees, &node, member->path, err);
	if (status == 0 && to_read) {
		status = lks_proofs_add(difference->proofs, member, &now, index, found, difference, err);
	}
	return status;
}

static int on_both(
	struct difference *difference, const struct lks_member *member, const struct lks_walk_entry *entry, struct lks_error *err)
{
	bool archived_directory = member->kind == LKS_MEMBER_DIRECTORY, live_directory = entry->fd >= 0;
	bool wanted = lks_selection_has(&difference->selection, member->path, archived_directory);
	struct lks_node node = {.members = wanted, .directory = true, .wanted = wanted};
	uint32_t index;
	int status;
	if (!archived_directory && !live_directory) {
		return wanted ? both_files(difference, member, entry, err) : 0;
	}
	if (archived_directory && live_directory && !entry->is_mount) {
		return both_directories(difference, member, entry, wanted, err);
	}
	if (entry->is_mount) {
		node.kind = LKS_NODE_MOUNT;
		node.pinned = true;
	} else if (archived_directory) {
		node.kind = wanted ? LKS_NODE_REPLACED : LKS_NODE_BLOCKED;
	} else {
		node.kind = wanted ? LKS_NODE_REPLACED : LKS_NODE_REMOVED;
		node.pinned = lks_sides_hold_excluded(&difference->sides, member->path);
	}
	lks_subtrees_settle(&difference->subtrees, member->path);
	status = lks_subtrees_add(&index, &difference->subtrees, &node, member->path, err);
	if (status == 0 && (entry->is_mount || (archived_directory && wanted))) {
		cover(difference, index, member->path);
	}
	return status;
}

static void pin(void *context, const char *path)
{
	struct difference *difference = context;
	lks_subtrees_pin(&difference->subtrees, path);
}

static int merge(struct difference *difference, struct lks_error *err)
{
	struct lks_sides *sides = &difference->sides;
	int status = lks_sides_next_member(sides, err);
	status = status ? status : lks_sides_next_entry(sides, err);
	for (unsigned count = 0; status == 0 && (sides->has_member || sides->has_entry); count++) {
		int order = !sides->has_entry ? -1 : !sides->has_member ? 1 : lks_path_compare(sides->member.path, sides->entry.path);
		status = order < 0 ? only_archived(difference, &sides->member, err)
			: order > 0    ? only_live(difference, &sides->entry, err)
						   : on_both(difference, &sides->member, &sides->entry, err);
		if (status == 0 && count % 1024 == 0) {
			status = lks_task_check(difference->task, err);
			lks_task_add(difference->task, 1024, 0);
		}
		if (status == 0 && order <= 0) {
			status = lks_sides_next_member(sides, err);
		}
		if (status == 0 && order >= 0) {
			status = lks_sides_next_entry(sides, err);
		}
	}
	return status ? status : lks_proofs_finish(difference->proofs, found, difference, err);
}

/* Other names of swapped files are swapped with them, else they would go on being names of the old ones. */
static int follow_names(struct difference *difference, struct lks_error *err)
{
	struct lks_paths *items = &difference->out->items, more = {0};
	struct lks_selection swapped = {.items = (const char *const *)items->items, .count = items->count};
	int status = 0;
	for (struct name *name = difference->names; status == 0 && items->count > 0 && name; name = name->next) {
		if (lks_selection_in_items(&swapped, name->first) && !lks_selection_in_items(&swapped, name->path)) {
			status = lks_paths_add(&more, name->path, err);
		}
	}
	for (size_t i = 0; status == 0 && i < more.count; i++) {
		status = lks_paths_add(items, more.items[i], err);
		difference->out->kept--;
	}
	if (more.count > 0) {
		qsort(items->items, items->count, sizeof *items->items, by_path);
	}
	lks_paths_dispose(&more);
	return status;
}

/* What is put in place must bring the parents that are missing. */
static int lift(struct difference *difference, struct lks_error *err)
{
	struct lks_paths *items = &difference->out->items;
	if (items->count != 1 || strlen(items->items[0]) <= strlen(difference->sides.scope) ||
		!lks_path_is_below(items->items[0], difference->sides.scope)) {
		return 0;
	}
	lks_paths_dispose(items);
	return lks_paths_add(items, difference->sides.scope, err);
}

static int compare(struct difference *difference, struct lks_error *err)
{
	const struct lks_archive_difference_options *options = difference->options;
	const char *path = options->path && strcmp(options->path, ".") != 0 ? options->path : NULL;
	int status = path ? lks_path_check(path, strlen(path), err) : 0;
	if (status == 0 && options->pattern) {
		status = lks_glob_check(options->pattern, err);
	}
	if (status != 0) {
		return status;
	}
	difference->selection = (struct lks_selection){.below = path, .pattern = options->pattern};
	difference->sides = (struct lks_sides){.options = options, .stays = pin, .context = difference};
	status = lks_manifest_load_frames(difference->manifest, err);
	status = status ? status : lks_proofs_new(&difference->proofs, options->live_fd, options->threads, difference->task, err);
	status = status ? status : lks_sides_open(&difference->sides, difference->manifest, path ? path : ".", err);
	status = status ? status : merge(difference, err);
	status = status ? status : lks_subtrees_finish(difference->out, &difference->subtrees, err);
	status = status ? status : follow_names(difference, err);
	if (status == 0 && difference->out->members == 0 && (path || options->pattern)) {
		return lks_error_set(err, LKS_E_NOT_FOUND, 0, path ? path : options->pattern, "the archive has nothing of that");
	}
	if (status == 0 && path && strcmp(difference->sides.scope, path) != 0) {
		status = lift(difference, err);
	}
	return status;
}

void lks_archive_difference_dispose(struct lks_archive_difference *difference)
{
	lks_paths_dispose(&difference->items);
	for (size_t i = 0; i < difference->time_count; i++) {
		free(difference->times[i].path);
	}
	free(difference->times);
	lks_notes_dispose(&difference->warnings);
	memset(difference, 0, sizeof *difference);
}

int lks_archive_difference(
	struct lks_archive_difference *out, const struct lks_archive_difference_options *options, struct lks_task *task, struct lks_error *err)
{
	struct lks_manifest manifest;
	struct difference difference = {.options = options, .out = out, .manifest = &manifest, .task = task, .covered = LKS_NODE_NONE};
	memset(out, 0, sizeof *out);
	lks_task_phase(task, "compare");
	int status = lks_manifest_open(&manifest, options->archive_dir_fd, options->archive, options->key, err);
	if (status != 0) {
		return status;
	}
	lks_task_total(task, manifest.members, 0);
	status = compare(&difference, err);
	lks_proofs_free(difference.proofs);
	lks_sides_dispose(&difference.sides);
	lks_subtrees_dispose(&difference.subtrees);
	lks_region_dispose(&difference.region);
	lks_region_dispose(&difference.scratch);
	lks_manifest_close(&manifest);
	if (status != 0) {
		lks_archive_difference_dispose(out);
	}
	return status;
}

/* What a user changed in the tool: two scans with hashes, and what differs between them that is a customization. */
#include "lockstep/classify.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lockstep/compare.h"
#include "plan.h"

static const char *const not_the_tool[] = {".git", ".hg", ".svn", NULL};

static bool is_directory(const struct lks_entry *entry)
{
	return entry && S_ISDIR(entry->mode);
}

static bool is_content(const struct lks_entry *entry)
{
	return entry && (S_ISREG(entry->mode) || S_ISLNK(entry->mode));
}

struct sides {
	int pristine_fd, mine_fd;
};

/* Do two files that differ do so in form alone? */
static int compare_form(struct lks_custom *item, const struct sides *sides, const struct lks_entry *before, const struct lks_entry *after,
	struct lks_error *err)
{
	struct lks_buffer left = {0}, right = {0};
	if (!S_ISREG(before->mode) || !S_ISREG(after->mode) || before->size > LKS_MERGE_TEXT_MAX || after->size > LKS_MERGE_TEXT_MAX) {
		return 0;
	}
	int status = lks_plan_read(&left, sides->pristine_fd, before, err);
	if (!status && (status = lks_plan_read(&right, sides->mine_fd, after, err)) == 0) {
		status = lks_noise_compare(
			&item->noise, before->path, lks_buffer_text(&left), left.length, lks_buffer_text(&right), right.length, err);
	}
	lks_buffer_dispose(&left);
	lks_buffer_dispose(&right);
	return status;
}

/* The pristine X.dist of an added X: what the user made X from. */
static int find_dist(struct lks_custom *item, const struct sides *sides, const struct lks_scan *pristine, const struct lks_entry *added,
	struct lks_error *err)
{
	int status = 0;
	const char *path = item->path;
	size_t length = strlen(path);
	char *dist = malloc(length + sizeof ".dist");
	if (!dist) {
		return lks_error_nomem(err);
	}
	memcpy(dist, path, length);
	memcpy(dist + length, ".dist", sizeof ".dist");
	const struct lks_entry *entry = lks_scan_find(pristine, dist);
	if (entry && S_ISREG(entry->mode)) {
		item->dist = entry->path;
		item->unedited = lks_plan_same(entry, added);
		status = item->unedited ? 0 : compare_form(item, sides, entry, added, err);
		item->noise = item->unedited || item->noise != LKS_NOISE_NONE ? LKS_NOISE_COPY : LKS_NOISE_NONE;
	}
	free(dist);
	return status;
}

static bool is_executable(const struct lks_entry *entry)
{
	return (entry->mode & 0111) != 0;
}

/* Fills item when the change is a customization; *is tells. */
static int take(struct lks_custom *item, bool *is, const struct sides *sides, const struct lks_change *change,
	const struct lks_scan *pristine, struct lks_error *err)
{
	*item = (struct lks_custom){
		.path = change->path,
		.before = change->before ? change->before->mode : 0,
		.after = change->after ? change->after->mode : 0,
	};
	*is = false;
	switch (change->kind) {
	case LKS_CHANGE_ADDED:
		item->kind = LKS_CUSTOM_ADDED;
		*is = is_content(change->after);
		return *is && S_ISREG(change->after->mode) ? find_dist(item, sides, pristine, change->after, err) : 0;
	case LKS_CHANGE_DELETED:
		item->kind = LKS_CUSTOM_DELETED;
		*is = is_content(change->before);
		item->noise = lks_noise_is_left_out(change->path) ? LKS_NOISE_LEFT_OUT : LKS_NOISE_NONE;
		return 0;
	case LKS_CHANGE_CONTENT:
		item->kind = LKS_CUSTOM_MODIFIED;
		*is = is_content(change->after);
		return *is ? compare_form(item, sides, change->before, change->after, err) : 0;
	case LKS_CHANGE_TYPE:
		item->kind = LKS_CUSTOM_TYPE;
		*is = !is_directory(change->before) || !is_directory(change->after);
		return 0;
	case LKS_CHANGE_META:
		item->kind = LKS_CUSTOM_MODIFIED;
		item->noise = LKS_NOISE_MODE;
		*is = S_ISREG(change->before->mode) && is_executable(change->before) != is_executable(change->after);
		return 0;
	}
	return 0;
}

static int collect(struct lks_customs *out, const struct lks_changes *changes, const struct sides *sides, struct lks_error *err)
{
	if (changes->count == 0) {
		return 0;
	}
	out->items = calloc(changes->count, sizeof *out->items);
	if (!out->items) {
		return lks_error_nomem(err);
	}
	for (size_t i = 0; i < changes->count; i++) {
		bool is = false;
		int status = take(&out->items[out->count], &is, sides, &changes->items[i], &out->pristine, err);
		if (status) {
			return status;
		}
		out->count += is;
	}
	return 0;
}

int lks_classify(struct lks_customs *out, int pristine_fd, int mine_fd, struct lks_task *task, struct lks_error *err)
{
	const struct lks_scan_options options = {.exclude = not_the_tool, .hash = true, .cross_mounts = true};
	struct lks_changes changes = {0};

	memset(out, 0, sizeof *out);
	int status = lks_scan_tree(&out->pristine, pristine_fd, ".", &options, task, err);
	if (!status) {
		status = lks_scan_tree(&out->mine, mine_fd, ".", &options, task, err);
	}
	if (!status) {
		status = lks_compare_scans(&changes, &out->pristine, &out->mine, LKS_COMPARE_HASH, err);
	}
	if (!status) {
		status = collect(out, &changes, &(struct sides){pristine_fd, mine_fd}, err);
	}
	lks_changes_dispose(&changes);
	if (status) {
		lks_customs_dispose(out);
	}
	return status;
}

void lks_customs_dispose(struct lks_customs *customs)
{
	free(customs->items);
	lks_scan_dispose(&customs->pristine);
	lks_scan_dispose(&customs->mine);
	memset(customs, 0, sizeof *customs);
}

const char *lks_custom_kind_name(enum lks_custom_kind kind)
{
	switch (kind) {
	case LKS_CUSTOM_MODIFIED:
		return "modified";
	case LKS_CUSTOM_ADDED:
		return "added";
	case LKS_CUSTOM_DELETED:
		return "deleted";
	case LKS_CUSTOM_TYPE:
		return "type";
	}
	return "unknown";
}

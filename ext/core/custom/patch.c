/* A patch of two trees: headers of our own, the hunks by libgit2. */
#include "lockstep/patch.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lockstep/compare.h"
#include "lockstep/fs.h"
#include "lockstep/merge.h"
#include "lockstep/path.h"
#include "lockstep/scan.h"

#include "text.h"

#define EMPTY_BLOB "e69de29" /* git's name of an empty file: without it GNU patch takes the deletion of one for a reversed patch */

/* One side of a file: an entry and its bytes. */
struct side {
	const struct lks_entry *entry; /* NULL: absent */
	int fd;                        /* of its tree */
	struct lks_buffer bytes;
	struct lks_text text;
};

struct work {
	struct lks_patch *patch;
	const char *prefix;
	int before_fd, after_fd;
	const char *blocked; /* where a directory stands against something else: what is below is left out, too */
};

static bool is_file(const struct lks_entry *entry)
{
	return entry && (S_ISREG(entry->mode) || S_ISLNK(entry->mode));
}

static const char *mode_of(const struct lks_entry *entry)
{
	if (S_ISLNK(entry->mode)) {
		return "120000";
	}
	return entry->mode & S_IXUSR ? "100755" : "100644";
}

static int leave_out(struct lks_patch *patch, const char *path, struct lks_error *err)
{
	char **bigger = realloc(patch->left_out, (patch->left_out_count + 1) * sizeof *bigger);
	if (!bigger) {
		return lks_error_nomem(err);
	}
	patch->left_out = bigger;
	char *copy = strdup(path);
	if (!copy) {
		return lks_error_nomem(err);
	}
	patch->left_out[patch->left_out_count++] = copy;
	return 0;
}

static bool wants_quotes(const char *path)
{
	for (const unsigned char *byte = (const unsigned char *)path; *byte; byte++) {
		if (*byte <= ' ' || *byte >= 0x7f || *byte == '"' || *byte == '\\') {
			return true;
		}
	}
	return false;
}

/* "a/path"; in quotes also for a blank, as GNU patch finds no end of such a name in a header without hunks. */
static int put_name(struct lks_buffer *out, char side, const char *prefix, const char *path, struct lks_error *err)
{
	if (!wants_quotes(prefix) && !wants_quotes(path)) {
		return lks_buffer_printf(out, err, "%c/%s%s", side, prefix, path);
	}
	int status = lks_buffer_printf(out, err, "\"%c/", side);
	for (const char *part = prefix; part && !status; part = part == prefix ? path : NULL) {
		for (const unsigned char *byte = (const unsigned char *)part; *byte && !status; byte++) {
			if (*byte < ' ' || *byte >= 0x7f) {
				status = lks_buffer_printf(out, err, "\\%03o", *byte);
			} else {
				status = lks_buffer_printf(out, err, *byte == '"' || *byte == '\\' ? "\\%c" : "%c", *byte);
			}
		}
	}
	return status ? status : lks_buffer_puts(out, "\"", err);
}

/* "--- a/path" or "--- /dev/null", with word before. */
static int put_side(
	struct lks_buffer *out, const char *word, char letter, const struct side *side, const char *prefix, struct lks_error *err)
{
	int status = lks_buffer_puts(out, word, err);
	if (!status) {
		status = side->entry ? put_name(out, letter, prefix, side->entry->path, err) : lks_buffer_puts(out, "/dev/null", err);
	}
	return status ? status : lks_buffer_puts(out, "\n", err);
}

static int put_modes(struct lks_buffer *out, const struct side *before, const struct side *after, struct lks_error *err)
{
	if (!before->entry) {
		return lks_buffer_printf(
			out, err, "new file mode %s\n%s", mode_of(after->entry), after->text.length ? "" : "index 0000000.." EMPTY_BLOB "\n");
	}
	if (!after->entry) {
		return lks_buffer_printf(
			out, err, "deleted file mode %s\n%s", mode_of(before->entry), before->text.length ? "" : "index " EMPTY_BLOB "..0000000\n");
	}
	const char *old = mode_of(before->entry), *new = mode_of(after->entry);
	return strcmp(old, new) == 0 ? 0 : lks_buffer_printf(out, err, "old mode %s\nnew mode %s\n", old, new);
}

/* The hunks alone of the diff that libgit2 makes. */
static int put_hunks(struct lks_buffer *out, const struct side *before, const struct side *after, const char *prefix, struct lks_error *err)
{
	struct lks_buffer diff = {0};
	int status = lks_diff_text(&diff, &before->text, &after->text, err);
	const char *hunks = status ? NULL : strstr(lks_buffer_text(&diff), "\n@@ ");
	if (hunks) {
		status = put_side(out, "--- ", 'a', before, prefix, err);
		if (!status) {
			status = put_side(out, "+++ ", 'b', after, prefix, err);
		}
		if (!status) {
			status = lks_buffer_append(out, hunks + 1, diff.length - (size_t)(hunks + 1 - diff.data), err);
		}
	}
	lks_buffer_dispose(&diff);
	return status;
}

static int put_file(const struct work *work, const struct side *before, const struct side *after, struct lks_error *err)
{
	struct lks_buffer *out = &work->patch->text;
	const char *path = before->entry ? before->entry->path : after->entry->path;
	int status = lks_buffer_puts(out, "diff --git ", err);
	if (!status) {
		status = put_name(out, 'a', work->prefix, path, err);
	}
	if (!status) {
		status = lks_buffer_puts(out, " ", err);
	}
	if (!status) {
		status = put_name(out, 'b', work->prefix, path, err);
	}
	if (!status) {
		status = lks_buffer_puts(out, "\n", err);
	}
	if (!status) {
		status = put_modes(out, before, after, err);
	}
	return status ? status : put_hunks(out, before, after, work->prefix, err);
}

/* Reads a side; *is_text becomes false when no patch can carry it. */
static int read_side(struct side *side, bool *is_text, struct lks_error *err)
{
	const struct lks_entry *entry = side->entry;
	if (!entry) {
		return 0;
	}
	if (S_ISLNK(entry->mode)) {
		side->text.data = entry->link;
		side->text.length = strlen(entry->link);
		return 0;
	}
	if (entry->size > LKS_MERGE_TEXT_MAX) {
		*is_text = false;
		return 0;
	}
	int status = lks_fs_read(&side->bytes, side->fd, entry->path, LKS_MERGE_TEXT_MAX, err);
	side->text.data = lks_buffer_text(&side->bytes);
	side->text.length = side->bytes.length;
	*is_text = *is_text && !lks_text_is_binary(side->text.data, side->text.length);
	return status;
}

static int put_pair(const struct work *work, const struct lks_entry *old, const struct lks_entry *new, struct lks_error *err)
{
	struct side before = {.entry = old, .fd = work->before_fd}, after = {.entry = new, .fd = work->after_fd};
	bool is_text = true;
	const char *path = old ? old->path : new->path;

	before.text.label = after.text.label = path; /* libgit2 wants names; its headers are not used */
	int status = read_side(&before, &is_text, err);
	if (!status) {
		status = read_side(&after, &is_text, err);
	}
	if (!status) {
		status = is_text ? put_file(work, &before, &after, err) : leave_out(work->patch, path, err);
	}
	lks_buffer_dispose(&before.bytes);
	lks_buffer_dispose(&after.bytes);
	return status;
}

/* A file that becomes a symlink, or a symlink with another target: GNU patch makes them anew, it does not change them. */
static int put_anew(const struct work *work, const struct lks_change *change, struct lks_error *err)
{
	int status = put_pair(work, change->before, NULL, err);
	return status ? status : put_pair(work, NULL, change->after, err);
}

static int put_change(struct work *work, const struct lks_change *change, struct lks_error *err)
{
	bool old = is_file(change->before), new = is_file(change->after);

	if (work->blocked && lks_path_is_below(change->path, work->blocked)) {
		return old || new ? leave_out(work->patch, change->path, err) : 0;
	}
	switch (change->kind) {
	case LKS_CHANGE_ADDED:
	case LKS_CHANGE_DELETED:
		return old || new ? put_pair(work, old ? change->before : NULL, new ? change->after : NULL, err) : 0;
	case LKS_CHANGE_CONTENT:
		return S_ISLNK(change->after->mode) ? put_anew(work, change, err) : put_pair(work, change->before, change->after, err);
	case LKS_CHANGE_TYPE:
		if (old && new) {
			return put_anew(work, change, err);
		}
		work->blocked = change->path;
		return leave_out(work->patch, change->path, err);
	case LKS_CHANGE_META:
		if (!old || !new || strcmp(mode_of(change->before), mode_of(change->after)) == 0) {
			return 0;
		}
		return put_pair(work, change->before, change->after, err);
	}
	return 0;
}

int lks_patch_trees(struct lks_patch *out, int before_fd, int after_fd, const char *prefix, struct lks_task *task, struct lks_error *err)
{
	const struct lks_scan_options options = {.hash = true, .cross_mounts = true};
	struct lks_scan before = {0}, after = {0};
	struct lks_changes changes = {0};
	struct work work = {.patch = out, .prefix = prefix, .before_fd = before_fd, .after_fd = after_fd};

	memset(out, 0, sizeof *out);
	int status = lks_scan_tree(&before, before_fd, ".", &options, task, err);
	if (!status) {
		status = lks_scan_tree(&after, after_fd, ".", &options, task, err);
	}
	if (!status) {
		status = lks_compare_scans(&changes, &before, &after, LKS_COMPARE_HASH, err);
	}
	for (size_t i = 0; i < changes.count && !status; i++) {
		status = lks_task_check(task, err);
		if (!status) {
			status = put_change(&work, &changes.items[i], err);
		}
	}
	lks_changes_dispose(&changes);
	lks_scan_dispose(&before);
	lks_scan_dispose(&after);
	if (status) {
		lks_patch_dispose(out);
	}
	return status;
}

void lks_patch_dispose(struct lks_patch *patch)
{
	for (size_t i = 0; i < patch->left_out_count; i++) {
		free(patch->left_out[i]);
	}
	free(patch->left_out);
	lks_buffer_dispose(&patch->text);
	memset(patch, 0, sizeof *patch);
}

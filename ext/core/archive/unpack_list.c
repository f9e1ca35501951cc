/*
 * The first pass over a foreign archive: every member is looked at before any is written.
 *
 * Paths and link targets must stay inside, nothing may come twice or stand below what is no directory, only files, directories,
 * symlinks and hard links to files are known, and there are caps on members, bytes and the ratio to the file's size.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lockstep/path.h"
#include "unpack.h"

int lks_unpack_failed(const struct lks_unpack *unpack, const char *path, struct lks_error *err)
{
	const char *text = archive_error_string(unpack->reader);
	int sys = archive_errno(unpack->reader);
	if (sys == ENOMEM) {
		return lks_error_nomem(err);
	}
	if (sys == EIO) {
		return lks_error_sys(err, sys, unpack->name, "the archive cannot be read");
	}
	return lks_error_set(err, LKS_E_CORRUPT, 0, path ? path : unpack->name, "the archive %s is damaged: %s", unpack->name,
		text ? text : "it cannot be read");
}

int lks_unpack_open(struct lks_unpack *unpack, struct lks_error *err)
{
	lks_unpack_close(unpack);
	if (lseek(unpack->fd, 0, SEEK_SET) < 0) {
		return lks_error_sys(err, errno, unpack->name, "the archive cannot be read");
	}
	unpack->reader = archive_read_new();
	if (!unpack->reader) {
		return lks_error_nomem(err);
	}
	/* zips by their central directory alone: read as a stream, one that was cut would pass for a whole one */
	if (archive_read_support_filter_gzip(unpack->reader) != ARCHIVE_OK || archive_read_support_filter_zstd(unpack->reader) != ARCHIVE_OK ||
		archive_read_support_format_zip_seekable(unpack->reader) != ARCHIVE_OK ||
		archive_read_support_format_tar(unpack->reader) != ARCHIVE_OK) {
		return lks_error_set(err, LKS_E_UNSUPPORTED, 0, unpack->name, "libarchive was built without zip, gzip or zstd");
	}
	if (archive_read_open_fd(unpack->reader, unpack->fd, 128 << 10) != ARCHIVE_OK) {
		const char *text = archive_error_string(unpack->reader);
		return lks_error_set(err, LKS_E_FORMAT, 0, unpack->name, "not a zip or tar archive: %s", text ? text : "it cannot be read");
	}
	return 0;
}

void lks_unpack_close(struct lks_unpack *unpack)
{
	archive_read_free(unpack->reader);
	unpack->reader = NULL;
}

int lks_unpack_next(struct archive_entry **entry, struct lks_unpack *unpack, struct lks_error *err)
{
	bool first = archive_file_count(unpack->reader) == 0;
	*entry = NULL;
	switch (archive_read_next_header(unpack->reader, entry)) {
	case ARCHIVE_OK:
	case ARCHIVE_WARN: /* what it warns of is checked below: a name that has no text, a time that is none */
		return 0;
	case ARCHIVE_EOF:
		*entry = NULL;
		return 0;
	default:
		break;
	}
	if (first) {
		const char *text = archive_error_string(unpack->reader);
		return lks_error_set(err, LKS_E_FORMAT, 0, unpack->name, "not a zip or tar archive: %s", text ? text : "it cannot be read");
	}
	return lks_unpack_failed(unpack, NULL, err);
}

int lks_unpack_path(char *buffer, const struct lks_unpack *unpack, struct archive_entry *entry, struct lks_error *err)
{
	const char *path = archive_entry_pathname(entry);
	buffer[0] = '\0';
	if (!path) {
		return lks_error_set(err, LKS_E_FORMAT, 0, unpack->name, "the archive %s has a member without a readable name", unpack->name);
	}
	while (path[0] == '.' && path[1] == '/') {
		path += 2;
	}
	size_t length = strlen(path);
	bool directory = archive_entry_filetype(entry) == AE_IFDIR;
	if (directory && length > 1 && path[length - 1] == '/') {
		length--;
	}
	if (directory && (length == 0 || (length == 1 && path[0] == '.'))) {
		return 0;
	}
	int status = lks_path_check(path, length, err);
	if (!status && length == 1 && path[0] == '.') {
		status = lks_error_set(err, LKS_E_UNSAFE, 0, path, "the archive's root must be a directory");
	}
	if (!status) {
		memcpy(buffer, path, length);
		buffer[length] = '\0';
	}
	return status;
}

int lks_unpack_check_size(const struct lks_unpack *unpack, uint64_t bytes, struct lks_error *err)
{
	if (bytes > LKS_UNPACK_BYTES_MAX) {
		return lks_error_set(err, LKS_E_LIMIT, 0, unpack->name, "the archive %s has more than 1 GiB of contents", unpack->name);
	}
	if (bytes > LKS_UNPACK_RATIO_FREE && bytes / LKS_UNPACK_RATIO_MAX > unpack->file_size) {
		return lks_error_set(err, LKS_E_LIMIT, 0, unpack->name, "the archive %s has more than %u times its own size of contents",
			unpack->name, LKS_UNPACK_RATIO_MAX);
	}
	return 0;
}

/*
 * A symlink may point to what is inside: only leading "..", no more of them than the link is deep. After a name, ".." would
 * start from wherever that name leads.
 */
static bool link_stays_inside(const char *path, const char *target, size_t stripped)
{
	size_t depth = 0;
	for (const char *at = path + stripped; (at = strchr(at, '/')) != NULL; at++) {
		depth++;
	}
	bool named = false;
	if (target[0] == '/' || target[0] == '\0') {
		return false;
	}
	for (const char *at = target; *at;) {
		size_t length = strcspn(at, "/");
		if (length == 2 && at[0] == '.' && at[1] == '.') {
			if (named || depth == 0) {
				return false;
			}
			depth--;
		} else if (length > 0 && !(length == 1 && at[0] == '.')) {
			named = true;
		}
		at += length;
		at += *at == '/';
	}
	return true;
}

static int check_type(uint32_t *type, const char *path, struct archive_entry *entry, struct lks_error *err)
{
	if (archive_entry_is_encrypted(entry)) {
		return lks_error_set(err, LKS_E_UNSUPPORTED, 0, path, "an encrypted member");
	}
	if (archive_entry_hardlink(entry)) {
		*type = S_IFREG;
		return 0;
	}
	switch (archive_entry_filetype(entry)) {
	case AE_IFREG:
		*type = S_IFREG;
		break;
	case AE_IFDIR:
		*type = S_IFDIR;
		break;
	case AE_IFLNK:
		*type = S_IFLNK;
		break;
	default:
		return lks_error_set(err, LKS_E_UNSAFE, 0, path, "a member that is neither file, directory nor symlink");
	}
	if (archive_entry_size_is_set(entry) && archive_entry_size(entry) < 0) {
		return lks_error_set(err, LKS_E_FORMAT, 0, path, "a member of negative size");
	}
	return 0;
}

static int remember(struct lks_unpack *unpack, const char *path, uint32_t type, struct lks_error *err)
{
	if (unpack->count == LKS_UNPACK_MEMBERS_MAX) {
		return lks_error_set(
			err, LKS_E_LIMIT, 0, unpack->name, "the archive %s has more than %u members", unpack->name, LKS_UNPACK_MEMBERS_MAX);
	}
	if (unpack->count == unpack->capacity) {
		size_t capacity = unpack->capacity ? unpack->capacity * 2 : 1024;
		struct lks_unpack_member *more = realloc(unpack->members, capacity * sizeof *more);
		if (!more) {
			return lks_error_nomem(err);
		}
		unpack->members = more;
		unpack->capacity = capacity;
	}
	char *copy = strdup(path);
	if (!copy) {
		return lks_error_nomem(err);
	}
	unpack->members[unpack->count++] = (struct lks_unpack_member){.path = copy, .type = type};
	return 0;
}

static int by_path(const void *left, const void *right)
{
	return lks_path_compare(((const struct lks_unpack_member *)left)->path, ((const struct lks_unpack_member *)right)->path);
}

/* After sorting, what is below a member follows it at once. */
static int check_members(const struct lks_unpack *unpack, struct lks_error *err)
{
	for (size_t i = 1; i < unpack->count; i++) {
		const struct lks_unpack_member *before = &unpack->members[i - 1], *member = &unpack->members[i];
		if (strcmp(before->path, member->path) == 0) {
			return lks_error_set(err, LKS_E_UNSAFE, 0, member->path, "the archive has the member %s twice", member->path);
		}
		if (before->type != S_IFDIR && lks_path_is_below(member->path, before->path)) {
			return lks_error_set(err, LKS_E_UNSAFE, 0, member->path, "the archive has the member %s below %s, which is no directory",
				member->path, before->path);
		}
	}
	return 0;
}

/* Composer strips the top directory when there is nothing beside it. */
static int find_top(struct lks_unpack *unpack, struct lks_error *err)
{
	size_t length = strcspn(unpack->members[0].path, "/");
	if (unpack->members[0].path[length] == '\0' && unpack->members[0].type != S_IFDIR) {
		return 0;
	}
	for (size_t i = 0; i < unpack->count; i++) {
		const char *path = unpack->members[i].path;
		if (strncmp(path, unpack->members[0].path, length) != 0 || (path[length] != '\0' && path[length] != '/')) {
			return 0;
		}
	}
	unpack->top = strndup(unpack->members[0].path, length);
	return unpack->top ? 0 : lks_error_nomem(err);
}

/* Links are looked at again when it is known what is stripped, and which members there are. */
static int check_links(struct lks_unpack *unpack, struct lks_error *err)
{
	struct archive_entry *entry = NULL;
	char path[PATH_MAX];
	size_t stripped = unpack->top ? strlen(unpack->top) + 1 : 0;
	int status = lks_unpack_open(unpack, err);
	while (!status && (status = lks_unpack_next(&entry, unpack, err)) == 0 && entry) {
		if ((status = lks_unpack_path(path, unpack, entry, err)) != 0) {
			break;
		}
		const char *hard = archive_entry_hardlink(entry);
		if (hard && !lks_unpack_target(unpack, hard)) {
			status = lks_error_set(err, LKS_E_UNSAFE, 0, path, "the hard link %s has no target in the archive", path);
		} else if (!hard && archive_entry_filetype(entry) == AE_IFLNK) {
			const char *target = archive_entry_symlink(entry);
			if (!target || strlen(path) < stripped || !link_stays_inside(path, target, stripped)) {
				status = lks_error_set(err, LKS_E_UNSAFE, 0, path, "the symlink %s points out of the archive", path);
			}
		}
	}
	return status;
}

int lks_unpack_list(struct lks_unpack *unpack, struct lks_task *task, struct lks_error *err)
{
	struct archive_entry *entry = NULL;
	uint64_t bytes = 0;
	char path[PATH_MAX];
	uint32_t type = 0;
	bool has_links = false;

	int status = lks_unpack_open(unpack, err);
	while (!status && (status = lks_task_check(task, err)) == 0 && (status = lks_unpack_next(&entry, unpack, err)) == 0 && entry) {
		if ((status = lks_unpack_path(path, unpack, entry, err)) || path[0] == '\0' || (status = check_type(&type, path, entry, err))) {
			continue;
		}
		bool hard = archive_entry_hardlink(entry) != NULL;
		has_links |= hard || type == S_IFLNK;
		if (type == S_IFREG && !hard && archive_entry_size_is_set(entry)) {
			bytes += (uint64_t)archive_entry_size(entry); /* each below 2^63, and checked one by one */
		}
		if ((status = lks_unpack_check_size(unpack, bytes, err)) == 0) {
			status = remember(unpack, path, type, err);
		}
	}
	if (!status && unpack->count == 0) {
		status = lks_error_set(err, LKS_E_FORMAT, 0, unpack->name, "the archive %s is empty", unpack->name);
	}
	if (!status) {
		qsort(unpack->members, unpack->count, sizeof *unpack->members, by_path);
		status = check_members(unpack, err);
	}
	if (!status) {
		status = find_top(unpack, err);
	}
	if (!status && has_links) {
		status = check_links(unpack, err);
	}
	lks_unpack_close(unpack);
	lks_task_total(task, unpack->count, bytes);
	return status;
}

const struct lks_unpack_member *lks_unpack_find(const struct lks_unpack *unpack, const char *path)
{
	struct lks_unpack_member key = {.path = (char *)path};
	return unpack->count ? bsearch(&key, unpack->members, unpack->count, sizeof key, by_path) : NULL;
}

const struct lks_unpack_member *lks_unpack_target(const struct lks_unpack *unpack, const char *target)
{
	while (target[0] == '.' && target[1] == '/') {
		target += 2;
	}
	const struct lks_unpack_member *member = lks_unpack_find(unpack, target);
	return member && member->type == S_IFREG ? member : NULL;
}

void lks_unpack_dispose(struct lks_unpack *unpack)
{
	lks_unpack_close(unpack);
	for (size_t i = 0; i < unpack->count; i++) {
		free(unpack->members[i].path);
	}
	free(unpack->members);
	free(unpack->top);
	memset(unpack, 0, sizeof *unpack);
}

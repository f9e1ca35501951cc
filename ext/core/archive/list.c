/*
 * Listing: the members as the authenticated manifest tells them, no frame is read.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lockstep/archive.h"
#include "lockstep/path.h"
#include "manifest.h"

static uint32_t file_type(enum lks_member_kind kind)
{
	return kind == LKS_MEMBER_DIRECTORY ? S_IFDIR : kind == LKS_MEMBER_SYMLINK ? S_IFLNK : S_IFREG;
}

static int add(struct lks_archive_members *out, size_t *capacity, const struct lks_member *member, struct lks_error *err)
{
	struct lks_region *region = out->arena;
	if (out->count == *capacity) {
		size_t larger = *capacity ? 2 * *capacity : 1024;
		struct lks_entry *entries = realloc(out->entries, larger * sizeof *entries);
		if (!entries) {
			return lks_error_nomem(err);
		}
		out->entries = entries;
		*capacity = larger;
	}
	struct lks_entry *entry = &out->entries[out->count];
	*entry = (struct lks_entry){
		.path = lks_region_copy(region, member->path, member->path_length, err),
		.mode = file_type(member->kind) | member->mode,
		.uid = member->uid,
		.gid = member->gid,
		.nlink = 1,
		.size = member->size,
		.device = member->device,
		.inode = member->inode,
		.mtime = member->mtime,
		.ctime = member->ctime,
	};
	memcpy(entry->hash, member->sha256, LKS_HASH_SIZE);
	if (!entry->path || (member->link && !(entry->link = lks_region_copy(region, member->link, strlen(member->link), err)))) {
		return LKS_E_NOMEM;
	}
	out->count++;
	return 0;
}

static const struct lks_entry *find(const struct lks_archive_members *members, const char *path)
{
	size_t low = 0, high = members->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = lks_path_compare(members->entries[middle].path, path);
		if (order == 0) {
			return &members->entries[middle];
		}
		if (order < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return NULL;
}

/* A hard link is the file that its first name is: size and hash come from there. */
static int resolve_link(
	struct lks_archive_members *out, struct lks_entry *entry, const struct lks_manifest *manifest, struct lks_error *err)
{
	struct lks_manifest_cursor cursor;
	struct lks_member member = {0};
	const struct lks_entry *first = find(out, entry->link);
	if (first) {
		entry->size = first->size;
		memcpy(entry->hash, first->hash, LKS_HASH_SIZE);
		entry->link = NULL;
		return S_ISREG(first->mode) ? 0 : lks_error_set(err, LKS_E_UNSAFE, 0, entry->path, "a hard link to what is no file");
	}
	int status = lks_manifest_cursor_init(&cursor, manifest, err);
	status = status ? status : lks_manifest_seek(&cursor, entry->link, err);
	if (status == 0) {
		status = lks_manifest_next(&member, &cursor, err);
		status = status == 1 ? 0 : status;
	}
	if (status == 0 && member.kind != LKS_MEMBER_FILE) {
		status = lks_error_set(err, LKS_E_UNSAFE, 0, entry->path, "a hard link to what is no file");
	}
	entry->size = member.size;
	memcpy(entry->hash, member.sha256, LKS_HASH_SIZE);
	entry->link = NULL;
	lks_manifest_cursor_dispose(&cursor);
	return status;
}

static int read_members(struct lks_archive_members *out, const struct lks_manifest *manifest, const char *path, struct lks_error *err)
{
	struct lks_manifest_cursor cursor;
	struct lks_member member;
	size_t capacity = 0;
	int more = 0, status = lks_manifest_cursor_init(&cursor, manifest, err);
	if (status == 0 && path && strcmp(path, ".") != 0) {
		status = lks_manifest_seek(&cursor, path, err);
	}
	while (status == 0 && (more = lks_manifest_next(&member, &cursor, err)) > 0) {
		status = add(out, &capacity, &member, err);
	}
	status = status ? status : more < 0 ? more : 0;
	lks_manifest_cursor_dispose(&cursor);
	for (size_t i = 0; status == 0 && i < out->count; i++) {
		if (out->entries[i].link && S_ISREG(out->entries[i].mode)) {
			status = resolve_link(out, &out->entries[i], manifest, err);
		}
	}
	return status;
}

int lks_archive_list(
	struct lks_archive_members *out, int dir_fd, const char *rel, const uint8_t *key, const char *path, struct lks_error *err)
{
	struct lks_manifest manifest;
	memset(out, 0, sizeof *out);
	int status = lks_manifest_open(&manifest, dir_fd, rel, key, err);
	if (status != 0) {
		return status;
	}
	out->arena = calloc(1, sizeof(struct lks_region));
	status = out->arena ? lks_manifest_load_frames(&manifest, err) : lks_error_nomem(err);
	status = status ? status : read_members(out, &manifest, path, err);
	out->label = manifest.label;
	manifest.label = NULL;
	lks_manifest_close(&manifest);
	if (status != 0) {
		lks_archive_members_dispose(out);
	}
	return status;
}

int lks_archive_label(char **out, int dir_fd, const char *rel, const uint8_t *key, struct lks_error *err)
{
	struct lks_manifest manifest;
	int status = lks_manifest_open(&manifest, dir_fd, rel, key, err);
	if (status == 0) {
		*out = manifest.label;
		manifest.label = NULL;
		lks_manifest_close(&manifest);
	}
	return status;
}

void lks_archive_members_dispose(struct lks_archive_members *members)
{
	if (members->arena) {
		lks_region_dispose(members->arena);
		free(members->arena);
	}
	free(members->entries);
	free(members->label);
	memset(members, 0, sizeof *members);
}

/*
 * The manifest's cursor: members decoded one after the other, each rule of the format checked on the way.
 *
 * Rules: paths are clean, strictly ascending in the order of archives, and stand in directories that the archive holds; a hard
 * link's first name stands earlier; headers and contents fill the frames exactly.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "attributes.h"
#include "header.h"
#include "layout.h"
#include "lockstep/path.h"
#include "manifest.h"
#include "pread.h"
#include "wire.h"

#define NAMES (LKS_MEMBER_ATTRIBUTES_MAX * 256u) /* bytes of a member's attributes' names */
#define MODE_MAX 07777u
#define BEYOND 1 /* the member is not below the one that was sought: as if the archive ended here */

static int broken(const struct lks_manifest_cursor *cursor, struct lks_error *err, const char *what)
{
	return lks_error_set(err, LKS_E_FORMAT, 0, cursor->path, "the manifest breaks its rules: %s", what);
}

int lks_manifest_cursor_init(struct lks_manifest_cursor *out, const struct lks_manifest *manifest, struct lks_error *err)
{
	memset(out, 0, sizeof *out);
	out->manifest = manifest;
	strcpy(out->base, manifest->path);
	out->attributes = calloc(LKS_MEMBER_ATTRIBUTES_MAX, sizeof *out->attributes);
	out->names = malloc(NAMES);
	out->above = calloc(PATH_MAX / 2 + 1, sizeof *out->above);
	if (!out->attributes || !out->names || !out->above) {
		lks_manifest_cursor_dispose(out);
		return lks_error_nomem(err);
	}
	return lks_unpacker_new(&out->unpacker, err);
}

void lks_manifest_cursor_dispose(struct lks_manifest_cursor *cursor)
{
	lks_unpacker_free(cursor->unpacker);
	lks_buffer_dispose(&cursor->stored);
	lks_buffer_dispose(&cursor->records);
	free(cursor->attributes);
	free(cursor->names);
	free(cursor->above);
	memset(cursor, 0, sizeof *cursor);
}

static int next_block(struct lks_manifest_cursor *cursor, struct lks_error *err)
{
	const struct lks_manifest_block *block = &cursor->manifest->blocks[cursor->block];
	int status = lks_manifest_read_block(&cursor->stored, &cursor->records, cursor->manifest, block, cursor->unpacker, err);
	if (status != 0) {
		return status;
	}
	cursor->at = (const uint8_t *)cursor->records.data;
	cursor->end = cursor->at + cursor->records.length;
	cursor->hash = (const uint8_t *)cursor->stored.data + block->packed;
	cursor->hash_end = (const uint8_t *)cursor->stored.data + cursor->stored.length;
	cursor->left = block->count;
	cursor->inode = cursor->device = cursor->mtime = cursor->ctime = 0;
	cursor->block++;
	return 0;
}

/* The path: shared with the last one, but for a block's first member, then its own bytes. */
static int take_path(struct lks_manifest_cursor *cursor, struct lks_wire *wire, bool first_of_block, struct lks_error *err)
{
	char before[PATH_MAX + 1];
	size_t before_length = cursor->path_length, length;
	uint64_t shared = lks_wire_get(wire);
	const uint8_t *own = lks_wire_get_bytes(wire, &length);
	memcpy(before, cursor->path, before_length + 1);
	if (wire->bad || shared > (first_of_block ? 0 : before_length) || shared + length >= PATH_MAX) {
		return broken(cursor, err, "a path");
	}
	if (memchr(own, '\0', length)) {
		return lks_error_set(err, LKS_E_UNSAFE, 0, cursor->path, "the path after this one contains a NUL");
	}
	memcpy(cursor->path + shared, own, length);
	cursor->path_length = shared + length;
	cursor->path[cursor->path_length] = '\0';
	int status = lks_path_check(cursor->path, cursor->path_length, err);
	if (status != 0) {
		return status;
	}
	if (strcmp(cursor->path, ".") == 0) {
		return lks_error_set(err, LKS_E_UNSAFE, 0, cursor->path, "a member has the root's path");
	}
	if (before_length > 0 && lks_path_compare(before, cursor->path) >= 0) {
		return lks_error_set(err, LKS_E_UNSAFE, 0, cursor->path, "a member stands twice or out of order");
	}
	return 0;
}

/* Keeps the lengths of the path's prefixes that are directories of the archive; the deepest must hold the member. */
static int check_parent(struct lks_manifest_cursor *cursor, const char *before, enum lks_member_kind kind, struct lks_error *err)
{
	const char *slash = strrchr(cursor->path, '/');
	size_t parent = slash ? (size_t)(slash - cursor->path) : 0;
	while (cursor->above_count > 0) {
		size_t top = cursor->above[cursor->above_count - 1];
		if (top < cursor->path_length && cursor->path[top] == '/' && strncmp(cursor->path, before, top) == 0) {
			break;
		}
		cursor->above_count--;
	}
	bool held = cursor->above_count > 0 ? cursor->above[cursor->above_count - 1] == parent : false;
	bool base = strcmp(cursor->base, ".") == 0 ? parent == 0 : strcmp(cursor->base, cursor->path) == 0;
	if (!held && !base && !cursor->seeking) {
		return lks_error_set(err, LKS_E_UNSAFE, 0, cursor->path, "a member does not stand in a directory of the archive");
	}
	if (kind == LKS_MEMBER_DIRECTORY) {
		cursor->above[cursor->above_count++] = (uint16_t)cursor->path_length;
	}
	return 0;
}

static int take_link(struct lks_member *out, struct lks_manifest_cursor *cursor, struct lks_wire *wire, struct lks_error *err)
{
	size_t length;
	const uint8_t *bytes = lks_wire_get_bytes(wire, &length);
	if (wire->bad || length == 0 || length >= PATH_MAX || memchr(bytes, '\0', length)) {
		return broken(cursor, err, "the target of a link");
	}
	memcpy(cursor->link, bytes, length);
	cursor->link[length] = '\0';
	out->link = cursor->link;
	if (out->kind == LKS_MEMBER_HARDLINK) {
		int status = lks_path_check(cursor->link, length, err);
		if (status != 0) {
			return status;
		}
		if (lks_path_compare(cursor->link, cursor->path) >= 0) {
			return lks_error_set(err, LKS_E_UNSAFE, 0, cursor->path, "a hard link stands before its first name");
		}
	}
	return 0;
}

static int take_attributes(struct lks_member *out, struct lks_manifest_cursor *cursor, struct lks_wire *wire, struct lks_error *err)
{
	uint64_t count = lks_wire_get(wire);
	char *name = cursor->names;
	if (wire->bad || count == 0 || count > LKS_MEMBER_ATTRIBUTES_MAX || out->kind == LKS_MEMBER_SYMLINK ||
		out->kind == LKS_MEMBER_HARDLINK) {
		return broken(cursor, err, "extended attributes");
	}
	for (uint64_t i = 0; i < count; i++) {
		struct lks_attribute *attribute = &cursor->attributes[i];
		size_t length;
		const uint8_t *bytes = lks_wire_get_bytes(wire, &length);
		if (wire->bad || length == 0 || length > 255 || memchr(bytes, '\0', length)) {
			return broken(cursor, err, "the name of an extended attribute");
		}
		memcpy(name, bytes, length);
		name[length] = '\0';
		attribute->name = name;
		name += length + 1;
		attribute->value = lks_wire_get_bytes(wire, &attribute->length);
		if (wire->bad || attribute->length > LKS_MEMBER_ATTRIBUTE_MAX || !lks_attributes_kept(attribute->name) ||
			(i > 0 && strcmp(cursor->attributes[i - 1].name, attribute->name) >= 0)) {
			return broken(cursor, err, "an extended attribute");
		}
	}
	out->attributes = cursor->attributes;
	out->attribute_count = count;
	return 0;
}

/* The member's place in the frames, which must be filled without a gap. */
static int place(struct lks_member *out, struct lks_manifest_cursor *cursor, struct lks_error *err)
{
	const struct lks_manifest *manifest = cursor->manifest;
	const struct lks_frame *table = manifest->table;
	uint64_t last = manifest->frames - 1, extent = lks_header_extent(out); /* last: the end of the tar stream */
	if (out->starts) {
		bool first = cursor->member_frame == UINT64_MAX;
		if (!first && cursor->within != table[cursor->frame].length) {
			return broken(cursor, err, "a frame that its members do not fill");
		}
		cursor->frame = first ? 0 : cursor->frame + 1;
		cursor->within = 0;
	}
	if (cursor->frame >= last || (cursor->within == 0) != out->starts) {
		return broken(cursor, err, "a member outside the frames");
	}
	cursor->member_frame = cursor->frame;
	cursor->member_within = cursor->within;
	if (cursor->within + extent <= table[cursor->frame].length) {
		cursor->within += extent;
		return 0;
	}
	if (!out->starts) {
		return broken(cursor, err, "a member that leaves its frame");
	}
	while (extent > table[cursor->frame].length) {
		extent -= table[cursor->frame].length;
		if (++cursor->frame >= last) {
			return broken(cursor, err, "a member outside the frames");
		}
	}
	cursor->within = extent;
	return extent == table[cursor->frame].length ? 0 : broken(cursor, err, "a large file that shares a frame");
}

static int take_member(struct lks_member *out, struct lks_manifest_cursor *cursor, bool first_of_block, struct lks_error *err)
{
	struct lks_wire wire = {.at = cursor->at, .end = cursor->end};
	char before[PATH_MAX + 1];
	memcpy(before, cursor->path, cursor->path_length + 1);
	memset(out, 0, sizeof *out);
	const uint8_t *tag = lks_wire_get_raw(&wire, 1);
	if (!tag) {
		return broken(cursor, err, "a block ends early");
	}
	out->kind = (enum lks_member_kind)(*tag & LKS_LAYOUT_KIND);
	out->starts = *tag & LKS_LAYOUT_STARTS;
	out->changed = *tag & LKS_LAYOUT_CHANGED;
	out->sparse = *tag & LKS_LAYOUT_SPARSE;
	if (out->kind < LKS_MEMBER_FILE || out->kind > LKS_MEMBER_HARDLINK || (*tag & 0x80) || (out->sparse && out->kind != LKS_MEMBER_FILE)) {
		return lks_error_set(err, LKS_E_UNSAFE, 0, cursor->path, "the member after this one is of a kind (%u) that no archive holds", *tag);
	}
	int status = take_path(cursor, &wire, first_of_block, err);
	if (status == 0 && cursor->bounded && !lks_path_is_below(cursor->path, cursor->base)) {
		return BEYOND;
	}
	status = status ? status : check_parent(cursor, before, out->kind, err);
	if (status != 0) {
		return status;
	}
	uint64_t mode = lks_wire_get(&wire), uid = lks_wire_get(&wire), gid = lks_wire_get(&wire);
	cursor->mtime = lks_wire_get_step(&wire, cursor->mtime);
	cursor->ctime = lks_wire_get_step(&wire, cursor->ctime);
	cursor->device = lks_wire_get_step(&wire, cursor->device);
	cursor->inode = lks_wire_get_step(&wire, cursor->inode);
	out->size = out->kind == LKS_MEMBER_FILE ? lks_wire_get(&wire) : 0;
	if (wire.bad || mode > MODE_MAX || uid > UINT32_MAX || gid > UINT32_MAX) {
		return broken(cursor, err, "a mode or an owner");
	}
	if (out->size > INT64_MAX - 1024 * 1024 || out->size > cursor->manifest->raw_length) {
		return lks_error_set(err, LKS_E_LIMIT, 0, cursor->path, "a member of %llu bytes", (unsigned long long)out->size);
	}
	out->path = cursor->path;
	out->path_length = cursor->path_length;
	out->mode = (uint32_t)mode;
	out->uid = (uint32_t)uid;
	out->gid = (uint32_t)gid;
	out->mtime = (int64_t)cursor->mtime;
	out->ctime = (int64_t)cursor->ctime;
	out->device = cursor->device;
	out->inode = cursor->inode;
	if (out->kind == LKS_MEMBER_SYMLINK || out->kind == LKS_MEMBER_HARDLINK) {
		status = take_link(out, cursor, &wire, err);
	}
	if (status == 0 && (*tag & LKS_LAYOUT_ATTRIBUTES)) {
		status = take_attributes(out, cursor, &wire, err);
	}
	if (status == 0 && out->kind == LKS_MEMBER_FILE) {
		if (cursor->hash == cursor->hash_end) {
			return broken(cursor, err, "too few hashes");
		}
		memcpy(out->sha256, cursor->hash, LKS_HASH_SIZE);
		cursor->hash += LKS_HASH_SIZE;
	}
	cursor->at = wire.at;
	return status;
}

/* The index must say of a block's first member what the block says. */
static int check_first(const struct lks_manifest_cursor *cursor, struct lks_error *err)
{
	const struct lks_manifest_block *block = &cursor->manifest->blocks[cursor->block - 1];
	if (block->path_length != cursor->path_length || memcmp(block->path, cursor->path, block->path_length) != 0 ||
		block->frame != cursor->member_frame || block->within != cursor->member_within) {
		return broken(cursor, err, "its index names another member");
	}
	return 0;
}

static int check_end(const struct lks_manifest_cursor *cursor, struct lks_error *err)
{
	const struct lks_manifest *manifest = cursor->manifest;
	bool full = manifest->members == 0 ? manifest->frames == 1
									   : cursor->frame == manifest->frames - 2 && cursor->within == manifest->table[cursor->frame].length;
	return full ? 0 : broken(cursor, err, "frames that no member fills");
}

int lks_manifest_next(struct lks_member *out, struct lks_manifest_cursor *cursor, struct lks_error *err)
{
	const struct lks_manifest *manifest = cursor->manifest;
	bool first = cursor->left == 0;
	int status = 0;
	if (cursor->has_pending) {
		*out = cursor->pending;
		cursor->has_pending = false;
		return 1;
	}
	if (first && cursor->block == 0) {
		cursor->member_frame = UINT64_MAX; /* no frame has begun */
	}
	if (cursor->ended) {
		return 0;
	}
	if (first && cursor->block == manifest->member_blocks) {
		return check_end(cursor, err);
	}
	status = first ? next_block(cursor, err) : 0;
	status = status ? status : take_member(out, cursor, first, err);
	if (status == BEYOND) {
		cursor->left = 0;
		cursor->block = manifest->member_blocks;
		cursor->ended = true;
		return 0;
	}
	status = status ? status : place(out, cursor, err);
	if (status == 0 && first) {
		status = check_first(cursor, err);
	}
	if (status == 0 && --cursor->left == 0 && (cursor->at != cursor->end || cursor->hash != cursor->hash_end)) {
		status = broken(cursor, err, "a block holds more than its members");
	}
	return status ? status : 1;
}

/* The last block whose first path is not after path. */
static size_t block_of(const struct lks_manifest *manifest, const char *path)
{
	char first[PATH_MAX + 1];
	size_t low = 0, high = manifest->member_blocks;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		memcpy(first, manifest->blocks[middle].path, manifest->blocks[middle].path_length);
		first[manifest->blocks[middle].path_length] = '\0';
		if (lks_path_compare(first, path) <= 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low > 0 ? low - 1 : 0;
}

/* Where in the frames the block's first member stands, as the index says; the members before are not looked at. */
static void start_at(struct lks_manifest_cursor *cursor, size_t block)
{
	const struct lks_manifest_block *entry = &cursor->manifest->blocks[block];
	cursor->block = block;
	cursor->left = 0;
	cursor->path_length = 0;
	cursor->path[0] = '\0';
	cursor->above_count = 0;
	cursor->bounded = cursor->ended = cursor->has_pending = false;
	if (block == 0) {
		return;
	}
	cursor->member_frame = 0;
	cursor->frame = entry->within == 0 && entry->frame > 0 ? entry->frame - 1 : entry->frame;
	cursor->within = entry->within;
	if (entry->within == 0 && entry->frame > 0 && entry->frame < cursor->manifest->frames) {
		cursor->within = cursor->manifest->table[entry->frame - 1].length;
	}
}

int lks_manifest_seek(struct lks_manifest_cursor *cursor, const char *path, struct lks_error *err)
{
	struct lks_member member;
	int status = lks_path_check(path, strlen(path), err);
	if (status != 0) {
		return status;
	}
	if (cursor->manifest->member_blocks == 0) {
		return lks_error_set(err, LKS_E_NOT_FOUND, 0, path, "the archive has no such member");
	}
	start_at(cursor, block_of(cursor->manifest, path));
	cursor->seeking = true;
	for (;;) {
		int more = lks_manifest_next(&member, cursor, err);
		if (more < 0) {
			return more;
		}
		int order = more == 0 ? 1 : lks_path_compare(member.path, path);
		if (order > 0) {
			return lks_error_set(err, LKS_E_NOT_FOUND, 0, path, "the archive has no such member");
		}
		if (order == 0) {
			break;
		}
	}
	cursor->seeking = false;
	cursor->bounded = true;
	cursor->pending = member;
	cursor->has_pending = true;
	strcpy(cursor->base, path);
	cursor->above_count = 0;
	if (member.kind == LKS_MEMBER_DIRECTORY) {
		cursor->above[cursor->above_count++] = (uint16_t)member.path_length;
	}
	return 0;
}

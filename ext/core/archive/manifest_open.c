/*
 * Opening an archive from its end: seek table's footer, trailer, keyed hash, head, index; then the table of frames.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "layout.h"
#include "lockstep/path.h"
#include "manifest.h"
#include "pread.h"
#include "seek.h"
#include "wire.h"

#define HEAD_MAX (64u * 1024 * 1024) /* bytes: 8 million members have less than 1 MiB of index */
#define BLOCKS_MAX (LKS_MEMBERS_MAX / 64)
#define OWNERS_MAX 100000u
#define COMPARED 65536u /* bytes of the seek table compared at a time */

static int broken(struct lks_error *err, const char *what)
{
	return lks_error_set(err, LKS_E_FORMAT, 0, NULL, "the manifest breaks its rules: %s", what);
}

/* A text of the head as an owned string. */
static int take_text(char **out, struct lks_wire *wire, size_t most, struct lks_error *err)
{
	size_t length;
	const uint8_t *bytes = lks_wire_get_bytes(wire, &length);
	if (wire->bad || length > most || (length > 0 && memchr(bytes, '\0', length))) {
		return broken(err, "a text of its head");
	}
	*out = length > 0 ? strndup((const char *)bytes, length) : strdup("");
	return *out ? 0 : lks_error_nomem(err);
}

static int take_owners(struct lks_owners *owners, struct lks_wire *wire, struct lks_error *err)
{
	uint64_t count = lks_wire_get(wire);
	if (count > OWNERS_MAX) {
		return broken(err, "too many owners");
	}
	for (uint64_t i = 0; i < count; i++) {
		uint64_t id = lks_wire_get(wire);
		size_t length;
		const uint8_t *name = lks_wire_get_bytes(wire, &length);
		if (wire->bad || id > UINT32_MAX) {
			return broken(err, "an owner");
		}
		int status = lks_owners_append(owners, (uint32_t)id, (const char *)name, length, err);
		if (status != 0) {
			return status;
		}
	}
	return 0;
}

static int take_info(struct lks_manifest *manifest, struct lks_wire *wire, struct lks_error *err)
{
	size_t length;
	manifest->started = (int64_t)lks_wire_get_step(wire, 0);
	manifest->level = (uint32_t)lks_wire_get(wire);
	int status = take_text(&manifest->producer, wire, LKS_MANIFEST_LABEL_MAX, err);
	status = status ? status : take_text(&manifest->label, wire, LKS_MANIFEST_LABEL_MAX, err);
	status = status ? status : take_text(&manifest->path, wire, PATH_MAX - 1, err);
	status = status ? status : lks_path_check(manifest->path, strlen(manifest->path), err);
	manifest->exclude = wire->at;
	uint64_t excluded = status ? 0 : lks_wire_get(wire);
	if (excluded > LKS_MANIFEST_EXCLUDES_MAX) {
		return broken(err, "too many exclusions");
	}
	for (uint64_t i = 0; i < excluded; i++) {
		lks_wire_get_bytes(wire, &length);
	}
	manifest->exclude_length = (size_t)(wire->at - manifest->exclude);
	status = status ? status : take_owners(&manifest->users, wire, err);
	status = status ? status : take_owners(&manifest->groups, wire, err);
	if (status == 0) {
		lks_wire_get_bytes(wire, &length); /* parent */
		if (wire->bad || (length != 0 && length != LKS_HASH_SIZE)) {
			status = broken(err, "the parent");
		}
	}
	return status;
}

static int take_block(struct lks_manifest_block *block, bool *members, struct lks_wire *wire, struct lks_error *err)
{
	uint64_t type = lks_wire_get(wire), count = lks_wire_get(wire), packed = lks_wire_get(wire), length = lks_wire_get(wire),
			 hashes = lks_wire_get(wire);
	const uint8_t *sha256 = lks_wire_get_raw(wire, LKS_HASH_SIZE);
	if (wire->bad || (type != LKS_LAYOUT_MEMBERS && type != LKS_LAYOUT_FRAMES) || count == 0 || count > LKS_MANIFEST_BLOCK ||
		length > LKS_FRAME_MAX || packed > LKS_FRAME_STORED_MAX || hashes > count || (type == LKS_LAYOUT_FRAMES && hashes != count)) {
		return broken(err, "an entry of its index");
	}
	*members = type == LKS_LAYOUT_MEMBERS;
	*block = (struct lks_manifest_block){
		.count = (uint32_t)count, .packed = (uint32_t)packed, .length = (uint32_t)length, .hashes = (uint32_t)hashes};
	memcpy(block->sha256, sha256, LKS_HASH_SIZE);
	if (*members) {
		block->frame = lks_wire_get(wire);
		block->within = lks_wire_get(wire);
		block->path = (const char *)lks_wire_get_bytes(wire, &block->path_length);
		if (wire->bad) {
			return broken(err, "an entry of its index");
		}
		return lks_path_check(block->path, block->path_length, err);
	}
	return 0;
}

/* Blocks in the order of the file, then parted: members' first. Every byte of the manifest must belong to one. */
static int take_index(struct lks_manifest *manifest, struct lks_wire *wire, uint64_t blocks_end, struct lks_error *err)
{
	uint64_t count = lks_wire_get(wire), offset = manifest->offset + LKS_LAYOUT_PROLOGUE, members = 0, frames = 0;
	struct lks_manifest_block *blocks = NULL, *frame_blocks = NULL;
	size_t frame_count = 0;
	int status = 0;
	if (wire->bad || count > BLOCKS_MAX || count > (uint64_t)(wire->end - wire->at)) {
		return broken(err, "its index");
	}
	manifest->blocks = blocks = calloc(count + 1, sizeof *blocks);
	frame_blocks = calloc(count + 1, sizeof *frame_blocks);
	if (!blocks || !frame_blocks) {
		status = lks_error_nomem(err);
	}
	for (uint64_t i = 0; status == 0 && i < count; i++) {
		struct lks_manifest_block block;
		bool is_members = false;
		status = take_block(&block, &is_members, wire, err);
		if (status == 0) {
			if (is_members && block.frame >= manifest->frames) {
				status = broken(err, "an entry of its index");
				break;
			}
			block.offset = offset;
			block.first = is_members ? members : frames;
			offset += block.packed + (uint64_t)block.hashes * LKS_HASH_SIZE;
			*(is_members ? &members : &frames) += block.count;
			*(is_members ? &blocks[manifest->member_blocks++] : &frame_blocks[frame_count++]) = block;
		}
	}
	if (status == 0 && (wire->at != wire->end || offset != blocks_end || members != manifest->members || frames != manifest->frames)) {
		status = broken(err, "its index does not add up");
	}
	if (status == 0) {
		memcpy(blocks + manifest->member_blocks, frame_blocks, frame_count * sizeof *blocks);
		manifest->block_count = manifest->member_blocks + frame_count;
	}
	free(frame_blocks);
	return status;
}

/* Says what a file is that does not end as an archive does. */
static int not_an_archive(int fd, uint64_t length, struct lks_error *err)
{
	uint8_t magic[4] = {0};
	if (length == 0) {
		return lks_error_set(err, LKS_E_FORMAT, 0, NULL, "the file is empty");
	}
	if (length >= sizeof magic && pread(fd, magic, sizeof magic, 0) == (ssize_t)sizeof magic && lks_wire_get32(magic) == 0xFD2FB528u) {
		return lks_error_set(
			err, LKS_E_FORMAT, 0, NULL, "the file does not end as an archive of Lockstep does: it is another's, or was cut or added to");
	}
	return lks_error_set(err, LKS_E_FORMAT, 0, NULL, "the file is no archive of Lockstep");
}

static int check_trailer(struct lks_manifest *manifest, const uint8_t *trailer, uint64_t frames, const uint8_t *key, struct lks_error *err)
{
	uint8_t id[LKS_MANIFEST_KEY_ID];
	uint32_t version = lks_wire_get32(trailer + LKS_LAYOUT_VERSION);
	if (version != LKS_ARCHIVE_VERSION || lks_wire_get32(trailer + LKS_LAYOUT_RESERVED) != 0) {
		return lks_error_set(err, LKS_E_FORMAT, 0, NULL,
			"the archive has version %u of the format, or its manifest is damaged; this program reads version %d", version,
			LKS_ARCHIVE_VERSION);
	}
	int status = lks_layout_key_id(id, key, err);
	if (status != 0) {
		return status;
	}
	if (memcmp(id, trailer + LKS_LAYOUT_KEY_ID, sizeof id) != 0) {
		lks_error_set(err, LKS_E_UNKNOWN_KEY, 0, NULL, "the archive was authenticated with another key than this site's");
		lks_error_hint(err, "give the key of the site that wrote it");
		return LKS_E_UNKNOWN_KEY;
	}
	manifest->offset = lks_wire_get64(trailer + LKS_LAYOUT_OFFSET);
	manifest->members = lks_wire_get64(trailer + LKS_LAYOUT_MEMBER_COUNT);
	manifest->frames = lks_wire_get64(trailer + LKS_LAYOUT_FRAME_COUNT);
	manifest->bytes = lks_wire_get64(trailer + LKS_LAYOUT_BYTES);
	manifest->raw_length = lks_wire_get64(trailer + LKS_LAYOUT_RAW_LENGTH);
	if (manifest->members > LKS_MEMBERS_MAX || manifest->frames == 0 || manifest->frames > LKS_FRAMES_MAX) {
		return lks_error_set(err, LKS_E_LIMIT, 0, NULL, "the archive says that it has %llu members in %llu frames",
			(unsigned long long)manifest->members, (unsigned long long)manifest->frames);
	}
	if (lks_wire_get64(trailer + LKS_LAYOUT_FILE_LENGTH) != manifest->file_length || manifest->frames != frames) {
		return lks_error_set(err, LKS_E_CORRUPT, 0, NULL, "the file has %llu bytes instead of %llu: it was cut or added to",
			(unsigned long long)manifest->file_length, (unsigned long long)lks_wire_get64(trailer + LKS_LAYOUT_FILE_LENGTH));
	}
	return 0;
}

/* Reads head and trailer, whose keyed hash is checked before anything in the head is believed. */
static int authenticate(
	struct lks_manifest *manifest, const uint8_t *trailer, uint64_t manifest_end, const uint8_t *key, struct lks_error *err)
{
	uint8_t mac[LKS_HASH_SIZE], prologue[LKS_LAYOUT_PROLOGUE];
	uint64_t head_length = lks_wire_get64(trailer + LKS_LAYOUT_HEAD_LENGTH);
	uint64_t room = manifest_end - LKS_MANIFEST_TRAILER;
	if (manifest->offset > room || room - manifest->offset < LKS_LAYOUT_PROLOGUE ||
		head_length > room - manifest->offset - LKS_LAYOUT_PROLOGUE || head_length > HEAD_MAX ||
		manifest_end - manifest->offset - 8 > UINT32_MAX) {
		return lks_error_set(err, LKS_E_AUTH, 0, NULL, "the manifest was tampered with or is damaged: its parts have no room");
	}
	int status = lks_buffer_reserve(&manifest->head, head_length + LKS_LAYOUT_MAC, err);
	status = status ? status : lks_pread(manifest->fd, manifest->head.data, head_length, room - head_length, err);
	if (status != 0) {
		return status;
	}
	memcpy(manifest->head.data + head_length, trailer, LKS_LAYOUT_MAC);
	status = lks_hash_hmac(mac, key, LKS_ARCHIVE_KEY_SIZE, manifest->head.data, head_length + LKS_LAYOUT_MAC, err);
	if (status != 0) {
		return status;
	}
	uint8_t difference = 0;
	for (size_t i = 0; i < sizeof mac; i++) {
		difference |= mac[i] ^ trailer[LKS_LAYOUT_MAC + i];
	}
	if (difference != 0) {
		lks_error_set(err, LKS_E_AUTH, 0, NULL, "the manifest was tampered with or is damaged: its keyed hash is wrong");
		return LKS_E_AUTH;
	}
	manifest->head.length = head_length;
	status = lks_pread(manifest->fd, prologue, sizeof prologue, manifest->offset, err);
	if (status != 0) {
		return status;
	}
	if (lks_wire_get32(prologue) != LKS_MANIFEST_SKIPPABLE || lks_wire_get32(prologue + 4) != manifest_end - manifest->offset - 8 ||
		memcmp(prologue + 8, LKS_LAYOUT_MAGIC, 8) != 0) {
		return lks_error_set(err, LKS_E_CORRUPT, 0, NULL, "the manifest's first bytes are damaged");
	}
	return 0;
}

int lks_manifest_open(
	struct lks_manifest *out, int dir_fd, const char *name, const uint8_t key[LKS_ARCHIVE_KEY_SIZE], struct lks_error *err)
{
	struct lks_manifest *manifest = out;
	uint8_t footer[LKS_SEEK_FOOTER], trailer[LKS_MANIFEST_TRAILER];
	struct stat st;
	uint64_t frames = 0, seek_length = 0;
	struct lks_error why = {0};

	memset(out, 0, sizeof *out);
	manifest->fd = openat(dir_fd, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (manifest->fd < 0) {
		return lks_error_sys(err, errno, name, "the archive cannot be opened");
	}
	int status = fstat(manifest->fd, &st) == 0 ? 0 : lks_error_sys(&why, errno, name, "the archive cannot be examined");
	if (status == 0 && !S_ISREG(st.st_mode)) {
		status = lks_error_set(&why, LKS_E_FORMAT, 0, NULL, "it is no regular file");
	}
	manifest->file_length = status ? 0 : (uint64_t)st.st_size;
	uint64_t least = LKS_SEEK_FOOTER + LKS_MANIFEST_TRAILER + LKS_LAYOUT_PROLOGUE;
	if (status == 0 && manifest->file_length < least) {
		status = not_an_archive(manifest->fd, manifest->file_length, &why);
	}
	status = status ? status : lks_pread(manifest->fd, footer, sizeof footer, manifest->file_length - sizeof footer, &why);
	if (status == 0 && lks_seek_read_footer(&frames, footer, &why) != 0) {
		lks_error_clear(&why);
		status = not_an_archive(manifest->fd, manifest->file_length, &why);
	}
	seek_length = lks_seek_length(frames);
	if (status == 0 && (seek_length > manifest->file_length || manifest->file_length - seek_length < least - LKS_SEEK_FOOTER)) {
		status = lks_error_set(&why, LKS_E_CORRUPT, 0, NULL, "the file is shorter than its seek table says");
	}
	uint64_t end = manifest->file_length - seek_length;
	status = status ? status : lks_pread(manifest->fd, trailer, sizeof trailer, end - sizeof trailer, &why);
	status = status ? status : check_trailer(manifest, trailer, frames, key, &why);
	status = status ? status : authenticate(manifest, trailer, end, key, &why);
	if (status == 0) {
		struct lks_wire wire = {
			.at = (const uint8_t *)manifest->head.data, .end = (const uint8_t *)manifest->head.data + manifest->head.length};
		status = take_info(manifest, &wire, &why);
		status = status ? status : take_index(manifest, &wire, end - LKS_MANIFEST_TRAILER - manifest->head.length, &why);
	}
	if (status != 0) {
		if (!why.path[0]) {
			snprintf(why.path, sizeof why.path, "%s", name);
		}
		if (err->status == LKS_OK) {
			*err = why;
		}
		lks_manifest_close(manifest);
	}
	return status;
}

/* Reads one block of the table, whose frames follow the ones before. */
static int load_block(struct lks_manifest *manifest, const struct lks_manifest_block *block, struct lks_unpacker *unpacker,
	struct lks_buffer *stored, struct lks_buffer *records, uint64_t *offset, uint64_t *raw, struct lks_error *err)
{
	int status = lks_manifest_read_block(stored, records, manifest, block, unpacker, err);
	if (status != 0) {
		return status;
	}
	struct lks_wire wire = {.at = (const uint8_t *)records->data, .end = (const uint8_t *)records->data + records->length};
	for (uint32_t i = 0; i < block->count; i++) {
		struct lks_frame *frame = &manifest->table[block->first + i];
		uint64_t size = lks_wire_get(&wire), length = lks_wire_get(&wire);
		if (wire.bad || size == 0 || size > LKS_FRAME_STORED_MAX || length == 0 || length > LKS_FRAME_MAX) {
			return broken(err, "the table of frames");
		}
		*frame = (struct lks_frame){.offset = *offset, .stored = (uint32_t)size, .length = (uint32_t)length};
		memcpy(frame->sha256, stored->data + block->packed + (size_t)i * LKS_HASH_SIZE, LKS_HASH_SIZE);
		*offset += size;
		*raw += length;
	}
	return wire.at == wire.end ? 0 : broken(err, "the table of frames");
}

/* The seek table is known from the table of frames; what stands in the file must be the same. */
static int compare_seek_table(const struct lks_manifest *manifest, struct lks_error *err)
{
	uint64_t length = lks_seek_length(manifest->frames), at = manifest->file_length - length;
	uint8_t *wanted = malloc(COMPARED), *found = malloc(COMPARED);
	size_t used = 8;
	int status = wanted && found ? 0 : lks_error_nomem(err);
	if (status == 0) {
		lks_seek_write_header(wanted, manifest->frames);
	}
	for (uint64_t i = 0; status == 0 && i <= manifest->frames; i++) {
		const struct lks_frame *frame = &manifest->table[i];
		bool last = i == manifest->frames;
		lks_seek_write_entry(wanted + used, last ? (uint32_t)(at - manifest->offset) : frame->stored, last ? 0 : frame->length);
		used += LKS_SEEK_ENTRY;
		if (last) {
			lks_seek_write_footer(wanted + used, manifest->frames);
			used += LKS_SEEK_FOOTER;
		}
		if (last || used + LKS_SEEK_ENTRY + LKS_SEEK_FOOTER > COMPARED) {
			status = lks_pread(manifest->fd, found, used, manifest->file_length - length, err);
			if (status == 0 && memcmp(wanted, found, used) != 0) {
				status = lks_error_set(err, LKS_E_CORRUPT, 0, NULL, "the seek table is damaged");
			}
			length -= used;
			used = 0;
		}
	}
	free(wanted);
	free(found);
	return status;
}

int lks_manifest_load_frames(struct lks_manifest *manifest, struct lks_error *err)
{
	struct lks_unpacker *unpacker = NULL;
	struct lks_buffer stored = {0}, records = {0};
	uint64_t offset = 0, raw = 0;
	if (manifest->table) {
		return 0;
	}
	int status = lks_unpacker_new(&unpacker, err);
	manifest->table = status ? NULL : calloc(manifest->frames + 1, sizeof *manifest->table);
	if (status == 0 && !manifest->table) {
		status = lks_error_nomem(err);
	}
	for (size_t i = manifest->member_blocks; status == 0 && i < manifest->block_count; i++) {
		status = load_block(manifest, &manifest->blocks[i], unpacker, &stored, &records, &offset, &raw, err);
	}
	if (status == 0 && (offset != manifest->offset || raw != manifest->raw_length)) {
		status = broken(err, "the table of frames does not add up");
	}
	if (status == 0 && manifest->bytes > raw) {
		status = lks_error_set(err, LKS_E_LIMIT, 0, NULL, "the manifest tells of %llu bytes of files in a tar stream of %llu",
			(unsigned long long)manifest->bytes, (unsigned long long)raw);
	}
	if (status == 0 && manifest->table[manifest->frames - 1].length != 1024) {
		status = broken(err, "the last frame is not the end of a tar stream");
	}
	status = status ? status : compare_seek_table(manifest, err);
	if (status != 0) {
		free(manifest->table);
		manifest->table = NULL;
	}
	lks_buffer_dispose(&stored);
	lks_buffer_dispose(&records);
	lks_unpacker_free(unpacker);
	return status;
}

void lks_manifest_close(struct lks_manifest *manifest)
{
	if (manifest->fd >= 0) {
		close(manifest->fd);
	}
	free(manifest->label);
	free(manifest->path);
	free(manifest->producer);
	free(manifest->blocks);
	free(manifest->table);
	lks_owners_dispose(&manifest->users);
	lks_owners_dispose(&manifest->groups);
	lks_buffer_dispose(&manifest->head);
	memset(manifest, 0, sizeof *manifest);
	manifest->fd = -1;
}

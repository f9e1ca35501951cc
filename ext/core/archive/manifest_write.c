/*
 * The manifest's builder: records collected in blocks, each packed as soon as it is full; the head and the keyed hash last.
 */
#include "manifest.h"

#include <stdlib.h>
#include <string.h>

#include "header.h"
#include "layout.h"
#include "seek.h"
#include "wire.h"

#define LEVEL 3
#define MANIFEST_MAX 0xffffffffull            /* bytes of a skippable frame's contents */
#define RECORD_NUMBERS (16 * LKS_WIRE_NUMBER) /* room for a record's numbers */

/* A block that is being filled. */
struct block {
	struct lks_buffer records, hashes;
	uint32_t count;
};

struct lks_manifest_builder {
	struct lks_packer *packer;
	struct lks_hash *hash;
	struct lks_buffer packed;
	struct lks_buffer payload; /* the skippable frame as it grows */
	struct lks_buffer index;
	struct lks_buffer seek; /* entries of the seek table */
	struct block members, frames;
	uint64_t block_count, member_count, frame_count, bytes, raw_length, offset;
	uint64_t taken;          /* bytes that members have taken of the frame that is not yet there */
	char path[PATH_MAX + 1]; /* of the last member; "" at a block's beginning */
	size_t path_length;
	uint64_t mtime, ctime, device, inode;
	uint64_t first_frame, first_within; /* of the members' block that is being filled */
	struct lks_buffer first_path;
};

int lks_manifest_builder_new(struct lks_manifest_builder **out, struct lks_error *err)
{
	static const uint8_t room[8];
	struct lks_manifest_builder *builder = calloc(1, sizeof *builder);
	if (!builder) {
		return lks_error_nomem(err);
	}
	int status = lks_packer_new(&builder->packer, LEVEL, err);
	if (status == 0) {
		status = lks_hash_new(&builder->hash, err);
	}
	if (status == 0) {
		status = lks_buffer_append(&builder->payload, room, sizeof room, err); /* the skippable frame's header, at the end */
	}
	if (status == 0) {
		status = lks_buffer_append(&builder->payload, LKS_LAYOUT_MAGIC, 8, err);
	}
	if (status != 0) {
		lks_manifest_builder_free(builder);
		return status;
	}
	*out = builder;
	return 0;
}

void lks_manifest_builder_free(struct lks_manifest_builder *builder)
{
	if (!builder) {
		return;
	}
	struct lks_buffer *buffers[] = {
		&builder->packed,
		&builder->payload,
		&builder->index,
		&builder->seek,
		&builder->first_path,
		&builder->members.records,
		&builder->members.hashes,
		&builder->frames.records,
		&builder->frames.hashes,
	};
	for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) {
		lks_buffer_dispose(buffers[i]);
	}
	lks_packer_free(builder->packer);
	lks_hash_free(builder->hash);
	free(builder);
}

static int hash_stored(uint8_t out[LKS_HASH_SIZE], struct lks_manifest_builder *builder, size_t at, struct lks_error *err)
{
	int status = lks_hash_reset(builder->hash, err);
	if (status == 0) {
		status = lks_hash_update(builder->hash, builder->payload.data + at, builder->payload.length - at, err);
	}
	return status == 0 ? lks_hash_final(out, builder->hash, err) : status;
}

/* Packs a filled block, and enters it in the index. */
static int close_block(struct lks_manifest_builder *builder, struct block *block, enum lks_layout_block type, struct lks_error *err)
{
	size_t at = builder->payload.length;
	uint8_t numbers[8 * LKS_WIRE_NUMBER], *end = numbers, hash[LKS_HASH_SIZE];
	int status;

	if (block->count == 0) {
		return 0;
	}
	status = lks_frame_pack(&builder->packed, builder->packer, block->records.data, block->records.length, err);
	if (status == 0) {
		status = lks_buffer_append(&builder->payload, builder->packed.data, builder->packed.length, err);
	}
	if (status == 0) {
		status = lks_buffer_append(&builder->payload, block->hashes.data, block->hashes.length, err);
	}
	if (status == 0) {
		status = hash_stored(hash, builder, at, err);
	}
	if (status != 0) {
		return status;
	}
	end = lks_wire_put(end, type);
	end = lks_wire_put(end, block->count);
	end = lks_wire_put(end, builder->packed.length);
	end = lks_wire_put(end, block->records.length);
	end = lks_wire_put(end, block->hashes.length / LKS_HASH_SIZE);
	status = lks_buffer_append(&builder->index, numbers, (size_t)(end - numbers), err);
	if (status == 0) {
		status = lks_buffer_append(&builder->index, hash, sizeof hash, err);
	}
	if (status == 0 && type == LKS_LAYOUT_MEMBERS) {
		end = lks_wire_put(numbers, builder->first_frame);
		end = lks_wire_put(end, builder->first_within);
		end = lks_wire_put(end, builder->first_path.length);
		status = lks_buffer_append(&builder->index, numbers, (size_t)(end - numbers), err);
		if (status == 0) {
			status = lks_buffer_append(&builder->index, builder->first_path.data, builder->first_path.length, err);
		}
	}
	builder->block_count++;
	block->count = 0;
	lks_buffer_clear(&block->records);
	lks_buffer_clear(&block->hashes);
	return status;
}

/* A block's first member is written against nothing. */
static int begin_block(struct lks_manifest_builder *builder, const struct lks_member *member, struct lks_error *err)
{
	builder->path_length = 0;
	builder->mtime = builder->ctime = builder->device = builder->inode = 0;
	builder->first_frame = builder->frame_count;
	builder->first_within = builder->taken;
	lks_buffer_clear(&builder->first_path);
	return lks_buffer_append(&builder->first_path, member->path, member->path_length, err);
}

static size_t record_bound(const struct lks_member *member)
{
	size_t bound = RECORD_NUMBERS + member->path_length + (member->link ? strlen(member->link) : 0);
	for (size_t i = 0; i < member->attribute_count; i++) {
		bound += 2 * LKS_WIRE_NUMBER + strlen(member->attributes[i].name) + member->attributes[i].length;
	}
	return bound;
}

static uint8_t *put_member(uint8_t *at, struct lks_manifest_builder *builder, const struct lks_member *member)
{
	size_t shared = 0, shortest = member->path_length < builder->path_length ? member->path_length : builder->path_length;
	while (shared < shortest && member->path[shared] == builder->path[shared]) {
		shared++;
	}
	*at++ = (uint8_t)(member->kind | (member->starts ? LKS_LAYOUT_STARTS : 0) | (member->changed ? LKS_LAYOUT_CHANGED : 0) |
		(member->attribute_count > 0 ? LKS_LAYOUT_ATTRIBUTES : 0) | (member->sparse ? LKS_LAYOUT_SPARSE : 0));
	at = lks_wire_put(at, shared);
	at = lks_wire_put_bytes(at, member->path + shared, member->path_length - shared);
	at = lks_wire_put(at, member->mode);
	at = lks_wire_put(at, member->uid);
	at = lks_wire_put(at, member->gid);
	at = lks_wire_put_step(at, (uint64_t)member->mtime, builder->mtime);
	at = lks_wire_put_step(at, (uint64_t)member->ctime, builder->ctime);
	at = lks_wire_put_step(at, member->device, builder->device);
	at = lks_wire_put_step(at, member->inode, builder->inode);
	if (member->kind == LKS_MEMBER_FILE) {
		at = lks_wire_put(at, member->size);
	}
	if (member->link) {
		at = lks_wire_put_bytes(at, member->link, strlen(member->link));
	}
	if (member->attribute_count > 0) {
		at = lks_wire_put(at, member->attribute_count);
		for (size_t i = 0; i < member->attribute_count; i++) {
			const struct lks_attribute *attribute = &member->attributes[i];
			at = lks_wire_put_bytes(at, attribute->name, strlen(attribute->name));
			at = lks_wire_put_bytes(at, attribute->value, attribute->length);
		}
	}
	return at;
}

int lks_manifest_add_member(struct lks_manifest_builder *builder, const struct lks_member *member, struct lks_error *err)
{
	struct block *block = &builder->members;
	int status = 0;
	if (builder->member_count == LKS_MEMBERS_MAX) {
		return lks_error_set(err, LKS_E_LIMIT, 0, member->path, "an archive holds %u members at most", LKS_MEMBERS_MAX);
	}
	if (block->count == 0) {
		status = begin_block(builder, member, err);
	}
	if (status == 0) {
		status = lks_buffer_reserve(&block->records, record_bound(member), err);
	}
	if (status == 0 && member->kind == LKS_MEMBER_FILE) {
		status = lks_buffer_append(&block->hashes, member->sha256, LKS_HASH_SIZE, err);
	}
	if (status != 0) {
		return status;
	}
	uint8_t *begin = (uint8_t *)block->records.data + block->records.length;
	block->records.length += (size_t)(put_member(begin, builder, member) - begin);
	memcpy(builder->path, member->path, member->path_length + 1);
	builder->path_length = member->path_length;
	builder->mtime = (uint64_t)member->mtime;
	builder->ctime = (uint64_t)member->ctime;
	builder->device = member->device;
	builder->inode = member->inode;
	builder->member_count++;
	builder->bytes += member->size;
	builder->taken += lks_header_extent(member);
	/* A block is bounded in bytes too: attributes can be long. */
	if (++block->count == LKS_MANIFEST_BLOCK || block->records.length > LKS_FRAME_MAX / 4) {
		status = close_block(builder, block, LKS_LAYOUT_MEMBERS, err);
	}
	return status;
}

int lks_manifest_add_frame(struct lks_manifest_builder *builder, const struct lks_frame *frame, struct lks_error *err)
{
	struct block *block = &builder->frames;
	uint8_t numbers[2 * LKS_WIRE_NUMBER], *end = numbers, entry[LKS_SEEK_ENTRY];
	if (builder->frame_count == LKS_FRAMES_MAX - 1) {
		return lks_error_set(err, LKS_E_LIMIT, 0, NULL, "an archive holds %u frames at most", LKS_FRAMES_MAX - 1);
	}
	end = lks_wire_put(end, frame->stored);
	end = lks_wire_put(end, frame->length);
	lks_seek_write_entry(entry, frame->stored, frame->length);
	int status = lks_buffer_append(&block->records, numbers, (size_t)(end - numbers), err);
	if (status == 0) {
		status = lks_buffer_append(&block->hashes, frame->sha256, LKS_HASH_SIZE, err);
	}
	if (status == 0) {
		status = lks_buffer_append(&builder->seek, entry, sizeof entry, err);
	}
	if (status != 0) {
		return status;
	}
	builder->frame_count++;
	builder->taken = 0;
	builder->offset += frame->stored;
	builder->raw_length += frame->length;
	return ++block->count == LKS_MANIFEST_BLOCK ? close_block(builder, block, LKS_LAYOUT_FRAMES, err) : 0;
}

static int put_text(struct lks_buffer *out, const char *text, size_t length, struct lks_error *err)
{
	uint8_t number[LKS_WIRE_NUMBER];
	int status = lks_buffer_append(out, number, (size_t)(lks_wire_put(number, length) - number), err);
	return status == 0 && length > 0 ? lks_buffer_append(out, text, length, err) : status;
}

static int put_number(struct lks_buffer *out, uint64_t value, struct lks_error *err)
{
	uint8_t number[LKS_WIRE_NUMBER];
	return lks_buffer_append(out, number, (size_t)(lks_wire_put(number, value) - number), err);
}

static int put_owners(struct lks_buffer *out, const struct lks_owners *owners, struct lks_error *err)
{
	int status = put_number(out, owners->count, err);
	for (size_t i = 0; status == 0 && i < owners->count; i++) {
		status = put_number(out, owners->items[i].id, err);
		if (status == 0) {
			status = put_text(out, owners->items[i].name, strlen(owners->items[i].name), err);
		}
	}
	return status;
}

static int put_head(
	struct lks_buffer *out, const struct lks_manifest_builder *builder, const struct lks_manifest_info *info, struct lks_error *err)
{
	uint8_t number[LKS_WIRE_NUMBER];
	size_t paths = 0, patterns = 0;
	while (info->exclude && info->exclude[paths]) {
		paths++;
	}
	while (info->patterns && info->patterns[patterns]) {
		patterns++;
	}
	int status = lks_buffer_append(out, number, (size_t)(lks_wire_put_step(number, (uint64_t)info->started, 0) - number), err);
	status = status ? status : put_number(out, info->level, err);
	status = status ? status : put_text(out, info->producer, strlen(info->producer), err);
	status = status ? status : put_text(out, info->label, strlen(info->label), err);
	status = status ? status : put_text(out, info->path, strlen(info->path), err);
	status = status ? status : put_number(out, paths + patterns, err);
	for (size_t i = 0; status == 0 && i < paths; i++) {
		status = put_text(out, info->exclude[i], strlen(info->exclude[i]), err);
	}
	for (size_t i = 0; status == 0 && i < patterns; i++) {
		static const char mark = LKS_MANIFEST_PATTERN;
		size_t length = strlen(info->patterns[i]);
		status = put_number(out, length + 1, err);
		status = status ? status : lks_buffer_append(out, &mark, 1, err);
		status = status ? status : lks_buffer_append(out, info->patterns[i], length, err);
	}
	status = status ? status : put_owners(out, info->users, err);
	status = status ? status : put_owners(out, info->groups, err);
	status = status ? status : put_text(out, (const char *)info->parent, info->parent ? LKS_HASH_SIZE : 0, err);
	status = status ? status : put_number(out, builder->block_count, err);
	return status ? status : lks_buffer_append(out, builder->index.data, builder->index.length, err);
}

static void put_trailer(uint8_t trailer[LKS_MANIFEST_TRAILER], const struct lks_manifest_builder *builder, size_t head_length)
{
	uint64_t manifest = builder->payload.length + head_length + LKS_MANIFEST_TRAILER;
	lks_wire_put64(trailer + LKS_LAYOUT_FILE_LENGTH, builder->offset + manifest + lks_seek_length(builder->frame_count));
	lks_wire_put64(trailer + LKS_LAYOUT_OFFSET, builder->offset);
	lks_wire_put64(trailer + LKS_LAYOUT_HEAD_LENGTH, head_length);
	lks_wire_put64(trailer + LKS_LAYOUT_MEMBER_COUNT, builder->member_count);
	lks_wire_put64(trailer + LKS_LAYOUT_FRAME_COUNT, builder->frame_count);
	lks_wire_put64(trailer + LKS_LAYOUT_BYTES, builder->bytes);
	lks_wire_put64(trailer + LKS_LAYOUT_RAW_LENGTH, builder->raw_length);
	lks_wire_put32(trailer + LKS_LAYOUT_VERSION, LKS_ARCHIVE_VERSION);
	lks_wire_put32(trailer + LKS_LAYOUT_RESERVED, 0);
}

static int put_seek_table(struct lks_buffer *out, const struct lks_manifest_builder *builder, size_t manifest, struct lks_error *err)
{
	uint8_t header[8], entry[LKS_SEEK_ENTRY], footer[LKS_SEEK_FOOTER];
	lks_seek_write_header(header, builder->frame_count);
	lks_seek_write_entry(entry, (uint32_t)manifest, 0);
	lks_seek_write_footer(footer, builder->frame_count);
	int status = lks_buffer_append(out, header, sizeof header, err);
	status = status ? status : lks_buffer_append(out, builder->seek.data, builder->seek.length, err);
	status = status ? status : lks_buffer_append(out, entry, sizeof entry, err);
	return status ? status : lks_buffer_append(out, footer, sizeof footer, err);
}

int lks_manifest_finish(struct lks_buffer *out, struct lks_manifest_builder *builder, const struct lks_manifest_info *info,
	const uint8_t key[LKS_ARCHIVE_KEY_SIZE], struct lks_error *err)
{
	struct lks_buffer head = {0};
	uint8_t trailer[LKS_MANIFEST_TRAILER] = {0};
	int status = close_block(builder, &builder->members, LKS_LAYOUT_MEMBERS, err);
	status = status ? status : close_block(builder, &builder->frames, LKS_LAYOUT_FRAMES, err);
	status = status ? status : put_head(&head, builder, info, err);
	if (status != 0) {
		goto out;
	}
	size_t length = builder->payload.length + head.length + sizeof trailer; /* of the whole skippable frame */
	if (length - 8 > MANIFEST_MAX) {
		status = lks_error_set(err, LKS_E_LIMIT, 0, NULL, "the manifest would be larger than 4 GiB");
		goto out;
	}
	lks_wire_put32((uint8_t *)builder->payload.data, LKS_MANIFEST_SKIPPABLE);
	lks_wire_put32((uint8_t *)builder->payload.data + 4, (uint32_t)(length - 8));
	put_trailer(trailer, builder, head.length);
	status = lks_layout_key_id(trailer + LKS_LAYOUT_KEY_ID, key, err);
	size_t head_length = head.length;
	status = status ? status : lks_buffer_append(&head, trailer, LKS_LAYOUT_MAC, err);
	status = status ? status : lks_hash_hmac(trailer + LKS_LAYOUT_MAC, key, LKS_ARCHIVE_KEY_SIZE, head.data, head.length, err);
	status = status ? status : lks_buffer_append(out, builder->payload.data, builder->payload.length, err);
	status = status ? status : lks_buffer_append(out, head.data, head_length, err);
	status = status ? status : lks_buffer_append(out, trailer, sizeof trailer, err);
	status = status ? status : put_seek_table(out, builder, length, err);
out:
	lks_buffer_dispose(&head);
	return status;
}

/*
 * What workers do with a slot.
 */
#include "build.h"

#include <stdlib.h>
#include <string.h>

#include "cut.h"
#include "header.h"
#include "notes.h"

int lks_kit_new(struct lks_kit **out, int root_fd, int level, const struct lks_parent *parent, struct lks_error *err)
{
	struct lks_kit *kit = calloc(1, sizeof *kit);
	if (!kit) {
		return lks_error_nomem(err);
	}
	kit->parent = parent;
	int status = lks_packer_new(&kit->packer, level, err);
	status = status ? status : lks_reader_init(&kit->reader, root_fd, err);
	status = status || !parent ? status : lks_unpacker_new(&kit->unpacker, err);
	if (status != 0) {
		lks_kit_free(kit);
		return status;
	}
	*out = kit;
	return 0;
}

void lks_kit_free(struct lks_kit *kit)
{
	if (!kit) {
		return;
	}
	lks_packer_free(kit->packer);
	lks_reader_dispose(&kit->reader);
	lks_unpacker_free(kit->unpacker);
	lks_buffer_dispose(&kit->raw);
	lks_buffer_dispose(&kit->contents);
	free(kit);
}

/* Compresses what was filled in. */
static int pack(struct lks_slot *slot, struct lks_kit *kit, struct lks_error *err)
{
	struct lks_hash *hash = kit->reader.hash;
	int status = lks_frame_pack(&slot->packed, kit->packer, kit->raw.data, kit->raw.length, err);
	slot->frame.length = (uint32_t)kit->raw.length;
	slot->frame.stored = (uint32_t)slot->packed.length;
	status = status ? status : lks_hash_reset(hash, err);
	status = status ? status : lks_hash_update(hash, slot->packed.data, slot->packed.length, err);
	return status ? status : lks_hash_final(slot->frame.sha256, hash, err);
}

/* The parent's frame instead of one of our own making. */
static int take_over(struct lks_slot *slot, struct lks_kit *kit, struct lks_error *err)
{
	int status = lks_parent_load(&slot->packed, &slot->frame, kit->parent, slot->earlier_frame, kit->reader.hash, err);
	kit->parent_failed = status != 0;
	return status;
}

/* Nothing is read but the parent's frame: the members have what its manifest says of them. */
static int take_members(struct lks_slot *slot, struct lks_kit *kit, struct lks_error *err)
{
	for (size_t i = 0; i < slot->count; i++) {
		struct lks_member *member = &slot->members[i].member;
		const struct lks_member *earlier = &slot->earlier.members[i];
		member->starts = i == 0;
		member->attributes = earlier->attributes;
		member->attribute_count = earlier->attribute_count;
		memcpy(member->sha256, earlier->sha256, sizeof member->sha256);
	}
	return take_over(slot, kit, err);
}

/* Ends a frame within the slot. */
static int spill(struct lks_slot *slot, struct lks_kit *kit, struct lks_error *err)
{
	struct lks_frame *frames = realloc(slot->spilled_frames, (slot->spilled_count + 1) * sizeof *frames);
	if (!frames) {
		return lks_error_nomem(err);
	}
	slot->spilled_frames = frames;
	int status = pack(slot, kit, err);
	status = status ? status : lks_buffer_append(&slot->spilled, slot->packed.data, slot->packed.length, err);
	frames[slot->spilled_count++] = slot->frame;
	slot->frame.length = 0;
	lks_buffer_clear(&slot->packed);
	lks_buffer_clear(&kit->raw);
	return status;
}

/* After reading: are the tar bytes those of the parent's frame? */
static bool same_members(const struct lks_slot *slot)
{
	for (size_t i = 0; i < slot->count; i++) {
		if (slot->members[i].dropped || !lks_parent_same_bytes(&slot->members[i].member, &slot->earlier.members[i])) {
			return false;
		}
	}
	return true;
}

static int build_members(struct lks_slot *slot, struct lks_kit *kit, struct lks_error *err)
{
	struct lks_buffer *raw = &kit->raw;
	size_t hashed = 0; /* members before this one stand in frames that are done */
	bool first = true;
	int status = 0;
	if (slot->reuse == LKS_REUSE_BY_STAT) {
		return take_members(slot, kit, err);
	}
	lks_buffer_clear(raw);
	status = lks_buffer_reserve(raw, (size_t)slot->bytes, err);
	for (size_t i = 0; status == 0 && i < slot->count; i++) {
		struct lks_planned *planned = &slot->members[i];
		if (raw->length > LKS_CUT_PIECE) {
			status = lks_fill_hash(slot->members + hashed, i - hashed, raw, &kit->reader, err);
			status = status ? status : spill(slot, kit, err);
			hashed = i;
			first = true;
		}
		status = status ? status : lks_fill_member(raw, planned, &kit->reader, &slot->region, &slot->warnings, err);
		if (status == 0 && !planned->dropped) {
			planned->member.starts = first;
			first = false;
		}
	}
	status = status ? status : lks_fill_hash(slot->members + hashed, slot->count - hashed, raw, &kit->reader, err);
	if (status == 0 && raw->length > 0 && slot->reuse == LKS_REUSE_BY_HASH && slot->spilled_count == 0 && same_members(slot)) {
		return take_over(slot, kit, err);
	}
	slot->reuse = LKS_REUSE_NONE;
	return status == 0 && raw->length > 0 ? pack(slot, kit, err) : status;
}

/* In turn: the contents' hash, and at the end the look whether the file stayed what it was. */
static int end_piece(struct lks_slot *slot, const struct lks_kit *kit, bool complete, struct lks_error *err)
{
	struct lks_chain *chain = slot->chain;
	struct lks_member *member = &chain->member;
	size_t skip = slot->piece == 0 ? chain->header_length : 0;
	uint64_t at = slot->offset + skip - chain->header_length, left = member->size - at;
	size_t length = kit->raw.length - skip;
	int status = lks_hash_update(chain->hash, kit->raw.data + skip, left < length ? (size_t)left : length, err);
	chain->short_read = chain->short_read || !complete;
	if (status == 0 && slot->last) {
		status = lks_hash_final(member->sha256, chain->hash, err);
		if (status == 0 && (chain->short_read || !lks_fill_unchanged(member, chain->fd))) {
			member->changed = true;
			status = lks_notes_add(&slot->warnings, err, member->path, "changed while it was read; %s",
				chain->short_read ? "its end is stored as zeros" : "what was read is stored");
		}
	}
	return status;
}

/* The piece was read: does the parent's frame hold the same? *same tells, and then it was taken over. */
static int take_piece(bool *same, struct lks_slot *slot, struct lks_kit *kit, struct lks_error *err)
{
	int status = take_over(slot, kit, err);
	*same = false;
	if (status == 0 && slot->frame.length == kit->raw.length) {
		status = lks_frame_unpack(&kit->contents, kit->unpacker, slot->packed.data, slot->frame.stored, slot->frame.length, err);
		*same = status == 0 && memcmp(kit->contents.data, kit->raw.data, kit->raw.length) == 0;
	}
	return status;
}

static int build_piece(struct lks_slot *slot, struct lks_kit *kit, struct lks_error *err)
{
	bool complete = true, taken = false;
	if (slot->reuse == LKS_REUSE_BY_STAT) { /* the member is complete already */
		int status = take_over(slot, kit, err);
		lks_chain_pass(slot->chain, slot->piece, status == 0);
		return status;
	}
	int status = lks_fill_piece(&kit->raw, &complete, slot->chain, slot->offset, (size_t)slot->bytes, err);
	if (status == 0 && slot->reuse == LKS_REUSE_BY_HASH) {
		status = take_piece(&taken, slot, kit, err);
	}
	if (status == 0 && !taken) {
		slot->reuse = LKS_REUSE_NONE;
		status = pack(slot, kit, err);
	}
	if (lks_chain_wait(slot->chain, slot->piece) && status == 0) {
		status = end_piece(slot, kit, complete, err);
	}
	lks_chain_pass(slot->chain, slot->piece, status == 0);
	return status;
}

int lks_build(struct lks_slot *slot, struct lks_kit *kit, struct lks_error *err)
{
	kit->parent_failed = false;
	return slot->chain ? build_piece(slot, kit, err) : build_members(slot, kit, err);
}

void lks_build_give_up(struct lks_slot *slot)
{
	if (slot->chain) {
		lks_chain_pass(slot->chain, slot->piece, false);
	}
}

/*
 * What the pipeline's writing thread does with each slot.
 */
#include "record.h"

#include <stdlib.h>

#include "notes.h"

static void count(struct lks_record *record, const struct lks_member *member)
{
	record->counts.members++;
	record->counts.files += member->kind == LKS_MEMBER_FILE;
	record->counts.bytes += member->size;
}

/* A large file's member is complete with its last frame, but stands before its first one in the manifest. */
static int enter_piece(struct lks_record *record, const struct lks_slot *slot, struct lks_error *err)
{
	if (record->held_count == record->held_capacity) {
		size_t capacity = record->held_capacity ? 2 * record->held_capacity : 16;
		struct lks_frame *held = realloc(record->held, capacity * sizeof *held);
		if (!held) {
			return lks_error_nomem(err);
		}
		record->held = held;
		record->held_capacity = capacity;
	}
	record->held[record->held_count++] = slot->frame;
	if (!slot->last) {
		return 0;
	}
	slot->chain->member.starts = true;
	int status = lks_manifest_add_member(record->builder, &slot->chain->member, err);
	for (size_t i = 0; status == 0 && i < record->held_count; i++) {
		status = lks_manifest_add_frame(record->builder, &record->held[i], err);
	}
	record->held_count = 0;
	count(record, &slot->chain->member);
	return status;
}

static int enter_members(struct lks_record *record, const struct lks_slot *slot, struct lks_error *err)
{
	size_t spilled = 0;
	int status = 0;
	for (size_t i = 0, entered = 0; i < slot->count; i++) {
		const struct lks_member *member = &slot->members[i].member;
		if (slot->members[i].dropped) {
			continue;
		}
		if (member->starts && entered > 0) {
			status = lks_manifest_add_frame(record->builder, &slot->spilled_frames[spilled++], err);
		}
		status = status ? status : lks_manifest_add_member(record->builder, member, err);
		if (status != 0) {
			return status;
		}
		count(record, member);
		entered++;
	}
	const struct lks_frame *last = spilled < slot->spilled_count ? &slot->spilled_frames[spilled] : &slot->frame;
	return lks_manifest_add_frame(record->builder, last, err);
}

int lks_record_slot(struct lks_record *record, struct lks_slot *slot, struct lks_error *err)
{
	uint64_t members = record->counts.members, bytes = slot->frame.length;
	int status = lks_notes_move(record->warnings, &slot->warnings, err);
	if (status != 0 || (slot->frame.length == 0 && slot->spilled_count == 0)) { /* all of its members vanished */
		return status;
	}
	for (size_t i = 0; i < slot->spilled_count; i++) {
		slot->spilled_frames[i].offset = record->offset;
		record->offset += slot->spilled_frames[i].stored;
		bytes += slot->spilled_frames[i].length;
	}
	slot->frame.offset = record->offset;
	status = lks_sink_write(record->sink, slot->spilled.data, slot->spilled.length, err);
	status = status ? status : lks_sink_write(record->sink, slot->packed.data, slot->packed.length, err);
	record->offset += slot->packed.length;
	status = status ? status : slot->chain ? enter_piece(record, slot, err) : enter_members(record, slot, err);
	record->counts.frames += slot->spilled_count + (slot->frame.length > 0);
	record->counts.frames_reused += slot->reuse != LKS_REUSE_NONE;
	record->counts.frames_reread += slot->reuse == LKS_REUSE_BY_HASH;
	lks_task_add(record->task, record->counts.members - members, bytes);
	return status;
}

void lks_record_dispose(struct lks_record *record)
{
	free(record->held);
	record->held = NULL;
	record->held_count = record->held_capacity = 0;
}

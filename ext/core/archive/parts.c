/*
 * Members grouped by the frame that holds them.
 */
#include "parts.h"

#include <stdlib.h>
#include <string.h>

#include "header.h"
#include "lockstep/path.h"

int lks_parts_init(struct lks_parts *parts, const struct lks_manifest *manifest, const char *below, struct lks_error *err)
{
	memset(parts, 0, sizeof *parts);
	int status = lks_manifest_cursor_init(&parts->cursor, manifest, err);
	if (status == 0 && below && strcmp(below, ".") != 0) {
		status = lks_manifest_seek(&parts->cursor, below, err);
	}
	if (status != 0) {
		lks_parts_dispose(parts);
	}
	return status;
}

void lks_parts_dispose(struct lks_parts *parts)
{
	lks_chain_release(parts->chain);
	parts->chain = NULL;
	lks_manifest_cursor_dispose(&parts->cursor);
}

void lks_part_dispose(struct lks_part *part)
{
	lks_chain_release(part->chain);
	lks_region_dispose(&part->region);
	free(part->members);
	free(part->places);
	memset(part, 0, sizeof *part);
}

/* Makes sure that the next member is read ahead, or `ended` is set. */
static int look_ahead(struct lks_parts *parts, struct lks_error *err)
{
	if (parts->ahead || parts->ended) {
		return 0;
	}
	int more = lks_manifest_next(&parts->member, &parts->cursor, err);
	if (more < 0) {
		return more;
	}
	parts->ended = more == 0;
	parts->ahead = !parts->ended;
	parts->frame = parts->cursor.member_frame;
	parts->within = parts->cursor.member_within;
	return 0;
}

static int add(struct lks_part *part, const struct lks_parts *parts, struct lks_error *err)
{
	if (part->count == part->capacity) {
		size_t capacity = part->capacity ? 2 * part->capacity : 64;
		struct lks_member *members = realloc(part->members, capacity * sizeof *members);
		if (members) {
			part->members = members;
		}
		uint64_t *places = realloc(part->places, capacity * sizeof *places);
		if (places) {
			part->places = places;
		}
		if (!members || !places) {
			return lks_error_nomem(err);
		}
		part->capacity = capacity;
	}
	part->places[part->count] = parts->within;
	return lks_member_copy(&part->members[part->count++], &parts->member, &part->region, err);
}

static bool is_large(const struct lks_parts *parts)
{
	const struct lks_frame *frame = &parts->cursor.manifest->table[parts->frame];
	return parts->within == 0 && lks_header_extent(&parts->member) > frame->length;
}

static int begin_chain(struct lks_parts *parts, struct lks_error *err)
{
	const struct lks_manifest *manifest = parts->cursor.manifest;
	const char *user = lks_owners_name(&manifest->users, parts->member.uid), *group = lks_owners_name(&manifest->groups, parts->member.gid);
	parts->chain_frame = parts->frame;
	parts->chain_piece = parts->chain_offset = 0;
	parts->chain_extent = lks_header_extent(&parts->member);
	return lks_chain_new(&parts->chain, &parts->member, user ? user : "", group ? group : "", err);
}

static void give_piece(struct lks_part *out, struct lks_parts *parts)
{
	uint32_t length = parts->cursor.manifest->table[parts->chain_frame].length;
	lks_chain_hold(parts->chain);
	out->chain = parts->chain;
	out->frame = parts->chain_frame++;
	out->piece = parts->chain_piece++;
	out->offset = parts->chain_offset;
	parts->chain_offset += length;
	out->last = parts->chain_offset >= parts->chain_extent;
	if (out->last) {
		lks_chain_release(parts->chain);
		parts->chain = NULL;
	}
}

int lks_parts_next(struct lks_part *out, struct lks_parts *parts, struct lks_error *err)
{
	lks_chain_release(out->chain);
	out->chain = NULL;
	out->count = 0;
	lks_region_clear(&out->region);
	int status = parts->chain ? 0 : look_ahead(parts, err);
	if (status != 0) {
		return status;
	}
	if (!parts->chain && parts->ended) {
		return 0;
	}
	if (!parts->chain && is_large(parts)) {
		status = begin_chain(parts, err);
		if (status != 0) {
			return status;
		}
		parts->ahead = false;
	}
	if (parts->chain) {
		give_piece(out, parts);
		return 1;
	}
	out->frame = parts->frame;
	do {
		status = add(out, parts, err);
		parts->ahead = false;
		status = status ? status : look_ahead(parts, err);
		if (status != 0) {
			return status;
		}
	} while (parts->ahead && parts->frame == out->frame);
	return 1;
}

/*
 * Frames of an earlier archive found for planned ones.
 */
#include "parent.h"

#include <stdlib.h>
#include <string.h>

#include "cut.h"
#include "header.h"
#include "lockstep/path.h"
#include "pread.h"
#include "wire.h"

struct lks_parent {
	struct lks_manifest manifest;
	struct lks_parts parts;
	struct lks_part part; /* the next that no planned frame has passed */
	bool loaded, ended;
};

/* Are the manifest's next entries these, each behind the mark (0: none)? */
static bool take_excludes(struct lks_wire *wire, uint64_t *left, const char *const *wanted, char mark)
{
	for (; wanted && *wanted; wanted++, (*left)--) {
		size_t length, skip = mark != '\0';
		const uint8_t *entry = *left > 0 ? lks_wire_get_bytes(wire, &length) : NULL;
		if (!entry || wire->bad || length != strlen(*wanted) + skip || (skip && entry[0] != (uint8_t)mark) ||
			memcmp(entry + skip, *wanted, length - skip) != 0) {
			return false;
		}
	}
	return true;
}

static bool same_excludes(const struct lks_manifest *manifest, const struct lks_archive_write_options *options)
{
	struct lks_wire wire = {.at = manifest->exclude, .end = manifest->exclude + manifest->exclude_length};
	uint64_t left = lks_wire_get(&wire);
	return take_excludes(&wire, &left, options->exclude, '\0') && take_excludes(&wire, &left, options->patterns, LKS_MANIFEST_PATTERN) &&
		left == 0;
}

static int check(const struct lks_parent *parent, const struct lks_archive_write_options *options, struct lks_error *err)
{
	const struct lks_manifest *manifest = &parent->manifest;
	if (strcmp(manifest->path, options->path) != 0) {
		return lks_error_set(err, LKS_E_INVALID, 0, options->parent, "it is of another path (\"%s\")", manifest->path);
	}
	if (!same_excludes(manifest, options)) {
		return lks_error_set(err, LKS_E_INVALID, 0, options->parent, "other paths were left out of it");
	}
	if (manifest->level != (uint32_t)options->level) {
		return lks_error_set(err, LKS_E_INVALID, 0, options->parent, "it is compressed at level %u", manifest->level);
	}
	return 0;
}

int lks_parent_open(struct lks_parent **out, const struct lks_archive_write_options *options, struct lks_error *err)
{
	struct lks_parent *parent = calloc(1, sizeof *parent);
	if (!parent) {
		return lks_error_nomem(err);
	}
	parent->manifest.fd = -1;
	int status = lks_manifest_open(&parent->manifest, options->parent_fd, options->parent, options->key, err);
	if (status != 0) {
		free(parent);
		return status;
	}
	status = check(parent, options, err);
	status = status ? status : lks_manifest_load_frames(&parent->manifest, err);
	status = status ? status : lks_parts_init(&parent->parts, &parent->manifest, NULL, err);
	if (status != 0) {
		lks_parent_free(parent);
		return status;
	}
	*out = parent;
	return 0;
}

void lks_parent_free(struct lks_parent *parent)
{
	if (!parent) {
		return;
	}
	lks_part_dispose(&parent->part);
	lks_parts_dispose(&parent->parts);
	lks_manifest_close(&parent->manifest);
	free(parent);
}

static const struct lks_member *first_of(const struct lks_part *part)
{
	return part->chain ? &part->chain->member : &part->members[0];
}

/* Goes to the first part that begins at path or after it. 1: it begins with path. */
static int go_to(struct lks_parent *parent, const char *path, struct lks_error *err)
{
	for (;;) {
		if (!parent->loaded && !parent->ended) {
			int more = lks_parts_next(&parent->part, &parent->parts, err);
			if (more < 0) {
				return more;
			}
			parent->loaded = more == 1;
			parent->ended = more == 0;
		}
		if (parent->ended) {
			return 0;
		}
		int order = lks_path_compare(first_of(&parent->part)->path, path);
		if (order >= 0) {
			return order == 0;
		}
		parent->loaded = false;
	}
}

static bool same_owner_names(const struct lks_parent *parent, const struct lks_member *member, const char *user, const char *group)
{
	const char *earlier_user = lks_owners_name(&parent->manifest.users, member->uid),
			   *earlier_group = lks_owners_name(&parent->manifest.groups, member->gid);
	return earlier_user && earlier_group && strcmp(earlier_user, user) == 0 && strcmp(earlier_group, group) == 0;
}

static int64_t second(int64_t ns)
{
	return ns / 1000000000 - (ns % 1000000000 < 0);
}

/* What the headers say but the path and the attributes, which are not known yet. */
static bool same_header(const struct lks_member *now, const struct lks_member *earlier)
{
	return now->kind == earlier->kind && now->mode == earlier->mode && now->uid == earlier->uid && now->gid == earlier->gid &&
		now->size == earlier->size && second(now->mtime) == second(earlier->mtime) && !now->link == !earlier->link &&
		(!now->link || strcmp(now->link, earlier->link) == 0);
}

bool lks_parent_same_bytes(const struct lks_member *now, const struct lks_member *earlier)
{
	return same_header(now, earlier) && lks_member_same_attributes(now, earlier) &&
		(now->kind != LKS_MEMBER_FILE || memcmp(now->sha256, earlier->sha256, sizeof now->sha256) == 0);
}

int lks_parent_match(enum lks_reuse *out, struct lks_part *earlier, struct lks_parent *parent, const struct lks_planned *members,
	size_t count, struct lks_error *err)
{
	*out = LKS_REUSE_NONE;
	int found = go_to(parent, members[0].member.path, err);
	if (found <= 0) {
		return found;
	}
	const struct lks_part *part = &parent->part;
	if (part->chain || part->count != count) {
		return 0;
	}
	enum lks_reuse reuse = LKS_REUSE_BY_STAT;
	for (size_t i = 0; i < count; i++) {
		const struct lks_member *now = &members[i].member, *then = &part->members[i];
		if (now->path_length != then->path_length || memcmp(now->path, then->path, now->path_length) != 0 || !same_header(now, then) ||
			!same_owner_names(parent, now, members[i].user, members[i].group)) {
			return 0;
		}
		if (!lks_member_untouched(now, then, parent->manifest.started)) {
			reuse = LKS_REUSE_BY_HASH;
		}
	}
	struct lks_part swap = *earlier;
	*earlier = parent->part;
	parent->part = swap;
	parent->loaded = false;
	*out = reuse;
	return 0;
}

/* Are the file's frames as this writer cuts them? */
static bool cut_alike(const struct lks_manifest *manifest, uint64_t frame, uint64_t pieces, uint64_t extent)
{
	if (frame + pieces > manifest->frames) {
		return false;
	}
	for (uint64_t i = 0; i < pieces; i++, extent -= LKS_CUT_PIECE) {
		if (manifest->table[frame + i].length != (extent < LKS_CUT_PIECE ? extent : LKS_CUT_PIECE)) {
			return false;
		}
	}
	return true;
}

int lks_parent_match_file(struct lks_earlier_file *out, struct lks_parent *parent, const struct lks_member *member, const char *user,
	const char *group, struct lks_error *err)
{
	memset(out, 0, sizeof *out);
	int found = go_to(parent, member->path, err);
	if (found <= 0) {
		return found;
	}
	const struct lks_part *part = &parent->part;
	if (part->chain ? part->piece != 0 : part->count != 1) { /* one that has a single frame is no chain */
		return 0;
	}
	const struct lks_member *earlier = first_of(part);
	uint64_t extent = lks_header_extent(earlier);
	out->frame = part->frame;
	out->pieces = (extent + LKS_CUT_PIECE - 1) / LKS_CUT_PIECE;
	if (cut_alike(&parent->manifest, out->frame, out->pieces, extent)) {
		bool same = same_header(member, earlier) && lks_member_same_attributes(member, earlier) &&
			same_owner_names(parent, member, user, group);
		out->reuse = same && lks_member_untouched(member, earlier, parent->manifest.started) ? LKS_REUSE_BY_STAT : LKS_REUSE_BY_HASH;
		memcpy(out->sha256, earlier->sha256, sizeof out->sha256);
	}
	return 0;
}

int lks_parent_load(struct lks_buffer *stored, struct lks_frame *frame, const struct lks_parent *parent, uint64_t number,
	struct lks_hash *hash, struct lks_error *err)
{
	*frame = parent->manifest.table[number];
	lks_buffer_clear(stored);
	int status = lks_buffer_reserve(stored, frame->stored, err);
	status = status ? status : lks_pread(parent->manifest.fd, stored->data, frame->stored, frame->offset, err);
	if (status != 0) {
		return status;
	}
	stored->length = frame->stored;
	uint8_t sha256[LKS_HASH_SIZE];
	status = lks_hash_reset(hash, err);
	status = status ? status : lks_hash_update(hash, stored->data, stored->length, err);
	status = status ? status : lks_hash_final(sha256, hash, err);
	if (status == 0 && memcmp(sha256, frame->sha256, sizeof sha256) != 0) {
		return lks_error_set(
			err, LKS_E_CORRUPT, 0, NULL, "the %u bytes from byte %llu on are damaged", frame->stored, (unsigned long long)frame->offset);
	}
	return status;
}

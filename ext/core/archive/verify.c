/*
 * Verifying: each frame and each member against the authenticated manifest, so that no byte of the file is left unaccounted for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lockstep/archive.h"
#include "lockstep/path.h"
#include "manifest.h"
#include "notes.h"
#include "reading.h"

/* A bad member is a finding; only what has nothing to do with the archive is an error. */
static int note(struct lks_reading_frame *frame, const char *path, const struct lks_error *why, struct lks_error *err)
{
	if (why->status != LKS_E_CORRUPT && why->status != LKS_E_FORMAT && why->status != LKS_E_LIMIT && why->status != LKS_E_UNSAFE) {
		*err = *why;
		return err->status;
	}
	return lks_notes_add(&frame->notes, err, path, "%s", why->message);
}

static int check_hash(
	struct lks_reading_frame *frame, const struct lks_member *member, const uint8_t sha256[LKS_HASH_SIZE], struct lks_error *err)
{
	if (memcmp(sha256, member->sha256, LKS_HASH_SIZE) != 0) {
		return lks_notes_add(&frame->notes, err, member->path, "the contents differ from their SHA-256");
	}
	frame->members++;
	frame->bytes += member->size;
	return 0;
}

static int verify_members(struct lks_reading_frame *frame, struct lks_error *err)
{
	const struct lks_part *part = frame->part;
	int status = 0;
	for (size_t i = 0; status == 0 && i < part->count; i++) {
		const struct lks_member *member = &part->members[i];
		struct lks_error why = {0};
		const char *contents;
		if (!frame->jobs[i].data) {
			(void)lks_reading_contents(&contents, frame, i, &why);
			status = note(frame, member->path, &why, err);
		} else if (member->kind == LKS_MEMBER_FILE) {
			status = check_hash(frame, member, frame->jobs[i].sha256, err);
		} else {
			frame->members++;
		}
	}
	return status;
}

static int verify_piece(struct lks_reading_frame *frame, struct lks_error *err)
{
	struct lks_chain *chain = frame->part->chain;
	struct lks_error why = {0};
	const char *contents;
	size_t length;
	uint8_t sha256[LKS_HASH_SIZE];
	if (lks_reading_piece(&contents, &length, frame, &why) != 0) {
		int status = note(frame, chain->member.path, &why, err);
		lks_chain_pass(chain, frame->part->piece, false);
		return status;
	}
	bool good = lks_chain_wait(chain, frame->part->piece);
	int status = good ? lks_hash_update(chain->hash, contents, length, err) : 0;
	if (good && status == 0 && frame->part->last) {
		status = lks_hash_final(sha256, chain->hash, err);
		status = status ? status : check_hash(frame, &chain->member, sha256, err);
	}
	lks_chain_pass(chain, frame->part->piece, good && status == 0);
	return status;
}

static int verify_frame(void *context, struct lks_reading_frame *frame, const struct lks_error *damage, struct lks_error *err)
{
	const struct lks_part *part = frame->part;
	int status = 0;
	(void)context;
	if (damage) {
		char name[64];
		snprintf(name, sizeof name, "frame %llu", (unsigned long long)part->frame);
		status = note(frame, name, damage, err);
		for (size_t i = 0; status == 0 && i < part->count; i++) {
			status = lks_notes_add(&frame->notes, err, part->members[i].path, "stands in a damaged frame");
		}
		if (part->chain) {
			status = status ? status : lks_notes_add(&frame->notes, err, part->chain->member.path, "stands in a damaged frame");
			lks_chain_pass(part->chain, part->piece, false);
		}
		return status;
	}
	return part->chain ? verify_piece(frame, err) : verify_members(frame, err);
}

/* Hard links met on the way, whose first names are looked up when all members have been seen. */
struct links {
	struct lks_region region;
	struct link {
		const char *path, *first;
	} * items;
	size_t count, capacity;
};

static int keep_links(void *context, const struct lks_part *part, struct lks_error *err)
{
	struct links *links = context;
	for (size_t i = 0; i < part->count; i++) {
		const struct lks_member *member = &part->members[i];
		if (member->kind != LKS_MEMBER_HARDLINK) {
			continue;
		}
		if (links->count == links->capacity) {
			size_t capacity = links->capacity ? 2 * links->capacity : 64;
			struct link *items = realloc(links->items, capacity * sizeof *items);
			if (!items) {
				return lks_error_nomem(err);
			}
			links->items = items;
			links->capacity = capacity;
		}
		struct link *link = &links->items[links->count];
		link->path = lks_region_copy(&links->region, member->path, member->path_length, err);
		link->first = lks_region_copy(&links->region, member->link, strlen(member->link), err);
		if (!link->path || !link->first) {
			return LKS_E_NOMEM;
		}
		links->count++;
	}
	return 0;
}

static int by_first(const void *left, const void *right)
{
	return lks_path_compare(((const struct link *)left)->first, ((const struct link *)right)->first);
}

/* Both in the order of archives: one walk through the manifest finds all first names, or does not. */
static int verify_links(const struct lks_manifest *manifest, struct links *links, struct lks_error *err)
{
	struct lks_manifest_cursor cursor;
	struct lks_member member;
	size_t next = 0;
	int more = 1;
	if (links->count == 0) {
		return 0;
	}
	qsort(links->items, links->count, sizeof *links->items, by_first);
	int status = lks_manifest_cursor_init(&cursor, manifest, err);
	while (status == 0 && next < links->count && (more = lks_manifest_next(&member, &cursor, err)) > 0) {
		int order = lks_path_compare(links->items[next].first, member.path);
		while (order == 0 && member.kind == LKS_MEMBER_FILE && next < links->count) {
			next++;
			order = next < links->count ? lks_path_compare(links->items[next].first, member.path) : 1;
		}
		if (order <= 0) {
			break;
		}
	}
	status = status ? status : more < 0 ? more : 0;
	lks_manifest_cursor_dispose(&cursor);
	if (status == 0 && next < links->count) {
		return lks_error_set(err, LKS_E_UNSAFE, 0, links->items[next].path, "a hard link to what is no file of the archive");
	}
	return status;
}

/* The last frame: nothing but the zeros that end a tar stream. */
static int verify_end(struct lks_notes *bad, const struct lks_manifest *manifest, struct lks_error *err)
{
	struct lks_buffer raw = {0};
	struct lks_error why = {0};
	int status = 0;
	lks_reading_load(&raw, manifest, manifest->frames - 1, &why);
	for (size_t i = 0; why.status == LKS_OK && i < raw.length; i++) {
		if (raw.data[i] != 0) {
			lks_error_set(&why, LKS_E_CORRUPT, 0, NULL, "the end of the tar stream is not zeros");
		}
	}
	if (why.status != LKS_OK) {
		status = lks_notes_add(bad, err, "the last frame", "%s", why.message);
	}
	lks_buffer_dispose(&raw);
	return status;
}

static int verify_open(
	struct lks_archive_verify_result *out, struct lks_manifest *manifest, unsigned threads, struct lks_task *task, struct lks_error *err)
{
	struct links links = {0};
	struct lks_reading reading = {
		.manifest = manifest,
		.threads = threads,
		.task = task,
		.before = keep_links,
		.handle = verify_frame,
		.context = &links,
	};
	struct lks_reading_sum sum = {0};
	int status = lks_reading_run(&sum, &reading, err);
	int moved = lks_notes_move(&out->bad, &sum.notes, err);
	lks_notes_dispose(&sum.notes);
	status = status ? status : moved;
	status = status ? status : verify_links(manifest, &links, err);
	status = status ? status : verify_end(&out->bad, manifest, err);
	free(links.items);
	lks_region_dispose(&links.region);
	out->members = sum.members;
	out->bytes = sum.bytes;
	if (status == 0 && out->bad.count > 0) {
		return lks_error_set(err, LKS_E_CORRUPT, 0, NULL, "the archive is damaged: %s", out->bad.items[0]);
	}
	if (status == 0 && (sum.members != manifest->members || sum.bytes != manifest->bytes)) {
		return lks_error_set(err, LKS_E_FORMAT, 0, NULL, "the manifest breaks its rules: its sums are wrong");
	}
	return status;
}

int lks_archive_verify(struct lks_archive_verify_result *out, int dir_fd, const char *rel, const uint8_t *key, unsigned threads,
	struct lks_task *task, struct lks_error *err)
{
	struct lks_manifest manifest;
	memset(out, 0, sizeof *out);
	lks_task_phase(task, "verify");
	int status = lks_manifest_open(&manifest, dir_fd, rel, key, err);
	if (status == 0) {
		lks_task_total(task, manifest.members, manifest.bytes);
		status = lks_manifest_load_frames(&manifest, err);
		status = status ? status : verify_open(out, &manifest, threads, task, err);
		out->label = manifest.label;
		manifest.label = NULL;
		lks_manifest_close(&manifest);
	}
	if (status != 0 && status != LKS_E_CANCELLED && out->bad.count == 0) { /* damage outside the frames has a name too */
		struct lks_error ignored = {0};
		(void)lks_notes_add(&out->bad, &ignored, err->path[0] ? err->path : "manifest", "%s", err->message);
	}
	return status;
}

void lks_archive_verify_result_dispose(struct lks_archive_verify_result *result)
{
	lks_notes_dispose(&result->bad);
	free(result->label);
	memset(result, 0, sizeof *result);
}

/*
 * Frames read side by side, and members found in them.
 */
#include "reading.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "header.h"
#include "lockstep/pool.h"
#include "notes.h"
#include "pread.h"

struct run;

struct slot {
	struct run *run;
	struct lks_reading_frame frame;
	bool busy; /* handed out; guarded by the run's mutex */
};

/* A worker's own things; there is one for each thread. */
struct kit {
	struct kit *next;
	struct lks_unpacker *unpacker;
	struct lks_hash *hash;
	struct lks_buffer stored;
};

struct run {
	const struct lks_reading *reading;
	struct lks_pool *pool;
	struct slot *slots; /* owned; used round and round */
	size_t size;
	uint64_t next;         /* parts handed out so far */
	pthread_mutex_t mutex; /* guards the rest and the slots' busy */
	pthread_cond_t freed;
	struct kit *kits;
	bool failed;
	struct lks_error error; /* the first */
};

int lks_reading_load(struct lks_buffer *raw, struct lks_buffer *stored, const struct lks_manifest *manifest, uint64_t number,
	struct lks_unpacker *unpacker, struct lks_hash *hash, struct lks_error *err)
{
	const struct lks_frame *frame = &manifest->table[number];
	uint8_t sha256[LKS_HASH_SIZE];
	lks_buffer_clear(raw);
	lks_buffer_clear(stored);
	int status = lks_buffer_reserve(stored, frame->stored, err);
	status = status ? status : lks_pread(manifest->fd, stored->data, frame->stored, frame->offset, err);
	status = status ? status : lks_hash_reset(hash, err);
	status = status ? status : lks_hash_update(hash, stored->data, frame->stored, err);
	status = status ? status : lks_hash_final(sha256, hash, err);
	if (status != 0) {
		return status;
	}
	if (memcmp(sha256, frame->sha256, sizeof sha256) != 0) {
		return lks_error_set(err, LKS_E_CORRUPT, 0, NULL, "the frame's %u bytes from byte %llu on are damaged", frame->stored,
			(unsigned long long)frame->offset);
	}
	return lks_frame_unpack(raw, unpacker, stored->data, frame->stored, frame->length, err);
}

static int check_headers(
	const struct lks_reading_frame *frame, const struct lks_member *member, uint64_t at, struct lks_buffer *scratch, struct lks_error *err)
{
	const char *user = lks_owners_name(&frame->manifest->users, member->uid),
			   *group = lks_owners_name(&frame->manifest->groups, member->gid);
	if (!user || !group) {
		return lks_error_set(err, LKS_E_CORRUPT, 0, member->path, "the manifest does not know the member's owner");
	}
	lks_buffer_clear(scratch);
	int status = lks_header_write(scratch, member, user, group, err);
	if (status != 0) {
		return status;
	}
	if (at + scratch->length > frame->raw.length || memcmp(scratch->data, frame->raw.data + at, scratch->length) != 0) {
		return lks_error_set(err, LKS_E_CORRUPT, 0, member->path, "the member's tar header says something else than the manifest");
	}
	return 0;
}

static int check_zeros(const char *data, size_t length, const char *path, struct lks_error *err)
{
	for (size_t i = 0; i < length; i++) {
		if (data[i] != 0) {
			return lks_error_set(err, LKS_E_CORRUPT, 0, path, "there are bytes after the member's end");
		}
	}
	return 0;
}

int lks_reading_contents(
	const char **out, const struct lks_reading_frame *frame, size_t index, struct lks_buffer *scratch, struct lks_error *err)
{
	const struct lks_member *member = &frame->part.members[index];
	uint64_t at = frame->part.places[index];
	int status = check_headers(frame, member, at, scratch, err);
	if (status != 0) {
		return status;
	}
	/* The cursor has placed the member inside the frame. */
	*out = frame->raw.data + at + scratch->length;
	return check_zeros(*out + member->size, lks_header_padding(member->size), member->path, err);
}

int lks_reading_piece(
	const char **out, size_t *length, const struct lks_reading_frame *frame, struct lks_buffer *scratch, struct lks_error *err)
{
	const struct lks_chain *chain = frame->part.chain;
	const struct lks_member *member = &chain->member;
	size_t skip = 0;
	if (frame->part.piece == 0) {
		int status = check_headers(frame, member, 0, scratch, err);
		if (status != 0) {
			return status;
		}
		skip = scratch->length;
	}
	if (frame->part.offset + skip < chain->header_length) {
		return lks_error_set(err, LKS_E_FORMAT, 0, member->path, "a large file's header does not stand in its first frame");
	}
	uint64_t at = frame->part.offset + skip - chain->header_length, left = member->size > at ? member->size - at : 0;
	size_t room = frame->raw.length - skip;
	*out = frame->raw.data + skip;
	*length = left < room ? (size_t)left : room;
	return check_zeros(*out + *length, room - *length, member->path, err);
}

static void fail(struct run *run, const struct lks_error *err)
{
	pthread_mutex_lock(&run->mutex);
	if (!run->failed) {
		run->failed = true;
		run->error = *err;
	}
	pthread_mutex_unlock(&run->mutex);
}

static int handle(struct run *run, struct slot *slot, struct kit *kit, struct lks_error *err)
{
	const struct lks_reading *reading = run->reading;
	struct lks_error damage = {0};
	slot->frame.hash = kit->hash;
	int status = lks_task_check(reading->task, err);
	if (status == 0 &&
		lks_reading_load(&slot->frame.raw, &kit->stored, reading->manifest, slot->frame.part.frame, kit->unpacker, kit->hash, &damage) !=
			0) {
		lks_buffer_clear(&slot->frame.raw);
	}
	if (status != 0) {
		if (slot->frame.part.chain) {
			lks_chain_pass(slot->frame.part.chain, slot->frame.part.piece, false);
		}
		return status;
	}
	status = reading->handle(reading->context, &slot->frame, damage.status == LKS_OK ? NULL : &damage, err);
	lks_task_add(reading->task, slot->frame.members, slot->frame.bytes);
	return status;
}

static void work(void *arg)
{
	struct slot *slot = arg;
	struct run *run = slot->run;
	struct lks_error err = {0};

	pthread_mutex_lock(&run->mutex);
	struct kit *kit = run->kits; /* never none: one a thread */
	run->kits = kit->next;
	bool failed = run->failed;
	pthread_mutex_unlock(&run->mutex);

	if (failed && slot->frame.part.chain) {
		lks_chain_pass(slot->frame.part.chain, slot->frame.part.piece, false);
	} else if (!failed && handle(run, slot, kit, &err) != 0) {
		fail(run, &err);
	}
	pthread_mutex_lock(&run->mutex);
	kit->next = run->kits;
	run->kits = kit;
	slot->busy = false;
	pthread_cond_signal(&run->freed);
	pthread_mutex_unlock(&run->mutex);
}

/* Takes a slot's results when its work is done; false after a failure. */
static bool harvest(struct lks_reading_sum *out, struct run *run, struct slot *slot)
{
	struct lks_error err = {0};
	pthread_mutex_lock(&run->mutex);
	while (slot->busy) {
		pthread_cond_wait(&run->freed, &run->mutex);
	}
	bool failed = run->failed;
	pthread_mutex_unlock(&run->mutex);
	out->members += slot->frame.members;
	out->bytes += slot->frame.bytes;
	slot->frame.members = slot->frame.bytes = 0;
	if (lks_notes_move(&out->notes, &slot->frame.notes, &err) != 0) {
		fail(run, &err);
		return false;
	}
	return !failed;
}

static int make_kits(struct run *run, struct lks_error *err)
{
	for (unsigned i = 0; i < lks_pool_threads(run->pool); i++) {
		struct kit *kit = calloc(1, sizeof *kit);
		if (!kit) {
			return lks_error_nomem(err);
		}
		kit->next = run->kits;
		run->kits = kit;
		int status = lks_unpacker_new(&kit->unpacker, err);
		status = status ? status : lks_hash_new(&kit->hash, err);
		if (status != 0) {
			return status;
		}
	}
	return 0;
}

static int hand_out(struct lks_reading_sum *out, struct run *run, struct lks_parts *parts, struct lks_error *err)
{
	const struct lks_reading *reading = run->reading;
	for (bool given = false;; run->next += given) {
		struct slot *slot = &run->slots[run->next % run->size];
		if (!harvest(out, run, slot)) {
			return 0; /* the run has the error */
		}
		int status = lks_task_check(reading->task, err);
		if (status != 0) {
			return status;
		}
		int more = lks_parts_next(&slot->frame.part, parts, err);
		if (more <= 0) {
			return more;
		}
		status = reading->before ? reading->before(reading->context, &slot->frame.part, err) : 0;
		if (status < 0) {
			return status;
		}
		given = status == 0;
		if (!given) {
			continue;
		}
		slot->run = run;
		slot->frame.manifest = reading->manifest;
		pthread_mutex_lock(&run->mutex);
		slot->busy = true;
		pthread_mutex_unlock(&run->mutex);
		lks_pool_submit(run->pool, work, slot);
	}
}

static void dispose(struct run *run)
{
	lks_pool_free(run->pool);
	for (size_t i = 0; run->slots && i < run->size; i++) {
		lks_part_dispose(&run->slots[i].frame.part);
		lks_buffer_dispose(&run->slots[i].frame.raw);
		lks_notes_dispose(&run->slots[i].frame.notes);
	}
	free(run->slots);
	while (run->kits) {
		struct kit *next = run->kits->next;
		lks_unpacker_free(run->kits->unpacker);
		lks_hash_free(run->kits->hash);
		lks_buffer_dispose(&run->kits->stored);
		free(run->kits);
		run->kits = next;
	}
	pthread_cond_destroy(&run->freed);
	pthread_mutex_destroy(&run->mutex);
}

int lks_reading_run(struct lks_reading_sum *out, const struct lks_reading *reading, struct lks_error *err)
{
	struct run run = {.reading = reading};
	struct lks_parts parts;
	bool parts_made = false;
	memset(out, 0, sizeof *out);
	pthread_mutex_init(&run.mutex, NULL);
	pthread_cond_init(&run.freed, NULL);
	int status = lks_parts_init(&parts, reading->manifest, reading->below, err);
	parts_made = status == 0;
	status = status ? status : lks_pool_new(&run.pool, reading->threads, err);
	status = status ? status : make_kits(&run, err);
	if (status == 0) {
		run.size = 2 * (size_t)lks_pool_threads(run.pool) + 1;
		run.slots = calloc(run.size, sizeof *run.slots);
		status = run.slots ? 0 : lks_error_nomem(err);
	}
	if (status == 0) {
		status = hand_out(out, &run, &parts, err);
		if (status != 0) {
			fail(&run, err); /* what is still in the queue only passes through */
		}
		lks_pool_wait(run.pool);
		for (size_t i = 0; i < run.size; i++) {
			harvest(out, &run, &run.slots[(run.next + i) % run.size]); /* the oldest first */
		}
		if (status == 0 && run.failed) {
			*err = run.error;
			status = err->status;
		}
	}
	if (parts_made) {
		lks_parts_dispose(&parts);
	}
	dispose(&run);
	return status;
}

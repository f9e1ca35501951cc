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

#define BATCH 4u /* parts that a worker takes at a time: fewer wake-ups, and their frames are hashed side by side */

struct run;

struct slot {
	struct run *run;
	struct lks_part parts[BATCH];
	size_t count;
	struct lks_reading_frame frame; /* its sums and notes are those of all parts */
	bool busy;                      /* handed out; guarded by the run's mutex */
};

/* A worker's own things; there is one for each thread. Its memory stays in the CPU's cache from one batch to the next. */
struct kit {
	struct kit *next;
	struct lks_unpacker *unpacker;
	struct lks_buffer stored, raw[BATCH], scratch;
	struct lks_hash_job *jobs; /* owned array; of the members of all parts */
	size_t capacity;           /* of jobs */
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

static int unpack(struct lks_buffer *raw, const struct lks_manifest *manifest, uint64_t number, const struct lks_hash_job *stored,
	struct lks_unpacker *unpacker, struct lks_error *err)
{
	const struct lks_frame *frame = &manifest->table[number];
	if (memcmp(stored->sha256, frame->sha256, LKS_HASH_SIZE) != 0) {
		return lks_error_set(err, LKS_E_CORRUPT, 0, NULL, "the frame's %u bytes from byte %llu on are damaged", frame->stored,
			(unsigned long long)frame->offset);
	}
	return lks_frame_unpack(raw, unpacker, stored->data, stored->length, frame->length, err);
}

int lks_reading_load(struct lks_buffer *raw, const struct lks_manifest *manifest, uint64_t number, struct lks_error *err)
{
	const struct lks_frame *frame = &manifest->table[number];
	struct lks_unpacker *unpacker = NULL;
	struct lks_buffer stored = {0};
	int status = lks_unpacker_new(&unpacker, err);
	status = status ? status : lks_buffer_reserve(&stored, frame->stored, err);
	status = status ? status : lks_pread(manifest->fd, stored.data, frame->stored, frame->offset, err);
	if (status == 0) {
		struct lks_hash_job job = {.data = stored.data, .length = frame->stored};
		status = lks_hash_many(&job, 1, err);
		status = status ? status : unpack(raw, manifest, number, &job, unpacker, err);
	}
	lks_buffer_dispose(&stored);
	lks_unpacker_free(unpacker);
	return status;
}

static int check_headers(const struct lks_reading_frame *frame, const struct lks_member *member, uint64_t at, struct lks_error *err)
{
	struct lks_buffer *scratch = frame->scratch;
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
	if (at + scratch->length > frame->raw->length || memcmp(scratch->data, frame->raw->data + at, scratch->length) != 0) {
		return lks_error_set(err, LKS_E_CORRUPT, 0, member->path, "the member's tar header says something else than the manifest");
	}
	return 0;
}

static int check_zeros(const char *data, size_t length, const char *path, struct lks_error *err)
{
	bool zeros = length == 0 || (data[0] == 0 && memcmp(data, data + 1, length - 1) == 0);
	return zeros ? 0 : lks_error_set(err, LKS_E_CORRUPT, 0, path, "there are bytes after the member's end");
}

int lks_reading_contents(const char **out, const struct lks_reading_frame *frame, size_t index, struct lks_error *err)
{
	const struct lks_member *member = &frame->part->members[index];
	uint64_t at = frame->part->places[index];
	int status = check_headers(frame, member, at, err);
	if (status != 0) {
		return status;
	}
	/* The cursor has placed the member inside the frame. */
	*out = frame->raw->data + at + frame->scratch->length;
	return check_zeros(*out + member->size, lks_header_padding(member->size), member->path, err);
}

int lks_reading_piece(const char **out, size_t *length, const struct lks_reading_frame *frame, struct lks_error *err)
{
	const struct lks_chain *chain = frame->part->chain;
	const struct lks_member *member = &chain->member;
	size_t skip = 0;
	if (frame->part->piece == 0) {
		int status = check_headers(frame, member, 0, err);
		if (status != 0) {
			return status;
		}
		skip = frame->scratch->length;
	}
	if (frame->part->offset + skip < chain->header_length) {
		return lks_error_set(err, LKS_E_FORMAT, 0, member->path, "a large file's header does not stand in its first frame");
	}
	uint64_t at = frame->part->offset + skip - chain->header_length, left = member->size > at ? member->size - at : 0;
	size_t room = frame->raw->length - skip;
	*out = frame->raw->data + skip;
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

/* Nobody waits for a piece that does not come. */
static void pass_on(const struct lks_part *part)
{
	if (part->chain) {
		lks_chain_pass(part->chain, part->piece, false);
	}
}

/* Reads the stored bytes of all parts one behind the other, and hashes them together. What cannot be read is damage of that part. */
static int load(
	struct lks_hash_job jobs[BATCH], struct lks_error damage[BATCH], const struct slot *slot, struct kit *kit, struct lks_error *err)
{
	const struct lks_manifest *manifest = slot->frame.manifest;
	size_t total = 0;
	for (size_t i = 0; i < slot->count; i++) {
		total += manifest->table[slot->parts[i].frame].stored;
	}
	int status = lks_buffer_reserve(&kit->stored, total, err);
	if (status != 0) {
		return status;
	}
	for (size_t i = 0, at = 0; i < slot->count; i++) {
		const struct lks_frame *frame = &manifest->table[slot->parts[i].frame];
		jobs[i] = (struct lks_hash_job){.data = kit->stored.data + at, .length = frame->stored};
		if (lks_pread(manifest->fd, kit->stored.data + at, frame->stored, frame->offset, &damage[i]) != 0) {
			jobs[i].length = 0;
		}
		at += frame->stored;
	}
	return lks_hash_many(jobs, slot->count, err);
}

static int reserve_jobs(struct kit *kit, const struct slot *slot, struct lks_error *err)
{
	size_t count = 0;
	for (size_t i = 0; i < slot->count; i++) {
		count += slot->parts[i].count;
	}
	if (count > kit->capacity) {
		struct lks_hash_job *jobs = realloc(kit->jobs, count * sizeof *jobs);
		if (!jobs) {
			return lks_error_nomem(err);
		}
		kit->jobs = jobs;
		kit->capacity = count;
	}
	return 0;
}

static void take(struct lks_reading_frame *frame, const struct lks_part *part, struct kit *kit, size_t index, struct lks_hash_job *jobs)
{
	frame->part = part;
	frame->raw = &kit->raw[index];
	frame->scratch = &kit->scratch;
	frame->jobs = jobs;
}

/* Unpacks all frames and hashes the members in them together: a job without data is a member that was not found. */
static int prepare(struct lks_error damage[BATCH], struct run *run, struct slot *slot, struct kit *kit, struct lks_error *err)
{
	const struct lks_reading *reading = run->reading;
	struct lks_hash_job stored[BATCH];
	size_t first = 0;
	int status = load(stored, damage, slot, kit, err);
	status = status ? status : reserve_jobs(kit, slot, err);
	for (size_t i = 0; status == 0 && i < slot->count; i++) {
		const struct lks_part *part = &slot->parts[i];
		struct lks_hash_job *jobs = kit->jobs + first;
		first += part->count;
		if (damage[i].status != LKS_OK ||
			unpack(&kit->raw[i], reading->manifest, part->frame, &stored[i], kit->unpacker, &damage[i]) != 0) {
			lks_buffer_clear(&kit->raw[i]);
		}
		take(&slot->frame, part, kit, i, jobs);
		for (size_t j = 0; j < part->count; j++) {
			const struct lks_member *member = &part->members[j];
			struct lks_error why = {0};
			const char *contents = NULL;
			if (damage[i].status != LKS_OK || (reading->wants && !reading->wants(reading->context, member)) ||
				lks_reading_contents(&contents, &slot->frame, j, &why) != 0) {
				contents = NULL;
				if (why.status == LKS_E_NOMEM) {
					*err = why;
					return why.status;
				}
			}
			jobs[j] = (struct lks_hash_job){.data = contents, .length = contents ? (size_t)member->size : 0};
		}
	}
	return status ? status : lks_hash_many(kit->jobs, first, err);
}

static int handle(struct run *run, struct slot *slot, struct kit *kit, struct lks_error *err)
{
	const struct lks_reading *reading = run->reading;
	struct lks_reading_frame *frame = &slot->frame;
	struct lks_error damage[BATCH] = {{0}};
	struct lks_hash_job *jobs = NULL;
	int status = prepare(damage, run, slot, kit, err);
	jobs = kit->jobs;
	for (size_t i = 0; i < slot->count; i++) {
		const struct lks_part *part = &slot->parts[i];
		uint64_t members = frame->members, bytes = frame->bytes;
		status = status ? status : lks_task_check(reading->task, err);
		if (status != 0) {
			pass_on(part);
			continue;
		}
		take(frame, part, kit, i, jobs);
		jobs += part->count;
		status = reading->handle(reading->context, frame, damage[i].status == LKS_OK ? NULL : &damage[i], err);
		lks_task_add(reading->task, frame->members - members, frame->bytes - bytes);
	}
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

	for (size_t i = 0; failed && i < slot->count; i++) {
		pass_on(&slot->parts[i]);
	}
	if (!failed && handle(run, slot, kit, &err) != 0) {
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
		if (status != 0) {
			return status;
		}
	}
	return 0;
}

/* Fills a slot with the next parts that are wanted; a piece of a larger file is alone, as the pieces wait for each other. */
static int fill(struct slot *slot, const struct run *run, struct lks_parts *parts, struct lks_error *err)
{
	const struct lks_reading *reading = run->reading;
	slot->count = 0;
	while (slot->count < BATCH && !(parts->chain && slot->count > 0)) {
		struct lks_part *part = &slot->parts[slot->count];
		int more = lks_parts_next(part, parts, err);
		if (more <= 0) {
			return more;
		}
		int status = reading->before ? reading->before(reading->context, part, err) : 0;
		if (status < 0) {
			return status;
		}
		slot->count += status == 0;
	}
	return 1;
}

static int hand_out(struct lks_reading_sum *out, struct run *run, struct lks_parts *parts, struct lks_error *err)
{
	for (int more = 1; more > 0;) {
		struct slot *slot = &run->slots[run->next % run->size];
		if (!harvest(out, run, slot)) {
			return 0; /* the run has the error */
		}
		int status = lks_task_check(run->reading->task, err);
		more = status ? status : fill(slot, run, parts, err);
		if (more < 0) {
			return more;
		}
		if (slot->count == 0) {
			continue;
		}
		slot->run = run;
		slot->frame.manifest = run->reading->manifest;
		pthread_mutex_lock(&run->mutex);
		slot->busy = true;
		pthread_mutex_unlock(&run->mutex);
		lks_pool_submit(run->pool, work, slot);
		run->next++;
	}
	return 0;
}

static void dispose(struct run *run)
{
	lks_pool_free(run->pool);
	for (size_t i = 0; run->slots && i < run->size; i++) {
		for (size_t j = 0; j < BATCH; j++) {
			lks_part_dispose(&run->slots[i].parts[j]);
		}
		lks_notes_dispose(&run->slots[i].frame.notes);
	}
	free(run->slots);
	while (run->kits) {
		struct kit *next = run->kits->next;
		lks_unpacker_free(run->kits->unpacker);
		lks_buffer_dispose(&run->kits->stored);
		for (size_t i = 0; i < BATCH; i++) {
			lks_buffer_dispose(&run->kits->raw[i]);
		}
		lks_buffer_dispose(&run->kits->scratch);
		free(run->kits->jobs);
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

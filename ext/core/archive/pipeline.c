/*
 * The write's pipeline: a ring of slots between planner, workers and the writing thread.
 */
#include "pipeline.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cut.h"
#include "header.h"
#include "lockstep/pool.h"
#include "notes.h"

#define SLOTS 24 /* a slot holds 2 MiB while large files pass: memory stays small on many threads too */

/* What a worker needs for a frame; there is one for each thread, kept between frames. */
struct kit {
	struct kit *next;
	struct lks_packer *packer;
	struct lks_reader reader;
	struct lks_unpacker *unpacker; /* with a parent, as the rest */
	struct lks_buffer contents;    /* of a frame of it */
};

struct lks_pipeline {
	struct lks_pool *pool;
	struct lks_sink *sink;
	struct lks_manifest_builder *builder;
	const struct lks_parent *parent;
	struct lks_notes *warnings;
	struct lks_task *task;
	struct lks_slot *slots; /* owned; used round and round */
	size_t size;
	uint64_t sent; /* slots given to the pool so far */
	pthread_t writer;
	bool writing;           /* the writer has been started */
	struct lks_frame *held; /* frames of a large file whose member is not yet entered; the writer's */
	size_t held_count, held_capacity;
	uint64_t offset;                   /* in the archive; the writer's */
	struct lks_pipeline_counts counts; /* the writer's */

	pthread_mutex_t mutex; /* guards the rest, and the slots' done and busy */
	pthread_cond_t built;  /* a slot is done, or the end: for the writer */
	pthread_cond_t freed;  /* slots are free, or a failure: for the planner */
	size_t busy;           /* slots that are not free */
	struct kit *kits;      /* not in use */
	bool ending;           /* nothing more is sent */
	bool parent_failed;
	bool failed;
	struct lks_error error; /* the first */
};

static void fail(struct lks_pipeline *pipeline, const struct lks_error *err)
{
	pthread_mutex_lock(&pipeline->mutex);
	if (!pipeline->failed) {
		pipeline->failed = true;
		pipeline->error = *err;
	}
	pthread_cond_signal(&pipeline->freed);
	pthread_mutex_unlock(&pipeline->mutex);
}

/* Compresses what was filled in. */
static int pack(struct lks_slot *slot, struct kit *kit, struct lks_error *err)
{
	struct lks_hash *hash = kit->reader.hash;
	int status = lks_frame_pack(&slot->packed, kit->packer, slot->raw.data, slot->raw.length, err);
	slot->frame.length = (uint32_t)slot->raw.length;
	slot->frame.stored = (uint32_t)slot->packed.length;
	status = status ? status : lks_hash_reset(hash, err);
	status = status ? status : lks_hash_update(hash, slot->packed.data, slot->packed.length, err);
	return status ? status : lks_hash_final(slot->frame.sha256, hash, err);
}

/* The parent's frame instead of one of our own making. */
static int take_over(struct lks_slot *slot, struct kit *kit, struct lks_error *err)
{
	struct lks_pipeline *pipeline = slot->pipeline;
	int status = lks_parent_load(&slot->packed, &slot->frame, pipeline->parent, slot->earlier_frame, kit->reader.hash, err);
	if (status != 0) {
		pthread_mutex_lock(&pipeline->mutex);
		pipeline->parent_failed = pipeline->parent_failed || !pipeline->failed;
		pthread_mutex_unlock(&pipeline->mutex);
	}
	return status;
}

/* Nothing is read but the parent's frame: the members have what its manifest says of them. */
static int take_members(struct lks_slot *slot, struct kit *kit, struct lks_error *err)
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
static int spill(struct lks_slot *slot, struct kit *kit, struct lks_error *err)
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
	lks_buffer_clear(&slot->raw);
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

static int build_members(struct lks_slot *slot, struct kit *kit, struct lks_error *err)
{
	bool first = true;
	int status = 0;
	if (slot->reuse == LKS_REUSE_BY_STAT) {
		return take_members(slot, kit, err);
	}
	lks_buffer_clear(&slot->raw);
	status = lks_buffer_reserve(&slot->raw, (size_t)slot->bytes, err);
	for (size_t i = 0; status == 0 && i < slot->count; i++) {
		struct lks_planned *planned = &slot->members[i];
		if (slot->raw.length > LKS_CUT_PIECE) {
			status = spill(slot, kit, err);
			first = true;
		}
		status = status ? status : lks_fill_member(&slot->raw, planned, &kit->reader, &slot->region, &slot->warnings, err);
		if (status == 0 && !planned->dropped) {
			planned->member.starts = first;
			first = false;
		}
	}
	if (status == 0 && slot->raw.length > 0 && slot->reuse == LKS_REUSE_BY_HASH && slot->spilled_count == 0 && same_members(slot)) {
		return take_over(slot, kit, err);
	}
	slot->reuse = LKS_REUSE_NONE;
	return status == 0 && slot->raw.length > 0 ? pack(slot, kit, err) : status;
}

/* In turn: the contents' hash, and at the end the look whether the file stayed what it was. */
static int end_piece(struct lks_slot *slot, bool complete, struct lks_error *err)
{
	struct lks_chain *chain = slot->chain;
	struct lks_member *member = &chain->member;
	size_t skip = slot->piece == 0 ? chain->header_length : 0;
	uint64_t at = slot->offset + skip - chain->header_length, left = member->size - at;
	size_t length = slot->raw.length - skip;
	int status = lks_hash_update(chain->hash, slot->raw.data + skip, left < length ? (size_t)left : length, err);
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
static int take_piece(bool *same, struct lks_slot *slot, struct kit *kit, struct lks_error *err)
{
	int status = take_over(slot, kit, err);
	*same = false;
	if (status == 0 && slot->frame.length == slot->raw.length) {
		status = lks_frame_unpack(&kit->contents, kit->unpacker, slot->packed.data, slot->frame.stored, slot->frame.length, err);
		*same = status == 0 && memcmp(kit->contents.data, slot->raw.data, slot->raw.length) == 0;
	}
	return status;
}

static int build_piece(struct lks_slot *slot, struct kit *kit, struct lks_error *err)
{
	bool complete = true, taken = false;
	if (slot->reuse == LKS_REUSE_BY_STAT) { /* the member is complete already */
		int status = take_over(slot, kit, err);
		lks_chain_pass(slot->chain, slot->piece, status == 0);
		return status;
	}
	int status = lks_fill_piece(&slot->raw, &complete, slot->chain, slot->offset, (size_t)slot->bytes, err);
	if (status == 0 && slot->reuse == LKS_REUSE_BY_HASH) {
		status = take_piece(&taken, slot, kit, err);
	}
	if (status == 0 && !taken) {
		slot->reuse = LKS_REUSE_NONE;
		status = pack(slot, kit, err);
	}
	if (lks_chain_wait(slot->chain, slot->piece) && status == 0) {
		status = end_piece(slot, complete, err);
	}
	lks_chain_pass(slot->chain, slot->piece, status == 0);
	return status;
}

static void work(void *arg)
{
	struct lks_slot *slot = arg;
	struct lks_pipeline *pipeline = slot->pipeline;
	struct lks_error err = {0};

	pthread_mutex_lock(&pipeline->mutex);
	struct kit *kit = pipeline->kits; /* never none: one a thread */
	pipeline->kits = kit->next;
	bool failed = pipeline->failed;
	pthread_mutex_unlock(&pipeline->mutex);

	int status = failed ? LKS_E_CANCELLED : lks_task_check(pipeline->task, &err);
	if (status == 0) {
		status = slot->chain ? build_piece(slot, kit, &err) : build_members(slot, kit, &err);
	} else if (slot->chain) {
		lks_chain_pass(slot->chain, slot->piece, false);
	}
	if (status != 0 && !failed) {
		fail(pipeline, &err);
	}
	pthread_mutex_lock(&pipeline->mutex);
	kit->next = pipeline->kits;
	pipeline->kits = kit;
	slot->done = true;
	pthread_cond_signal(&pipeline->built);
	pthread_mutex_unlock(&pipeline->mutex);
}

static void count(struct lks_pipeline *pipeline, const struct lks_member *member)
{
	pipeline->counts.members++;
	pipeline->counts.files += member->kind == LKS_MEMBER_FILE;
	pipeline->counts.bytes += member->size;
	lks_task_add(pipeline->task, 1, 0);
}

/* A large file's member is complete with its last frame, but stands before its first one in the manifest. */
static int enter_piece(struct lks_pipeline *pipeline, const struct lks_slot *slot, struct lks_error *err)
{
	if (pipeline->held_count == pipeline->held_capacity) {
		size_t capacity = pipeline->held_capacity ? 2 * pipeline->held_capacity : 16;
		struct lks_frame *held = realloc(pipeline->held, capacity * sizeof *held);
		if (!held) {
			return lks_error_nomem(err);
		}
		pipeline->held = held;
		pipeline->held_capacity = capacity;
	}
	pipeline->held[pipeline->held_count++] = slot->frame;
	if (!slot->last) {
		return 0;
	}
	slot->chain->member.starts = true;
	int status = lks_manifest_add_member(pipeline->builder, &slot->chain->member, err);
	for (size_t i = 0; status == 0 && i < pipeline->held_count; i++) {
		status = lks_manifest_add_frame(pipeline->builder, &pipeline->held[i], err);
	}
	pipeline->held_count = 0;
	count(pipeline, &slot->chain->member);
	return status;
}

static int enter_members(struct lks_pipeline *pipeline, const struct lks_slot *slot, struct lks_error *err)
{
	size_t spilled = 0;
	int status = 0;
	for (size_t i = 0, entered = 0; i < slot->count; i++) {
		const struct lks_member *member = &slot->members[i].member;
		if (slot->members[i].dropped) {
			continue;
		}
		if (member->starts && entered > 0) {
			status = lks_manifest_add_frame(pipeline->builder, &slot->spilled_frames[spilled++], err);
		}
		status = status ? status : lks_manifest_add_member(pipeline->builder, member, err);
		if (status != 0) {
			return status;
		}
		count(pipeline, member);
		entered++;
	}
	const struct lks_frame *last = spilled < slot->spilled_count ? &slot->spilled_frames[spilled] : &slot->frame;
	return lks_manifest_add_frame(pipeline->builder, last, err);
}

static int put(struct lks_pipeline *pipeline, struct lks_slot *slot, struct lks_error *err)
{
	int status = lks_notes_move(pipeline->warnings, &slot->warnings, err);
	if (status != 0 || (slot->frame.length == 0 && slot->spilled_count == 0)) { /* all of its members vanished */
		return status;
	}
	for (size_t i = 0; i < slot->spilled_count; i++) {
		slot->spilled_frames[i].offset = pipeline->offset;
		pipeline->offset += slot->spilled_frames[i].stored;
		lks_task_add(pipeline->task, 0, slot->spilled_frames[i].length);
	}
	status = lks_sink_write(pipeline->sink, slot->spilled.data, slot->spilled.length, err);
	slot->frame.offset = pipeline->offset;
	status = status ? status : lks_sink_write(pipeline->sink, slot->packed.data, slot->packed.length, err);
	pipeline->offset += slot->packed.length;
	status = status ? status : slot->chain ? enter_piece(pipeline, slot, err) : enter_members(pipeline, slot, err);
	pipeline->counts.frames += slot->spilled_count + (slot->frame.length > 0);
	pipeline->counts.frames_reused += slot->reuse != LKS_REUSE_NONE;
	pipeline->counts.frames_reread += slot->reuse == LKS_REUSE_BY_HASH;
	lks_task_add(pipeline->task, 0, slot->frame.length);
	return status;
}

static void *write_in_order(void *arg)
{
	struct lks_pipeline *pipeline = arg;
	for (uint64_t next = 0;; next++) {
		struct lks_slot *slot = &pipeline->slots[next % pipeline->size];
		pthread_mutex_lock(&pipeline->mutex);
		while (!(slot->busy && slot->done) && !(pipeline->ending && next == pipeline->sent)) {
			pthread_cond_wait(&pipeline->built, &pipeline->mutex);
		}
		bool end = !(slot->busy && slot->done), failed = pipeline->failed;
		pthread_mutex_unlock(&pipeline->mutex);
		if (end) {
			return NULL;
		}
		struct lks_error err = {0};
		if (!failed && put(pipeline, slot, &err) != 0) {
			fail(pipeline, &err);
		}
		lks_chain_release(slot->chain);
		slot->chain = NULL;
		lks_notes_dispose(&slot->warnings);
		pthread_mutex_lock(&pipeline->mutex);
		slot->busy = slot->done = false;
		if (--pipeline->busy == pipeline->size / 2 || pipeline->failed) { /* not for every slot: each waking costs microseconds */
			pthread_cond_signal(&pipeline->freed);
		}
		pthread_mutex_unlock(&pipeline->mutex);
	}
}

static int make_kits(struct lks_pipeline *pipeline, int root_fd, int level, struct lks_error *err)
{
	for (unsigned i = 0; i < lks_pool_threads(pipeline->pool); i++) {
		struct kit *kit = calloc(1, sizeof *kit);
		if (!kit) {
			return lks_error_nomem(err);
		}
		kit->next = pipeline->kits;
		pipeline->kits = kit;
		kit->reader.directory_fd = -1;
		int status = lks_packer_new(&kit->packer, level, err);
		status = status ? status : lks_reader_init(&kit->reader, root_fd, err);
		status = status || !pipeline->parent ? status : lks_unpacker_new(&kit->unpacker, err);
		if (status != 0) {
			return status;
		}
	}
	return 0;
}

static int start_writer(struct lks_pipeline *pipeline, struct lks_error *err)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int sys = pthread_create(&pipeline->writer, NULL, write_in_order, pipeline);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pipeline->writing = sys == 0;
	return sys == 0 ? 0 : lks_error_sys(err, sys, NULL, "no thread can be started");
}

int lks_pipeline_new(struct lks_pipeline **out, int root_fd, int level, unsigned threads, struct lks_sink *sink,
	struct lks_manifest_builder *builder, const struct lks_parent *parent, struct lks_notes *warnings, struct lks_task *task,
	struct lks_error *err)
{
	struct lks_pipeline *pipeline = calloc(1, sizeof *pipeline);
	if (!pipeline) {
		return lks_error_nomem(err);
	}
	pthread_mutex_init(&pipeline->mutex, NULL);
	pthread_cond_init(&pipeline->built, NULL);
	pthread_cond_init(&pipeline->freed, NULL);
	pipeline->sink = sink;
	pipeline->builder = builder;
	pipeline->parent = parent;
	pipeline->warnings = warnings;
	pipeline->task = task;
	int status = lks_pool_new(&pipeline->pool, threads, err);
	status = status ? status : make_kits(pipeline, root_fd, level, err);
	if (status == 0) {
		size_t count = lks_pool_threads(pipeline->pool), most = count + 2 > SLOTS ? count + 2 : SLOTS;
		pipeline->size = 4 * count + 4 < most ? 4 * count + 4 : most;
		pipeline->slots = calloc(pipeline->size, sizeof *pipeline->slots);
		status = pipeline->slots ? start_writer(pipeline, err) : lks_error_nomem(err);
	}
	if (status != 0) {
		lks_pipeline_free(pipeline);
		return status;
	}
	*out = pipeline;
	return 0;
}

struct lks_slot *lks_pipeline_slot(struct lks_pipeline *pipeline)
{
	struct lks_slot *slot = &pipeline->slots[pipeline->sent % pipeline->size];
	struct lks_error err = {0};
	if (lks_task_check(pipeline->task, &err) != 0) {
		fail(pipeline, &err);
	}
	pthread_mutex_lock(&pipeline->mutex);
	while (slot->busy && !pipeline->failed) {
		pthread_cond_wait(&pipeline->freed, &pipeline->mutex);
	}
	bool failed = pipeline->failed;
	pthread_mutex_unlock(&pipeline->mutex);
	if (failed) {
		return NULL;
	}
	lks_region_clear(&slot->region);
	slot->pipeline = pipeline;
	slot->count = 0;
	slot->bytes = slot->piece = slot->offset = 0;
	slot->last = false;
	slot->reuse = LKS_REUSE_NONE;
	slot->frame.length = 0;
	slot->spilled_count = 0;
	lks_buffer_dispose(&slot->spilled);
	return slot;
}

int lks_pipeline_plan(
	struct lks_slot *slot, const struct lks_member *member, const char *user, const char *group, bool linked, struct lks_error *err)
{
	if (slot->count == slot->capacity) {
		size_t capacity = slot->capacity ? 2 * slot->capacity : 64;
		struct lks_planned *members = realloc(slot->members, capacity * sizeof *members);
		if (!members) {
			return lks_error_nomem(err);
		}
		slot->members = members;
		slot->capacity = capacity;
	}
	struct lks_planned *planned = &slot->members[slot->count];
	memset(planned, 0, sizeof *planned);
	planned->linked = linked;
	planned->user = lks_region_copy(&slot->region, user, strlen(user), err);
	planned->group = lks_region_copy(&slot->region, group, strlen(group), err);
	int status = planned->user && planned->group ? lks_member_copy(&planned->member, member, &slot->region, err) : LKS_E_NOMEM;
	if (status == 0) {
		slot->count++;
		slot->bytes += lks_header_extent(member);
	}
	return status;
}

void lks_pipeline_send(struct lks_slot *slot)
{
	struct lks_pipeline *pipeline = slot->pipeline;
	pthread_mutex_lock(&pipeline->mutex);
	slot->busy = true;
	slot->done = false;
	pipeline->busy++;
	pipeline->sent++;
	pthread_mutex_unlock(&pipeline->mutex);
	lks_pool_submit(pipeline->pool, work, slot);
}

int lks_pipeline_finish(struct lks_pipeline_counts *counts, struct lks_pipeline *pipeline, struct lks_error *err)
{
	lks_pool_wait(pipeline->pool);
	pthread_mutex_lock(&pipeline->mutex);
	pipeline->ending = true;
	pthread_cond_signal(&pipeline->built);
	pthread_mutex_unlock(&pipeline->mutex);
	pthread_join(pipeline->writer, NULL);
	pipeline->writing = false;
	*counts = pipeline->counts;
	if (pipeline->failed) {
		*err = pipeline->error;
		return err->status;
	}
	return 0;
}

bool lks_pipeline_parent_failed(const struct lks_pipeline *pipeline)
{
	return pipeline->parent_failed;
}

void lks_pipeline_free(struct lks_pipeline *pipeline)
{
	if (!pipeline) {
		return;
	}
	if (pipeline->writing) { /* the planner gave up */
		struct lks_pipeline_counts counts;
		struct lks_error err = {.status = LKS_E_CANCELLED};
		fail(pipeline, &err);
		lks_pipeline_finish(&counts, pipeline, &err);
	}
	lks_pool_free(pipeline->pool);
	for (size_t i = 0; pipeline->slots && i < pipeline->size; i++) {
		struct lks_slot *slot = &pipeline->slots[i];
		lks_chain_release(slot->chain);
		lks_region_dispose(&slot->region);
		lks_buffer_dispose(&slot->raw);
		lks_buffer_dispose(&slot->packed);
		lks_buffer_dispose(&slot->spilled);
		free(slot->spilled_frames);
		lks_notes_dispose(&slot->warnings);
		lks_part_dispose(&slot->earlier);
		free(slot->members);
	}
	free(pipeline->slots);
	while (pipeline->kits) {
		struct kit *next = pipeline->kits->next;
		lks_packer_free(pipeline->kits->packer);
		lks_reader_dispose(&pipeline->kits->reader);
		lks_unpacker_free(pipeline->kits->unpacker);
		lks_buffer_dispose(&pipeline->kits->contents);
		free(pipeline->kits);
		pipeline->kits = next;
	}
	free(pipeline->held);
	pthread_cond_destroy(&pipeline->built);
	pthread_cond_destroy(&pipeline->freed);
	pthread_mutex_destroy(&pipeline->mutex);
	free(pipeline);
}

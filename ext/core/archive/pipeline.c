/*
 * The write's pipeline: a ring of slots between planner, workers and the writing thread.
 */
#include "pipeline.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "header.h"
#include "lockstep/pool.h"
#include "notes.h"

#define SLOTS 24                      /* memory stays small on many threads too */
#define SLOTS_AGAIN 32                /* with a parent: a few batches */
#define BATCH 8                       /* slots handed to a worker at once */
#define BATCH_BYTES (2 * 1024 * 1024) /* of tar, in frames that are taken over; any other frame is work enough for itself */
#define BYTES (24 * 1024 * 1024)      /* of tar on their way, about */
#define KEPT (512 * 1024)             /* a slot's buffer that is kept: larger ones come with large files */

struct lks_pipeline {
	struct lks_pool *pool;
	struct lks_task *task;
	struct lks_slot *slots; /* owned; used round and round */
	size_t size;
	uint64_t sent;    /* slots planned so far; the planner's, as the next two */
	size_t collected; /* the last of them that are not yet given to the pool */
	uint64_t collected_bytes;
	pthread_t writer;
	bool writing; /* the writer has been started */
	struct lks_record record;

	pthread_mutex_t mutex; /* guards the rest, and the slots' done and busy */
	pthread_cond_t built;  /* the slot that is next is done, or the end: for the writer */
	pthread_cond_t freed;  /* slots are free, or a failure: for the planner */
	bool writer_waits, planner_waits;
	uint64_t next;        /* the slot that is written next */
	size_t busy;          /* slots that are not free */
	uint64_t bytes;       /* of tar in them */
	struct lks_kit *kits; /* not in use */
	bool ending;          /* nothing more is sent */
	bool parent_failed;
	bool failed;
	struct lks_error error; /* the first */
};

static struct lks_slot *slot_at(struct lks_pipeline *pipeline, uint64_t number)
{
	return &pipeline->slots[number % pipeline->size];
}

/* With the mutex. */
static void fail(struct lks_pipeline *pipeline, const struct lks_error *err, bool parent_failed)
{
	if (!pipeline->failed) {
		pipeline->failed = true;
		pipeline->parent_failed = parent_failed;
		pipeline->error = *err;
	}
	pthread_cond_signal(&pipeline->freed);
}

static void work(void *arg)
{
	struct lks_slot *first = arg;
	struct lks_pipeline *pipeline = first->pipeline;
	size_t at = (size_t)(first - pipeline->slots), batch = first->batch;
	struct lks_error err = {0};
	int status = 0;

	pthread_mutex_lock(&pipeline->mutex);
	struct lks_kit *kit = pipeline->kits; /* never none: one a thread */
	pipeline->kits = kit->next;
	bool failed = pipeline->failed;
	pthread_mutex_unlock(&pipeline->mutex);

	for (size_t i = 0; i < batch; i++) {
		struct lks_slot *slot = &pipeline->slots[(at + i) % pipeline->size];
		if (failed || status != 0 || (status = lks_task_check(pipeline->task, &err)) != 0) {
			lks_build_give_up(slot);
		} else {
			status = lks_build(slot, kit, &err);
		}
	}
	pthread_mutex_lock(&pipeline->mutex);
	if (status != 0) {
		fail(pipeline, &err, kit->parent_failed);
	}
	kit->next = pipeline->kits;
	pipeline->kits = kit;
	for (size_t i = 0; i < batch; i++) {
		pipeline->slots[(at + i) % pipeline->size].done = true;
	}
	bool wake = pipeline->writer_waits && slot_at(pipeline, pipeline->next)->done;
	pthread_mutex_unlock(&pipeline->mutex);
	if (wake) {
		pthread_cond_signal(&pipeline->built);
	}
}

/* Waits for the next slot. How many may be written from it on; 0: the end. */
static size_t built(bool *failed, struct lks_pipeline *pipeline)
{
	size_t count = 0;
	pthread_mutex_lock(&pipeline->mutex);
	while (!slot_at(pipeline, pipeline->next)->done && !(pipeline->ending && pipeline->next == pipeline->sent)) {
		pipeline->writer_waits = true;
		pthread_cond_wait(&pipeline->built, &pipeline->mutex);
		pipeline->writer_waits = false;
	}
	while (count < BATCH && count < pipeline->size && slot_at(pipeline, pipeline->next + count)->done) {
		count++;
	}
	*failed = pipeline->failed;
	pthread_mutex_unlock(&pipeline->mutex);
	return count;
}

static void release(struct lks_slot *slot)
{
	lks_chain_release(slot->chain);
	slot->chain = NULL;
	lks_notes_dispose(&slot->warnings);
	lks_buffer_dispose(&slot->spilled);
	if (slot->packed.capacity > KEPT) {
		lks_buffer_dispose(&slot->packed);
	}
}

static void *write_in_order(void *arg)
{
	struct lks_pipeline *pipeline = arg;
	bool failed;
	size_t count;
	while ((count = built(&failed, pipeline)) > 0) {
		struct lks_error err = {0};
		uint64_t bytes = 0;
		for (size_t i = 0; i < count; i++) {
			struct lks_slot *slot = slot_at(pipeline, pipeline->next + i);
			if (!failed && lks_record_slot(&pipeline->record, slot, &err) != 0) {
				failed = true;
			}
			bytes += slot->bytes;
			release(slot);
		}
		pthread_mutex_lock(&pipeline->mutex);
		if (err.status != LKS_OK) {
			fail(pipeline, &err, false);
		}
		for (size_t i = 0; i < count; i++) {
			struct lks_slot *slot = slot_at(pipeline, pipeline->next + i);
			slot->busy = slot->done = false;
		}
		pipeline->next += count;
		pipeline->busy -= count;
		pipeline->bytes -= bytes;
		bool wake = pipeline->planner_waits && ((pipeline->busy <= pipeline->size / 2 && pipeline->bytes <= BYTES / 2) || pipeline->failed);
		pthread_mutex_unlock(&pipeline->mutex);
		if (wake) {
			pthread_cond_signal(&pipeline->freed);
		}
	}
	return NULL;
}

static int make_kits(struct lks_pipeline *pipeline, int root_fd, int level, const struct lks_parent *parent, struct lks_error *err)
{
	for (unsigned i = 0; i < lks_pool_threads(pipeline->pool); i++) {
		struct lks_kit *kit;
		int status = lks_kit_new(&kit, root_fd, level, parent, err);
		if (status != 0) {
			return status;
		}
		kit->next = pipeline->kits;
		pipeline->kits = kit;
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

static size_t ring_size(size_t threads, bool has_parent)
{
	size_t most = has_parent ? SLOTS_AGAIN : SLOTS, size = has_parent ? SLOTS_AGAIN : 4 * threads + 4;
	most = threads + 2 > most ? threads + 2 : most;
	return size < most ? size : most;
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
	pipeline->task = task;
	pipeline->record = (struct lks_record){.sink = sink, .builder = builder, .warnings = warnings, .task = task};
	int status = lks_pool_new(&pipeline->pool, threads, err);
	status = status ? status : make_kits(pipeline, root_fd, level, parent, err);
	if (status == 0) {
		pipeline->size = ring_size(lks_pool_threads(pipeline->pool), parent);
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

/* Gives what was collected to the pool. */
static void submit(struct lks_pipeline *pipeline)
{
	if (pipeline->collected > 0) {
		struct lks_slot *first = slot_at(pipeline, pipeline->sent - pipeline->collected);
		first->batch = pipeline->collected;
		pipeline->collected = 0;
		pipeline->collected_bytes = 0;
		lks_pool_submit(pipeline->pool, work, first);
	}
}

struct lks_slot *lks_pipeline_slot(struct lks_pipeline *pipeline)
{
	struct lks_slot *slot = slot_at(pipeline, pipeline->sent);
	struct lks_error err = {0};
	bool cancelled = lks_task_check(pipeline->task, &err) != 0;
	pthread_mutex_lock(&pipeline->mutex);
	if (cancelled) {
		fail(pipeline, &err, false);
	}
	while ((slot->busy || pipeline->bytes > BYTES) && !pipeline->failed) {
		if (pipeline->collected > 0) {
			pthread_mutex_unlock(&pipeline->mutex);
			submit(pipeline);
			pthread_mutex_lock(&pipeline->mutex);
			continue;
		}
		pipeline->planner_waits = true;
		pthread_cond_wait(&pipeline->freed, &pipeline->mutex);
		pipeline->planner_waits = false;
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
	pipeline->busy++;
	pipeline->bytes += slot->bytes;
	pthread_mutex_unlock(&pipeline->mutex);
	pipeline->sent++;
	pipeline->collected++;
	pipeline->collected_bytes += slot->reuse == LKS_REUSE_BY_STAT ? slot->bytes : BATCH_BYTES;
	if (pipeline->collected == BATCH || pipeline->collected_bytes >= BATCH_BYTES) {
		submit(pipeline);
	}
}

int lks_pipeline_finish(struct lks_record_counts *counts, struct lks_pipeline *pipeline, struct lks_error *err)
{
	submit(pipeline);
	lks_pool_wait(pipeline->pool);
	pthread_mutex_lock(&pipeline->mutex);
	pipeline->ending = true;
	pthread_cond_signal(&pipeline->built);
	pthread_mutex_unlock(&pipeline->mutex);
	pthread_join(pipeline->writer, NULL);
	pipeline->writing = false;
	*counts = pipeline->record.counts;
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
		struct lks_record_counts counts;
		struct lks_error err = {.status = LKS_E_CANCELLED};
		pthread_mutex_lock(&pipeline->mutex);
		fail(pipeline, &err, false);
		pthread_mutex_unlock(&pipeline->mutex);
		lks_pipeline_finish(&counts, pipeline, &err);
	}
	lks_pool_free(pipeline->pool);
	for (size_t i = 0; pipeline->slots && i < pipeline->size; i++) {
		struct lks_slot *slot = &pipeline->slots[i];
		release(slot);
		lks_region_dispose(&slot->region);
		lks_buffer_dispose(&slot->packed);
		free(slot->spilled_frames);
		lks_part_dispose(&slot->earlier);
		free(slot->members);
	}
	free(pipeline->slots);
	while (pipeline->kits) {
		struct lks_kit *next = pipeline->kits->next;
		lks_kit_free(pipeline->kits);
		pipeline->kits = next;
	}
	lks_record_dispose(&pipeline->record);
	pthread_cond_destroy(&pipeline->built);
	pthread_cond_destroy(&pipeline->freed);
	pthread_mutex_destroy(&pipeline->mutex);
	free(pipeline);
}

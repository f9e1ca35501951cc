/*
 * Frames on their way through a write: planned in order, built side by side, written in order.
 *
 * The planner (one thread) takes a free slot, plans a frame in it and sends it; workers of a pool build it (build.h); a thread of
 * the pipeline's own records finished frames in the order of their planning (record.h). Memory is bounded by the number of slots
 * and by the bytes in them. After the first failure slots only pass through.
 *
 * Handing over costs two switches of threads, more than the work on a frame that is taken over: such frames are worked on in
 * batches, and whoever sleeps is woken when there is a batch of work for it.
 */
#ifndef LOCKSTEP_ARCHIVE_PIPELINE_H
#define LOCKSTEP_ARCHIVE_PIPELINE_H

#include "record.h"
#include "slot.h"

struct lks_pipeline;

/* sink, builder, task and warnings stay the caller's, and are the pipeline's until _finish; so is parent, which may be NULL. */
int lks_pipeline_new(struct lks_pipeline **out, int root_fd, int level, unsigned threads, struct lks_sink *sink,
	struct lks_manifest_builder *builder, const struct lks_parent *parent, struct lks_notes *warnings, struct lks_task *task,
	struct lks_error *err);
/* The next slot, empty; blocks until one is free. NULL after a failure or cancellation: _finish tells which. */
struct lks_slot *lks_pipeline_slot(struct lks_pipeline *pipeline);
/* Adds a member (deep copy) to a slot. */
int lks_pipeline_plan(
	struct lks_slot *slot, const struct lks_member *member, const char *user, const char *group, bool linked, struct lks_error *err);
/* Hands the slot on; it is the pipeline's then. */
void lks_pipeline_send(struct lks_slot *slot);
/* Waits for all that was sent and joins the threads; the first error of any of them. */
int lks_pipeline_finish(struct lks_record_counts *counts, struct lks_pipeline *pipeline, struct lks_error *err);
/* After a failure: was it a frame of the parent that is damaged? */
bool lks_pipeline_parent_failed(const struct lks_pipeline *pipeline);
void lks_pipeline_free(struct lks_pipeline *pipeline);

#endif

/*
 * Frames on their way through a write: planned in order, built side by side, written in order.
 *
 * The planner (one thread) takes a free slot, plans a frame in it and sends it; workers of a pool fill, hash and compress; a
 * thread of the pipeline's own writes finished frames in the order of their planning, and enters them in the manifest.
 * Memory is bounded by the number of slots. After the first failure slots only pass through.
 */
#ifndef LOCKSTEP_ARCHIVE_PIPELINE_H
#define LOCKSTEP_ARCHIVE_PIPELINE_H

#include "chain.h"
#include "fill.h"
#include "lockstep/frame.h"
#include "lockstep/job.h"
#include "manifest.h"
#include "parent.h"
#include "sink.h"

struct lks_pipeline;

/* One frame on its way. The planner fills the first part, before sending. */
struct lks_slot {
	struct lks_pipeline *pipeline;
	struct lks_region region;    /* of what the members borrow */
	struct lks_planned *members; /* owned array; of a frame of whole members */
	size_t count, capacity;
	uint64_t bytes;          /* of tar, as planned */
	struct lks_chain *chain; /* a reference; a frame of a larger file instead of members */
	uint64_t piece, offset;  /* which piece of the chain, and where it begins in its tar bytes */
	bool last;               /* the chain's last piece */
	enum lks_reuse reuse;    /* may the parent's frame be taken over? */
	uint64_t earlier_frame;  /* its number */
	struct lks_part earlier; /* and its members, of a frame of whole members */

	struct lks_buffer raw, packed;
	struct lks_frame frame;
	struct lks_buffer spilled;        /* frames before it: attributes, which no plan knows, made the members too long for one */
	struct lks_frame *spilled_frames; /* owned array */
	size_t spilled_count;
	struct lks_notes warnings;
	bool done; /* built: may be written */
	bool busy; /* not free */
};

struct lks_pipeline_counts {
	uint64_t members, files, bytes, frames, frames_reused, frames_reread;
};

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
int lks_pipeline_finish(struct lks_pipeline_counts *counts, struct lks_pipeline *pipeline, struct lks_error *err);
/* After a failure: was it a frame of the parent that is damaged? */
bool lks_pipeline_parent_failed(const struct lks_pipeline *pipeline);
void lks_pipeline_free(struct lks_pipeline *pipeline);

#endif

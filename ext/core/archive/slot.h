/*
 * One frame on its way through a write, from its planning to its place in the file.
 *
 * It belongs to one thread at a time: the planner, then a worker, then the writer.
 */
#ifndef LOCKSTEP_ARCHIVE_SLOT_H
#define LOCKSTEP_ARCHIVE_SLOT_H

#include "chain.h"
#include "fill.h"
#include "lockstep/frame.h"
#include "parent.h"

struct lks_pipeline;

struct lks_slot {
	/* The planner's. */
	struct lks_pipeline *pipeline;
	struct lks_region region;    /* of what the members borrow */
	struct lks_planned *members; /* owned array; of a frame of whole members */
	size_t count, capacity;
	uint64_t bytes;          /* of tar, as planned */
	struct lks_chain *chain; /* a reference; a frame of a larger file instead of members */
	uint64_t piece, offset;  /* which piece of the chain, and where it begins in its tar bytes */
	bool last;               /* the chain's last piece */
	enum lks_reuse reuse;    /* may the parent's frame be taken over? After building: was it? */
	uint64_t earlier_frame;  /* its number */
	struct lks_part earlier; /* and its members, of a frame of whole members */

	/* What building adds. */
	struct lks_buffer packed;
	struct lks_frame frame;           /* all but the offset; of length 0 when all members vanished */
	struct lks_buffer spilled;        /* frames before it: attributes, which no plan knows, made the members too long for one */
	struct lks_frame *spilled_frames; /* owned array */
	size_t spilled_count;
	struct lks_notes warnings;

	/* The pipeline's. */
	size_t batch; /* how many slots from this one on are worked on in one go */
	bool done;    /* built: may be written */
	bool busy;    /* not free */
};

#endif

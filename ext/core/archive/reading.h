/*
 * The pipeline of reading: parts of an archive worked on side by side, their frames loaded and checked first.
 *
 * One thread (the owner) takes parts from the manifest and hands them out, a few at a time; workers load their frames, check them,
 * and call `handle` with the contents of each. Findings are gathered in the order of the archive. Memory is bounded by the number of slots.
 */
#ifndef LOCKSTEP_ARCHIVE_READING_H
#define LOCKSTEP_ARCHIVE_READING_H

#include "lockstep/hash_many.h"
#include "lockstep/job.h"
#include "parts.h"

/* What a worker has in hand: one part and its frame's contents. */
struct lks_reading_frame {
	const struct lks_manifest *manifest;
	const struct lks_part *part;
	const struct lks_buffer *raw; /* the frame's contents; empty when it is bad */
	struct lks_buffer *scratch;   /* the worker's own; for headers */
	/* One a member of the part, hashed. No data: it is not wanted, or lks_reading_contents tells what is wrong. Of what is no file, no bytes. */
	const struct lks_hash_job *jobs;
	struct lks_notes notes;  /* findings or warnings */
	uint64_t members, bytes; /* handled well: for the caller's sum */
};

struct lks_reading {
	const struct lks_manifest *manifest;
	const char *below; /* as lks_parts_init */
	unsigned threads;
	struct lks_task *task;
	/*
	 * Called in the owner's thread before a part is handed out. NULL: nothing. 1: the part is passed over, and its frame not read.
	 * An error ends the reading.
	 */
	int (*before)(void *context, const struct lks_part *part, struct lks_error *err);
	/* Which members of a part are looked for and hashed, asked by workers. NULL: all. */
	bool (*wants)(void *context, const struct lks_member *member);
	/*
	 * Called by a worker. damage: what is wrong with the frame itself, NULL when good. Chained parts must pass their turn on in
	 * any case. An error ends the reading; notes do not.
	 */
	int (*handle)(void *context, struct lks_reading_frame *frame, const struct lks_error *damage, struct lks_error *err);
	void *context;
};

struct lks_reading_sum {
	uint64_t members, bytes;
	struct lks_notes notes; /* the caller's to dispose */
};

/* Runs to the end or the first error; nothing of it is left running. */
int lks_reading_run(struct lks_reading_sum *out, const struct lks_reading *reading, struct lks_error *err);

/* Loads, checks and unpacks one frame. LKS_E_CORRUPT, LKS_E_LIMIT. */
int lks_reading_load(struct lks_buffer *raw, const struct lks_manifest *manifest, uint64_t frame, struct lks_error *err);

/* Finds a whole member's contents in its frame, once its headers are what they must be and zeros follow it. LKS_E_CORRUPT. */
int lks_reading_contents(const char **out, const struct lks_reading_frame *frame, size_t index, struct lks_error *err);
/* The same for a piece of a larger file; *length may be 0. */
int lks_reading_piece(const char **out, size_t *length, const struct lks_reading_frame *frame, struct lks_error *err);

#endif

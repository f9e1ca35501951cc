/*
 * Built frames put in the file and entered in the manifest, in their order.
 *
 * One thread.
 */
#ifndef LOCKSTEP_ARCHIVE_RECORD_H
#define LOCKSTEP_ARCHIVE_RECORD_H

#include "lockstep/job.h"
#include "manifest.h"
#include "sink.h"
#include "slot.h"

struct lks_record_counts {
	uint64_t members, files, bytes, frames, frames_reused, frames_reread;
};

/* Zero but for what is borrowed. */
struct lks_record {
	struct lks_sink *sink; /* borrowed, as the next three */
	struct lks_manifest_builder *builder;
	struct lks_notes *warnings;
	struct lks_task *task;
	struct lks_frame *held; /* owned; frames of a large file whose member is not yet entered */
	size_t held_count, held_capacity;
	uint64_t offset; /* in the archive */
	struct lks_record_counts counts;
};

int lks_record_slot(struct lks_record *record, struct lks_slot *slot, struct lks_error *err);
void lks_record_dispose(struct lks_record *record);

#endif

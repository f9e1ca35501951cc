/*
 * A planned frame made: taken over from the parent, or filled, hashed and compressed.
 *
 * A kit belongs to one thread at a time.
 */
#ifndef LOCKSTEP_ARCHIVE_BUILD_H
#define LOCKSTEP_ARCHIVE_BUILD_H

#include "slot.h"

/* What a worker needs for a frame, kept between frames. */
struct lks_kit {
	struct lks_kit *next;            /* the owner's */
	const struct lks_parent *parent; /* borrowed; NULL when there is none */
	struct lks_packer *packer;
	struct lks_reader reader;
	struct lks_buffer raw;         /* the frame's tar bytes */
	struct lks_unpacker *unpacker; /* with a parent, as the rest */
	struct lks_buffer contents;    /* of a frame of it */
	bool parent_failed;            /* the last failure was a damaged frame of the parent */
};

int lks_kit_new(struct lks_kit **out, int root_fd, int level, const struct lks_parent *parent, struct lks_error *err);
void lks_kit_free(struct lks_kit *kit);

/* Fills in what building adds. A piece of a chain passes its turn on, also when it fails. */
int lks_build(struct lks_slot *slot, struct lks_kit *kit, struct lks_error *err);
/* Instead of building, after a failure elsewhere: whoever waits for the slot's piece goes on. */
void lks_build_give_up(struct lks_slot *slot);

#endif

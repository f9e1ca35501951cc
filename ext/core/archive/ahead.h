/*
 * The walk of a write in a thread of its own, which runs ahead of the planner: what it finds comes in chunks, in the same order.
 *
 * Whatever needs the walk's descriptors (symlinks' targets, directories' attributes) is read there. _next and _free: one thread.
 */
#ifndef LOCKSTEP_ARCHIVE_AHEAD_H
#define LOCKSTEP_ARCHIVE_AHEAD_H

#include <stdbool.h>
#include <sys/stat.h>

#include "member.h"
#include "walk.h"

struct lks_ahead;

struct lks_found {
	struct lks_member member; /* without a file's attributes and hash; of kind 0: not to be archived */
	mode_t mode;              /* st_mode */
	nlink_t names;            /* of the file */
	bool is_mount;            /* as in lks_walk_entry */
	bool vanished;            /* a symlink that was none any more when its target was read */
};

/* The walk is the thread's until _free, and stays the caller's. */
int lks_ahead_new(struct lks_ahead **out, struct lks_walk *walk, struct lks_error *err);
/* 1: found, borrowed until the next call; 0: the end; negative: the walk failed here. Blocks. */
int lks_ahead_next(struct lks_found **out, struct lks_ahead *ahead, struct lks_error *err);
/* Ends the thread wherever it is, and joins it. NULL is allowed. */
void lks_ahead_free(struct lks_ahead *ahead);

#endif

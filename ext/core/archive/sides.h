/*
 * An archive's manifest and a live tree, read side by side in the order that both have, without what is left out on either side.
 *
 * One thread. Zero-initialised is nothing, and may be disposed of.
 */
#ifndef LOCKSTEP_ARCHIVE_SIDES_H
#define LOCKSTEP_ARCHIVE_SIDES_H

#include <limits.h>

#include "manifest.h"
#include "selection.h"
#include "walk.h"

struct lks_sides {
	const struct lks_archive_difference_options *options; /* borrowed */
	const char **exclude;                                 /* owned array of borrowed strings, sorted, none in another, NULL-terminated */
	size_t exclude_count;
	char scope[PATH_MAX];              /* what is walked: the path, or the topmost of its parents that is missing; "." */
	struct lks_manifest_cursor cursor; /* the archive's */
	struct lks_member member;
	bool has_member;
	struct lks_walk *walk; /* the live one; NULL: nothing is there */
	struct lks_walk_entry entry;
	bool has_entry;
	void (*stays)(void *context, const char *path); /* told of each live entry that a pattern leaves out */
	void *context;
};

/* Opens both below `path` ("." for all), before the first. The manifest's table of frames must be loaded. LKS_E_NOT_FOUND. */
int lks_sides_open(struct lks_sides *sides, const struct lks_manifest *manifest, const char *path, struct lks_error *err);
void lks_sides_dispose(struct lks_sides *sides);

/* The next member, the next entry; has_member, has_entry are false behind the last. */
int lks_sides_next_member(struct lks_sides *sides, struct lks_error *err);
int lks_sides_next_entry(struct lks_sides *sides, struct lks_error *err);

/* Does something that is left out by its exact path lie there, or below? */
bool lks_sides_hold_excluded(const struct lks_sides *sides, const char *path);

#endif

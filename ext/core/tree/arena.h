/*
 * Memory that is only given back all at once: the strings of a scan.
 *
 * Zero-initialised is empty. An arena belongs to one thread; arenas can be joined afterwards.
 */
#ifndef LOCKSTEP_TREE_ARENA_H
#define LOCKSTEP_TREE_ARENA_H

#include <stddef.h>

struct lks_arena_block;

struct lks_arena {
	struct lks_arena_block *blocks; /* the newest first; owned */
	size_t left;                    /* bytes still free in the newest */
};

/* size bytes aligned for any struct of ours (8); NULL when memory is out. */
void *lks_arena_take(struct lks_arena *arena, size_t size);
/* A copy of prefix (prefix_length bytes), "/" when there is a prefix, and name. Unaligned. NULL when memory is out. */
char *lks_arena_path(struct lks_arena *arena, const char *prefix, size_t prefix_length, const char *name, size_t name_length);
/* Moves all blocks of other into arena; other is empty then. */
void lks_arena_join(struct lks_arena *arena, struct lks_arena *other);
void lks_arena_dispose(struct lks_arena *arena);

#endif

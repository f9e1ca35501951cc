/*
 * Memory that is given out piece by piece and taken back all at once. Zero-initialised is empty; one thread at a time.
 */
#ifndef LOCKSTEP_ARCHIVE_ARENA_H
#define LOCKSTEP_ARCHIVE_ARENA_H

#include <stddef.h>

#include "lockstep/error.h"

struct lks_arena_chunk;

struct lks_arena {
	struct lks_arena_chunk *chunks; /* owned; the newest first */
};

/* length bytes, aligned for any type, not cleared. NULL with LKS_E_NOMEM in err. */
void *lks_arena_take(struct lks_arena *arena, size_t length, struct lks_error *err);
/* A copy of length bytes and a NUL. */
char *lks_arena_copy(struct lks_arena *arena, const void *bytes, size_t length, struct lks_error *err);
/* Forgets all pieces and keeps one chunk for the next round. */
void lks_arena_clear(struct lks_arena *arena);
void lks_arena_dispose(struct lks_arena *arena);

#endif

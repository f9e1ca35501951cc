/*
 * Pieces of memory cut from chunks of 64 KiB, freed together.
 */
#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK (64 * 1024) /* bytes; a larger piece gets a chunk of its own */

struct lks_arena_chunk {
	struct lks_arena_chunk *next;
	size_t used, size; /* bytes of data */
	alignas(max_align_t) unsigned char data[];
};

void *lks_arena_take(struct lks_arena *arena, size_t length, struct lks_error *err)
{
	struct lks_arena_chunk *chunk = arena->chunks;
	size_t rounded = (length + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (rounded < length) {
		lks_error_nomem(err);
		return NULL;
	}
	if (!chunk || chunk->size - chunk->used < rounded) {
		size_t size = rounded > CHUNK ? rounded : CHUNK;
		chunk = malloc(sizeof *chunk + size);
		if (!chunk) {
			lks_error_nomem(err);
			return NULL;
		}
		chunk->next = arena->chunks;
		chunk->used = 0;
		chunk->size = size;
		arena->chunks = chunk;
	}
	void *piece = chunk->data + chunk->used;
	chunk->used += rounded;
	return piece;
}

char *lks_arena_copy(struct lks_arena *arena, const void *bytes, size_t length, struct lks_error *err)
{
	char *copy = lks_arena_take(arena, length + 1, err);
	if (copy) {
		if (length > 0) {
			memcpy(copy, bytes, length);
		}
		copy[length] = '\0';
	}
	return copy;
}

void lks_arena_clear(struct lks_arena *arena)
{
	struct lks_arena_chunk *chunk = arena->chunks;
	if (!chunk) {
		return;
	}
	while (chunk->next) {
		struct lks_arena_chunk *next = chunk->next;
		free(chunk);
		chunk = next;
	}
	chunk->used = 0; /* the oldest stays: chunks of one piece come later */
	arena->chunks = chunk;
}

void lks_arena_dispose(struct lks_arena *arena)
{
	while (arena->chunks) {
		struct lks_arena_chunk *next = arena->chunks->next;
		free(arena->chunks);
		arena->chunks = next;
	}
}

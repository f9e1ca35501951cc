/*
 * Pieces of memory cut from chunks of 64 KiB, freed together.
 */
#include "region.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK (64 * 1024) /* bytes; a larger piece gets a chunk of its own */

struct lks_region_chunk {
	struct lks_region_chunk *next;
	size_t used, size; /* bytes of data */
	alignas(max_align_t) unsigned char data[];
};

void *lks_region_take(struct lks_region *region, size_t length, struct lks_error *err)
{
	struct lks_region_chunk *chunk = region->chunks;
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
		chunk->next = region->chunks;
		chunk->used = 0;
		chunk->size = size;
		region->chunks = chunk;
	}
	void *piece = chunk->data + chunk->used;
	chunk->used += rounded;
	return piece;
}

char *lks_region_copy(struct lks_region *region, const void *bytes, size_t length, struct lks_error *err)
{
	char *copy = lks_region_take(region, length + 1, err);
	if (copy) {
		if (length > 0) {
			memcpy(copy, bytes, length);
		}
		copy[length] = '\0';
	}
	return copy;
}

void lks_region_clear(struct lks_region *region)
{
	struct lks_region_chunk *chunk = region->chunks;
	if (!chunk) {
		return;
	}
	while (chunk->next) {
		struct lks_region_chunk *next = chunk->next;
		free(chunk);
		chunk = next;
	}
	chunk->used = 0; /* the oldest stays: chunks of one piece come later */
	region->chunks = chunk;
}

void lks_region_dispose(struct lks_region *region)
{
	while (region->chunks) {
		struct lks_region_chunk *next = region->chunks->next;
		free(region->chunks);
		region->chunks = next;
	}
}

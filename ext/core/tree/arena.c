/*
 * A bump allocator over a list of blocks.
 */
#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE (size_t)(128 * 1024 - 64) /* bytes; just below malloc's mmap threshold, so that blocks are reused */

struct lks_arena_block {
	struct lks_arena_block *next;
	size_t size; /* of data */
	alignas(8) char data[];
};

/* size bytes at the lowest possible address, so that strings lie one after the other. */
static char *take(struct lks_arena *arena, size_t size)
{
	if (size > arena->left) {
		if (size > SIZE_MAX / 2) {
			return NULL;
		}
		size_t wanted = size > BLOCK_SIZE ? (size + 7) & ~(size_t)7 : BLOCK_SIZE; /* a multiple of 8 */
		struct lks_arena_block *block = malloc(sizeof *block + wanted);
		if (!block) {
			return NULL;
		}
		block->size = wanted;
		block->next = arena->blocks;
		arena->blocks = block;
		arena->left = wanted;
	}
	char *at = arena->blocks->data + arena->blocks->size - arena->left;
	arena->left -= size;
	return at;
}

void *lks_arena_take(struct lks_arena *arena, size_t size)
{
	if (size > SIZE_MAX - 8) {
		return NULL;
	}
	arena->left &= ~(size_t)7; /* block sizes are multiples of 8, so this aligns the address */
	return take(arena, (size + 7) & ~(size_t)7);
}

char *lks_arena_path(struct lks_arena *arena, const char *prefix, size_t prefix_length, const char *name, size_t name_length)
{
	size_t start = prefix_length ? prefix_length + 1 : 0;
	char *path = take(arena, start + name_length + 1);
	if (path) {
		if (prefix_length) {
			memcpy(path, prefix, prefix_length);
			path[prefix_length] = '/';
		}
		memcpy(path + start, name, name_length);
		path[start + name_length] = '\0';
	}
	return path;
}

void lks_arena_join(struct lks_arena *arena, struct lks_arena *other)
{
	struct lks_arena_block **end = &other->blocks;
	while (*end) {
		end = &(*end)->next;
	}
	*end = arena->blocks;
	if (other->blocks) {
		arena->blocks = other->blocks;
		arena->left = other->left;
	}
	*other = (struct lks_arena){0};
}

void lks_arena_dispose(struct lks_arena *arena)
{
	while (arena->blocks) {
		struct lks_arena_block *next = arena->blocks->next;
		free(arena->blocks);
		arena->blocks = next;
	}
	arena->left = 0;
}

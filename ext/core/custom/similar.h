/*
 * How much two texts have in common: which shipped file a copy under another name was made from.
 *
 * Private to the custom module. Pure; a struct belongs to one thread, or to many that only read it.
 */
#ifndef LKS_CUSTOM_SIMILAR_H
#define LKS_CUSTOM_SIMILAR_H

#include <stddef.h>
#include <stdint.h>

#include "lockstep/error.h"

#define LKS_SIMILAR_ALL 1000 /* the same lines, in whatever order */

struct lks_similar_line {
	uint64_t hash;
	uint64_t weight; /* bytes */
};

/* The lines of a text, ready to be compared with those of many others. All zero is a text without lines. */
struct lks_similar_lines {
	struct lks_similar_line *lines; /* owned; sorted by hash */
	size_t count;
	uint64_t weight; /* of all lines; bytes */
};

/* Takes in the lines of data, which is not kept. White space at either end of a line counts for nothing: neither do line ends, indentation and empty lines. */
int lks_similar_read(struct lks_similar_lines *out, const char *data, size_t length, struct lks_error *err);
void lks_similar_dispose(struct lks_similar_lines *lines);

/* 0 (no line in common) to LKS_SIMILAR_ALL: the share of both texts' bytes that stand in lines of both. Two texts without lines: LKS_SIMILAR_ALL. */
unsigned lks_similar_compare(const struct lks_similar_lines *left, const struct lks_similar_lines *right);

/* Bytes of the lines that both have. */
uint64_t lks_similar_common(const struct lks_similar_lines *left, const struct lks_similar_lines *right);

#endif

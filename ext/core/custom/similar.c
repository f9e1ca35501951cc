/* How much two texts have in common: the bytes of the lines that both have, as a share of all bytes (Dice's coefficient). */
#include "similar.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a, 64 bits: a line that collides by chance counts for a few bytes at worst. */
static uint64_t hash_line(const char *data, size_t length)
{
	uint64_t hash = UINT64_C(14695981039346656037);
	for (size_t i = 0; i < length; i++) {
		hash = (hash ^ (unsigned char)data[i]) * UINT64_C(1099511628211);
	}
	return hash;
}

static bool is_space(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r';
}

static int by_hash(const void *left, const void *right)
{
	const struct lks_similar_line *l = left, *r = right;
	return (l->hash > r->hash) - (l->hash < r->hash);
}

int lks_similar_read(struct lks_similar_lines *out, const char *data, size_t length, struct lks_error *err)
{
	size_t most = 1;

	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < length; i++) {
		most += data[i] == '\n';
	}
	out->lines = calloc(most, sizeof *out->lines);
	if (!out->lines) {
		return lks_error_nomem(err);
	}
	for (size_t at = 0; at < length;) {
		const char *newline = memchr(data + at, '\n', length - at);
		size_t next = newline ? (size_t)(newline - data) + 1 : length;
		size_t end = newline ? next - 1 : length;
		while (at < end && is_space(data[at])) {
			at++;
		}
		while (end > at && is_space(data[end - 1])) {
			end--;
		}
		if (end > at) {
			out->lines[out->count++] = (struct lks_similar_line){.hash = hash_line(data + at, end - at), .weight = end - at};
			out->weight += end - at;
		}
		at = next;
	}
	qsort(out->lines, out->count, sizeof *out->lines, by_hash);
	return 0;
}

void lks_similar_dispose(struct lks_similar_lines *lines)
{
	free(lines->lines);
	memset(lines, 0, sizeof *lines);
}

uint64_t lks_similar_common(const struct lks_similar_lines *left, const struct lks_similar_lines *right)
{
	uint64_t common = 0;
	for (size_t l = 0, r = 0; l < left->count && r < right->count;) {
		int order = by_hash(&left->lines[l], &right->lines[r]);
		common += order == 0 ? left->lines[l].weight : 0;
		l += order <= 0;
		r += order >= 0;
	}
	return common;
}

unsigned lks_similar_compare(const struct lks_similar_lines *left, const struct lks_similar_lines *right)
{
	uint64_t all = left->weight + right->weight;
	return all == 0 ? LKS_SIMILAR_ALL : (unsigned)(2 * lks_similar_common(left, right) * LKS_SIMILAR_ALL / all);
}

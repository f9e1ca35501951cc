/*
 * A few bytes are kept between pieces, so that what lies across their border is seen, too.
 */
#include "tail.h"

#include <string.h>

#define QUOTE "--------------\n" /* around a statement that failed */
#define NAME_MAX_BYTES 256u      /* 64 characters of 4 bytes */

static int keep_name(const char **name, const char *at, const char *end, struct lks_region *region, struct lks_error *err)
{
	size_t room = (size_t)(end - at) < NAME_MAX_BYTES ? (size_t)(end - at) : NAME_MAX_BYTES;
	const char *stop = memchr(at, '`', room);
	*name = lks_region_copy(region, at, stop ? (size_t)(stop - at) : room, err);
	return *name ? 0 : LKS_E_NOMEM;
}

/* The mark across the border: it begins in the tail and ends in the new piece. */
static const char *across(const struct lks_tail *tail, const char *mark, size_t size, const char *data, size_t length)
{
	char joined[2 * LKS_TAIL_SIZE];
	size_t more = length < size - 1 ? length : size - 1, from = tail->length < size - 1 ? 0 : tail->length - (size - 1);
	size_t kept = tail->length - from;
	memcpy(joined, tail->bytes + from, kept);
	memcpy(joined + kept, data, more);
	const char *found = memmem(joined, kept + more, mark, size);
	return found && found + size > joined + kept ? data + (found + size - joined - (ptrdiff_t)kept) : NULL;
}

static void keep(struct lks_tail *tail, const char *data, size_t length)
{
	if (length >= LKS_TAIL_SIZE) {
		memcpy(tail->bytes, data + length - LKS_TAIL_SIZE, LKS_TAIL_SIZE);
		tail->length = LKS_TAIL_SIZE;
		return;
	}
	size_t stays = tail->length < LKS_TAIL_SIZE - length ? tail->length : LKS_TAIL_SIZE - length;
	memmove(tail->bytes, tail->bytes + tail->length - stays, stays);
	memcpy(tail->bytes + stays, data, length);
	tail->length = stays + length;
}

int lks_tail_add(struct lks_tail *tail, uint64_t *marks, const char **name, const char *mark, const char *data, size_t length,
	struct lks_region *region, struct lks_error *err)
{
	size_t size = mark ? strlen(mark) : 0;
	const char *last = NULL, *end = data + length;
	if (size > 0 && size < LKS_TAIL_SIZE) {
		last = across(tail, mark, size, data, length);
		*marks += last != NULL;
		for (const char *at = data; (at = memmem(at, (size_t)(end - at), mark, size));) {
			last = at += size;
			++*marks;
		}
	}
	keep(tail, data, length);
	return last ? keep_name(name, last, end, region, err) : 0;
}

bool lks_tail_ends(const struct lks_tail *tail, const char *text)
{
	size_t length = tail->length, size = strlen(text);
	while (length > 0 && tail->bytes[length - 1] == '\n') {
		length--;
	}
	const char *before = length > 0 ? memrchr(tail->bytes, '\n', length) : NULL;
	size_t begin = before ? (size_t)(before + 1 - tail->bytes) : 0;
	bool seen = before || tail->length < LKS_TAIL_SIZE; /* where the line begins */
	return seen && length - begin >= size && memcmp(tail->bytes + begin, text, size) == 0;
}

void lks_words_bound(struct lks_buffer *words)
{
	if (words->length > LKS_WORDS_MAX) {
		memmove(words->data, words->data + words->length - LKS_WORDS_MAX, LKS_WORDS_MAX + 1);
		words->length = LKS_WORDS_MAX;
	}
}

void lks_words_tidy(struct lks_buffer *words)
{
	size_t kept = 0, from = 0;
	for (const char *at = lks_buffer_text(words); (at = strstr(at, QUOTE)); from = (size_t)(at - words->data)) {
		at += sizeof QUOTE - 1;
	}
	for (size_t i = from; i < words->length; i++) {
		char byte = words->data[i];
		if (byte != '\n' && byte != '\r') {
			words->data[kept++] = byte;
		} else if (kept > 0 && i + 1 < words->length && words->data[kept - 1] != ' ') {
			words->data[kept++] = ' ';
		}
	}
	words->length = kept;
	if (words->data) {
		words->data[kept] = '\0';
	}
}

/*
 * Line by line, by the first bytes of each.
 */
#include "dump_filter.h"

#include <stdlib.h>
#include <string.h>

#include "lockstep/stream.h"
#include "notes.h"

#define JUDGED 32 /* bytes that tell what a line is */
#define HEAD 4096 /* bytes of a line in which a definer stands */
#define KEY "DEFINER="

enum line { LINE_OTHER, LINE_SANDBOX, LINE_DELIMITER, LINE_CREATE, LINE_VIEW };

static bool begins(const char *at, size_t length, const char *text)
{
	size_t size = strlen(text);
	return length >= size && memcmp(at, text, size) == 0;
}

static enum line judge(const struct lks_dump_filter *filter, const char *at, size_t length)
{
	if (!filter->begun && (begins(at, length, "/*!999999\\- ") || begins(at, length, "/*M!999999\\- "))) {
		return LINE_SANDBOX;
	}
	if (begins(at, length, "DELIMITER ")) {
		return LINE_DELIMITER;
	}
	if (filter->block && !filter->created &&
		(begins(at, length, "CREATE ") || begins(at, length, "/*!50003 CREATE") || begins(at, length, "/*!50020 CREATE") ||
			begins(at, length, "/*!50106 CREATE"))) {
		return LINE_CREATE;
	}
	return !filter->block && begins(at, length, "/*!50013 DEFINER=") ? LINE_VIEW : LINE_OTHER;
}

/* Behind a name in backticks, within which they are doubled; NULL when none stands at `at`. */
static const char *skip_name(const char *at, const char *end)
{
	if (at == end || *at != '`') {
		return NULL;
	}
	for (at++; at < end; at++) {
		if (*at == '`' && (at + 1 == end || at[1] != '`')) {
			return at + 1;
		}
		at += *at == '`';
	}
	return NULL;
}

/* `user`@`host`, or `role` alone. */
static const char *skip_definer(const char *at, const char *end)
{
	at = skip_name(at, end);
	return at && at < end && *at == '@' ? skip_name(at + 1, end) : at;
}

static bool kept(const struct lks_dump_filter *filter, const char *definer, size_t length)
{
	for (size_t i = 0; filter->definers[i]; i++) {
		if (strlen(filter->definers[i]) == length && memcmp(filter->definers[i], definer, length) == 0) {
			return true;
		}
	}
	return false;
}

static int note(struct lks_notes *changed, const char *definer, size_t length, struct lks_error *err)
{
	for (size_t i = 0; i < changed->count; i++) {
		if (strlen(changed->items[i]) == length && memcmp(changed->items[i], definer, length) == 0) {
			return 0;
		}
	}
	if (changed->count == LKS_NOTES_MAX) {
		return 0;
	}
	char **items = realloc(changed->items, (changed->count + 1) * sizeof *items);
	if (!items) {
		return lks_error_nomem(err);
	}
	changed->items = items;
	if (!(items[changed->count] = strndup(definer, length))) {
		return lks_error_nomem(err);
	}
	changed->count++;
	return 0;
}

/* Appends the head of a line, its definer changed where it is to be. */
static int put_create(struct lks_buffer *out, struct lks_dump_filter *filter, const char *at, size_t length, struct lks_error *err)
{
	size_t head = length < HEAD ? length : HEAD;
	const char *key = filter->definers ? memmem(at, head, KEY "`", sizeof KEY) : NULL;
	const char *definer = key ? key + sizeof KEY - 1 : NULL, *end = definer ? skip_definer(definer, at + length) : NULL;
	if (!end || kept(filter, definer, (size_t)(end - definer))) {
		return lks_buffer_append(out, at, length, err);
	}
	int status = note(filter->changed, definer, (size_t)(end - definer), err);
	status = status ? status : lks_buffer_append(out, at, (size_t)(definer - at), err);
	status = status ? status : lks_buffer_puts(out, "CURRENT_USER", err);
	return status ? status : lks_buffer_append(out, end, (size_t)(at + length - end), err);
}

static int put_line(
	struct lks_buffer *out, struct lks_dump_filter *filter, enum line line, const char *at, size_t length, struct lks_error *err)
{
	switch (line) {
	case LINE_SANDBOX:
		return 0;
	case LINE_DELIMITER:
		filter->block = !begins(at, length, "DELIMITER ;\n");
		filter->created = false;
		break;
	case LINE_CREATE:
		filter->created = true;
		return put_create(out, filter, at, length, err);
	case LINE_VIEW:
		return put_create(out, filter, at, length, err);
	default:
		break;
	}
	return lks_buffer_append(out, at, length, err);
}

/* Goes through whole lines and beginnings of lines; *left is what cannot be judged yet. */
static int run(
	size_t *left, struct lks_buffer *out, struct lks_dump_filter *filter, const char *data, size_t length, bool last, struct lks_error *err)
{
	const char *at = data, *end = data + length, *from = data; /* from: what is not yet put out */
	int status = 0;
	*left = 0;
	while (status == 0 && at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *next = newline ? newline + 1 : end;
		size_t size = (size_t)(next - at);
		enum line line = LINE_OTHER;
		if (!filter->passing) {
			if (!newline && !last && size < JUDGED) {
				*left = size;
				break;
			}
			line = judge(filter, at, size);
		}
		if (line == LINE_OTHER) {
			filter->passing = !newline;
			filter->begun = filter->begun || newline;
			at = next;
			continue;
		}
		if (!newline && !last && size < HEAD) {
			*left = size;
			break;
		}
		status = lks_buffer_append(out, from, (size_t)(at - from), err);
		status = status ? status : put_line(out, filter, line, at, size, err);
		filter->passing = !newline;
		filter->begun = true;
		from = at = next;
	}
	return status ? status : lks_buffer_append(out, from, (size_t)(end - *left - from), err);
}

int lks_dump_filter_run(
	struct lks_buffer *out, struct lks_dump_filter *filter, const char *data, size_t length, bool last, struct lks_error *err)
{
	size_t left;
	if (filter->carry.length == 0) {
		int status = run(&left, out, filter, data, length, last, err);
		return status || left == 0 ? status : lks_buffer_append(&filter->carry, data + length - left, left, err);
	}
	struct lks_buffer joined = filter->carry;
	filter->carry = (struct lks_buffer){0};
	int status = lks_buffer_append(&joined, data, length, err);
	status = status ? status : run(&left, out, filter, joined.data, joined.length, last, err);
	if (status == 0 && left > 0) {
		status = lks_buffer_append(&filter->carry, joined.data + joined.length - left, left, err);
	}
	lks_buffer_dispose(&joined);
	return status;
}

void lks_dump_filter_dispose(struct lks_dump_filter *filter)
{
	lks_buffer_dispose(&filter->carry);
}

int lks_dump_filter_text(
	struct lks_buffer *out, struct lks_notes *changed, const char *text, size_t length, const char *const *definers, struct lks_error *err)
{
	struct lks_dump_filter filter = {.definers = definers, .changed = changed};
	int status = lks_dump_filter_run(out, &filter, text, length, true, err);
	lks_dump_filter_dispose(&filter);
	return status;
}

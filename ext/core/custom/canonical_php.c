/*
 * PHP without the white space that means nothing: runs of it in code and in comments are one blank.
 *
 * Strings, heredocs and what stands outside of <?php … ?> stay as they are. Where code has white space on one side only (`if(`
 * against `if (`) the texts differ: no tokens are told apart here.
 */
#include "canonical.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

/* The end of a string that begins at `at`; in {$…} of one in double quotes there may be strings again. */
static const char *skip_string(const char *at, const char *end)
{
	const char quote = *at++;
	int depth = 0;
	for (; at < end; at++) {
		if (*at == '\\' && at + 1 < end) {
			at++;
		} else if (quote != '\'' && depth == 0 && lks_canonical_begins(at, end, "{$")) {
			depth = 1;
		} else if (depth > 0 && (*at == '{' || *at == '}')) {
			depth += *at == '{' ? 1 : -1;
		} else if (depth == 0 && *at == quote) {
			return at + 1;
		}
	}
	return end;
}

/* The end of a heredoc or nowdoc whose "<<<" stands at `at`; `at` itself when it is none. */
static const char *skip_heredoc(const char *at, const char *end)
{
	const char *label = at + 3;
	while (label < end && (*label == ' ' || *label == '\t')) {
		label++;
	}
	label += label < end && (*label == '"' || *label == '\'');
	const char *stop = label;
	while (stop < end && is_word(*stop)) {
		stop++;
	}
	size_t length = (size_t)(stop - label);
	if (length == 0) {
		return at;
	}
	for (const char *line = memchr(stop, '\n', (size_t)(end - stop)); line; line = memchr(line, '\n', (size_t)(end - line))) {
		for (line++; line < end && (*line == ' ' || *line == '\t'); line++) {}
		if ((size_t)(end - line) >= length && memcmp(line, label, length) == 0 && (line + length == end || !is_word(line[length]))) {
			return line + length;
		}
	}
	return end;
}

/* The end of a comment that begins at `at`, without the newline of a line's; `at` itself when none does. */
static const char *skip_comment(const char *at, const char *end)
{
	if (lks_canonical_begins(at, end, "/*")) {
		return lks_canonical_find(at + 2, end, "*/");
	}
	if (!lks_canonical_begins(at, end, "//") && !(*at == '#' && !lks_canonical_begins(at, end, "#["))) {
		return at;
	}
	const char *newline = memchr(at, '\n', (size_t)(end - at));
	const char *stop = newline ? newline : end, *close = memmem(at, (size_t)(stop - at), "?>", 2);
	return close ? close : stop;
}

/* Code up to the end of its last ?>. */
static int put_code(struct lks_buffer *out, const char **cursor, const char *end, struct lks_error *err)
{
	const char *at = *cursor;
	bool space = false;
	int status = 0;
	while (at < end && !status) {
		if (lks_canonical_is_space(*at)) {
			space = true;
			at++;
			continue;
		}
		if (space) {
			status = lks_buffer_append(out, " ", 1, err);
			space = false;
		}
		const char *stop = skip_comment(at, end);
		if (stop > at) {
			bool is_line = *at == '#' || at[1] == '/';
			status = status ? status : lks_canonical_words(out, at, stop, err);
			if (!status && is_line) {
				status = lks_buffer_append(out, "\n", 1, err);
			}
			at = stop;
			continue;
		}
		bool closes = lks_canonical_begins(at, end, "?>");
		stop = *at == '\'' || *at == '"' || *at == '`' ? skip_string(at, end)
			: lks_canonical_begins(at, end, "<<<")     ? skip_heredoc(at, end)
			: closes                                   ? at + 2
													   : at + 1;
		stop += stop == at;
		status = status ? status : lks_buffer_append(out, at, (size_t)(stop - at), err);
		at = stop;
		if (closes) {
			break;
		}
	}
	*cursor = at;
	return status;
}

int lks_canonical_php(struct lks_buffer *out, const char *data, size_t length, struct lks_error *err)
{
	const char *at = data, *end = data + length;
	int status = 0;
	while (at < end && !status) {
		const char *echo = memmem(at, (size_t)(end - at), "<?=", 3), *open = memmem(at, (size_t)(end - at), "<?php", 5);
		const char *stop = !open || (echo && echo < open) ? echo : open;
		stop = stop ? stop + (stop == open ? 5 : 3) : end;
		status = lks_buffer_append(out, at, (size_t)(stop - at), err);
		at = stop;
		if (!status && at < end) {
			status = put_code(out, &at, end, err);
		}
	}
	return status;
}

/* What kind of text a file is: its line ends, whether it is text at all, conflict markers in it. */
#include "text.h"

#include <string.h>

enum lks_line_ends lks_text_line_ends(const char *data, size_t length)
{
	size_t lf = 0, crlf = 0;
	for (size_t i = 0; i < length; i++) {
		if (data[i] == '\r') {
			if (i + 1 == length || data[i + 1] != '\n') {
				return LKS_LINES_OTHER;
			}
			crlf++;
			i++;
		} else if (data[i] == '\n') {
			lf++;
		}
	}
	if (lf && crlf) {
		return lf < crlf ? LKS_LINES_MOSTLY_CRLF : LKS_LINES_MOSTLY_LF;
	}
	return lf ? LKS_LINES_LF : crlf ? LKS_LINES_CRLF : LKS_LINES_NONE;
}

bool lks_text_same_lines(const char *left, size_t left_length, const char *right, size_t right_length)
{
	size_t l = 0, r = 0;
	for (;;) {
		l += l + 1 < left_length && left[l] == '\r' && left[l + 1] == '\n';
		r += r + 1 < right_length && right[r] == '\r' && right[r + 1] == '\n';
		if (l == left_length || r == right_length) {
			return l == left_length && r == right_length;
		}
		if (left[l++] != right[r++]) {
			return false;
		}
	}
}

int lks_text_to_lf(struct lks_buffer *out, const char *data, size_t length, struct lks_error *err)
{
	const char *end = data + length;
	int status = 0;
	while (!status && data < end) {
		const char *cr = memchr(data, '\r', (size_t)(end - data));
		const char *stop = cr ? cr : end;
		status = lks_buffer_append(out, data, (size_t)(stop - data), err);
		if (!status && cr && (cr + 1 == end || cr[1] != '\n')) {
			status = lks_buffer_append(out, "\r", 1, err);
		}
		data = cr ? cr + 1 : end;
	}
	return status;
}

int lks_text_to_crlf(struct lks_buffer *out, const char *data, size_t length, struct lks_error *err)
{
	const char *end = data + length;
	int status = 0;
	while (!status && data < end) {
		const char *newline = memchr(data, '\n', (size_t)(end - data));
		const char *stop = newline ? newline : end;
		status = lks_buffer_append(out, data, (size_t)(stop - data), err);
		if (!status && newline) {
			status = lks_buffer_append(out, "\r\n", 2, err);
			stop++;
		}
		data = stop;
	}
	return status;
}

bool lks_text_is_binary(const char *data, size_t length)
{
	return length > 0 && memchr(data, '\0', length) != NULL;
}

static unsigned marker(const char *line, size_t length)
{
	static const struct {
		char sign;
		unsigned kind;
	} signs[] = {{'<', LKS_MARKER_MINE}, {'|', LKS_MARKER_BASE}, {'=', LKS_MARKER_MIDDLE}, {'>', LKS_MARKER_THEIRS}};

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
		size_t run = 0;
		while (run < length && line[run] == signs[i].sign) {
			run++;
		}
		if (run == 7) {
			bool bare = length == 7, labelled = length > 7 && line[7] == ' ';
			return bare || (labelled && signs[i].kind != LKS_MARKER_MIDDLE) ? signs[i].kind : 0;
		}
	}
	return 0;
}

unsigned lks_text_markers(const char *data, size_t length, unsigned wanted, size_t *line)
{
	unsigned found = 0;
	size_t number = 0, first = 0;
	for (size_t at = 0; at < length;) {
		const char *newline = memchr(data + at, '\n', length - at);
		size_t stop = newline ? (size_t)(newline - data) : length;
		size_t used = stop - at;
		if (used > 0 && data[stop - 1] == '\r') {
			used--;
		}
		number++;
		unsigned kind = marker(data + at, used);
		found |= kind;
		if (first == 0 && (kind & wanted)) {
			first = number;
		}
		at = stop + 1;
	}
	if (line) {
		*line = first;
	}
	return found;
}

/*
 * What kind of text a file is: its line ends, whether it is text at all, conflict markers in it.
 *
 * Private to the custom module. Pure; thread-safe.
 */
#ifndef LKS_CUSTOM_TEXT_H
#define LKS_CUSTOM_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "lockstep/buffer.h"
#include "lockstep/error.h"

enum lks_line_ends {
	LKS_LINES_NONE, /* no line end at all: fits either */
	LKS_LINES_LF,
	LKS_LINES_CRLF,
	LKS_LINES_MOSTLY_LF, /* both, but no lone CR */
	LKS_LINES_MOSTLY_CRLF,
	LKS_LINES_OTHER /* a CR that ends no line: it would not survive the way to LF and back */
};

enum lks_line_ends lks_text_line_ends(const char *data, size_t length);

/* Appends data with each CRLF as LF; with each LF as CRLF. */
int lks_text_to_lf(struct lks_buffer *out, const char *data, size_t length, struct lks_error *err);
int lks_text_to_crlf(struct lks_buffer *out, const char *data, size_t length, struct lks_error *err);

/* Are they the same text, whatever ends the lines? */
bool lks_text_same_lines(const char *left, size_t left_length, const char *right, size_t right_length);

/* Has it a NUL, as no text has? */
bool lks_text_is_binary(const char *data, size_t length);

/* The kinds of conflict marker lines, as bits. */
enum lks_marker { LKS_MARKER_MINE = 1, LKS_MARKER_BASE = 2, LKS_MARKER_MIDDLE = 4, LKS_MARKER_THEIRS = 8 };

/* Which kinds of marker lines stand in it; *line (may be NULL) is the number of the first line of a kind in `wanted`, 0 for none. */
unsigned lks_text_markers(const char *data, size_t length, unsigned wanted, size_t *line);

#endif

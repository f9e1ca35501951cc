/*
 * Lists of "path: what" lines, with an end.
 */
#include "notes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int push(struct lks_notes *notes, char *line, struct lks_error *err)
{
	if (notes->count > LKS_NOTES_MAX) {
		free(line);
		return 0;
	}
	if (notes->count == LKS_NOTES_MAX) {
		free(line);
		line = strdup("…: and more of them, not listed");
	}
	char **items = realloc(notes->items, (notes->count + 1) * sizeof *items);
	if (items) {
		notes->items = items;
	}
	if (!items || !line) {
		free(line);
		return lks_error_nomem(err);
	}
	items[notes->count++] = line;
	return 0;
}

int lks_notes_add(struct lks_notes *notes, struct lks_error *err, const char *path, const char *format, ...)
{
	char text[256], *line = NULL;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	if (asprintf(&line, "%s: %s", path, text) < 0) {
		return lks_error_nomem(err);
	}
	return push(notes, line, err);
}

int lks_notes_move(struct lks_notes *notes, struct lks_notes *from, struct lks_error *err)
{
	for (size_t i = 0; i < from->count; i++) {
		char *line = from->items[i];
		from->items[i] = NULL;
		int status = push(notes, line, err);
		if (status != 0) {
			return status;
		}
	}
	from->count = 0;
	return 0;
}

void lks_notes_dispose(struct lks_notes *notes)
{
	for (size_t i = 0; i < notes->count; i++) {
		free(notes->items[i]);
	}
	free(notes->items);
	*notes = (struct lks_notes){0};
}

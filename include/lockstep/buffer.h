/*
 * A growing array of bytes that is always followed by a NUL.
 *
 * Zero-initialised is empty and valid. Not thread-safe.
 */
#ifndef LOCKSTEP_BUFFER_H
#define LOCKSTEP_BUFFER_H

#include <stddef.h>

#include "lockstep/error.h"

struct lks_buffer {
	char *data;      /* owned; NULL while empty */
	size_t length;   /* bytes in use, the closing NUL not counted */
	size_t capacity; /* bytes allocated */
};

/* Makes room for `more` bytes beyond length. LKS_E_NOMEM. */
int lks_buffer_reserve(struct lks_buffer *buffer, size_t more, struct lks_error *err);

/* Appends bytes (copied). LKS_E_NOMEM. */
int lks_buffer_append(struct lks_buffer *buffer, const void *data, size_t length, struct lks_error *err);

/* Appends a NUL-terminated string. LKS_E_NOMEM. */
int lks_buffer_puts(struct lks_buffer *buffer, const char *text, struct lks_error *err);

/* Appends formatted text. LKS_E_NOMEM. */
int lks_buffer_printf(struct lks_buffer *buffer, struct lks_error *err, const char *format, ...) LKS_PRINTF(3, 4);

/* The contents as a C string, never NULL. Borrowed until the next call. */
const char *lks_buffer_text(const struct lks_buffer *buffer);

/* Forgets the contents, keeps the memory. */
void lks_buffer_clear(struct lks_buffer *buffer);

/* Frees the contents; the buffer is empty and usable again. */
void lks_buffer_dispose(struct lks_buffer *buffer);

#endif

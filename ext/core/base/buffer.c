/*
 * A growing array of bytes with a NUL behind it, doubled when full.
 */
#include "lockstep/buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int lks_buffer_reserve(struct lks_buffer *buffer, size_t more, struct lks_error *err)
{
	if (more > SIZE_MAX / 2 - buffer->length - 1) {
		return lks_error_nomem(err);
	}
	size_t need = buffer->length + more + 1;
	if (need <= buffer->capacity) {
		return 0;
	}
	size_t capacity = buffer->capacity ? buffer->capacity * 2 : 256;
	if (capacity < need) {
		capacity = need;
	}
	char *data = realloc(buffer->data, capacity);
	if (!data) {
		return lks_error_nomem(err);
	}
	data[buffer->length] = '\0';
	buffer->data = data;
	buffer->capacity = capacity;
	return 0;
}

int lks_buffer_append(struct lks_buffer *buffer, const void *data, size_t length, struct lks_error *err)
{
	int status = lks_buffer_reserve(buffer, length, err);
	if (status) {
		return status;
	}
	if (length > 0) {
		memcpy(buffer->data + buffer->length, data, length);
	}
	buffer->length += length;
	buffer->data[buffer->length] = '\0';
	return 0;
}

int lks_buffer_puts(struct lks_buffer *buffer, const char *text, struct lks_error *err)
{
	return lks_buffer_append(buffer, text, strlen(text), err);
}

int lks_buffer_printf(struct lks_buffer *buffer, struct lks_error *err, const char *format, ...)
{
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int length = vsnprintf(NULL, 0, format, args);
	int status = length < 0 ? lks_error_set(err, LKS_E_INVALID, 0, NULL, "text cannot be formatted")
							: lks_buffer_reserve(buffer, (size_t)length, err);
	if (status == 0) {
		vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, again);
		buffer->length += (size_t)length;
	}
	va_end(again);
	va_end(args);
	return status;
}

const char *lks_buffer_text(const struct lks_buffer *buffer)
{
	return buffer->data ? buffer->data : "";
}

void lks_buffer_clear(struct lks_buffer *buffer)
{
	buffer->length = 0;
	if (buffer->data) {
		buffer->data[0] = '\0';
	}
}

void lks_buffer_dispose(struct lks_buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct lks_buffer){0};
}

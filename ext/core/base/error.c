/*
 * Errors are set once, where they happen, in the words of that place.
 */
#include "lockstep/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Bytes of text that fit into limit without cutting a UTF-8 sequence in two. */
static size_t whole_characters(const char *text, size_t limit)
{
	while (limit > 0 && ((unsigned char)text[limit] & 0xC0) == 0x80) {
		limit--;
	}
	return limit;
}

/* Formats into a field of fixed size; what does not fit is cut at a character. */
LKS_PRINTF(3, 0)
static size_t format_field(char *field, size_t size, const char *format, va_list args)
{
	int length = vsnprintf(field, size, format, args);
	if (length < 0) {
		field[0] = '\0';
		return 0;
	}
	if ((size_t)length < size) {
		return (size_t)length;
	}
	/* the byte after the last kept one is lost: step back over a sequence that may have been cut */
	size_t end = size - 1;
	size_t lead = whole_characters(field, end - 1);
	unsigned char first = (unsigned char)field[lead];
	size_t need = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
	if (lead + need > end) {
		end = lead;
	}
	field[end] = '\0';
	return end;
}

LKS_PRINTF(5, 0)
static void set(struct lks_error *err, enum lks_status status, int sys, const char *path, const char *format, va_list args)
{
	if (!err || err->status != LKS_OK) {
		return;
	}
	err->status = status;
	err->sys = sys;
	size_t length = format_field(err->message, sizeof err->message, format, args);
	if (sys != 0 && length + 3 < sizeof err->message) {
		char text[128];
		snprintf(err->message + length, sizeof err->message - length, ": %s", strerror_r(sys, text, sizeof text));
	}
	snprintf(err->path, sizeof err->path, "%s", path ? path : "");
}

static enum lks_status status_of(int sys)
{
	switch (sys) {
	case ENOMEM:
		return LKS_E_NOMEM;
	case ENOENT:
	case ENOTDIR:
		return LKS_E_NOT_FOUND;
	case EEXIST:
	case ENOTEMPTY:
		return LKS_E_EXISTS;
	case EACCES:
	case EPERM:
	case EROFS:
		return LKS_E_ACCESS;
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return LKS_E_NO_SPACE;
	case ELOOP:
	case EXDEV:
		return LKS_E_UNSAFE;
	case ENOSYS:
	case EOPNOTSUPP:
		return LKS_E_UNSUPPORTED;
	default:
		return LKS_E_IO;
	}
}

int lks_error_set(struct lks_error *err, enum lks_status status, int sys, const char *path, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	set(err, status, sys, path, format, args);
	va_end(args);
	return status;
}

int lks_error_sys(struct lks_error *err, int sys, const char *path, const char *format, ...)
{
	enum lks_status status = status_of(sys);
	va_list args;
	va_start(args, format);
	set(err, status, sys, path, format, args);
	va_end(args);
	return status;
}

int lks_error_nomem(struct lks_error *err)
{
	return lks_error_set(err, LKS_E_NOMEM, 0, NULL, "out of memory");
}

void lks_error_hint(struct lks_error *err, const char *format, ...)
{
	if (!err || err->hint[0] != '\0') {
		return;
	}
	va_list args;
	va_start(args, format);
	format_field(err->hint, sizeof err->hint, format, args);
	va_end(args);
}

void lks_error_clear(struct lks_error *err)
{
	err->status = LKS_OK;
	err->sys = 0;
	err->message[0] = err->hint[0] = err->path[0] = '\0';
}

const char *lks_status_name(int status)
{
	static const char *const names[] = {
		"ok",
		"no-memory",
		"io",
		"not-found",
		"exists",
		"access",
		"no-space",
		"invalid",
		"unsafe",
		"corrupt",
		"format",
		"limit",
		"cancelled",
		"locked",
		"unsupported",
		"changed",
		"recovery",
		"no-release",
		"child",
		"authentication",
		"unknown-key",
	};
	if (status > 0 || -status >= (int)(sizeof names / sizeof names[0])) {
		return "unknown";
	}
	return names[-status];
}

/*
 * Matching with two places to come back to: the last "*", and the last "**" with its slash. Time is bounded by the lengths' product
 * and the path's depth.
 */
#include "lockstep/glob.h"

#include <string.h>

/* The end of the set that begins at at[0] == '[', NULL when it has none. */
static const char *set_end(const char *at)
{
	at++;
	if (*at == '!' || *at == '^') {
		at++;
	}
	if (*at == ']') {
		at++;
	}
	for (; *at && *at != ']'; at++) {
		if (*at == '\\' && at[1]) {
			at++;
		}
	}
	return *at ? at + 1 : NULL;
}

static unsigned char set_byte(const char **at)
{
	if (**at == '\\' && (*at)[1]) {
		(*at)++;
	}
	return (unsigned char)*(*at)++;
}

static bool in_set(const char *at, const char *end, unsigned char byte)
{
	bool negated = at[1] == '!' || at[1] == '^', found = false;
	const char *first = at + 1 + negated;
	if (byte == '/' || byte == '\0') {
		return false;
	}
	for (const char *item = first; item < end - 1;) {
		unsigned char from = set_byte(&item), to = from;
		if (item[0] == '-' && item + 1 < end - 1) {
			item++;
			to = set_byte(&item);
		}
		found = found || (from <= byte && byte <= to);
	}
	return found != negated;
}

int lks_glob_check(const char *pattern, struct lks_error *err)
{
	size_t length = strlen(pattern);
	if (length == 0 || strspn(pattern, "/") == length) {
		return lks_error_set(err, LKS_E_INVALID, 0, pattern, "a pattern is empty");
	}
	if (length > LKS_GLOB_MAX) {
		return lks_error_set(err, LKS_E_INVALID, 0, pattern, "a pattern has more than %u bytes", LKS_GLOB_MAX);
	}
	if (pattern[0] == '!') {
		return lks_error_set(err, LKS_E_INVALID, 0, pattern, "patterns that take back others (\"!\") are not known");
	}
	for (const char *at = pattern; *at; at++) {
		if (*at == '\\' && !*++at) {
			return lks_error_set(err, LKS_E_INVALID, 0, pattern, "the backslash at the end has nothing to stand for");
		}
		if (*at != '[') {
			continue;
		}
		const char *end = set_end(at);
		if (!end) {
			return lks_error_set(err, LKS_E_INVALID, 0, pattern, "the set that begins with \"[\" has no end");
		}
		if (at[1] == '[' && at[2] == ':') {
			return lks_error_set(err, LKS_E_INVALID, 0, pattern, "named sets such as [[:alpha:]] are not known");
		}
		at = end - 1;
	}
	return 0;
}

/* One element that stands for one byte: *at moves behind it when it matches. */
static bool one(const char **at, const char *end, unsigned char byte)
{
	const char *next;
	if (*at == end || byte == '\0') {
		return false;
	}
	switch (**at) {
	case '?':
		if (byte == '/') {
			return false;
		}
		(*at)++;
		return true;
	case '[':
		next = set_end(*at);
		if (!next || !in_set(*at, next, byte)) {
			return false;
		}
		*at = next;
		return true;
	case '\\':
		if ((unsigned char)(*at)[1] != byte) {
			return false;
		}
		*at += 2;
		return true;
	default:
		if ((unsigned char)**at != byte) {
			return false;
		}
		(*at)++;
		return true;
	}
}

/* The pattern from begin to end against all of text. */
static bool match(const char *begin, const char *end, const char *text)
{
	const char *at = begin, *star = NULL, *star_text = NULL, *deep = NULL, *deep_text = NULL;
	for (;;) {
		bool fresh = at == begin || at[-1] == '/';
		if (fresh && end - at >= 3 && strncmp(at, "**/", 3) == 0) {
			at += 3;
			deep = at;
			deep_text = text;
			star = NULL;
			continue;
		}
		if (fresh && end - at == 2 && strncmp(at, "**", 2) == 0) {
			return *text != '\0';
		}
		if (at < end && *at == '*') {
			star = ++at;
			star_text = text;
			continue;
		}
		if (at == end && *text == '\0') {
			return true;
		}
		if (one(&at, end, (unsigned char)*text)) {
			text++;
			continue;
		}
		if (star && *star_text != '\0' && *star_text != '/') {
			at = star;
			text = ++star_text;
			continue;
		}
		const char *slash = deep ? strchr(deep_text, '/') : NULL;
		if (!slash) {
			return false;
		}
		at = deep;
		text = deep_text = slash + 1;
		star = NULL;
	}
}

bool lks_glob_match(const char *pattern, const char *path, bool is_directory)
{
	size_t length = strlen(pattern);
	const char *end = pattern + length;
	bool escaped = length >= 2 && pattern[length - 2] == '\\';
	if (end[-1] == '/' && !escaped) {
		if (!is_directory) {
			return false;
		}
		end--;
	}
	if (!memchr(pattern, '/', (size_t)(end - pattern))) {
		const char *slash = strrchr(path, '/');
		return match(pattern, end, slash ? slash + 1 : path);
	}
	return match(pattern[0] == '/' ? pattern + 1 : pattern, end, path);
}

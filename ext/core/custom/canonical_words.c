/* What both forms without white space are read and written with. */
#include "canonical.h"

#include <string.h>

bool lks_canonical_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool lks_canonical_begins(const char *at, const char *end, const char *what)
{
	size_t length = strlen(what);
	return (size_t)(end - at) >= length && memcmp(at, what, length) == 0;
}

const char *lks_canonical_find(const char *at, const char *end, const char *what)
{
	const char *found = memmem(at, (size_t)(end - at), what, strlen(what));
	return found ? found + strlen(what) : end;
}

int lks_canonical_words(struct lks_buffer *out, const char *at, const char *end, struct lks_error *err)
{
	int status = 0;
	while (at < end && !status) {
		const char *stop = at;
		while (stop < end && !lks_canonical_is_space(*stop)) {
			stop++;
		}
		status = lks_buffer_append(out, at, (size_t)(stop - at), err);
		for (at = stop; at < end && lks_canonical_is_space(*at); at++) {}
		if (!status && at > stop && at < end) {
			status = lks_buffer_append(out, " ", 1, err);
		}
	}
	return status;
}

/*
 * XML without the white space that means nothing: between elements, between attributes, in comments.
 *
 * Character data that is more than white space, and the white space that is all there is between <a> and </a>, stay as they are.
 */
#include "canonical.h"

#include <stdbool.h>
#include <string.h>

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *find(const char *at, const char *end, const char *what)
{
	const char *found = memmem(at, (size_t)(end - at), what, strlen(what));
	return found ? found + strlen(what) : end;
}

static bool begins(const char *at, const char *end, const char *what)
{
	size_t length = strlen(what);
	return (size_t)(end - at) >= length && memcmp(at, what, length) == 0;
}

/* A comment or an instruction: runs of white space are one blank. */
static int put_words(struct lks_buffer *out, const char *at, const char *end, struct lks_error *err)
{
	int status = 0;
	while (at < end && !status) {
		const char *stop = at;
		while (stop < end && !is_space(*stop)) {
			stop++;
		}
		status = lks_buffer_append(out, at, (size_t)(stop - at), err);
		at = stop;
		while (at < end && is_space(*at)) {
			at++;
		}
		if (!status && at > stop) {
			status = lks_buffer_append(out, " ", 1, err);
		}
	}
	return status;
}

/* A tag: white space outside of values is one blank, and none at "=" and before its end. */
static int put_tag(struct lks_buffer *out, const char **cursor, const char *end, bool *opens, struct lks_error *err)
{
	const char *at = *cursor, *begin = at;
	bool space = false;
	int status = 0;
	while (at < end && !status) {
		if (is_space(*at)) {
			space = true;
			at++;
			continue;
		}
		bool tight = *at == '=' || *at == '>' || *at == '/' || (out->length > 0 && lks_buffer_text(out)[out->length - 1] == '=');
		if (space && !tight) {
			status = lks_buffer_append(out, " ", 1, err);
		}
		space = false;
		const char *stop = at + 1;
		if (*at == '"' || *at == '\'') {
			const char *quote = memchr(stop, *at, (size_t)(end - stop));
			stop = quote ? quote + 1 : end;
		}
		status = status ? status : lks_buffer_append(out, at, (size_t)(stop - at), err);
		if (*at == '>') {
			*opens = begin[1] != '/' && at[-1] != '/';
			at = stop;
			break;
		}
		at = stop;
	}
	*cursor = at;
	return status;
}

int lks_canonical_xml(struct lks_buffer *out, const char *data, size_t length, struct lks_error *err)
{
	const char *at = data, *end = data + length;
	bool opened = false; /* the last markup was a tag that opens an element */
	int status = 0;

	while (at < end && !status) {
		const char *stop = at;
		if (*at != '<') {
			bool blank = true;
			while (stop < end && *stop != '<') {
				blank &= is_space(*stop++);
			}
			if (!blank || (opened && begins(stop, end, "</"))) {
				status = lks_buffer_append(out, at, (size_t)(stop - at), err);
			}
			at = stop;
		} else if (begins(at, end, "<![CDATA[") || begins(at, end, "<!D")) {
			stop = find(at, end, at[2] == '[' ? "]]>" : ">");
			status = lks_buffer_append(out, at, (size_t)(stop - at), err);
			opened = false;
			at = stop;
		} else if (begins(at, end, "<!--") || begins(at, end, "<?")) {
			stop = find(at, end, at[1] == '?' ? "?>" : "-->");
			status = put_words(out, at, stop, err);
			opened = false;
			at = stop;
		} else {
			opened = false;
			status = put_tag(out, &at, end, &opened, err);
		}
	}
	return status;
}

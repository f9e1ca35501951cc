/*
 * XML without the white space that means nothing: between elements, between attributes, in comments.
 *
 * Character data that is more than white space, and the white space that is all there is between <a> and </a>, stay as they are.
 */
#include "canonical.h"

#include <stdbool.h>
#include <string.h>

/* A tag: white space outside of values is one blank, and none at "=" and before its end. */
static int put_tag(struct lks_buffer *out, const char **cursor, const char *end, bool *opens, struct lks_error *err)
{
	const char *at = *cursor, *begin = at;
	bool space = false;
	int status = 0;
	while (at < end && !status) {
		if (lks_canonical_is_space(*at)) {
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
				blank &= lks_canonical_is_space(*stop++);
			}
			if (!blank || (opened && lks_canonical_begins(stop, end, "</"))) {
				status = lks_buffer_append(out, at, (size_t)(stop - at), err);
			}
			at = stop;
		} else if (lks_canonical_begins(at, end, "<![CDATA[") || lks_canonical_begins(at, end, "<!D")) {
			stop = lks_canonical_find(at, end, at[2] == '[' ? "]]>" : ">");
			status = lks_buffer_append(out, at, (size_t)(stop - at), err);
			opened = false;
			at = stop;
		} else if (lks_canonical_begins(at, end, "<!--") || lks_canonical_begins(at, end, "<?")) {
			stop = lks_canonical_find(at, end, at[1] == '?' ? "?>" : "-->");
			status = lks_canonical_words(out, at, stop, err);
			opened = false;
			at = stop;
		} else {
			opened = false;
			status = put_tag(out, &at, end, &opened, err);
		}
	}
	return status;
}

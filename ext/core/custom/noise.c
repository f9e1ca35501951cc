/* Differences in form alone: line ends, the final newline, white space that means nothing; and files that are left out on purpose. */
#include "lockstep/noise.h"

#include <string.h>

#include "canonical.h"
#include "text.h"

static bool ends_with(const char *path, size_t length, const char *ending)
{
	size_t size = strlen(ending);
	return length > size && memcmp(path + length - size, ending, size) == 0;
}

typedef int canonical_fn(struct lks_buffer *out, const char *data, size_t length, struct lks_error *err);

static canonical_fn *canonical_of(const char *path)
{
	size_t length = strlen(path);
	if (ends_with(path, length, ".dist")) {
		length -= 5;
	}
	return ends_with(path, length, ".xml") || ends_with(path, length, ".xsd") ? lks_canonical_xml
		: ends_with(path, length, ".php")                                     ? lks_canonical_php
																			  : NULL;
}

static size_t without_newline(const char *data, size_t length)
{
	length -= length > 0 && data[length - 1] == '\n';
	return length - (length > 0 && data[length - 1] == '\r');
}

/* Both in a form in which white space that means nothing is gone. */
static int same_canonical(bool *same, canonical_fn *canonical, const char *const data[2], const size_t length[2], struct lks_error *err)
{
	struct lks_buffer lf = {0}, forms[2] = {{0}};
	int status = 0;
	for (int i = 0; i < 2 && !status; i++) {
		lks_buffer_clear(&lf);
		if ((status = lks_text_to_lf(&lf, data[i], length[i], err)) == 0) {
			status = canonical(&forms[i], lks_buffer_text(&lf), lf.length, err);
		}
	}
	*same = !status && forms[0].length == forms[1].length &&
		memcmp(lks_buffer_text(&forms[0]), lks_buffer_text(&forms[1]), forms[0].length) == 0;
	lks_buffer_dispose(&lf);
	lks_buffer_dispose(&forms[0]);
	lks_buffer_dispose(&forms[1]);
	return status;
}

int lks_noise_compare(enum lks_noise *out, const char *path, const char *left, size_t left_length, const char *right, size_t right_length,
	struct lks_error *err)
{
	canonical_fn *canonical = canonical_of(path);
	bool same = false;

	*out = LKS_NOISE_NONE;
	if ((left_length == right_length && memcmp(left, right, left_length) == 0) || lks_text_is_binary(left, left_length) ||
		lks_text_is_binary(right, right_length)) {
		return 0;
	}
	if (lks_text_same_lines(left, left_length, right, right_length)) {
		*out = LKS_NOISE_LINE_ENDS;
		return 0;
	}
	size_t left_used = without_newline(left, left_length), right_used = without_newline(right, right_length);
	if (left_used > 0 && right_used > 0 && lks_text_same_lines(left, left_used, right, right_used)) {
		*out = LKS_NOISE_FINAL_NEWLINE;
		return 0;
	}
	int status = canonical
		? same_canonical(&same, canonical, (const char *const[]){left, right}, (const size_t[]){left_length, right_length}, err)
		: 0;
	if (!status && same) {
		*out = LKS_NOISE_WHITE_SPACE;
	}
	return status;
}

bool lks_noise_is_left_out(const char *path)
{
	static const char *const directories[] = {"tests/", "test/", "Test/", "Tests/", "docs/", "doc/", NULL};
	static const char *const files[] = {"README", "CHANGELOG", "CHANGES", "CONTRIBUTING", "CODE_OF_CONDUCT", "SECURITY", "LICENSE",
		"COPYING", "phpunit.xml", "phpcs.xml", "phpstan.neon", "psalm.xml", NULL};

	if (path[0] == '.' || strstr(path, "/.")) {
		return true;
	}
	for (const char *const *directory = directories; *directory; directory++) {
		if (strncmp(path, *directory, strlen(*directory)) == 0) {
			return true;
		}
	}
	for (const char *const *file = files; *file && !strchr(path, '/'); file++) {
		size_t length = strlen(*file);
		if (strncmp(path, *file, length) == 0 && strchr("._-", path[length])) { /* the end of the name as well */
			return true;
		}
	}
	return false;
}

const char *lks_noise_name(enum lks_noise kind)
{
	switch (kind) {
	case LKS_NOISE_LINE_ENDS:
		return "line_ends";
	case LKS_NOISE_FINAL_NEWLINE:
		return "final_newline";
	case LKS_NOISE_WHITE_SPACE:
		return "white_space";
	case LKS_NOISE_LEFT_OUT:
		return "left_out";
	case LKS_NOISE_MODE:
		return "mode";
	case LKS_NOISE_COPY:
		return "copy";
	case LKS_NOISE_NONE:
		break;
	}
	return "";
}

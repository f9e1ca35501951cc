/*
 * Three texts, separated by 0xFF bytes, are merged, compared and parsed; what a merge must keep is checked.
 *
 * clang -fsanitize=fuzzer,address,undefined, with the core's objects; or any compiler with -DLKS_STANDALONE and files.
 */
#include <stdbool.h>
#include <string.h>

#include "custom/text.h"
#include "custom/xml.h"
#include "lockstep/merge.h"
#include "standalone.h"

static struct lks_text next(const uint8_t **data, size_t *size)
{
	const uint8_t *end = *size ? memchr(*data, 0xFF, *size) : NULL;
	size_t length = end ? (size_t)(end - *data) : *size;
	struct lks_text text = {.data = length ? (const char *)*data : "", .length = length, .label = "label"};
	size_t used = end ? length + 1 : length;
	*data += used;
	*size -= used;
	return text;
}

static bool is_text(const struct lks_buffer *buffer, const struct lks_text *text)
{
	return buffer->length == text->length && memcmp(lks_buffer_text(buffer), text->data, text->length) == 0;
}

/* merge(base, mine, theirs) has no conflict and is `expected`. */
static void clean(const struct lks_text *base, const struct lks_text *mine, const struct lks_text *theirs, const struct lks_text *expected)
{
	struct lks_buffer out = {0};
	struct lks_error err = {0};
	size_t conflicts = 0;
	HOLDS(lks_merge_text(&out, &conflicts, base, mine, theirs, &err) == 0);
	HOLDS(conflicts == 0);
	HOLDS(is_text(&out, expected));
	lks_buffer_dispose(&out);
}

/* How many lines begin with seven of `sign`. */
static size_t marked(const char *data, size_t length, char sign)
{
	char marker[7];
	size_t count = 0;
	memset(marker, sign, sizeof(marker));
	for (const char *line = data, *end = data + length; line < end;) {
		count += (size_t)(end - line) >= sizeof(marker) && memcmp(line, marker, sizeof(marker)) == 0;
		const char *next_line = memchr(line, '\n', (size_t)(end - line));
		line = next_line ? next_line + 1 : end;
	}
	return count;
}

/* Where no side has a marker of its own, each conflict has one of each kind. */
static void balanced(const struct lks_buffer *out, size_t conflicts, const struct lks_text *sides[3])
{
	for (const char *sign = "<=>"; *sign; sign++) {
		for (int i = 0; i < 3; i++) {
			if (marked(sides[i]->data, sides[i]->length, *sign)) {
				return;
			}
		}
	}
	for (const char *sign = "<=>"; *sign; sign++) {
		HOLDS(marked(lks_buffer_text(out), out->length, *sign) == conflicts);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lks_buffer out = {0}, swapped = {0}, diff = {0};
	struct lks_error err = {0};
	size_t conflicts = 0, other = 0, line = 0;

	struct lks_text base = next(&data, &size), mine = next(&data, &size), theirs = next(&data, &size);
	int status = lks_merge_text(&out, &conflicts, &base, &mine, &theirs, &err);
	bool binary = lks_text_is_binary(base.data, base.length) || lks_text_is_binary(mine.data, mine.length) ||
		lks_text_is_binary(theirs.data, theirs.length);
	HOLDS(status == (binary ? LKS_E_INVALID : 0));
	if (!binary) {
		clean(&base, &base, &theirs, &theirs);
		clean(&base, &mine, &base, &mine);
		clean(&base, &mine, &mine, &mine);
		HOLDS(lks_merge_text(&swapped, &other, &base, &theirs, &mine, &err) == 0);
		HOLDS((conflicts > 0) == (other > 0));
		balanced(&out, conflicts, (const struct lks_text *[]){&base, &mine, &theirs});
	}
	lks_error_clear(&err);
	HOLDS(lks_diff_text(&diff, &mine, &theirs, &err) == 0);
	HOLDS((diff.length == 0) == (mine.length == theirs.length && memcmp(mine.data, theirs.data, mine.length) == 0));
	(void)lks_xml_check(mine.data, mine.length, "fuzz.xml", &line, &err);
	(void)lks_text_markers(lks_buffer_text(&out), out.length, ~0u, &line);
	lks_buffer_dispose(&out);
	lks_buffer_dispose(&swapped);
	lks_buffer_dispose(&diff);
	return 0;
}

/*
 * Three XML texts, separated by 0xFF bytes, are merged by element; a clean result must be XML, and must have all in it that was
 * to be merged.
 *
 * clang -fsanitize=fuzzer,address,undefined, with the core's objects; or any compiler with -DLKS_STANDALONE and files.
 */
#include <stdbool.h>
#include <string.h>

#include "custom/xml.h"
#include "custom/xml_merge.h"
#include "standalone.h"

static struct lks_text next(const uint8_t **data, size_t *size)
{
	const uint8_t *end = *size ? memchr(*data, 0xFF, *size) : NULL;
	size_t length = end ? (size_t)(end - *data) : *size;
	struct lks_text text = {.data = length ? (const char *)*data : "", .length = length, .label = "text"};
	size_t used = end ? length + 1 : length;
	*data += used;
	*size -= used;
	return text;
}

static bool is_clean(struct lks_buffer *out, const struct lks_text *base, const struct lks_text *mine, const struct lks_text *theirs)
{
	struct lks_xml_conflicts conflicts;
	struct lks_error err = {0};
	return lks_xml_merge(out, &conflicts, base, mine, theirs, &err) == 0 && conflicts.count == 0;
}

/* merge(base, mine, theirs) is `expected`, where it can be merged at all. */
static void gives(const struct lks_text *base, const struct lks_text *mine, const struct lks_text *theirs, const struct lks_text *expected)
{
	struct lks_buffer out = {0};
	HOLDS(is_clean(&out, base, mine, theirs));
	HOLDS(out.length == expected->length && memcmp(lks_buffer_text(&out), expected->data, out.length) == 0);
	lks_buffer_dispose(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lks_xml_conflicts conflicts;
	struct lks_buffer out = {0};
	struct lks_error err = {0};
	size_t line = 0;

	struct lks_text base = next(&data, &size), mine = next(&data, &size), theirs = next(&data, &size);
	int status = lks_xml_merge(&out, &conflicts, &base, &mine, &theirs, &err);
	if (status == 0) {
		gives(&base, &base, &theirs, &theirs);
		gives(&base, &mine, &base, &mine);
		gives(&base, &mine, &mine, &mine);
	}
	if (status == 0 && conflicts.count == 0) {
		HOLDS(lks_xml_check(lks_buffer_text(&out), out.length, "out.xml", &line, &err) == 0);
	}
	lks_buffer_dispose(&out);
	return 0;
}

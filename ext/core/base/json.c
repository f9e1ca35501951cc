/*
 * JSON from files that others wrote: read with caps on size, depth and number of values, duplicates refused, errors that name the place.
 */
#include "lockstep/json.h"

#include <string.h>

#include "lockstep/fs.h"

void lks_json_seed(void)
{
	json_object_seed(0);
}

/* Looks at the brackets and commas alone, so that a text made to fill the memory is refused before any is taken. */
static int measure(const char *text, size_t length, const char *name, struct lks_error *err)
{
	size_t depth = 0, values = 1;

	for (size_t i = 0; i < length; i++) {
		switch (text[i]) {
		case '"':
			for (i++; i < length && text[i] != '"'; i++) {
				i += text[i] == '\\';
			}
			continue;
		case '[':
		case '{':
			depth++;
			break;
		case ']':
		case '}':
			depth -= depth > 0;
			continue;
		case ',':
			break;
		default:
			continue;
		}
		if (depth > LKS_JSON_DEPTH_MAX || ++values > LKS_JSON_VALUES_MAX) {
			return lks_error_set(err, LKS_E_LIMIT, 0, name,
				depth > LKS_JSON_DEPTH_MAX ? "JSON nested deeper than %d" : "JSON of more than %d values",
				depth > LKS_JSON_DEPTH_MAX ? LKS_JSON_DEPTH_MAX : LKS_JSON_VALUES_MAX);
		}
	}
	return 0;
}

int lks_json_parse(json_t **out, const char *text, size_t length, const char *name, struct lks_error *err)
{
	json_error_t at;
	json_t *value;
	int status = measure(text, length, name, err);

	if (status != 0) {
		return status;
	}
	value = json_loadb(text, length, JSON_REJECT_DUPLICATES, &at);
	if (value) {
		*out = value;
		return 0;
	}
	if (json_error_code(&at) == json_error_out_of_memory) {
		return lks_error_nomem(err);
	}
	if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
		return lks_error_set(err, LKS_E_INVALID, 0, name, "not JSON: it begins with a byte order mark");
	}
	return lks_error_set(err, json_error_code(&at) == json_error_stack_overflow ? LKS_E_LIMIT : LKS_E_INVALID, 0, name,
		"not JSON at line %d, column %d: %s", at.line, at.column, at.text);
}

int lks_json_load(json_t **out, int dir_fd, const char *rel, size_t cap, struct lks_error *err)
{
	struct lks_buffer text = {0};
	int status = lks_fs_read(&text, dir_fd, rel, cap, err);
	if (status == 0) {
		status = lks_json_parse(out, lks_buffer_text(&text), text.length, rel, err);
	}
	lks_buffer_dispose(&text);
	return status;
}

int lks_json_string(const char **out, const json_t *object, const char *key, const char *name, struct lks_error *err)
{
	const json_t *value = json_object_get(object, key);
	*out = NULL;
	if (!value) {
		return 0;
	}
	if (!json_is_string(value)) {
		return lks_error_set(err, LKS_E_INVALID, 0, name, "\"%s\" must be a string", key);
	}
	*out = json_string_value(value);
	return 0;
}

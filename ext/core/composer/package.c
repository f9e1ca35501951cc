/*
 * Packages out of Composer's JSON: what has the wrong type, an unsafe name or stands there twice is refused by name.
 */
#include "package.h"

#include <stdlib.h>
#include <string.h>

#include "lockstep/json.h"

static bool is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* One half of a name: it begins with a letter or digit, so it can be neither "." nor "..", nor an option. */
static size_t half(const char *text)
{
	size_t length = 0;

	if (!is_alphanumeric(text[0])) {
		return 0;
	}
	while (is_alphanumeric(text[length]) || text[length] == '.' || text[length] == '_' || text[length] == '-') {
		length++;
	}
	return length;
}

int lks_package_check_name(const char *name, const char *file, struct lks_error *err)
{
	size_t vendor = half(name), rest = 0;

	if (vendor > 0 && name[vendor] == '/') {
		rest = half(name + vendor + 1);
	}
	if (rest == 0 || name[vendor + 1 + rest] != '\0' || vendor > 200 || rest > 200) {
		return lks_error_set(err, LKS_E_INVALID, 0, file, "%s names a package \"%.100s\", which is no vendor/name", file, name);
	}
	return 0;
}

/* The member `key` of a package: an object, or NULL where it is absent, null or PHP's empty array. */
static int object_member(
	const json_t **out, const json_t *package, const char *key, const char *name, const char *file, struct lks_error *err)
{
	const json_t *value = json_object_get(package, key);

	*out = NULL;
	if (value == NULL || json_is_null(value) || (json_is_array(value) && json_array_size(value) == 0)) {
		return 0;
	}
	if (!json_is_object(value)) {
		return lks_error_set(err, LKS_E_INVALID, 0, file, "%s: \"%s\" of %s is no object", file, key, name);
	}
	*out = value;
	return 0;
}

/* A text in an object that may itself be absent; "" where there is none. Composer writes null for a missing reference. */
static int text_member(const char **out, const json_t *object, const char *key, const char *name, const char *file, struct lks_error *err)
{
	const json_t *value = object == NULL ? NULL : json_object_get(object, key);

	*out = "";
	if (value == NULL || json_is_null(value)) {
		return 0;
	}
	if (!json_is_string(value)) {
		return lks_error_set(err, LKS_E_INVALID, 0, file, "%s: \"%s\" of %s is no text", file, key, name);
	}
	*out = json_string_value(value);
	return 0;
}

static int read_package(struct lks_package *out, const json_t *package, const char *file, struct lks_error *err)
{
	const json_t *dist, *source;
	const char *reference;
	int status;

	memset(out, 0, sizeof *out);
	out->name = json_string_value(json_object_get(package, "name"));
	if (out->name == NULL) {
		return lks_error_set(err, LKS_E_INVALID, 0, file, "%s lists a package without a name", file);
	}
	if ((status = lks_package_check_name(out->name, file, err)) != 0) {
		return status;
	}
	out->version = json_string_value(json_object_get(package, "version"));
	if (out->version == NULL) {
		return lks_error_set(err, LKS_E_INVALID, 0, file, "%s: the version of %s is no text", file, out->name);
	}
	if ((status = text_member(&out->type, package, "type", out->name, file, err)) != 0 ||
		(status = object_member(&dist, package, "dist", out->name, file, err)) != 0 ||
		(status = object_member(&source, package, "source", out->name, file, err)) != 0 ||
		(status = text_member(&out->dist_type, dist, "type", out->name, file, err)) != 0 ||
		(status = text_member(&out->dist_url, dist, "url", out->name, file, err)) != 0 ||
		(status = text_member(&out->dist_shasum, dist, "shasum", out->name, file, err)) != 0 ||
		(status = text_member(&out->reference, dist, "reference", out->name, file, err)) != 0 ||
		(status = text_member(&reference, source, "reference", out->name, file, err)) != 0) {
		return status;
	}
	if (out->reference[0] == '\0') {
		out->reference = reference;
	}
	if (out->type[0] == '\0') {
		out->type = "library";
	}
	return 0;
}

static int reserve(struct lks_package_list *list, size_t more, struct lks_error *err)
{
	size_t capacity = list->count + more;
	struct lks_package *items;
	const json_t **sources;

	if (capacity <= list->capacity) {
		return 0;
	}
	items = realloc(list->items, capacity * sizeof *items);
	if (items == NULL) {
		return lks_error_nomem(err);
	}
	list->items = items;
	sources = realloc(list->sources, capacity * sizeof *sources);
	if (sources == NULL) {
		return lks_error_nomem(err);
	}
	list->sources = sources;
	list->capacity = capacity;
	return 0;
}

int lks_package_list_add(struct lks_package_list *list, const json_t *array, const char *file, bool dev, struct lks_error *err)
{
	const json_t *package;
	size_t index;
	int status;

	if (array == NULL || json_is_null(array)) {
		return 0;
	}
	if (!json_is_array(array)) {
		return lks_error_set(err, LKS_E_INVALID, 0, file, "%s: the packages are no list", file);
	}
	if ((status = reserve(list, json_array_size(array), err)) != 0) {
		return status;
	}
	for (index = 0; index < json_array_size(array); index++) {
		package = json_array_get(array, index);
		if ((status = read_package(&list->items[list->count], package, file, err)) != 0) {
			return status;
		}
		list->items[list->count].dev = dev;
		list->sources[list->count] = package;
		list->count++;
	}
	return 0;
}

/* Both arrays are sorted as one: the pairs are few (a large shop has 700), and already sorted but for Composer's two lists. */
struct pair {
	struct lks_package item;
	const json_t *source;
};

static int by_name(const void *left, const void *right)
{
	return strcmp(((const struct pair *)left)->item.name, ((const struct pair *)right)->item.name);
}

int lks_package_list_sort(struct lks_package_list *list, const char *file, struct lks_error *err)
{
	struct pair *pairs = malloc((list->count + 1) * sizeof *pairs);
	int status = 0;

	if (pairs == NULL) {
		return lks_error_nomem(err);
	}
	for (size_t i = 0; i < list->count; i++) {
		pairs[i].item = list->items[i];
		pairs[i].source = list->sources[i];
	}
	qsort(pairs, list->count, sizeof *pairs, by_name);
	for (size_t i = 0; i < list->count; i++) {
		if (i > 0 && strcmp(pairs[i - 1].item.name, pairs[i].item.name) == 0) {
			status = lks_error_set(err, LKS_E_INVALID, 0, file, "%s lists %s twice", file, pairs[i].item.name);
			break;
		}
		list->items[i] = pairs[i].item;
		list->sources[i] = pairs[i].source;
	}
	free(pairs);
	return status;
}

ptrdiff_t lks_package_list_find(const struct lks_package_list *list, const char *name)
{
	size_t low = 0, high = list->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(name, list->items[middle].name);

		if (order == 0) {
			return (ptrdiff_t)middle;
		}
		if (order < 0) {
			high = middle;
		} else {
			low = middle + 1;
		}
	}
	return -1;
}

void lks_package_list_dispose(struct lks_package_list *list)
{
	free(list->items);
	free(list->sources);
	memset(list, 0, sizeof *list);
}

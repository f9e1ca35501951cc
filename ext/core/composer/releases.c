/*
 * The released versions of the tool, as Composer tells them: only exact ones, each once, in ascending order.
 */
#include "lockstep/resolve.h"

#include <stdlib.h>

#include "lockstep/json.h"

static int by_version(const void *left, const void *right)
{
	return lks_version_compare(left, right);
}

/* Takes text when it is an exact version and no pre-release; everything else is not for production. */
static void take(struct lks_releases *releases, const char *text)
{
	struct lks_error ignored = {0};

	if (lks_version_parse(&releases->items[releases->count], text, &ignored) == 0 && releases->items[releases->count].suffix[0] == '\0') {
		releases->count++;
	}
}

/* Sorts, and drops what is listed twice ("v2.4.6" beside "2.4.6"). */
static void settle(struct lks_releases *releases)
{
	size_t kept = 0;

	if (releases->count == 0) {
		return;
	}
	qsort(releases->items, releases->count, sizeof *releases->items, by_version);
	for (size_t i = 1; i < releases->count; i++) {
		if (lks_version_compare(&releases->items[kept], &releases->items[i]) != 0) {
			releases->items[++kept] = releases->items[i];
		}
	}
	releases->count = kept + 1;
}

static int reserve(struct lks_releases *out, size_t count, struct lks_error *err)
{
	out->count = 0;
	out->items = calloc(count + 1, sizeof *out->items);
	return out->items == NULL ? lks_error_nomem(err) : 0;
}

int lks_releases_from(struct lks_releases *out, const char *const *texts, size_t count, struct lks_error *err)
{
	int status = reserve(out, count, err);

	if (status != 0) {
		return status;
	}
	for (size_t i = 0; i < count; i++) {
		take(out, texts[i]);
	}
	settle(out);
	return 0;
}

int lks_releases_parse(struct lks_releases *out, const char *json, size_t length, struct lks_error *err)
{
	static const char name[] = "the output of composer show";
	json_t *document = NULL, *entry;
	const json_t *versions;
	size_t index;
	int status;

	out->items = NULL;
	out->count = 0;
	status = lks_json_parse(&document, json, length, name, err);
	if (status != 0) {
		return status;
	}
	versions = json_object_get(document, "versions");
	if (!json_is_array(versions)) {
		status = lks_error_set(err, LKS_E_INVALID, 0, NULL, "%s has no list of versions", name);
		goto done;
	}
	status = reserve(out, json_array_size(versions), err);
	if (status != 0) {
		goto done;
	}
	json_array_foreach(versions, index, entry)
	{
		if (!json_is_string(entry)) {
			status = lks_error_set(err, LKS_E_INVALID, 0, NULL, "%s lists a version that is no text", name);
			goto done;
		}
		take(out, json_string_value(entry));
	}
	settle(out);
done:
	if (status != 0) {
		lks_releases_dispose(out);
	}
	json_decref(document);
	return status;
}

void lks_releases_dispose(struct lks_releases *releases)
{
	free(releases->items);
	releases->items = NULL;
	releases->count = 0;
}

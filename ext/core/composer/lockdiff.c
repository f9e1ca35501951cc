/*
 * Two composer.lock files compared package by package: what an upgrade would change besides the tool.
 */
#include <stdlib.h>
#include <string.h>

#include "lockstep/json.h"
#include "package.h"

/* What the strings of the changes live in. */
struct documents {
	json_t *before, *after;
};

static int load(json_t **document, struct lks_package_list *list, int dir_fd, const char *path, struct lks_error *err)
{
	int status = lks_json_load(document, dir_fd, path, LKS_COMPOSER_FILE_MAX, err);

	if (status != 0) {
		return status;
	}
	if (!json_is_array(json_object_get(*document, "packages"))) {
		return lks_error_set(err, LKS_E_INVALID, 0, path, "%s has no list of packages", path);
	}
	if ((status = lks_package_list_add(list, json_object_get(*document, "packages"), path, false, err)) != 0 ||
		(status = lks_package_list_add(list, json_object_get(*document, "packages-dev"), path, true, err)) != 0) {
		return status;
	}
	return lks_package_list_sort(list, path, err);
}

static bool same_source(const struct lks_package *left, const struct lks_package *right)
{
	if (left->reference[0] == '\0' && right->reference[0] == '\0') { /* artifacts have no reference, but a hash */
		return strcmp(left->dist_shasum, right->dist_shasum) == 0;
	}
	return strcmp(left->reference, right->reference) == 0;
}

/* Adds the change from before to after, either of which may be NULL; nothing when they are the same. */
static void take(struct lks_lock_changes *changes, const struct lks_package *before, const struct lks_package *after)
{
	const struct lks_package *telling = after != NULL ? after : before;
	bool same_version = before != NULL && after != NULL && strcmp(before->version, after->version) == 0;
	struct lks_lock_change *change = &changes->items[changes->count];

	if (same_version && same_source(before, after)) {
		return;
	}
	change->name = telling->name;
	change->type = telling->type;
	change->from = before == NULL ? "" : before->version;
	change->to = after == NULL ? "" : after->version;
	change->reference_only = same_version;
	change->path_package = before != NULL && after != NULL && strcmp(before->dist_type, "path") == 0 &&
		strcmp(after->dist_type, "path") == 0;
	changes->count++;
}

int lks_lock_compare(
	struct lks_lock_changes *out, int before_fd, const char *before, int after_fd, const char *after, struct lks_error *err)
{
	struct lks_package_list left = {0}, right = {0};
	struct documents *documents = NULL;
	size_t l = 0, r = 0;
	int status;

	memset(out, 0, sizeof *out);
	lks_json_seed();
	documents = calloc(1, sizeof *documents);
	if (documents == NULL) {
		return lks_error_nomem(err);
	}
	out->owned = documents;
	if ((status = load(&documents->before, &left, before_fd, before, err)) != 0 ||
		(status = load(&documents->after, &right, after_fd, after, err)) != 0) {
		goto done;
	}
	out->items = calloc(left.count + right.count + 1, sizeof *out->items);
	if (out->items == NULL) {
		status = lks_error_nomem(err);
		goto done;
	}
	while (l < left.count || r < right.count) {
		int order;

		if (l == left.count || r == right.count) {
			order = l == left.count ? 1 : -1;
		} else {
			order = strcmp(left.items[l].name, right.items[r].name);
		}
		take(out, order <= 0 ? &left.items[l] : NULL, order >= 0 ? &right.items[r] : NULL);
		l += order <= 0;
		r += order >= 0;
	}
done:
	lks_package_list_dispose(&left);
	lks_package_list_dispose(&right);
	if (status != 0) {
		lks_lock_changes_dispose(out);
	}
	return status;
}

void lks_lock_changes_dispose(struct lks_lock_changes *changes)
{
	struct documents *documents = changes->owned;

	if (documents != NULL) {
		json_decref(documents->before);
		json_decref(documents->after);
	}
	free(documents);
	free(changes->items);
	memset(changes, 0, sizeof *changes);
}

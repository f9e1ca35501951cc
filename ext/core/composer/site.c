/*
 * Reads a shop: composer.json, composer.lock and Composer's installed.json, of Composer 1 (a plain list) and 2 (an object).
 *
 * The two large files are parsed side by side. What is installed wins over what is locked where both say something.
 */
#include "lockstep/site.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lockstep/job.h"
#include "lockstep/json.h"
#include "lockstep/path.h"
#include "site_private.h"

char *lks_site_text(struct lks_site_owned *owned, struct lks_error *err, const char *format, ...)
{
	char **texts = realloc(owned->texts, (owned->text_count + 1) * sizeof *texts);
	va_list arguments;
	int length;

	if (texts == NULL) {
		lks_error_nomem(err);
		return NULL;
	}
	owned->texts = texts;
	va_start(arguments, format);
	length = vasprintf(&texts[owned->text_count], format, arguments);
	va_end(arguments);
	if (length < 0) {
		lks_error_nomem(err);
		return NULL;
	}
	return texts[owned->text_count++];
}

static void owned_free(struct lks_site_owned *owned)
{
	if (owned == NULL) {
		return;
	}
	for (size_t i = 0; i < owned->text_count; i++) {
		free(owned->texts[i]);
	}
	free(owned->texts);
	json_decref(owned->root);
	json_decref(owned->lock);
	json_decref(owned->installed);
	free(owned);
}

/* Loads one file; that it is absent is no error. */
static int load(json_t **out, int root_fd, const char *path, struct lks_error *err)
{
	struct lks_error failure = {0};
	int status = lks_json_load(out, root_fd, path, LKS_COMPOSER_FILE_MAX, &failure);

	if (status == LKS_E_NOT_FOUND) {
		*out = NULL;
		return 0;
	}
	if (status != 0) {
		*err = failure;
	}
	return status;
}

struct lock_load {
	json_t *document;
	int root_fd;
};

static int load_lock(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct lock_load *load_arg = arg;

	(void)task;
	return load(&load_arg->document, load_arg->root_fd, "composer.lock", err);
}

/* composer.lock in a thread of its own, the rest in this one. */
static int load_all(struct lks_site_owned *owned, int root_fd, const char *installed, struct lks_error *err)
{
	struct lock_load lock = {NULL, root_fd};
	struct lks_error lock_error = {0};
	struct lks_job *job = NULL;
	int status, lock_status;

	lks_json_seed();
	status = lks_job_start(&job, load_lock, &lock, err);
	if (status != 0) {
		return status;
	}
	status = load(&owned->installed, root_fd, installed, err);
	if (status == 0) {
		status = load(&owned->root, root_fd, "composer.json", err);
	}
	lock_status = lks_job_finish(job, &lock_error);
	owned->lock = lock.document;
	if (status == 0 && lock_status != 0) {
		*err = lock_error;
		status = lock_status;
	}
	return status;
}

/*
 * Where installed.json's install-path, written relative to vendor/composer, leads to below the root. Refused when it leaves
 * the root or is the root itself.
 */
static int install_path(const char **out, struct lks_site_owned *owned, const char *vendor, const struct lks_package *package,
	const char *relative, struct lks_error *err)
{
	char *path = lks_site_text(owned, err, "%s/composer/%s", vendor, relative);
	size_t used = 0;
	bool left = relative[0] == '/';

	if (path == NULL) {
		return LKS_E_NOMEM;
	}
	for (const char *at = path; *at != '\0' && !left;) {
		size_t length = strcspn(at, "/");

		if (length == 2 && memcmp(at, "..", 2) == 0) {
			left = used == 0;
			while (used > 0 && path[used - 1] != '/') {
				used--;
			}
			used -= used > 0;
		} else if (length > 0 && !(length == 1 && *at == '.')) {
			if (used > 0) {
				path[used++] = '/';
			}
			memmove(path + used, at, length);
			used += length;
		}
		at += length + (at[length] == '/');
	}
	path[used] = '\0';
	if (left || used == 0 || lks_path_check(path, used, err) != 0) {
		lks_error_clear(err);
		return lks_error_set(
			err, LKS_E_INVALID, 0, NULL, "the install path \"%.100s\" of %s leads out of the shop", relative, package->name);
	}
	*out = path;
	return 0;
}

static int set_paths(
	struct lks_site_owned *owned, struct lks_package_list *list, const char *vendor, const char *file, struct lks_error *err)
{
	bool composer_1 = json_is_array(owned->installed);
	int status;

	for (size_t i = 0; i < list->count; i++) {
		struct lks_package *package = &list->items[i];
		const json_t *value = json_object_get(list->sources[i], "install-path");

		if (value == NULL && composer_1 && strcmp(package->type, "metapackage") != 0) {
			package->path = lks_site_text(owned, err, "%s/%s", vendor, package->name);
			if (package->path == NULL) {
				return LKS_E_NOMEM;
			}
		} else if (value != NULL && !json_is_null(value)) {
			if (!json_is_string(value)) {
				return lks_error_set(err, LKS_E_INVALID, 0, file, "%s: \"install-path\" of %s is no text", file, package->name);
			}
			if ((status = install_path(&package->path, owned, vendor, package, json_string_value(value), err)) != 0) {
				return status;
			}
		}
	}
	return 0;
}

/*
 * Reads the installed packages and which of them are for development. *knows_dev: false where the file does not list those
 * (Composer before 2.0.1).
 */
static int read_installed(struct lks_site *site, struct lks_site_owned *owned, struct lks_package_list *list, bool *knows_dev,
	const char *vendor, const char *file, struct lks_error *err)
{
	const json_t *packages = owned->installed, *dev, *names;
	int status;

	site->dev_installed = true;
	*knows_dev = false;
	if (owned->installed == NULL) {
		return 0;
	}
	if (json_is_object(owned->installed)) {
		packages = json_object_get(owned->installed, "packages");
		if (packages == NULL) {
			return lks_error_set(err, LKS_E_INVALID, 0, file, "%s has no list of packages", file);
		}
	}
	if ((status = lks_package_list_add(list, packages, file, false, err)) != 0 || (status = lks_package_list_sort(list, file, err)) != 0 ||
		(status = set_paths(owned, list, vendor, file, err)) != 0) {
		return status;
	}
	dev = json_object_get(owned->installed, "dev");
	site->dev_installed = !json_is_false(dev);
	names = json_object_get(owned->installed, "dev-package-names");
	*knows_dev = json_is_array(names);
	for (size_t i = 0; i < json_array_size(names); i++) {
		const char *name = json_string_value(json_array_get(names, i));
		ptrdiff_t index = name == NULL ? -1 : lks_package_list_find(list, name);

		if (index >= 0) {
			list->items[index].dev = true;
		}
	}
	return 0;
}

static int read_lock(const struct lks_site_owned *owned, struct lks_package_list *list, struct lks_error *err)
{
	static const char file[] = "composer.lock";
	int status;

	if (owned->lock == NULL) {
		return 0;
	}
	if (!json_is_object(owned->lock) || json_object_get(owned->lock, "packages") == NULL) {
		return lks_error_set(err, LKS_E_INVALID, 0, file, "%s has no list of packages", file);
	}
	if ((status = lks_package_list_add(list, json_object_get(owned->lock, "packages"), file, false, err)) != 0 ||
		(status = lks_package_list_add(list, json_object_get(owned->lock, "packages-dev"), file, true, err)) != 0) {
		return status;
	}
	return lks_package_list_sort(list, file, err);
}

/* Merges the two sorted lists into site->packages. */
static int merge(struct lks_site *site, const struct lks_site_lists *lists, bool knows_dev, struct lks_error *err)
{
	const struct lks_package_list *installed = &lists->installed, *lock = &lists->lock;
	size_t i = 0, l = 0;

	site->packages = calloc(installed->count + lock->count + 1, sizeof *site->packages);
	if (site->packages == NULL) {
		return lks_error_nomem(err);
	}
	while (i < installed->count || l < lock->count) {
		struct lks_package *package = &site->packages[site->package_count++];
		int order;

		if (i == installed->count || l == lock->count) {
			order = i == installed->count ? 1 : -1;
		} else {
			order = strcmp(installed->items[i].name, lock->items[l].name);
		}
		*package = order <= 0 ? installed->items[i] : lock->items[l];
		package->installed = order <= 0;
		package->locked = order >= 0;
		if (order == 0 && !knows_dev) {
			package->dev = lock->items[l].dev;
		}
		i += order <= 0;
		l += order >= 0;
	}
	return 0;
}

/* Where installed.json has no "dev": what is there decides. A lock without development packages leaves nothing to keep out. */
static bool dev_is_installed(const struct lks_site *site)
{
	bool locked = false;

	for (size_t i = 0; i < site->package_count; i++) {
		const struct lks_package *package = &site->packages[i];

		if (package->locked && package->dev && package->installed) {
			return true;
		}
		locked = locked || (package->locked && package->dev);
	}
	return !locked;
}

int lks_site_read(struct lks_site *out, int root_fd, const char *vendor, struct lks_error *err)
{
	struct lks_site_lists lists = {0};
	struct lks_site_owned *owned = NULL;
	const char *installed_path;
	bool knows_dev;
	int status;

	memset(out, 0, sizeof *out);
	out->edition = out->version = out->source = "";
	out->tool_version = out->tool_path = out->tool_constraint = out->tool_section = "";
	if ((status = lks_path_check(vendor, strlen(vendor), err)) != 0) {
		return status;
	}
	owned = calloc(1, sizeof *owned);
	if (owned == NULL) {
		return lks_error_nomem(err);
	}
	out->owned = owned;
	installed_path = lks_site_text(owned, err, "%s/composer/installed.json", vendor);
	if (installed_path == NULL) {
		status = LKS_E_NOMEM;
		goto done;
	}
	if ((status = load_all(owned, root_fd, installed_path, err)) != 0) {
		goto done;
	}
	if (owned->lock == NULL && owned->installed == NULL) {
		status = lks_error_set(err, LKS_E_NOT_FOUND, 0, NULL, "neither composer.lock nor %s is there", installed_path);
		lks_error_hint(err, "Is this the root of a Magento that Composer installed?");
		goto done;
	}
	if (owned->root != NULL && !json_is_object(owned->root)) {
		status = lks_error_set(err, LKS_E_INVALID, 0, "composer.json", "composer.json is no JSON object");
		goto done;
	}
	if ((status = read_installed(out, owned, &lists.installed, &knows_dev, vendor, installed_path, err)) != 0 ||
		(status = read_lock(owned, &lists.lock, err)) != 0 || (status = merge(out, &lists, knows_dev, err)) != 0 ||
		(status = lks_site_find_magento(out, owned, &lists, installed_path, err)) != 0) {
		goto done;
	}
	if (owned->installed != NULL && !json_is_boolean(json_object_get(owned->installed, "dev"))) {
		out->dev_installed = dev_is_installed(out);
	}
	status = lks_site_find_tool(out, owned, root_fd, err);
done:
	lks_package_list_dispose(&lists.lock);
	lks_package_list_dispose(&lists.installed);
	if (status != 0) {
		lks_site_dispose(out);
	}
	return status;
}

static int compare_name(const void *name, const void *package)
{
	return strcmp(name, ((const struct lks_package *)package)->name);
}

const struct lks_package *lks_site_package(const struct lks_site *site, const char *name)
{
	return site->package_count == 0 ? NULL : bsearch(name, site->packages, site->package_count, sizeof *site->packages, compare_name);
}

void lks_site_dispose(struct lks_site *site)
{
	free(site->packages);
	owned_free(site->owned);
	memset(site, 0, sizeof *site);
}

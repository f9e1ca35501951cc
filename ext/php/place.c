/*
 * From the paths that PHP gives to what the core wants: a directory's descriptor and a name below it.
 */
#include "place.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lockstep/path.h"

bool php_lks_path_allowed(const zend_string *path, struct lks_error *err)
{
	if (ZSTR_LEN(path) == 0)
		lks_error_set(err, LKS_E_INVALID, 0, NULL, "A path is empty");
	else if (php_check_open_basedir_ex(ZSTR_VAL(path), 0) != 0)
		lks_error_set(err, LKS_E_ACCESS, 0, ZSTR_VAL(path), "open_basedir forbids this path");
	return err->status == LKS_OK;
}

/* A copy of path without trailing slashes ("/" stays); NULL with err set. */
static char *trimmed(const zend_string *path, struct lks_error *err)
{
	size_t length = ZSTR_LEN(path);
	char *copy;

	if (err->status != LKS_OK || EG(exception) != NULL || !php_lks_path_allowed(path, err))
		return NULL;
	while (length > 1 && ZSTR_VAL(path)[length - 1] == '/')
		length--;
	copy = malloc(length + 1);
	if (copy == NULL) {
		lks_error_nomem(err);
		return NULL;
	}
	memcpy(copy, ZSTR_VAL(path), length);
	copy[length] = '\0';
	return copy;
}

/* Cuts the last component off text and returns it; *directory is what is left of it. */
static char *cut(char *text, const char **directory)
{
	char *slash = strrchr(text, '/');

	if (slash == NULL) {
		*directory = ".";
		return text;
	}
	*slash = '\0';
	*directory = slash == text ? "/" : text;
	return slash + 1;
}

static bool is_name(const char *name)
{
	return name[0] != '\0' && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static void open_place(
	struct php_lks_place *place, const zend_string *path, int (*open_root)(int *, const char *, struct lks_error *), struct lks_error *err)
{
	char *text = trimmed(path, err);
	const char *directory, *name;

	if (text == NULL)
		return;
	name = cut(text, &directory);
	if (!is_name(name))
		lks_error_set(err, LKS_E_INVALID, 0, ZSTR_VAL(path), "This path names no file");
	else if ((place->name = strdup(name)) == NULL)
		lks_error_nomem(err);
	else
		open_root(&place->dir, directory, err);
	free(text);
}

void php_lks_place_open(struct php_lks_place *place, const zend_string *path, struct lks_error *err)
{
	open_place(place, path, lks_path_open_root, err);
}

void php_lks_place_open_unlinked(struct php_lks_place *place, const zend_string *path, struct lks_error *err)
{
	open_place(place, path, lks_path_open_root_unlinked, err);
}

void php_lks_place_nearest(struct php_lks_place *place, const zend_string *path, struct lks_error *err)
{
	char *text = trimmed(path, err);
	size_t end;

	if (text == NULL)
		return;
	/* The slash at `end` parts what is there from what is not. */
	for (end = strlen(text);;) {
		struct lks_error tried = {0};
		char kept = text[end];

		text[end] = '\0';
		if (lks_path_open_root(&place->dir, end > 0 ? text : text[0] == '\0' && ZSTR_VAL(path)[0] == '/' ? "/" : ".", &tried) == 0) {
			text[end] = kept;
			place->name = strdup(kept == '\0' ? "." : text + end + (kept == '/'));
			if (place->name == NULL)
				lks_error_nomem(err);
			break;
		}
		text[end] = kept;
		if (tried.status != LKS_E_NOT_FOUND || end == 0) {
			*err = tried;
			break;
		}
		do {
			end--;
		} while (end > 0 && text[end] != '/');
	}
	free(text);
}

void php_lks_place_dispose(struct php_lks_place *place)
{
	free(place->name);
	place->name = NULL;
	php_lks_directory_close(&place->dir);
}

void php_lks_directory_open(int *fd, const zend_string *path, struct lks_error *err)
{
	char *text = trimmed(path, err);

	if (text != NULL)
		lks_path_open_root(fd, text, err);
	free(text);
}

void php_lks_directory_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

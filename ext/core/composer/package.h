/*
 * One package as composer.lock and installed.json write it: read strictly, names and paths checked. Private to this module.
 */
#ifndef LOCKSTEP_COMPOSER_PACKAGE_H
#define LOCKSTEP_COMPOSER_PACKAGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "lockstep/error.h"
#include "lockstep/site.h"

#define LKS_COMPOSER_FILE_MAX ((size_t)16 << 20) /* bytes of one JSON file */

/* A growing list of packages; their strings are borrowed from the JSON documents. */
struct lks_package_list {
	struct lks_package *items; /* owned */
	const json_t **sources;    /* owned; the JSON object of each */
	size_t count, capacity;
};

/*
 * Appends every package of a JSON array to list, then sorts it by name. file: what the JSON is called in errors. An absent
 * array is empty. LKS_E_INVALID for a wrong type, an unsafe name or a name that is there twice.
 */
int lks_package_list_add(struct lks_package_list *list, const json_t *array, const char *file, bool dev, struct lks_error *err);
int lks_package_list_sort(struct lks_package_list *list, const char *file, struct lks_error *err);
void lks_package_list_dispose(struct lks_package_list *list);

/* 0 when name is vendor/name in Composer's alphabet, so that it is also a safe path. */
int lks_package_check_name(const char *name, const char *file, struct lks_error *err);

/* Index of name in a sorted list, or -1. */
ptrdiff_t lks_package_list_find(const struct lks_package_list *list, const char *name);

#endif

/*
 * What a config.xml names in its <options>: files of the tool. Private to the custom module. Thread-safe.
 */
#ifndef LKS_CUSTOM_OPTIONS_H
#define LKS_CUSTOM_OPTIONS_H

#include <stddef.h>

#include "lockstep/error.h"

struct lks_option {
	char *name, *path;
};

struct lks_options {
	struct lks_option *items; /* owned, with their strings; in the order of the text */
	size_t count;
};

/* Reads the options whose value is a path of an XML file. What is no XML, or has no options, gives none. LKS_E_NOMEM is the only failure. */
int lks_options_read(struct lks_options *out, const char *data, size_t length, struct lks_error *err);
void lks_options_dispose(struct lks_options *options);

/* The path that an option names, or NULL. */
const char *lks_options_find(const struct lks_options *options, const char *name);

#endif

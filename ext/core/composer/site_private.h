/*
 * What the files of the site module share while a site is read.
 */
#ifndef LOCKSTEP_SITE_PRIVATE_H
#define LOCKSTEP_SITE_PRIVATE_H

#include <jansson.h>

#include "package.h"

/* Everything that the strings of a struct lks_site live in. */
struct lks_site_owned {
	json_t *root, *lock, *installed; /* NULL where the file is absent */
	char **texts;                    /* owned array of owned texts */
	size_t text_count;
};

/* The two sides before they are merged into site->packages; sorted by name. */
struct lks_site_lists {
	struct lks_package_list lock, installed;
};

/* Formats a text that lives as long as owned; NULL and the error when out of memory. */
char *lks_site_text(struct lks_site_owned *owned, struct lks_error *err, const char *format, ...) LKS_PRINTF(3, 4);

/* Fills edition, version and source. */
int lks_site_find_magento(struct lks_site *site, struct lks_site_owned *owned, const struct lks_site_lists *lists,
	const char *installed_file, struct lks_error *err);

/* Fills the tool_ fields; site->packages is complete. */
int lks_site_find_tool(struct lks_site *site, struct lks_site_owned *owned, int root_fd, struct lks_error *err);

#endif

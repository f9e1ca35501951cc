/*
 * What is installed in a shop, from composer.lock, vendor/composer/installed.json and the root's composer.json.
 *
 * Files are capped at 16 MiB. A struct lks_site is immutable once read.
 */
#ifndef LOCKSTEP_SITE_H
#define LOCKSTEP_SITE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "lockstep/error.h"

struct lks_package {
	const char *name, *version, *type; /* type "library" when none is written; borrowed from the site */
	const char *path;                  /* relative to the root, from installed.json's install-path; NULL when none (metapackages) */
	const char *reference;             /* dist's, else source's; "" when none */
	const char *dist_type, *dist_url, *dist_shasum; /* "" when none */
	bool dev;                                       /* listed in packages-dev / dev-package-names */
	bool installed;                                 /* in installed.json (else only in the lock) */
	bool locked;                                    /* in composer.lock */
};

struct lks_site {
	const char *edition; /* "community", "enterprise", "cloud", "mage-os", "git", or "" when unknown */
	const char *version; /* Magento's, "" when unknown */
	const char *source;  /* where it was read: "composer.lock: magento/product-community-edition", … */
	bool tool_installed;
	const char *tool_version;    /* "" when not installed */
	const char *tool_path;       /* "vendor/magento/data-migration-tool", "" when not installed */
	const char *tool_constraint; /* as composer.json writes it, "" when it does not */
	const char *tool_section;    /* "require", "require-dev", or "" */
	bool
		dev_installed; /* installed.json's "dev"; where absent, whether a package of packages-dev is installed (true when the lock has none) */
	struct lks_package *packages; /* sorted by name */
	size_t package_count;
	void *owned; /* everything above */
};

/*
 * Reads the shop below root_fd. vendor: relative path of the vendor directory. LKS_E_NOT_FOUND when neither composer.lock nor
 * installed.json is there; LKS_E_INVALID for broken files, wrong types, duplicate keys, unsafe package names or paths.
 */
int lks_site_read(struct lks_site *out, int root_fd, const char *vendor, struct lks_error *err);
const struct lks_package *lks_site_package(const struct lks_site *site, const char *name);
void lks_site_dispose(struct lks_site *site);

/* One package that differs between two lock files. */
struct lks_lock_change {
	const char *name;
	const char *from, *to; /* versions, "" when absent on that side */
	bool reference_only;   /* the same version, another reference */
	const char *type;      /* of the new side, else of the old */
	bool path_package;     /* dist type "path" on both sides */
};
struct lks_lock_changes {
	struct lks_lock_change *items; /* by name */
	size_t count;
	void *owned;
};
/* Compares two composer.lock files below two directories (packages and packages-dev). */
int lks_lock_compare(
	struct lks_lock_changes *out, int before_fd, const char *before, int after_fd, const char *after, struct lks_error *err);
void lks_lock_changes_dispose(struct lks_lock_changes *changes);

#endif

/*
 * Which Magento a shop has, and which tool: by the packages that carry the version, in an order that meets each kind of shop.
 *
 * The first package with an exact version decides; "1.0.0+no-version-set", dev-… and the like decide nothing. Mage-OS counts
 * its own versions and names the Magento that it is made of in extra.magento_version, or in what it replaces.
 */
#include <stdio.h>
#include <string.h>

#include "lockstep/json.h"
#include "lockstep/version.h"
#include "site_private.h"

#define TOOL "magento/data-migration-tool"
#define MAGE_OS_REPLACES "magento/product-community-edition"

/* Packages that carry Magento's version, the telling ones first; the bases are what remains where a shop requires no product. */
static const struct product {
	const char *name, *edition;
} products[] =
	{
		{"magento/product-enterprise-edition", "enterprise"},
		{"magento/magento-cloud-metapackage", "cloud"},
		{"mage-os/product-community-edition", "mage-os"},
		{"magento/product-community-edition", "community"},
},
  bases[] = {
	  {"magento/magento2-ee-base", "enterprise"},
	  {"mage-os/magento2-base", "mage-os"},
	  {"magento/magento2-base", "community"},
};

/* The exact version in text, without its "v"; NULL when it is none. */
static const char *exact(const char *text)
{
	struct lks_version version;
	struct lks_error ignored = {0};

	if (text == NULL || lks_version_parse(&version, text, &ignored) != 0) {
		return NULL;
	}
	return text + (text[0] == 'v');
}

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* The version of Magento behind one of Mage-OS. Its own counts only in the line 2.4, which Mage-OS has never used for itself. */
static const char *upstream(const json_t *package, const char *own)
{
	const char *found = exact(text_of(json_object_get(package, "extra"), "magento_version"));

	if (found == NULL) {
		found = exact(text_of(json_object_get(package, "replace"), MAGE_OS_REPLACES));
	}
	if (found == NULL && strncmp(own, "2.4.", 4) == 0) {
		found = exact(own);
	}
	return found;
}

struct found {
	const char *edition; /* of the first package that is there at all */
	const char *version; /* of the first with an exact version; NULL as long as there is none */
	const char *file, *name;
};

static void look_in(
	struct found *found, const struct product *list, size_t count, const struct lks_package_list *packages, const char *file)
{
	for (size_t i = 0; i < count && found->version == NULL; i++) {
		ptrdiff_t index = lks_package_list_find(packages, list[i].name);
		const char *version;

		if (index < 0) {
			continue;
		}
		version = packages->items[index].version;
		if (found->edition == NULL) {
			found->edition = list[i].edition;
			found->file = file;
			found->name = list[i].name;
		}
		version = strcmp(list[i].edition, "mage-os") == 0 ? upstream(packages->sources[index], version) : exact(version);
		if (version != NULL) {
			found->version = version;
			found->file = file;
			found->name = list[i].name;
		}
	}
}

/* A clone of Magento's own repository: the root package is Magento. */
static void look_at_root(struct found *found, const json_t *root)
{
	static const char *const roots[] = {"magento/magento2", "mage-os/mageos-magento2"};
	const char *name = text_of(root, "name");

	for (size_t i = 0; i < sizeof roots / sizeof *roots && found->version == NULL && name != NULL; i++) {
		if (strncmp(name, roots[i], strlen(roots[i])) == 0) {
			found->edition = "git";
			found->version = exact(text_of(root, "version"));
			found->file = "composer.json";
			found->name = name;
		}
	}
}

int lks_site_find_magento(struct lks_site *site, struct lks_site_owned *owned, const struct lks_site_lists *lists,
	const char *installed_file, struct lks_error *err)
{
	static const size_t product_count = sizeof products / sizeof *products, base_count = sizeof bases / sizeof *bases;
	static const char cloud[] = "magento/magento-cloud-metapackage", lock_file[] = "composer.lock";
	struct found found = {0};

	look_in(&found, products, product_count, &lists->installed, installed_file);
	look_in(&found, products, product_count, &lists->lock, lock_file);
	look_at_root(&found, owned->root);
	look_in(&found, bases, base_count, &lists->installed, installed_file);
	look_in(&found, bases, base_count, &lists->lock, lock_file);
	if (found.edition == NULL) {
		return 0;
	}
	site->edition = found.edition;
	if (strcmp(found.edition, "enterprise") == 0 && lks_site_package(site, cloud) != NULL) {
		site->edition = "cloud"; /* its version is the product's, which the metapackage only requires */
	}
	site->version = found.version == NULL ? "" : found.version;
	site->source = lks_site_text(
		owned, err, found.version == NULL ? "%s: %s, which has no exact version" : "%s: %s", found.file, found.name);
	return site->source == NULL ? LKS_E_NOMEM : 0;
}

/* The version in the tool's own composer.json: what a clone or a path repository, installed as dev-…, still knows. */
static int own_version(const char **out, struct lks_site_owned *owned, int root_fd, const struct lks_package *tool, struct lks_error *err)
{
	struct lks_error ignored = {0};
	json_t *document = NULL;
	const char *path, *version;
	int status;

	if (tool->path == NULL) {
		return 0;
	}
	path = lks_site_text(owned, err, "%s/composer.json", tool->path);
	if (path == NULL) {
		return LKS_E_NOMEM;
	}
	status = lks_json_load(&document, root_fd, path, LKS_COMPOSER_FILE_MAX, &ignored);
	if (status != 0) {
		return status == LKS_E_NOMEM ? lks_error_nomem(err) : 0;
	}
	version = exact(text_of(document, "version"));
	if (version != NULL) {
		*out = lks_site_text(owned, err, "%s", version);
		status = *out == NULL ? LKS_E_NOMEM : 0;
	}
	json_decref(document);
	return status;
}

int lks_site_find_tool(struct lks_site *site, struct lks_site_owned *owned, int root_fd, struct lks_error *err)
{
	static const char *const sections[] = {"require", "require-dev"};
	const struct lks_package *tool = lks_site_package(site, TOOL);

	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
		const char *constraint = text_of(json_object_get(owned->root, sections[i]), TOOL);

		if (constraint != NULL) {
			site->tool_constraint = constraint;
			site->tool_section = sections[i];
			break;
		}
	}
	if (tool == NULL || !tool->installed) {
		return 0;
	}
	site->tool_installed = true;
	site->tool_path = tool->path == NULL ? "" : tool->path;
	site->tool_version = tool->version;
	if (exact(tool->version) != NULL) {
		site->tool_version = exact(tool->version);
		return 0;
	}
	return own_version(&site->tool_version, owned, root_fd, tool, err);
}

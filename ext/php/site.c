/*
 * Lockstep\Site: what is installed in a shop, and which release of the tool it needs.
 */
#include "php_lockstep.h"

#include "lockstep/resolve.h"
#include "lockstep/site.h"
#include "lockstep/version.h"

#include "convert.h"
#include "error.h"
#include "job.h"
#include "place.h"

#include "site_arginfo.h"

void php_lks_site_register(void)
{
	register_class_Lockstep_Site();
}

struct read_call {
	int root;
	const char *vendor; /* borrowed */
	struct lks_site site;
};

static int run_read(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct read_call *call = arg;

	(void)task;
	return lks_site_read(&call->site, call->root, call->vendor, err);
}

static void dispose_read(void *arg)
{
	struct read_call *call = arg;

	php_lks_directory_close(&call->root);
	lks_site_dispose(&call->site);
}

static void add_package(zval *list, const struct lks_package *package)
{
	zval item;

	array_init_size(&item, 11);
	php_lks_add_string(&item, "name", package->name);
	php_lks_add_string(&item, "version", package->version);
	php_lks_add_string(&item, "type", package->type);
	php_lks_add_optional(&item, "path", package->path);
	php_lks_add_string(&item, "reference", package->reference);
	php_lks_add_string(&item, "dist_type", package->dist_type);
	php_lks_add_string(&item, "dist_url", package->dist_url);
	php_lks_add_string(&item, "dist_shasum", package->dist_shasum);
	add_assoc_bool(&item, "dev", package->dev);
	add_assoc_bool(&item, "installed", package->installed);
	add_assoc_bool(&item, "locked", package->locked);
	add_next_index_zval(list, &item);
}

static void convert_read(zval *return_value, void *arg)
{
	const struct lks_site *site = &((struct read_call *)arg)->site;
	zval magento, tool, packages;

	array_init(&magento);
	php_lks_add_string(&magento, "edition", site->edition);
	php_lks_add_string(&magento, "version", site->version);
	php_lks_add_string(&magento, "source", site->source);
	array_init(&tool);
	add_assoc_bool(&tool, "installed", site->tool_installed);
	php_lks_add_string(&tool, "version", site->tool_version);
	php_lks_add_string(&tool, "path", site->tool_path);
	php_lks_add_string(&tool, "constraint", site->tool_constraint);
	php_lks_add_string(&tool, "section", site->tool_section);
	array_init_size(&packages, (uint32_t)site->package_count);
	for (size_t i = 0; i < site->package_count; i++)
		add_package(&packages, &site->packages[i]);
	array_init(return_value);
	add_assoc_zval(return_value, "magento", &magento);
	add_assoc_zval(return_value, "tool", &tool);
	add_assoc_bool(return_value, "dev_installed", site->dev_installed);
	add_assoc_zval(return_value, "packages", &packages);
}

ZEND_METHOD(Lockstep_Site, read)
{
	static const struct php_lks_work work = {PHP_LKS_DIRECT, run_read, convert_read, dispose_read};
	struct read_call call = {.root = -1};
	struct lks_error err = {0};
	zend_string *root, *vendor = NULL;

	ZEND_PARSE_PARAMETERS_START(1, 2)
		Z_PARAM_PATH_STR(root)
		Z_PARAM_OPTIONAL
		Z_PARAM_PATH_STR(vendor)
	ZEND_PARSE_PARAMETERS_END();

	call.vendor = vendor != NULL ? ZSTR_VAL(vendor) : "vendor";
	php_lks_directory_open(&call.root, root, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

struct compare_call {
	struct php_lks_place before, after;
	struct lks_lock_changes changes;
};

static int run_compare(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct compare_call *call = arg;

	(void)task;
	return lks_lock_compare(&call->changes, call->before.dir, call->before.name, call->after.dir, call->after.name, err);
}

static void dispose_compare(void *arg)
{
	struct compare_call *call = arg;

	php_lks_place_dispose(&call->before);
	php_lks_place_dispose(&call->after);
	lks_lock_changes_dispose(&call->changes);
}

static void convert_compare(zval *return_value, void *arg)
{
	const struct lks_lock_changes *changes = &((struct compare_call *)arg)->changes;

	array_init_size(return_value, (uint32_t)changes->count);
	for (size_t i = 0; i < changes->count; i++) {
		const struct lks_lock_change *change = &changes->items[i];
		zval item;

		array_init(&item);
		php_lks_add_string(&item, "name", change->name);
		php_lks_add_string(&item, "from", change->from);
		php_lks_add_string(&item, "to", change->to);
		add_assoc_bool(&item, "reference_only", change->reference_only);
		php_lks_add_string(&item, "type", change->type);
		add_assoc_bool(&item, "path_package", change->path_package);
		add_next_index_zval(return_value, &item);
	}
}

ZEND_METHOD(Lockstep_Site, compareLocks)
{
	static const struct php_lks_work work = {PHP_LKS_DIRECT, run_compare, convert_compare, dispose_compare};
	struct compare_call call = {.before = PHP_LKS_PLACE_NONE, .after = PHP_LKS_PLACE_NONE};
	struct lks_error err = {0};
	zend_string *before, *after;

	ZEND_PARSE_PARAMETERS_START(2, 2)
		Z_PARAM_PATH_STR(before)
		Z_PARAM_PATH_STR(after)
	ZEND_PARSE_PARAMETERS_END();

	php_lks_place_open(&call.before, before, &err);
	php_lks_place_open(&call.after, after, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

struct releases_call {
	const zend_string *json;
	const char *magento;
	unsigned flags;
	struct php_lks_list texts;
	struct lks_releases releases;
	struct lks_target target;
};

static void dispose_releases(void *arg)
{
	struct releases_call *call = arg;

	php_lks_list_dispose(&call->texts);
	lks_releases_dispose(&call->releases);
}

static int run_parse(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct releases_call *call = arg;

	(void)task;
	return lks_releases_parse(&call->releases, ZSTR_VAL(call->json), ZSTR_LEN(call->json), err);
}

static void convert_parse(zval *return_value, void *arg)
{
	const struct lks_releases *releases = &((struct releases_call *)arg)->releases;

	array_init_size(return_value, (uint32_t)releases->count);
	for (size_t i = 0; i < releases->count; i++)
		add_next_index_string(return_value, releases->items[i].text);
}

ZEND_METHOD(Lockstep_Site, parseReleases)
{
	static const struct php_lks_work work = {PHP_LKS_DIRECT, run_parse, convert_parse, dispose_releases};
	struct releases_call call = {0};
	struct lks_error err = {0};
	zend_string *json;

	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_STR(json)
	ZEND_PARSE_PARAMETERS_END();

	call.json = json;
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

static int run_resolve(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct releases_call *call = arg;

	(void)task;
	if (lks_releases_from(&call->releases, (const char *const *)call->texts.items, call->texts.count, err) != 0)
		return err->status;
	return lks_resolve(&call->target, call->magento, &call->releases, call->flags, err);
}

static void convert_resolve(zval *return_value, void *arg)
{
	const struct lks_target *target = &((struct releases_call *)arg)->target;

	array_init(return_value);
	php_lks_add_string(return_value, "version", target->version);
	php_lks_add_string(return_value, "rule", lks_rule_name(target->rule));
	add_assoc_bool(return_value, "exact", target->exact);
	php_lks_add_string(return_value, "candidate", target->candidate);
	php_lks_add_string(return_value, "reason", target->reason);
}

ZEND_METHOD(Lockstep_Site, resolve)
{
	static const struct php_lks_work work = {PHP_LKS_DIRECT, run_resolve, convert_resolve, dispose_releases};
	struct releases_call call = {0};
	struct lks_error err = {0};
	zend_string *magento;
	HashTable *releases;
	bool nearest = false, hotfix = true;

	ZEND_PARSE_PARAMETERS_START(2, 4)
		Z_PARAM_PATH_STR(magento)
		Z_PARAM_ARRAY_HT(releases)
		Z_PARAM_OPTIONAL
		Z_PARAM_BOOL(nearest)
		Z_PARAM_BOOL(hotfix)
	ZEND_PARSE_PARAMETERS_END();

	call.magento = ZSTR_VAL(magento);
	call.flags = (nearest ? LKS_RESOLVE_NEAREST : 0u) | (hotfix ? 0u : LKS_RESOLVE_NO_HOTFIX);
	php_lks_list_take(&call.texts, releases, 2, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

/* A NUL inside would hide what follows it from the core. */
static int parse_version(struct lks_version *version, const zend_string *text, struct lks_error *err)
{
	if (strlen(ZSTR_VAL(text)) != ZSTR_LEN(text))
		return lks_error_set(err, LKS_E_INVALID, 0, NULL, "A version contains a null byte");
	return lks_version_parse(version, ZSTR_VAL(text), err);
}

ZEND_METHOD(Lockstep_Site, checkVersion)
{
	struct lks_error err = {0};
	struct lks_version version;
	zend_string *text;

	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_STR(text)
	ZEND_PARSE_PARAMETERS_END();

	if (parse_version(&version, text, &err) == 0)
		RETVAL_STRING(version.text);
	else
		php_lks_throw(&err);
}

ZEND_METHOD(Lockstep_Site, compareVersions)
{
	struct lks_error err = {0};
	struct lks_version left, right;
	zend_string *left_text, *right_text;

	ZEND_PARSE_PARAMETERS_START(2, 2)
		Z_PARAM_STR(left_text)
		Z_PARAM_STR(right_text)
	ZEND_PARSE_PARAMETERS_END();

	if (parse_version(&left, left_text, &err) == 0 && parse_version(&right, right_text, &err) == 0)
		RETVAL_LONG(lks_version_compare(&left, &right));
	else
		php_lks_throw(&err);
}

/*
 * Lockstep\Tree, the scan: a directory tree as it was, counted, looked up, compared. (What changes trees: tree_change.c.)
 */
#include "php_lockstep.h"

#include "lockstep/compare.h"
#include "lockstep/scan.h"

#include "convert.h"
#include "error.h"
#include "job.h"
#include "place.h"

#include "tree_arginfo.h"

struct tree_object {
	struct lks_scan scan; /* immutable once made */
	zend_object std;
};

zend_class_entry *php_lks_tree_ce;
static zend_object_handlers handlers;

static struct tree_object *object_of(zend_object *object)
{
	return (struct tree_object *)((char *)object - XtOffsetOf(struct tree_object, std));
}

static zend_object *create(zend_class_entry *ce)
{
	struct tree_object *made = zend_object_alloc(sizeof(*made), ce);

	zend_object_std_init(&made->std, ce);
	object_properties_init(&made->std, ce);
	made->std.handlers = &handlers;
	return &made->std;
}

static void free_object(zend_object *object)
{
	lks_scan_dispose(&object_of(object)->scan);
	zend_object_std_dtor(object);
}

void php_lks_tree_register(void)
{
	php_lks_tree_ce = register_class_Lockstep_Tree();
	php_lks_tree_ce->create_object = create;
	handlers = *zend_get_std_object_handlers();
	handlers.offset = XtOffsetOf(struct tree_object, std);
	handlers.free_obj = free_object;
	handlers.clone_obj = NULL;
}

ZEND_METHOD(Lockstep_Tree, __construct)
{
	(void)return_value;
	ZEND_PARSE_PARAMETERS_NONE();
}

struct scan_call {
	int root;
	struct php_lks_list exclude;
	bool hash, mounts;
	struct lks_scan scan;
};

static int run_scan(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct scan_call *call = arg;
	const struct lks_scan_options options = {
		.exclude = (const char *const *)call->exclude.items,
		.hash = call->hash,
		.cross_mounts = call->mounts,
	};

	return lks_scan_tree(&call->scan, call->root, ".", &options, task, err);
}

static void dispose_scan(void *arg)
{
	struct scan_call *call = arg;

	php_lks_directory_close(&call->root);
	php_lks_list_dispose(&call->exclude);
	lks_scan_dispose(&call->scan);
}

/* The scan moves into the object. */
static void convert_scan(zval *return_value, void *arg)
{
	struct scan_call *call = arg;

	object_init_ex(return_value, php_lks_tree_ce);
	object_of(Z_OBJ_P(return_value))->scan = call->scan;
	call->scan = (struct lks_scan){0};
}

ZEND_METHOD(Lockstep_Tree, scan)
{
	static const struct php_lks_work work = {PHP_LKS_JOB, run_scan, convert_scan, dispose_scan};
	struct php_lks_callback progress = {0};
	struct scan_call call = {.root = -1};
	struct lks_error err = {0};
	zend_string *root;
	HashTable *exclude = NULL;
	bool hash = false, mounts = false;

	ZEND_PARSE_PARAMETERS_START(1, 5)
		Z_PARAM_PATH_STR(root)
		Z_PARAM_OPTIONAL
		Z_PARAM_ARRAY_HT(exclude)
		Z_PARAM_BOOL(hash)
		Z_PARAM_FUNC_OR_NULL(progress.fci, progress.fcc)
		Z_PARAM_BOOL(mounts)
	ZEND_PARSE_PARAMETERS_END();

	call.hash = hash;
	call.mounts = mounts;
	php_lks_directory_open(&call.root, root, &err);
	php_lks_list_take(&call.exclude, exclude, 2, &err);
	php_lks_perform(return_value, &work, &call, &progress, &err);
}

ZEND_METHOD(Lockstep_Tree, count)
{
	ZEND_PARSE_PARAMETERS_NONE();
	RETURN_LONG((zend_long)object_of(Z_OBJ_P(ZEND_THIS))->scan.count);
}

ZEND_METHOD(Lockstep_Tree, bytes)
{
	const struct lks_scan *scan = &object_of(Z_OBJ_P(ZEND_THIS))->scan;
	uint64_t bytes = 0;

	ZEND_PARSE_PARAMETERS_NONE();
	for (size_t i = 0; i < scan->count; i++)
		bytes += scan->entries[i].size;
	RETURN_LONG((zend_long)bytes);
}

static bool is_hashed(const struct lks_entry *entry)
{
	static const uint8_t zeros[LKS_HASH_SIZE];

	return S_ISREG(entry->mode) && memcmp(entry->hash, zeros, sizeof(zeros)) != 0;
}

ZEND_METHOD(Lockstep_Tree, hash)
{
	const struct lks_entry *entry;
	zend_string *path;

	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_PATH_STR(path)
	ZEND_PARSE_PARAMETERS_END();

	entry = lks_scan_find(&object_of(Z_OBJ_P(ZEND_THIS))->scan, ZSTR_VAL(path));
	if (entry == NULL || !is_hashed(entry))
		RETURN_NULL();
	RETURN_STR(php_lks_hash_text(entry->hash));
}

ZEND_METHOD(Lockstep_Tree, entry)
{
	const struct lks_entry *entry;
	zend_string *path;

	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_PATH_STR(path)
	ZEND_PARSE_PARAMETERS_END();

	entry = lks_scan_find(&object_of(Z_OBJ_P(ZEND_THIS))->scan, ZSTR_VAL(path));
	if (entry == NULL)
		RETURN_NULL();
	array_init(return_value);
	add_assoc_long(return_value, "mode", (zend_long)entry->mode);
	add_assoc_long(return_value, "uid", (zend_long)entry->uid);
	add_assoc_long(return_value, "gid", (zend_long)entry->gid);
	add_assoc_long(return_value, "size", (zend_long)entry->size);
	add_assoc_long(return_value, "mtime", (zend_long)entry->mtime);
	add_assoc_long(return_value, "inode", (zend_long)entry->inode);
}

struct compare_call {
	const struct lks_scan *before, *after;
	enum lks_compare_by by;
	struct lks_changes changes;
};

static int run_compare(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct compare_call *call = arg;

	(void)task;
	return lks_compare_scans(&call->changes, call->before, call->after, call->by, err);
}

static void dispose_compare(void *arg)
{
	lks_changes_dispose(&((struct compare_call *)arg)->changes);
}

static void convert_compare(zval *return_value, void *arg)
{
	static const char *const kinds[] = {
		[LKS_CHANGE_ADDED] = "added",
		[LKS_CHANGE_DELETED] = "deleted",
		[LKS_CHANGE_CONTENT] = "content",
		[LKS_CHANGE_TYPE] = "type",
		[LKS_CHANGE_META] = "meta",
	};
	const struct lks_changes *changes = &((struct compare_call *)arg)->changes;

	array_init_size(return_value, (uint32_t)changes->count);
	for (size_t i = 0; i < changes->count; i++) {
		zval item;

		array_init_size(&item, 2);
		php_lks_add_string(&item, "path", changes->items[i].path);
		php_lks_add_string(&item, "kind", kinds[changes->items[i].kind]);
		add_next_index_zval(return_value, &item);
	}
}

ZEND_METHOD(Lockstep_Tree, compare)
{
	static const struct php_lks_work work = {PHP_LKS_DIRECT, run_compare, convert_compare, dispose_compare};
	struct compare_call call = {.before = &object_of(Z_OBJ_P(ZEND_THIS))->scan};
	struct lks_error err = {0};
	zend_object *after;
	bool stat = false;

	ZEND_PARSE_PARAMETERS_START(1, 2)
		Z_PARAM_OBJ_OF_CLASS(after, php_lks_tree_ce)
		Z_PARAM_OPTIONAL
		Z_PARAM_BOOL(stat)
	ZEND_PARSE_PARAMETERS_END();

	call.after = &object_of(after)->scan;
	call.by = stat ? LKS_COMPARE_STAT : LKS_COMPARE_HASH;
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

ZEND_METHOD(Lockstep_Tree, paths)
{
	const struct lks_scan *scan = &object_of(Z_OBJ_P(ZEND_THIS))->scan;

	ZEND_PARSE_PARAMETERS_NONE();

	array_init(return_value);
	for (size_t i = 0; i < scan->count; i++) {
		if (S_ISREG(scan->entries[i].mode) || S_ISLNK(scan->entries[i].mode))
			add_next_index_string(return_value, scan->entries[i].path);
	}
}

ZEND_METHOD(Lockstep_Tree, links)
{
	const struct lks_scan *scan = &object_of(Z_OBJ_P(ZEND_THIS))->scan;

	ZEND_PARSE_PARAMETERS_NONE();

	array_init(return_value);
	for (size_t i = 0; i < scan->count; i++) {
		if (S_ISLNK(scan->entries[i].mode))
			php_lks_add_string(return_value, scan->entries[i].path, scan->entries[i].link);
	}
}

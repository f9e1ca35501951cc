/*
 * Lockstep\Archive: archives written; the class registered.
 */
#include "php_lockstep.h"

#include "lockstep/archive.h"

#include "convert.h"
#include "error.h"
#include "job.h"
#include "place.h"
#include "progress.h"

#include "archive_arginfo.h"

void php_lks_archive_register(void)
{
	register_class_Lockstep_Archive();
}

struct write_call {
	struct php_lks_place archive, parent; /* parent: an earlier archive */
	int directory;                        /* the root that is archived */
	uint8_t key[LKS_ARCHIVE_KEY_SIZE], parent_sha256[LKS_HASH_SIZE];
	struct php_lks_list exclude, patterns;
	struct lks_archive_write_options options;
	const char *path; /* below the root, of leftOut */
	struct lks_archive_summary summary;
	struct lks_paths left_out;
};

#define NO_CALL ((struct write_call){.archive = PHP_LKS_PLACE_NONE, .parent = PHP_LKS_PLACE_NONE, .directory = -1})

static void dispose(void *arg)
{
	struct write_call *call = arg;

	php_lks_place_dispose(&call->archive);
	php_lks_place_dispose(&call->parent);
	php_lks_directory_close(&call->directory);
	php_lks_list_dispose(&call->exclude);
	php_lks_list_dispose(&call->patterns);
	lks_archive_summary_dispose(&call->summary);
	lks_paths_dispose(&call->left_out);
	php_lks_key_wipe(call->key);
}

static int run_write(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct write_call *call = arg;

	return lks_archive_write(&call->summary, &call->options, task, err);
}

static void convert_write(zval *return_value, void *arg)
{
	const struct lks_archive_summary *summary = &((struct write_call *)arg)->summary;

	array_init(return_value);
	php_lks_add_written(return_value, summary);
	add_assoc_long(return_value, "frames_reused", (zend_long)summary->frames_reused);
	add_assoc_long(return_value, "frames_reread", (zend_long)summary->frames_reread);
	php_lks_add_hash(return_value, "sha256", summary->sha256);
	php_lks_add_notes(return_value, "warnings", &summary->warnings);
	if (summary->no_parent)
		add_assoc_string(return_value, "no_parent", summary->no_parent);
	else
		add_assoc_null(return_value, "no_parent");
}

ZEND_METHOD(Lockstep_Archive, write)
{
	static const struct php_lks_work work = {PHP_LKS_JOB, run_write, convert_write, dispose};
	struct php_lks_callback progress = {0};
	struct write_call call = NO_CALL;
	struct lks_error err = {0};
	zend_string *file, *root, *path, *key;
	HashTable *exclude = NULL, *patterns = NULL;
	zend_bool cross_mounts = false;
	zend_long level = 3, threads = 0;
	char *label = "", *parent_sha256 = "";
	size_t label_length = 0, sha256_length = 0;
	zend_string *parent = NULL;

	ZEND_PARSE_PARAMETERS_START(4, 13)
		Z_PARAM_PATH_STR(file)
		Z_PARAM_PATH_STR(root)
		Z_PARAM_PATH_STR(path)
		Z_PARAM_STR(key)
		Z_PARAM_OPTIONAL
		Z_PARAM_ARRAY_HT(exclude)
		Z_PARAM_LONG(level)
		Z_PARAM_LONG(threads)
		Z_PARAM_PATH(label, label_length)
		Z_PARAM_FUNC_OR_NULL(progress.fci, progress.fcc)
		Z_PARAM_PATH_STR_OR_NULL(parent)
		Z_PARAM_PATH(parent_sha256, sha256_length)
		Z_PARAM_ARRAY_HT(patterns)
		Z_PARAM_BOOL(cross_mounts)
	ZEND_PARSE_PARAMETERS_END();

	(void)label_length;
	(void)sha256_length;
	php_lks_key_take(call.key, key, 4);
	if (level < 1 || level > 19)
		php_lks_bad_value(6, "must be between 1 and 19");
	php_lks_place_open(&call.archive, file, &err);
	php_lks_directory_open(&call.directory, root, &err);
	php_lks_list_take(&call.exclude, exclude, 5, &err);
	php_lks_list_take(&call.patterns, patterns, 12, &err);
	if (parent) {
		php_lks_place_open(&call.parent, parent, &err);
		if (err.status == 0)
			lks_hash_parse(call.parent_sha256, parent_sha256, &err);
	}
	call.options = (struct lks_archive_write_options){
		.root_fd = call.directory,
		.path = ZSTR_VAL(path),
		.exclude = (const char *const *)call.exclude.items,
		.patterns = (const char *const *)call.patterns.items,
		.cross_mounts = cross_mounts,
		.directory_fd = call.archive.dir,
		.name = call.archive.name,
		.level = (int)level,
		.threads = php_lks_threads(threads, 7),
		.key = call.key,
		.label = label,
		.parent_fd = call.parent.dir,
		.parent = call.parent.name,
		.parent_sha256 = call.parent_sha256,
	};
	php_lks_perform(return_value, &work, &call, &progress, &err);
}

static int run_left_out(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct write_call *call = arg;
	static const char *const none[] = {NULL};
	const char *const *patterns = call->patterns.items ? (const char *const *)call->patterns.items : none;

	(void)task;
	return lks_archive_left_out(&call->left_out, call->directory, call->path, (const char *const *)call->exclude.items, patterns, err);
}

static void convert_left_out(zval *return_value, void *arg)
{
	const struct lks_paths *paths = &((struct write_call *)arg)->left_out;

	array_init_size(return_value, (uint32_t)paths->count);
	for (size_t i = 0; i < paths->count; i++)
		add_next_index_string(return_value, paths->items[i]);
}

ZEND_METHOD(Lockstep_Archive, leftOut)
{
	static const struct php_lks_work work = {PHP_LKS_JOB, run_left_out, convert_left_out, dispose};
	struct php_lks_callback progress = {0};
	struct write_call call = NO_CALL;
	struct lks_error err = {0};
	zend_string *root, *path;
	HashTable *exclude, *patterns;

	ZEND_PARSE_PARAMETERS_START(4, 4)
		Z_PARAM_PATH_STR(root)
		Z_PARAM_PATH_STR(path)
		Z_PARAM_ARRAY_HT(exclude)
		Z_PARAM_ARRAY_HT(patterns)
	ZEND_PARSE_PARAMETERS_END();

	php_lks_directory_open(&call.directory, root, &err);
	php_lks_list_take(&call.exclude, exclude, 3, &err);
	php_lks_list_take(&call.patterns, patterns, 4, &err);
	call.path = ZSTR_VAL(path);
	php_lks_perform(return_value, &work, &call, &progress, &err);
}

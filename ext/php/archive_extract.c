/*
 * Lockstep\Archive: members unpacked, and dists of Composer.
 */
#include "php_lockstep.h"

#include "lockstep/archive.h"

#include "convert.h"
#include "error.h"
#include "job.h"
#include "libarchive.h"
#include "place.h"
#include "progress.h"

ZEND_METHOD(Lockstep_Archive, extract);
ZEND_METHOD(Lockstep_Archive, unpack);

struct extract_call {
	struct php_lks_place archive;
	int directory, live; /* where members go; the tree that is restored */
	uint8_t key[LKS_ARCHIVE_KEY_SIZE];
	struct php_lks_list items;
	struct lks_archive_extract_options options;
	struct lks_archive_summary summary;
};

#define NO_CALL ((struct extract_call){.archive = PHP_LKS_PLACE_NONE, .directory = -1, .live = -1})

static void dispose(void *arg)
{
	struct extract_call *call = arg;

	php_lks_place_dispose(&call->archive);
	php_lks_directory_close(&call->directory);
	php_lks_directory_close(&call->live);
	php_lks_list_dispose(&call->items);
	lks_archive_summary_dispose(&call->summary);
	php_lks_key_wipe(call->key);
}

static int run_extract(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct extract_call *call = arg;

	return lks_archive_extract(&call->summary, &call->options, task, err);
}

static void convert_extract(zval *return_value, void *arg)
{
	const struct lks_archive_summary *summary = &((struct extract_call *)arg)->summary;

	array_init(return_value);
	add_assoc_long(return_value, "members", (zend_long)summary->members);
	add_assoc_long(return_value, "files", (zend_long)summary->files);
	add_assoc_long(return_value, "bytes", (zend_long)summary->bytes);
	php_lks_add_notes(return_value, "warnings", &summary->warnings);
	add_assoc_long(return_value, "needed", (zend_long)summary->needed);
	add_assoc_long(return_value, "free", (zend_long)summary->free);
}

ZEND_METHOD(Lockstep_Archive, extract)
{
	static const struct php_lks_work work = {PHP_LKS_JOB, run_extract, convert_extract, dispose};
	struct php_lks_callback progress = {0};
	struct extract_call call = NO_CALL;
	struct lks_error err = {0};
	zend_string *file, *key, *to, *path = NULL, *pattern = NULL, *live = NULL;
	HashTable *items = NULL;
	zend_long threads = 0;
	bool strip = false;

	ZEND_PARSE_PARAMETERS_START(3, 10)
		Z_PARAM_PATH_STR(file)
		Z_PARAM_STR(key)
		Z_PARAM_PATH_STR(to)
		Z_PARAM_OPTIONAL
		Z_PARAM_PATH_STR(path)
		Z_PARAM_BOOL(strip)
		Z_PARAM_LONG(threads)
		Z_PARAM_FUNC_OR_NULL(progress.fci, progress.fcc)
		Z_PARAM_PATH_STR_OR_NULL(pattern)
		Z_PARAM_ARRAY_HT_OR_NULL(items)
		Z_PARAM_PATH_STR_OR_NULL(live)
	ZEND_PARSE_PARAMETERS_END();

	php_lks_key_take(call.key, key, 2);
	php_lks_place_open(&call.archive, file, &err);
	php_lks_directory_open(&call.directory, to, &err);
	if (items && zend_hash_num_elements(items) == 0)
		php_lks_bad_value(9, "must not be empty");
	php_lks_list_take(&call.items, items, 9, &err);
	if (live)
		php_lks_directory_open(&call.live, live, &err);
	call.options = (struct lks_archive_extract_options){
		.archive_dir_fd = call.archive.dir,
		.archive = call.archive.name,
		.key = call.key,
		.path = path != NULL ? ZSTR_VAL(path) : ".",
		.to_fd = call.directory,
		.strip = strip,
		.threads = php_lks_threads(threads, 6),
		.pattern = pattern != NULL ? ZSTR_VAL(pattern) : NULL,
		.items = (const char *const *)call.items.items,
		.live_fd = call.live,
	};
	php_lks_perform(return_value, &work, &call, &progress, &err);
}

static int run_unpack(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct extract_call *call = arg;

	if (php_lks_libarchive_open(err) != 0)
		return err->status;
	return lks_archive_unpack(call->directory, call->archive.dir, call->archive.name, task, err);
}

ZEND_METHOD(Lockstep_Archive, unpack)
{
	static const struct php_lks_work work = {PHP_LKS_JOB, run_unpack, NULL, dispose};
	struct extract_call call = NO_CALL;
	struct lks_error err = {0};
	zend_string *file, *to;

	ZEND_PARSE_PARAMETERS_START(2, 2)
		Z_PARAM_PATH_STR(file)
		Z_PARAM_PATH_STR(to)
	ZEND_PARSE_PARAMETERS_END();

	php_lks_place_open(&call.archive, file, &err);
	php_lks_directory_open(&call.directory, to, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

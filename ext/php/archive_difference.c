/*
 * Lockstep\Archive: what a restore has to change.
 */
#include "php_lockstep.h"

#include <stdlib.h>

#include "lockstep/archive.h"

#include "convert.h"
#include "error.h"
#include "job.h"
#include "place.h"

ZEND_METHOD(Lockstep_Archive, difference);
ZEND_METHOD(Lockstep_Archive, setTimes);

struct difference_call {
	struct php_lks_place archive;
	int live;
	uint8_t key[LKS_ARCHIVE_KEY_SIZE];
	struct php_lks_list exclude, patterns;
	struct lks_archive_difference_options options;
	struct lks_archive_difference difference;
};

static void dispose_difference(void *arg)
{
	struct difference_call *call = arg;

	php_lks_place_dispose(&call->archive);
	php_lks_directory_close(&call->live);
	php_lks_list_dispose(&call->exclude);
	php_lks_list_dispose(&call->patterns);
	lks_archive_difference_dispose(&call->difference);
	php_lks_key_wipe(call->key);
}

static int run_difference(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct difference_call *call = arg;

	return lks_archive_difference(&call->difference, &call->options, task, err);
}

static void convert_difference(zval *return_value, void *arg)
{
	const struct lks_archive_difference *difference = &((struct difference_call *)arg)->difference;
	zval items, times;

	array_init(return_value);
	array_init_size(&items, (uint32_t)difference->items.count);
	for (size_t i = 0; i < difference->items.count; i++)
		add_next_index_string(&items, difference->items.items[i]);
	add_assoc_zval(return_value, "items", &items);
	array_init_size(&times, (uint32_t)difference->time_count);
	for (size_t i = 0; i < difference->time_count; i++)
		add_assoc_long(&times, difference->times[i].path, (zend_long)difference->times[i].mtime);
	add_assoc_zval(return_value, "times", &times);
	add_assoc_long(return_value, "members", (zend_long)difference->members);
	add_assoc_long(return_value, "kept", (zend_long)difference->kept);
	add_assoc_long(return_value, "hashed", (zend_long)difference->hashed);
	php_lks_add_notes(return_value, "warnings", &difference->warnings);
}

ZEND_METHOD(Lockstep_Archive, difference)
{
	static const struct php_lks_work work = {PHP_LKS_JOB, run_difference, convert_difference, dispose_difference};
	struct php_lks_callback progress = {0};
	struct difference_call call = {.archive = PHP_LKS_PLACE_NONE, .live = -1};
	struct lks_error err = {0};
	zend_string *file, *key, *root, *path = NULL, *pattern = NULL;
	HashTable *exclude = NULL, *patterns = NULL;
	zend_long threads = 0;

	ZEND_PARSE_PARAMETERS_START(3, 9)
		Z_PARAM_PATH_STR(file)
		Z_PARAM_STR(key)
		Z_PARAM_PATH_STR(root)
		Z_PARAM_OPTIONAL
		Z_PARAM_PATH_STR(path)
		Z_PARAM_ARRAY_HT(exclude)
		Z_PARAM_ARRAY_HT(patterns)
		Z_PARAM_PATH_STR_OR_NULL(pattern)
		Z_PARAM_LONG(threads)
		Z_PARAM_FUNC_OR_NULL(progress.fci, progress.fcc)
	ZEND_PARSE_PARAMETERS_END();

	php_lks_key_take(call.key, key, 2);
	php_lks_place_open(&call.archive, file, &err);
	php_lks_directory_open(&call.live, root, &err);
	php_lks_list_take(&call.exclude, exclude, 5, &err);
	php_lks_list_take(&call.patterns, patterns, 6, &err);
	call.options = (struct lks_archive_difference_options){
		.archive_dir_fd = call.archive.dir,
		.archive = call.archive.name,
		.key = call.key,
		.path = path != NULL ? ZSTR_VAL(path) : ".",
		.pattern = pattern != NULL ? ZSTR_VAL(pattern) : NULL,
		.live_fd = call.live,
		.exclude = (const char *const *)call.exclude.items,
		.patterns = (const char *const *)call.patterns.items,
		.threads = php_lks_threads(threads, 8),
	};
	php_lks_perform(return_value, &work, &call, &progress, &err);
}

struct times_call {
	int root;
	struct php_lks_list paths;
	struct lks_archive_time *times; /* owned; the strings are in paths */
};

static void dispose_times(void *arg)
{
	struct times_call *call = arg;

	php_lks_directory_close(&call->root);
	php_lks_list_dispose(&call->paths);
	free(call->times);
}

static int run_times(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct times_call *call = arg;

	(void)task;
	return lks_archive_set_times(call->root, call->times, call->paths.count, err);
}

static void take_times(struct times_call *call, HashTable *table, struct lks_error *err)
{
	zend_ulong number;
	zend_string *name;
	zval *value;

	call->times = calloc((size_t)zend_hash_num_elements(table) + 1, sizeof *call->times);
	if (call->times == NULL) {
		lks_error_nomem(err);
		return;
	}
	ZEND_HASH_FOREACH_KEY_VAL (table, number, name, value) {
		char digits[32];
		int length = name == NULL ? snprintf(digits, sizeof digits, ZEND_LONG_FMT, (zend_long)number) : 0;

		if (Z_TYPE_P(value) != IS_LONG) {
			php_lks_bad_type(2, "must be a map of integers");
			return;
		}
		if (php_lks_list_add(&call->paths, name != NULL ? ZSTR_VAL(name) : digits, name != NULL ? ZSTR_LEN(name) : (size_t)length, err) !=
			0)
			return;
		call->times[call->paths.count - 1].mtime = Z_LVAL_P(value);
	}
	ZEND_HASH_FOREACH_END();
	for (size_t i = 0; i < call->paths.count; i++)
		call->times[i].path = call->paths.items[i];
}

ZEND_METHOD(Lockstep_Archive, setTimes)
{
	static const struct php_lks_work work = {PHP_LKS_WHOLE, run_times, NULL, dispose_times};
	struct times_call call = {.root = -1};
	struct lks_error err = {0};
	zend_string *root;
	HashTable *times;

	ZEND_PARSE_PARAMETERS_START(2, 2)
		Z_PARAM_PATH_STR(root)
		Z_PARAM_ARRAY_HT(times)
	ZEND_PARSE_PARAMETERS_END();

	php_lks_directory_open(&call.root, root, &err);
	take_times(&call, times, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

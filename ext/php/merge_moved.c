/*
 * Lockstep\Merge, moved: where files of one release are in another one.
 */
#include "php_lockstep.h"

#include "lockstep/moved.h"

#include "convert.h"
#include "error.h"
#include "job.h"
#include "place.h"

ZEND_METHOD(Lockstep_Merge, moved);

struct moved_call {
	int before, after;
	struct php_lks_list paths;
	struct lks_moved moved;
};

static int run_moved(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct moved_call *call = arg;

	return lks_moved_find(&call->moved, call->before, call->after, (const char *const *)call->paths.items, call->paths.count, task, err);
}

static void dispose_moved(void *arg)
{
	struct moved_call *call = arg;

	php_lks_directory_close(&call->before);
	php_lks_directory_close(&call->after);
	php_lks_list_dispose(&call->paths);
	lks_moved_dispose(&call->moved);
}

static void convert_moved(zval *return_value, void *arg)
{
	const struct lks_moved *moved = &((struct moved_call *)arg)->moved;

	array_init_size(return_value, (uint32_t)moved->count);
	for (size_t i = 0; i < moved->count; i++) {
		if (moved->to[i] != NULL)
			add_next_index_string(return_value, moved->to[i]);
		else
			add_next_index_null(return_value);
	}
}

ZEND_METHOD(Lockstep_Merge, moved)
{
	static const struct php_lks_work work = {PHP_LKS_JOB, run_moved, convert_moved, dispose_moved};
	struct moved_call call = {.before = -1, .after = -1};
	struct lks_error err = {0};
	zend_string *before, *after;
	HashTable *paths;

	ZEND_PARSE_PARAMETERS_START(3, 3)
		Z_PARAM_PATH_STR(before)
		Z_PARAM_PATH_STR(after)
		Z_PARAM_ARRAY_HT(paths)
	ZEND_PARSE_PARAMETERS_END();

	php_lks_directory_open(&call.before, before, &err);
	php_lks_directory_open(&call.after, after, &err);
	php_lks_list_take(&call.paths, paths, 3, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

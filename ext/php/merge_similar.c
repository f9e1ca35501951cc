/*
 * Lockstep\Merge, similar: which shipped file a copy was made from.
 */
#include "php_lockstep.h"

#include <stdlib.h>

#include "lockstep/similar.h"

#include "convert.h"
#include "error.h"
#include "job.h"
#include "place.h"

ZEND_METHOD(Lockstep_Merge, similar);

struct similar_call {
	struct php_lks_place file;
	int directory;
	struct php_lks_list paths;
	int *found; /* owned; one a path */
};

static int run_similar(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct similar_call *call = arg;

	(void)task;
	call->found = calloc(call->paths.count + 1, sizeof(*call->found));
	if (call->found == NULL)
		return lks_error_nomem(err);
	return lks_similar_files(
		call->found, call->file.dir, call->file.name, call->directory, (const char *const *)call->paths.items, call->paths.count, err);
}

static void dispose_similar(void *arg)
{
	struct similar_call *call = arg;

	php_lks_place_dispose(&call->file);
	php_lks_directory_close(&call->directory);
	php_lks_list_dispose(&call->paths);
	free(call->found);
}

static void convert_similar(zval *return_value, void *arg)
{
	const struct similar_call *call = arg;

	array_init_size(return_value, (uint32_t)call->paths.count);
	for (size_t i = 0; i < call->paths.count; i++)
		add_next_index_long(return_value, call->found[i]);
}

ZEND_METHOD(Lockstep_Merge, similar)
{
	static const struct php_lks_work work = {PHP_LKS_DIRECT, run_similar, convert_similar, dispose_similar};
	struct similar_call call = {.file = PHP_LKS_PLACE_NONE, .directory = -1};
	struct lks_error err = {0};
	zend_string *file, *directory;
	HashTable *paths;

	ZEND_PARSE_PARAMETERS_START(3, 3)
		Z_PARAM_PATH_STR(file)
		Z_PARAM_PATH_STR(directory)
		Z_PARAM_ARRAY_HT(paths)
	ZEND_PARSE_PARAMETERS_END();

	php_lks_place_open(&call.file, file, &err);
	php_lks_directory_open(&call.directory, directory, &err);
	php_lks_list_take(&call.paths, paths, 3, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

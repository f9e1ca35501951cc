/*
 * Lockstep\Tree, what changes trees: mirror, copy, remove, adopt, sync, privateDirectory, put.
 */
#include "php_lockstep.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lockstep/adopt.h"
#include "lockstep/fs.h"
#include "lockstep/mirror.h"
#include "lockstep/path.h"

#include "convert.h"
#include "error.h"
#include "job.h"
#include "place.h"

ZEND_METHOD(Lockstep_Tree, mirror);
ZEND_METHOD(Lockstep_Tree, copy);
ZEND_METHOD(Lockstep_Tree, give);
ZEND_METHOD(Lockstep_Tree, remove);
ZEND_METHOD(Lockstep_Tree, adopt);
ZEND_METHOD(Lockstep_Tree, sync);
ZEND_METHOD(Lockstep_Tree, privateDirectory);
ZEND_METHOD(Lockstep_Tree, put);

struct mirror_call {
	int stage;
	const char *root;              /* borrowed */
	struct lks_mirror_item *items; /* owned; the strings are in paths */
	size_t count;
	struct php_lks_list paths;
};

static bool take_how(enum lks_mirror_how *how, const zval *value)
{
	static const struct {
		const char *name;
		enum lks_mirror_how how;
	} known[] = {
		{"copy", LKS_MIRROR_COPY},
		{"open", LKS_MIRROR_OPEN},
		{"split", LKS_MIRROR_SPLIT},
		{"empty", LKS_MIRROR_EMPTY},
		{"link", LKS_MIRROR_LINK},
		{"absent", LKS_MIRROR_ABSENT},
	};

	if (Z_TYPE_P(value) != IS_STRING) {
		php_lks_bad_type(3, "must be a map of strings");
		return false;
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (zend_string_equals_cstr(Z_STR_P(value), known[i].name, strlen(known[i].name))) {
			*how = known[i].how;
			return true;
		}
	}
	php_lks_bad_value(3, "must contain only \"copy\", \"open\", \"split\", \"empty\", \"link\" and \"absent\"");
	return false;
}

static void take_plan(struct mirror_call *call, HashTable *plan, struct lks_error *err)
{
	char number[24];
	zend_ulong index;
	zend_string *key;
	zval *value;
	size_t at = 0;

	if (err->status != LKS_OK || EG(exception) != NULL)
		return;
	call->items = calloc(zend_hash_num_elements(plan) + 1, sizeof(*call->items));
	if (call->items == NULL) {
		lks_error_nomem(err);
		return;
	}
	ZEND_HASH_FOREACH_KEY_VAL (plan, index, key, value) {
		const char *path = number;
		size_t length;

		ZVAL_DEREF(value);
		if (!take_how(&call->items[at].how, value))
			return;
		/* A name of digits became an integer key. */
		if (key == NULL) {
			length = (size_t)snprintf(number, sizeof(number), ZEND_LONG_FMT, (zend_long)index);
		} else {
			path = ZSTR_VAL(key);
			length = ZSTR_LEN(key);
		}
		if (strlen(path) != length) {
			php_lks_bad_value(3, "must have keys without null bytes");
			return;
		}
		if (php_lks_list_add(&call->paths, path, length, err) != 0)
			return;
		call->items[at].path = call->paths.items[at];
		at++;
	}
	ZEND_HASH_FOREACH_END();
	call->count = at;
}

static int run_mirror(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct mirror_call *call = arg;

	(void)task;
	return lks_mirror_make(call->stage, call->root, call->items, call->count, err);
}

static void dispose_mirror(void *arg)
{
	struct mirror_call *call = arg;

	php_lks_directory_close(&call->stage);
	free(call->items);
	php_lks_list_dispose(&call->paths);
}

ZEND_METHOD(Lockstep_Tree, mirror)
{
	static const struct php_lks_work work = {PHP_LKS_DIRECT, run_mirror, NULL, dispose_mirror};
	struct mirror_call call = {.stage = -1};
	struct lks_error err = {0};
	zend_string *root, *stage;
	HashTable *plan;

	ZEND_PARSE_PARAMETERS_START(3, 3)
		Z_PARAM_PATH_STR(root)
		Z_PARAM_PATH_STR(stage)
		Z_PARAM_ARRAY_HT(plan)
	ZEND_PARSE_PARAMETERS_END();

	call.root = ZSTR_VAL(root);
	(void)php_lks_path_allowed(root, &err);
	php_lks_directory_open(&call.stage, stage, &err);
	take_plan(&call, plan, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

/* One or two places, and what put writes. */
struct change_call {
	struct php_lks_place from, to;
	const zend_string *contents;
	mode_t mode;
};

static void dispose_change(void *arg)
{
	struct change_call *call = arg;

	php_lks_place_dispose(&call->from);
	php_lks_place_dispose(&call->to);
}

static int run_copy(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct change_call *call = arg;
	struct stat status;

	(void)task;
	if (fstatat(call->from.dir, call->from.name, &status, AT_SYMLINK_NOFOLLOW) != 0)
		return lks_error_sys(err, errno, call->from.name, "Cannot copy");
	if (S_ISDIR(status.st_mode))
		return lks_fs_copy_tree(call->from.dir, call->from.name, call->to.dir, call->to.name, LKS_COPY_OWNER, err);
	return lks_fs_copy(call->from.dir, call->from.name, call->to.dir, call->to.name, LKS_COPY_OWNER, err);
}

ZEND_METHOD(Lockstep_Tree, copy)
{
	static const struct php_lks_work work = {PHP_LKS_DIRECT, run_copy, NULL, dispose_change};
	struct change_call call = {.from = PHP_LKS_PLACE_NONE, .to = PHP_LKS_PLACE_NONE};
	struct lks_error err = {0};
	zend_string *from, *to;

	ZEND_PARSE_PARAMETERS_START(2, 2)
		Z_PARAM_PATH_STR(from)
		Z_PARAM_PATH_STR(to)
	ZEND_PARSE_PARAMETERS_END();

	php_lks_place_open(&call.from, from, &err);
	php_lks_place_open(&call.to, to, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

struct give_call {
	int root;
	const char *path; /* borrowed */
	uid_t user;
	gid_t group;
};

static void dispose_give(void *arg)
{
	php_lks_directory_close(&((struct give_call *)arg)->root);
}

static int run_give(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct give_call *call = arg;

	(void)task;
	return lks_fs_give(call->root, call->path, 0, call->user, call->group, err);
}

ZEND_METHOD(Lockstep_Tree, give)
{
	static const struct php_lks_work work = {PHP_LKS_DIRECT, run_give, NULL, dispose_give};
	struct give_call call = {.root = -1};
	struct lks_error err = {0};
	zend_string *root, *path;
	zend_long user, group;

	ZEND_PARSE_PARAMETERS_START(4, 4)
		Z_PARAM_PATH_STR(root)
		Z_PARAM_PATH_STR(path)
		Z_PARAM_LONG(user)
		Z_PARAM_LONG(group)
	ZEND_PARSE_PARAMETERS_END();

	if (user < 0 || user >= UINT32_MAX)
		php_lks_bad_value(3, "must be the number of a user");
	else if (group < 0 || group >= UINT32_MAX)
		php_lks_bad_value(4, "must be the number of a group");
	call.path = ZSTR_VAL(path);
	call.user = (uid_t)user;
	call.group = (gid_t)group;
	php_lks_directory_open(&call.root, root, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

static int run_remove(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct change_call *call = arg;

	(void)task;
	return lks_fs_remove(call->from.dir, call->from.name, err);
}

ZEND_METHOD(Lockstep_Tree, remove)
{
	static const struct php_lks_work work = {PHP_LKS_DIRECT, run_remove, NULL, dispose_change};
	struct change_call call = {.from = PHP_LKS_PLACE_NONE, .to = PHP_LKS_PLACE_NONE};
	struct lks_error err = {0};
	zend_string *path;

	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_PATH_STR(path)
	ZEND_PARSE_PARAMETERS_END();

	php_lks_place_open_unlinked(&call.from, path, &err);
	if (err.status == LKS_E_NOT_FOUND) {
		/* Where the directory is absent, so is what it would hold. */
		dispose_change(&call);
		return;
	}
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

static int run_adopt(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct change_call *call = arg;

	(void)task;
	return lks_adopt_tree(call->from.dir, call->from.name, call->to.dir, call->to.name, err);
}

ZEND_METHOD(Lockstep_Tree, adopt)
{
	static const struct php_lks_work work = {PHP_LKS_DIRECT, run_adopt, NULL, dispose_change};
	struct change_call call = {.from = PHP_LKS_PLACE_NONE, .to = PHP_LKS_PLACE_NONE};
	struct lks_error err = {0};
	zend_string *pattern, *target;

	ZEND_PARSE_PARAMETERS_START(2, 2)
		Z_PARAM_PATH_STR(pattern)
		Z_PARAM_PATH_STR(target)
	ZEND_PARSE_PARAMETERS_END();

	php_lks_place_open(&call.from, pattern, &err);
	php_lks_place_open(&call.to, target, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

static int run_sync(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct change_call *call = arg;

	(void)task;
	return lks_fs_sync_tree(call->from.dir, call->from.name, err);
}

ZEND_METHOD(Lockstep_Tree, sync)
{
	static const struct php_lks_work work = {PHP_LKS_DIRECT, run_sync, NULL, dispose_change};
	struct change_call call = {.from = PHP_LKS_PLACE_NONE, .to = PHP_LKS_PLACE_NONE};
	struct lks_error err = {0};
	zend_string *path;

	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_PATH_STR(path)
	ZEND_PARSE_PARAMETERS_END();

	php_lks_place_open(&call.from, path, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

static int run_private(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct change_call *call = arg;

	(void)task;
	if (strcmp(call->from.name, ".") == 0)
		return 0;
	return lks_path_mkdirs(call->from.dir, call->from.name, 0700, err);
}

ZEND_METHOD(Lockstep_Tree, privateDirectory)
{
	static const struct php_lks_work work = {PHP_LKS_DIRECT, run_private, NULL, dispose_change};
	struct change_call call = {.from = PHP_LKS_PLACE_NONE, .to = PHP_LKS_PLACE_NONE};
	struct lks_error err = {0};
	zend_string *path;

	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_PATH_STR(path)
	ZEND_PARSE_PARAMETERS_END();

	php_lks_place_nearest(&call.from, path, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

static int run_put(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct change_call *call = arg;

	(void)task;
	return lks_fs_write(call->to.dir, call->to.name, ZSTR_VAL(call->contents), ZSTR_LEN(call->contents), call->mode, err);
}

ZEND_METHOD(Lockstep_Tree, put)
{
	static const struct php_lks_work work = {PHP_LKS_WHOLE, run_put, NULL, dispose_change};
	struct change_call call = {.from = PHP_LKS_PLACE_NONE, .to = PHP_LKS_PLACE_NONE};
	struct lks_error err = {0};
	zend_string *path, *contents;
	zend_long mode = 0600;

	ZEND_PARSE_PARAMETERS_START(2, 3)
		Z_PARAM_PATH_STR(path)
		Z_PARAM_STR(contents)
		Z_PARAM_OPTIONAL
		Z_PARAM_LONG(mode)
	ZEND_PARSE_PARAMETERS_END();

	if (mode < 0 || mode > 07777)
		php_lks_bad_value(3, "must be between 0 and 07777");
	call.contents = contents;
	call.mode = (mode_t)mode;
	php_lks_place_open(&call.to, path, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

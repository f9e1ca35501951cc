/*
 * Lockstep\Commit: the journaled exchange, its inverse, its recovery.
 */
#include "php_lockstep.h"

#include <stdlib.h>

#include "lockstep/commit.h"

#include "convert.h"
#include "error.h"
#include "job.h"
#include "place.h"

#include "commit_arginfo.h"

void php_lks_commit_register(void)
{
	register_class_Lockstep_Commit();
}

/* What the methods have in common. Texts are borrowed from the parameters: no PHP code runs meanwhile. */
struct commit_call {
	int root;
	const char *state;
	const char *stage;             /* or the path that is probed */
	const char *text;              /* the label, or the journal's new name */
	const char *from;              /* the closed journal that is done backwards */
	struct lks_commit_item *items; /* owned; its strings are in paths */
	size_t count;
	struct php_lks_list paths; /* live, staged, live, staged, … */
	struct lks_pending pending;
	struct lks_commit_report report;
	enum lks_recovered recovered;
	enum lks_exchange_problem problem;
};

static void dispose(void *arg)
{
	struct commit_call *call = arg;

	php_lks_directory_close(&call->root);
	free(call->items);
	php_lks_list_dispose(&call->paths);
	lks_pending_dispose(&call->pending);
}

static bool take_path(struct commit_call *call, HashTable *item, const char *key, struct lks_error *err)
{
	zval *value = zend_hash_str_find_deref(item, key, strlen(key));

	if (value == NULL || Z_TYPE_P(value) != IS_STRING) {
		php_lks_bad_type(4, "must be a list of arrays with the strings \"live\" and \"staged\"");
		return false;
	}
	if (strlen(Z_STRVAL_P(value)) != Z_STRLEN_P(value)) {
		php_lks_bad_value(4, "must contain only paths without null bytes");
		return false;
	}
	return php_lks_list_add(&call->paths, Z_STRVAL_P(value), Z_STRLEN_P(value), err) == 0;
}

static void take_items(struct commit_call *call, HashTable *items, struct lks_error *err)
{
	zval *item;

	if (err->status != LKS_OK || EG(exception) != NULL)
		return;
	ZEND_HASH_FOREACH_VAL (items, item) {
		ZVAL_DEREF(item);
		if (Z_TYPE_P(item) != IS_ARRAY) {
			php_lks_bad_type(4, "must be a list of arrays with the strings \"live\" and \"staged\"");
			return;
		}
		if (!take_path(call, Z_ARRVAL_P(item), "live", err) || !take_path(call, Z_ARRVAL_P(item), "staged", err))
			return;
	}
	ZEND_HASH_FOREACH_END();
	call->items = calloc(call->paths.count / 2 + 1, sizeof(*call->items));
	if (call->items == NULL) {
		lks_error_nomem(err);
		return;
	}
	for (size_t i = 0; i + 1 < call->paths.count; i += 2)
		call->items[call->count++] = (struct lks_commit_item){.live = call->paths.items[i], .staged = call->paths.items[i + 1]};
}

static int run_commit(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct commit_call *call = arg;

	(void)task;
	return lks_commit_run(&call->report, call->root, call->state, call->stage, call->items, call->count, call->text, err);
}

static void convert_report(zval *return_value, void *arg)
{
	static const char *const methods[] = {[LKS_METHOD_EXCHANGE] = "exchange", [LKS_METHOD_TWO_RENAMES] = "two-renames"};
	const struct lks_commit_report *report = &((struct commit_call *)arg)->report;

	array_init(return_value);
	php_lks_add_string(return_value, "method", methods[report->method]);
	add_assoc_long(return_value, "entries", (zend_long)report->items);
	add_assoc_long(return_value, "longest_ns", (zend_long)report->longest_ns);
	add_assoc_long(return_value, "total_ns", (zend_long)report->total_ns);
}

ZEND_METHOD(Lockstep_Commit, run)
{
	static const struct php_lks_work work = {PHP_LKS_WHOLE, run_commit, convert_report, dispose};
	struct commit_call call = {.root = -1};
	struct lks_error err = {0};
	zend_string *root, *state, *stage, *label;
	HashTable *items;

	ZEND_PARSE_PARAMETERS_START(5, 5)
		Z_PARAM_PATH_STR(root)
		Z_PARAM_PATH_STR(state)
		Z_PARAM_PATH_STR(stage)
		Z_PARAM_ARRAY_HT(items)
		Z_PARAM_PATH_STR(label)
	ZEND_PARSE_PARAMETERS_END();

	call.state = ZSTR_VAL(state);
	call.stage = ZSTR_VAL(stage);
	call.text = ZSTR_VAL(label);
	php_lks_directory_open(&call.root, root, &err);
	take_items(&call, items, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

/* A method that takes the root and the state directory, and nothing else. */
static void on_state(INTERNAL_FUNCTION_PARAMETERS, const struct php_lks_work *work)
{
	struct commit_call call = {.root = -1};
	struct lks_error err = {0};
	zend_string *root, *state;

	ZEND_PARSE_PARAMETERS_START(2, 2)
		Z_PARAM_PATH_STR(root)
		Z_PARAM_PATH_STR(state)
	ZEND_PARSE_PARAMETERS_END();

	call.state = ZSTR_VAL(state);
	php_lks_directory_open(&call.root, root, &err);
	php_lks_perform(return_value, work, &call, NULL, &err);
}

static int run_revert(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct commit_call *call = arg;

	(void)task;
	return lks_commit_revert(call->root, call->state, err);
}

ZEND_METHOD(Lockstep_Commit, revert)
{
	static const struct php_lks_work work = {PHP_LKS_WHOLE, run_revert, NULL, dispose};

	on_state(INTERNAL_FUNCTION_PARAM_PASSTHRU, &work);
}

static int run_close(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct commit_call *call = arg;

	(void)task;
	return lks_commit_close(call->root, call->state, call->text, err);
}

ZEND_METHOD(Lockstep_Commit, close)
{
	static const struct php_lks_work work = {PHP_LKS_WHOLE, run_close, NULL, dispose};
	struct commit_call call = {.root = -1};
	struct lks_error err = {0};
	zend_string *root, *state, *keep = NULL;

	ZEND_PARSE_PARAMETERS_START(2, 3)
		Z_PARAM_PATH_STR(root)
		Z_PARAM_PATH_STR(state)
		Z_PARAM_OPTIONAL
		Z_PARAM_PATH_STR_OR_NULL(keep)
	ZEND_PARSE_PARAMETERS_END();

	call.state = ZSTR_VAL(state);
	call.text = keep != NULL ? ZSTR_VAL(keep) : NULL;
	php_lks_directory_open(&call.root, root, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

static int run_undo(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct commit_call *call = arg;

	(void)task;
	return lks_commit_undo(&call->report, call->root, call->state, call->from, call->text, err);
}

ZEND_METHOD(Lockstep_Commit, undo)
{
	static const struct php_lks_work work = {PHP_LKS_WHOLE, run_undo, convert_report, dispose};
	struct commit_call call = {.root = -1};
	struct lks_error err = {0};
	zend_string *root, *state, *from, *label;

	ZEND_PARSE_PARAMETERS_START(4, 4)
		Z_PARAM_PATH_STR(root)
		Z_PARAM_PATH_STR(state)
		Z_PARAM_PATH_STR(from)
		Z_PARAM_PATH_STR(label)
	ZEND_PARSE_PARAMETERS_END();

	call.state = ZSTR_VAL(state);
	call.from = ZSTR_VAL(from);
	call.text = ZSTR_VAL(label);
	php_lks_directory_open(&call.root, root, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

static int run_check_undo(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct commit_call *call = arg;

	(void)task;
	return lks_commit_undo_check(call->root, call->state, call->from, err);
}

ZEND_METHOD(Lockstep_Commit, checkUndo)
{
	static const struct php_lks_work work = {PHP_LKS_DIRECT, run_check_undo, NULL, dispose};
	struct commit_call call = {.root = -1};
	struct lks_error err = {0};
	zend_string *root, *state, *from;

	ZEND_PARSE_PARAMETERS_START(3, 3)
		Z_PARAM_PATH_STR(root)
		Z_PARAM_PATH_STR(state)
		Z_PARAM_PATH_STR(from)
	ZEND_PARSE_PARAMETERS_END();

	call.state = ZSTR_VAL(state);
	call.from = ZSTR_VAL(from);
	php_lks_directory_open(&call.root, root, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

static int run_pending(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct commit_call *call = arg;

	(void)task;
	return lks_commit_pending(&call->pending, call->root, call->state, err);
}

static void convert_pending(zval *return_value, void *arg)
{
	static const char *const states[] = {[LKS_PENDING_NONE] = "none", [LKS_PENDING_BEGUN] = "begun", [LKS_PENDING_COMMITTED] = "committed"};
	const struct lks_pending *pending = &((struct commit_call *)arg)->pending;

	array_init(return_value);
	php_lks_add_string(return_value, "state", states[pending->state]);
	add_assoc_long(return_value, "items", (zend_long)pending->items);
	add_assoc_long(return_value, "done", (zend_long)pending->done);
	php_lks_add_optional(return_value, "stage", pending->stage);
	php_lks_add_optional(return_value, "label", pending->label);
}

ZEND_METHOD(Lockstep_Commit, pending)
{
	static const struct php_lks_work work = {PHP_LKS_DIRECT, run_pending, convert_pending, dispose};

	on_state(INTERNAL_FUNCTION_PARAM_PASSTHRU, &work);
}

static int run_recover(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct commit_call *call = arg;

	(void)task;
	return lks_commit_recover(&call->recovered, call->root, call->state, err);
}

static void convert_recover(zval *return_value, void *arg)
{
	static const char *const names[] = {
		[LKS_RECOVERED_NOTHING] = "nothing",
		[LKS_RECOVERED_UNDONE] = "undone",
		[LKS_RECOVERED_FINISHED] = "finished",
	};

	RETVAL_STRING(names[((struct commit_call *)arg)->recovered]);
}

ZEND_METHOD(Lockstep_Commit, recover)
{
	static const struct php_lks_work work = {PHP_LKS_WHOLE, run_recover, convert_recover, dispose};

	on_state(INTERNAL_FUNCTION_PARAM_PASSTHRU, &work);
}

static int run_probe(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct commit_call *call = arg;

	(void)task;
	return lks_commit_probe(&call->problem, call->root, call->text, call->stage, err);
}

static void convert_probe(zval *return_value, void *arg)
{
	static const char *const names[] = {
		[LKS_EXCHANGE_OK] = "ok",
		[LKS_EXCHANGE_TWO_RENAMES] = "two-renames",
		[LKS_EXCHANGE_SYMLINK] = "symlink",
		[LKS_EXCHANGE_MOUNT] = "mount",
		[LKS_EXCHANGE_DEVICE] = "device",
		[LKS_EXCHANGE_UNSUPPORTED] = "unsupported",
		[LKS_EXCHANGE_READ_ONLY] = "read-only",
		[LKS_EXCHANGE_LOWER] = "lower",
	};

	RETVAL_STRING(names[((struct commit_call *)arg)->problem]);
}

ZEND_METHOD(Lockstep_Commit, probe)
{
	static const struct php_lks_work work = {PHP_LKS_WHOLE, run_probe, convert_probe, dispose};
	struct commit_call call = {.root = -1};
	struct lks_error err = {0};
	zend_string *root, *live, *stage;

	ZEND_PARSE_PARAMETERS_START(3, 3)
		Z_PARAM_PATH_STR(root)
		Z_PARAM_PATH_STR(live)
		Z_PARAM_PATH_STR(stage)
	ZEND_PARSE_PARAMETERS_END();

	call.text = ZSTR_VAL(live);
	call.stage = ZSTR_VAL(stage);
	php_lks_directory_open(&call.root, root, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

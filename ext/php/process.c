/*
 * Lockstep\Process: a program run to its end, or started and waited for later.
 *
 * The program is polled every 50 ms; a signal, an exception or bailout of a callback, and the time limit end its whole
 * process group: SIGTERM, two seconds later SIGKILL.
 */
#include "php_lockstep.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "lockstep/buffer.h"
#include "lockstep/spawn.h"

#include "convert.h"
#include "error.h"
#include "progress.h"
#include "signals.h"

#include "process_arginfo.h"

#define POLL_MS 50
#define GRACE_MS 2000      /* between SIGTERM and SIGKILL */
#define STATUS_TIMEOUT 124 /* as timeout(1) tells it */

/* A program that was started. */
struct child {
	struct lks_spawn *spawn; /* owned; NULL: none, or waited for */
	int64_t started;         /* ns */
	pid_t owner;             /* who started it: a fork's copy of the object must not end it */
};

struct process_object {
	struct child child;
	zend_object std;
};

zend_class_entry *php_lks_process_ce;
static zend_object_handlers handlers;

/* ns of a clock that never jumps */
static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static struct process_object *object_of(zend_object *object)
{
	return (struct process_object *)((char *)object - XtOffsetOf(struct process_object, std));
}

static zend_object *create(zend_class_entry *ce)
{
	struct process_object *made = zend_object_alloc(sizeof(*made), ce);

	zend_object_std_init(&made->std, ce);
	object_properties_init(&made->std, ce);
	made->std.handlers = &handlers;
	return &made->std;
}

static void release(struct child *child)
{
	if (child->owner == getpid())
		lks_spawn_free(child->spawn);
	child->spawn = NULL;
}

static void free_object(zend_object *object)
{
	release(&object_of(object)->child);
	zend_object_std_dtor(object);
}

void php_lks_process_register(void)
{
	php_lks_process_ce = register_class_Lockstep_Process();
	php_lks_process_ce->create_object = create;
	handlers = *zend_get_std_object_handlers();
	handlers.offset = XtOffsetOf(struct process_object, std);
	handlers.free_obj = free_object;
	handlers.clone_obj = NULL;
}

ZEND_METHOD(Lockstep_Process, __construct)
{
	(void)return_value;
	ZEND_PARSE_PARAMETERS_NONE();
}

/* What a program is started with, as PHP gives it. */
struct request {
	HashTable *command, *environment, *writable;
	zend_string *directory, *input, *secret;
};

static void start(struct child *child, const struct request *request, struct lks_error *err)
{
	struct php_lks_list argv = {0}, envp = {0}, writable = {0};
	struct lks_spawn_options options = {0};

	php_lks_list_take(&argv, request->command, 1, err);
	php_lks_list_take_pairs(&envp, request->environment, 2, err);
	php_lks_list_take(&writable, request->writable, 4, err);
	if (argv.count == 0)
		php_lks_bad_value(1, "must not be empty");
	if (err->status == LKS_OK && EG(exception) == NULL) {
		if (request->input != NULL && ZSTR_LEN(request->input) > 0) {
			options.input = ZSTR_VAL(request->input);
			options.input_length = ZSTR_LEN(request->input);
		}
		if (request->secret != NULL && ZSTR_LEN(request->secret) > 0) {
			options.secret = ZSTR_VAL(request->secret);
			options.secret_length = ZSTR_LEN(request->secret);
		}
		options.argv = (const char *const *)argv.items;
		options.envp = (const char *const *)envp.items;
		options.writable = (const char *const *)writable.items;
		options.directory = request->directory != NULL ? ZSTR_VAL(request->directory) : NULL;
		child->started = now();
		child->owner = getpid();
		lks_spawn_start(&child->spawn, &options, err);
	}
	php_lks_list_dispose(&argv);
	php_lks_list_dispose(&envp);
	php_lks_list_dispose(&writable);
}

/* A wait in progress. */
struct wait {
	struct child child;
	struct lks_buffer output, errors;
	size_t shown[2]; /* bytes of output and errors that the callback got */
	struct php_lks_callback *callback;
};

/* Hands to the callback what came since the last time. */
static enum php_lks_verdict show(struct wait *wait, bool is_error)
{
	const struct lks_buffer *buffer = is_error ? &wait->errors : &wait->output;
	size_t from = wait->shown[is_error];
	zval arguments[2];

	if (buffer->length == from || wait->callback == NULL || !ZEND_FCI_INITIALIZED(wait->callback->fci))
		return PHP_LKS_GO_ON;
	wait->shown[is_error] = buffer->length;
	ZVAL_STRINGL(&arguments[0], buffer->data + from, buffer->length - from);
	ZVAL_BOOL(&arguments[1], is_error);
	return php_lks_callback_call(wait->callback, 2, arguments);
}

/* Polls until the end, the time `until` (ns, 0: never), or until PHP code or a signal stops it. */
static enum php_lks_verdict poll_until(struct wait *wait, int64_t until, bool *ended, struct lks_error *err)
{
	enum php_lks_verdict verdict = PHP_LKS_GO_ON;

	*ended = false;
	while (verdict == PHP_LKS_GO_ON && !*ended && (until == 0 || now() < until)) {
		if (lks_spawn_poll(wait->child.spawn, POLL_MS, &wait->output, &wait->errors, ended, err) != 0)
			break;
		verdict = php_lks_interrupts();
		if (verdict == PHP_LKS_GO_ON)
			verdict = show(wait, false);
		if (verdict == PHP_LKS_GO_ON)
			verdict = show(wait, true);
	}
	return verdict;
}

/* Ends the process group: first kindly. No PHP code runs any more. */
static void stop(struct wait *wait)
{
	int64_t until = now() + (int64_t)GRACE_MS * 1000000;
	struct lks_error ignored = {0};
	bool ended = false;

	lks_spawn_signal(wait->child.spawn, SIGTERM);
	while (!ended && now() < until) {
		if (lks_spawn_poll(wait->child.spawn, POLL_MS, &wait->output, &wait->errors, &ended, &ignored) != 0)
			break;
	}
	if (!ended)
		lks_spawn_signal(wait->child.spawn, SIGKILL);
}

struct result {
	zval *return_value;
	const struct wait *wait;
	int64_t ns;
	int status;
};

static void convert(void *arg)
{
	const struct result *result = arg;

	array_init(result->return_value);
	add_assoc_long(result->return_value, "status", result->status);
	add_assoc_stringl(result->return_value, "output", lks_buffer_text(&result->wait->output), result->wait->output.length);
	add_assoc_stringl(result->return_value, "errors", lks_buffer_text(&result->wait->errors), result->wait->errors.length);
	add_assoc_double(result->return_value, "seconds", (double)result->ns / 1e9);
}

/* Waits for the program that wait->child owns, and gives it back to the system whatever happens. */
static void finish(zval *return_value, struct wait *wait, zend_long timeout)
{
	struct result result = {.return_value = return_value, .wait = wait};
	struct lks_error err = {0};
	enum php_lks_verdict verdict;
	bool ended, bailed;

	php_lks_signals_watch();
	verdict = poll_until(wait, timeout > 0 ? now() + (int64_t)timeout * 1000000000 : 0, &ended, &err);
	result.status = STATUS_TIMEOUT;
	if (ended)
		result.status = lks_spawn_status(wait->child.spawn);
	else
		stop(wait);
	result.ns = now() - wait->child.started;
	release(&wait->child);
	bailed = verdict == PHP_LKS_BAILOUT;
	if (verdict == PHP_LKS_GO_ON && err.status == LKS_OK)
		bailed = php_lks_guard(convert, &result);
	lks_buffer_dispose(&wait->output);
	lks_buffer_dispose(&wait->errors);
	php_lks_signals_restore();
	if (bailed)
		zend_bailout();
	if (verdict == PHP_LKS_STOP)
		lks_error_set(&err, LKS_E_CANCELLED, 0, NULL, "The program was ended by a signal to this process");
	if (err.status != LKS_OK)
		php_lks_throw(&err);
}

static bool take_timeout(zend_long timeout, uint32_t arg)
{
	if (timeout >= 0 && timeout <= INT32_MAX)
		return true;
	php_lks_bad_value(arg, "must be between 0 and 2147483647");
	return false;
}

ZEND_METHOD(Lockstep_Process, run)
{
	struct php_lks_callback output = {0};
	struct request request = {0};
	struct lks_error err = {0};
	struct wait wait = {0};
	zend_long timeout = 0;

	ZEND_PARSE_PARAMETERS_START(2, 8)
		Z_PARAM_ARRAY_HT(request.command)
		Z_PARAM_ARRAY_HT(request.environment)
		Z_PARAM_OPTIONAL
		Z_PARAM_PATH_STR_OR_NULL(request.directory)
		Z_PARAM_ARRAY_HT_OR_NULL(request.writable)
		Z_PARAM_STR(request.input)
		Z_PARAM_FUNC_OR_NULL(output.fci, output.fcc)
		Z_PARAM_LONG(timeout)
		Z_PARAM_STR(request.secret)
	ZEND_PARSE_PARAMETERS_END();

	if (!take_timeout(timeout, 7))
		return;
	wait.callback = &output;
	start(&wait.child, &request, &err);
	if (wait.child.spawn != NULL) {
		finish(return_value, &wait, timeout);
		return;
	}
	if (err.status != LKS_OK)
		php_lks_throw(&err);
}

ZEND_METHOD(Lockstep_Process, start)
{
	struct request request = {0};
	struct lks_error err = {0};
	struct child child = {0};

	ZEND_PARSE_PARAMETERS_START(2, 5)
		Z_PARAM_ARRAY_HT(request.command)
		Z_PARAM_ARRAY_HT(request.environment)
		Z_PARAM_OPTIONAL
		Z_PARAM_PATH_STR_OR_NULL(request.directory)
		Z_PARAM_ARRAY_HT_OR_NULL(request.writable)
		Z_PARAM_STR(request.input)
	ZEND_PARSE_PARAMETERS_END();

	object_init_ex(return_value, php_lks_process_ce);
	start(&child, &request, &err);
	if (child.spawn == NULL) {
		if (err.status != LKS_OK)
			php_lks_throw(&err);
		return;
	}
	object_of(Z_OBJ_P(return_value))->child = child;
}

ZEND_METHOD(Lockstep_Process, wait)
{
	struct process_object *self = object_of(Z_OBJ_P(ZEND_THIS));
	struct php_lks_callback output = {0};
	struct lks_error err = {0};
	struct wait wait = {0};
	zend_long timeout = 0;

	ZEND_PARSE_PARAMETERS_START(0, 2)
		Z_PARAM_OPTIONAL
		Z_PARAM_FUNC_OR_NULL(output.fci, output.fcc)
		Z_PARAM_LONG(timeout)
	ZEND_PARSE_PARAMETERS_END();

	if (!take_timeout(timeout, 2))
		return;
	if (self->child.spawn == NULL || self->child.owner != getpid()) {
		lks_error_set(&err, LKS_E_INVALID, 0, NULL, "This program was waited for already, or was started by another process");
		php_lks_throw(&err);
		return;
	}
	/* The program moves out of the object: the callback may call wait() again, or drop it. */
	wait.child = self->child;
	self->child = (struct child){0};
	wait.callback = &output;
	finish(return_value, &wait, timeout);
}

ZEND_METHOD(Lockstep_Process, fence)
{
	static const char *const names[] = {
		[LKS_FENCE_NONE] = "none",
		[LKS_FENCE_LANDLOCK] = "landlock",
		[LKS_FENCE_NAMESPACE] = "namespace",
	};

	ZEND_PARSE_PARAMETERS_NONE();
	RETURN_STRING(names[lks_fence_available()]);
}

/*
 * Lockstep\Archive: archives verified.
 */
#include "php_lockstep.h"

#include "lockstep/archive.h"

#include "convert.h"
#include "error.h"
#include "job.h"
#include "place.h"
#include "progress.h"

ZEND_METHOD(Lockstep_Archive, verify);

struct verify_call {
	struct php_lks_place archive;
	uint8_t key[LKS_ARCHIVE_KEY_SIZE];
	unsigned threads;
	struct lks_archive_verify_result verified;
	struct lks_error damage; /* what was found, when that is an answer */
};

static void dispose(void *arg)
{
	struct verify_call *call = arg;

	php_lks_place_dispose(&call->archive);
	lks_archive_verify_result_dispose(&call->verified);
	php_lks_key_wipe(call->key);
}

/* Damage is an answer: it moves from err to the call. */
static int run_verify(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct verify_call *call = arg;

	(void)lks_archive_verify(&call->verified, call->archive.dir, call->archive.name, call->key, call->threads, task, &call->damage);
	switch (call->damage.status) {
	case LKS_OK:
	case LKS_E_CORRUPT:
	case LKS_E_FORMAT:
	case LKS_E_AUTH:
	case LKS_E_UNKNOWN_KEY:
	case LKS_E_UNSAFE:
	case LKS_E_LIMIT:
		return 0;
	default:
		*err = call->damage;
		return err->status;
	}
}

static void convert_verify(zval *return_value, void *arg)
{
	const struct verify_call *call = arg;
	const struct lks_archive_verify_result *verified = &call->verified;
	zval bad;

	array_init(return_value);
	add_assoc_bool(return_value, "ok", call->damage.status == LKS_OK);
	php_lks_add_string(return_value, "status", lks_status_name(call->damage.status));
	add_assoc_long(return_value, "members", (zend_long)verified->members);
	add_assoc_long(return_value, "bytes", (zend_long)verified->bytes);
	php_lks_add_string(return_value, "label", verified->label);
	php_lks_add_notes(return_value, "bad", &verified->bad);
	/* A file that is no archive at all has no bad members: then the error itself is what is bad. */
	if (call->damage.status != LKS_OK && verified->bad.count == 0) {
		array_init_size(&bad, 1);
		add_next_index_string(&bad, call->damage.message);
		zend_hash_str_update(Z_ARRVAL_P(return_value), ZEND_STRL("bad"), &bad);
	}
}

ZEND_METHOD(Lockstep_Archive, verify)
{
	static const struct php_lks_work work = {PHP_LKS_JOB, run_verify, convert_verify, dispose};
	struct php_lks_callback progress = {0};
	struct verify_call call = {.archive = PHP_LKS_PLACE_NONE};
	struct lks_error err = {0};
	zend_string *file, *key;
	zend_long threads = 0;

	ZEND_PARSE_PARAMETERS_START(2, 4)
		Z_PARAM_PATH_STR(file)
		Z_PARAM_STR(key)
		Z_PARAM_OPTIONAL
		Z_PARAM_LONG(threads)
		Z_PARAM_FUNC_OR_NULL(progress.fci, progress.fcc)
	ZEND_PARSE_PARAMETERS_END();

	php_lks_key_take(call.key, key, 2);
	call.threads = php_lks_threads(threads, 3);
	php_lks_place_open(&call.archive, file, &err);
	php_lks_perform(return_value, &work, &call, &progress, &err);
}

/*
 * One core operation called from a method: run it, convert its result, give back what it held, throw.
 */
#include "job.h"

#include <unistd.h>

#include "error.h"
#include "signals.h"

#define POLL_MS 50

static enum php_lks_verdict report(struct php_lks_callback *callback, const struct lks_progress *progress)
{
	zval arguments[5];

	if (callback == NULL || !ZEND_FCI_INITIALIZED(callback->fci))
		return PHP_LKS_GO_ON;
	ZVAL_STRING(&arguments[0], progress->phase);
	ZVAL_LONG(&arguments[1], (zend_long)progress->files);
	ZVAL_LONG(&arguments[2], (zend_long)progress->files_total);
	ZVAL_LONG(&arguments[3], (zend_long)progress->bytes);
	ZVAL_LONG(&arguments[4], (zend_long)progress->bytes_total);
	return php_lks_callback_call(callback, 5, arguments);
}

/* Runs the work in a thread and watches it; *bailed is set when PHP code bailed out meanwhile. */
static int run_job(bool *bailed, const struct php_lks_work *work, void *arg, struct php_lks_callback *callback, struct lks_error *err)
{
	enum php_lks_verdict verdict = PHP_LKS_GO_ON;
	const pid_t owner = getpid();
	struct lks_progress progress;
	struct lks_job *job;

	if (lks_job_start(&job, work->run, arg, err) != 0)
		return err->status;
	while (!lks_job_poll(job, POLL_MS, &progress)) {
		if (verdict != PHP_LKS_GO_ON)
			continue;
		verdict = php_lks_interrupts();
		if (verdict == PHP_LKS_GO_ON)
			verdict = report(callback, &progress);
		/* A callback forked: this copy of the process has no such thread, and nothing to join. */
		if (getpid() != owner) {
			*bailed = verdict == PHP_LKS_BAILOUT;
			return lks_error_set(err, LKS_E_UNSUPPORTED, 0, NULL, "The operation runs in the process that started it, not in its fork");
		}
		if (verdict != PHP_LKS_GO_ON)
			lks_job_cancel(job);
	}
	*bailed = verdict == PHP_LKS_BAILOUT;
	return lks_job_finish(job, err);
}

struct conversion {
	const struct php_lks_work *work;
	zval *return_value;
	void *arg;
};

static void convert(void *arg)
{
	struct conversion *conversion = arg;

	conversion->work->convert(conversion->return_value, conversion->arg);
}

void php_lks_perform(
	zval *return_value, const struct php_lks_work *work, void *arg, struct php_lks_callback *progress, struct lks_error *err)
{
	struct conversion conversion = {work, return_value, arg};
	bool watched = work->mode != PHP_LKS_DIRECT;
	bool bailed = false;

	if (err->status != LKS_OK || EG(exception) != NULL) {
		if (work->dispose != NULL)
			work->dispose(arg);
		php_lks_throw(err);
		return;
	}
	if (watched)
		php_lks_signals_watch();
	if (work->mode == PHP_LKS_JOB)
		(void)run_job(&bailed, work, arg, progress, err);
	else
		(void)work->run(arg, NULL, err);
	/* The memory limit may end a conversion in the middle. */
	if (err->status == LKS_OK && !bailed && EG(exception) == NULL && work->convert != NULL)
		bailed = php_lks_guard(convert, &conversion);
	if (work->dispose != NULL)
		work->dispose(arg);
	if (watched)
		php_lks_signals_restore();
	if (bailed)
		zend_bailout();
	if (err->status != LKS_OK)
		php_lks_throw(err);
}

/*
 * One core operation called from a method: run it, convert its result, give back what it held, throw.
 *
 * Whatever happens on the way (an exception, exit() or a fatal error in a callback, Ctrl-C), no thread, descriptor or
 * memory of the operation is left when php_lks_perform is left.
 */
#ifndef PHP_LOCKSTEP_JOB_H
#define PHP_LOCKSTEP_JOB_H

#include "php_lockstep.h"

#include "lockstep/error.h"
#include "lockstep/job.h"

#include "progress.h"

enum php_lks_mode {
	PHP_LKS_DIRECT, /* on PHP's thread: short, or harmless to kill in the middle */
	PHP_LKS_WHOLE,  /* on PHP's thread; a signal waits until it is done */
	PHP_LKS_JOB     /* in a thread of its own, polled every 50 ms; a signal, exception or bailout cancels it */
};

/* arg is the method's own struct on its stack. */
struct php_lks_work {
	enum php_lks_mode mode;
	lks_job_run run;                                /* knows the core alone; task is NULL but in PHP_LKS_JOB */
	void (*convert)(zval *return_value, void *arg); /* after success, on PHP's thread; NULL: nothing to return */
	void (*dispose)(void *arg);                     /* always; core memory and descriptors alone; NULL: nothing held */
};

/*
 * Performs the work. With err set, or an exception under way, from the parsing of parameters, it is only disposed and thrown.
 * progress: called as the stub of Archive says; NULL: none.
 */
void php_lks_perform(
	zval *return_value, const struct php_lks_work *work, void *arg, struct php_lks_callback *progress, struct lks_error *err);

#endif

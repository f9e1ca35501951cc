/*
 * PHP code that runs in the middle of a core operation: callbacks, and the handlers of pending interrupts.
 *
 * Whatever it does, control comes back here: an exception and exit() as EG(exception), a fatal error (memory limit, time
 * limit) as a bailout that the caller must go on with once the operation is taken back.
 */
#ifndef PHP_LOCKSTEP_PROGRESS_H
#define PHP_LOCKSTEP_PROGRESS_H

#include "php_lockstep.h"

enum php_lks_verdict {
	PHP_LKS_GO_ON,
	PHP_LKS_STOP,   /* an exception is under way, or a signal came */
	PHP_LKS_BAILOUT /* a fatal error: clean up, then zend_bailout() */
};

/* A ?callable parameter: Z_PARAM_FUNC_OR_NULL(callback.fci, callback.fcc). */
struct php_lks_callback {
	zend_fcall_info fci;
	zend_fcall_info_cache fcc;
};

/* Runs body(arg) so that a bailout ends in it; true when there was one. */
bool php_lks_guard(void (*body)(void *arg), void *arg);

/* Calls with arguments, which are released. Nothing is called when no callback was given. */
enum php_lks_verdict php_lks_callback_call(struct php_lks_callback *callback, uint32_t count, zval *arguments);

/* Looks at signals and runs what waits for the next interrupt of the VM (pcntl's handlers, the time limit). */
enum php_lks_verdict php_lks_interrupts(void);

#endif

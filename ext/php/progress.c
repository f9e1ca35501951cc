/*
 * PHP code that runs in the middle of a core operation: callbacks, and the handlers of pending interrupts.
 */
#include "progress.h"

#include "zend_fibers.h"
#include "zend_interfaces.h"

#include "signals.h"

bool php_lks_guard(void (*body)(void *arg), void *arg)
{
	bool bailed = false;

	zend_try
	{
		body(arg);
	}
	zend_catch
	{
		bailed = true;
	}
	zend_end_try();
	return bailed;
}

/* A fiber that suspends in here would leave the operation's frame and its jump buffer behind. */
static enum php_lks_verdict run_php(void (*body)(void *arg), void *arg)
{
	bool bailed;

	zend_fiber_switch_block();
	bailed = php_lks_guard(body, arg);
	zend_fiber_switch_unblock();
	if (bailed)
		return PHP_LKS_BAILOUT;
	return EG(exception) != NULL ? PHP_LKS_STOP : PHP_LKS_GO_ON;
}

static void call(void *arg)
{
	struct php_lks_callback *callback = arg;
	zval result;

	ZVAL_UNDEF(&result);
	callback->fci.retval = &result;
	zend_call_function(&callback->fci, &callback->fcc);
	zval_ptr_dtor(&result);
}

enum php_lks_verdict php_lks_callback_call(struct php_lks_callback *callback, uint32_t count, zval *arguments)
{
	enum php_lks_verdict verdict = PHP_LKS_GO_ON;

	if (callback != NULL && ZEND_FCI_INITIALIZED(callback->fci)) {
		callback->fci.params = arguments;
		callback->fci.param_count = count;
		verdict = run_php(call, callback);
	}
	if (verdict != PHP_LKS_BAILOUT) {
		for (uint32_t i = 0; i < count; i++)
			zval_ptr_dtor(&arguments[i]);
	}
	return verdict;
}

static bool interrupt_waits(void)
{
#if PHP_VERSION_ID >= 80200
	if (!zend_atomic_bool_load_ex(&EG(vm_interrupt)))
		return false;
	zend_atomic_bool_store_ex(&EG(vm_interrupt), false);
#else
	if (!EG(vm_interrupt))
		return false;
	EG(vm_interrupt) = 0;
#endif
	return true;
}

static bool timed_out(void)
{
#if PHP_VERSION_ID >= 80200
	return zend_atomic_bool_load_ex(&EG(timed_out));
#else
	return EG(timed_out);
#endif
}

/* What the VM does between two instructions (ZEND_VM_INTERRUPT). */
static void interrupt(void *arg)
{
	(void)arg;
	if (timed_out())
		zend_timeout();
	else if (zend_interrupt_function != NULL)
		zend_interrupt_function(EG(current_execute_data));
}

enum php_lks_verdict php_lks_interrupts(void)
{
	if (php_lks_signals_caught() != 0)
		return PHP_LKS_STOP;
	return interrupt_waits() ? run_php(interrupt, NULL) : PHP_LKS_GO_ON;
}

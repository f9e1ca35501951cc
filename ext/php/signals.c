/*
 * Ctrl-C in the middle of a core operation: the signal waits until what was begun is taken back.
 *
 * PHP keeps the actions of these signals itself (Zend/zend_signal.c), so they are read and set through zend_sigaction.
 */
#include "php_lockstep.h"

#include <signal.h>
#include <unistd.h>

#include "zend_signal.h"

#include "signals.h"

#ifndef ZTS

static struct {
	int signo;
	bool ours; /* the action was the default one, and our handler stands in for it */
	struct sigaction before;
} watched[] = {
	{.signo = SIGINT},
	{.signo = SIGTERM},
	{.signo = SIGHUP},
};
static volatile sig_atomic_t caught;
static unsigned depth;

static void on_signal(int signo)
{
	caught = signo;
}

void php_lks_signals_watch(void)
{
	struct sigaction ours = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

	if (depth++ > 0)
		return;
	caught = 0;
	sigemptyset(&ours.sa_mask);
	for (size_t i = 0; i < sizeof(watched) / sizeof(*watched); i++) {
		zend_sigaction(watched[i].signo, NULL, &watched[i].before);
		watched[i].ours = (watched[i].before.sa_flags & SA_SIGINFO) == 0 && watched[i].before.sa_handler == SIG_DFL;
		if (watched[i].ours)
			zend_sigaction(watched[i].signo, &ours, NULL);
	}
}

int php_lks_signals_caught(void)
{
	return caught;
}

void php_lks_signals_restore(void)
{
	int signo;

	if (--depth > 0)
		return;
	for (size_t i = 0; i < sizeof(watched) / sizeof(*watched); i++) {
		struct sigaction now;

		if (!watched[i].ours)
			continue;
		/* A callback may have installed a handler of the script's meanwhile: that one stays. */
		zend_sigaction(watched[i].signo, NULL, &now);
		if (now.sa_handler == on_signal)
			zend_sigaction(watched[i].signo, &watched[i].before, NULL);
	}
	signo = caught;
	caught = 0;
	if (signo != 0)
		kill(getpid(), signo);
}

#else

void php_lks_signals_watch(void)
{
}

int php_lks_signals_caught(void)
{
	return 0;
}

void php_lks_signals_restore(void)
{
}

#endif

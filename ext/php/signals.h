/*
 * Ctrl-C in the middle of a core operation: the signal waits until what was begun is taken back.
 *
 * SIGINT, SIGTERM and SIGHUP that have their default action get a handler that sets a flag for the time of the operation;
 * then the default action is put back, and the signal is raised again. A script with handlers of its own keeps them: they
 * run at the interrupts of progress.h. Calls nest (a progress callback may start another operation): the outermost counts.
 * Not done in thread-safe builds of PHP, where signals belong to the web server.
 */
#ifndef PHP_LOCKSTEP_SIGNALS_H
#define PHP_LOCKSTEP_SIGNALS_H

void php_lks_signals_watch(void);

/* The signal that came since the outermost watch, 0 for none. */
int php_lks_signals_caught(void);

/* Puts the old actions back. Does not return when a signal came that ends the process. */
void php_lks_signals_restore(void);

#endif

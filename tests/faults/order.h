/*
 * Is everything on disk before what relies on it? Read from a trace: writes, fsyncs, renames and unlinks in their order.
 */
#ifndef LOCKSTEP_TESTS_ORDER_H
#define LOCKSTEP_TESTS_ORDER_H

#include <stdbool.h>
#include <stddef.h>

/* Traces body in a child. root: absolute path of the site. NULL when all rules hold, else the broken one, in static storage. */
const char *order_check(int (*body)(void *arg), const char *root, bool begins);

#endif

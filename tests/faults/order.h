/*
 * Is everything on disk before what relies on it? Read from a trace: writes, fsyncs, renames and unlinks in their order.
 */
#ifndef LOCKSTEP_TESTS_ORDER_H
#define LOCKSTEP_TESTS_ORDER_H

enum order_mode {
	ORDER_BEGINS,  /* a new commit: the journal comes before its first rename, and the items go in their order */
	ORDER_UNDOES,  /* the same of a closed commit backwards: the last item goes first, here and below */
	ORDER_REVERTS, /* the journal says that the way is back before the first rename */
	ORDER_GOES_ON, /* a journal is there already */
	ORDER_RECOVERS /* renames of the killed run may not be on disk yet */
};

/* Traces body in a child. root: absolute path of the site. NULL when all rules hold, else the broken one, in static storage. */
const char *order_check(int (*body)(void *arg), const char *root, enum order_mode mode);

#endif

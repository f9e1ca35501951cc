/*
 * A dump on its way into a database: what stands in it for another server is changed, all else passes byte by byte.
 *
 * Taken out is MariaDB's first line that enables the sandbox mode, which other clients refuse. Definers of views, triggers,
 * routines and events that are not among those to be kept become CURRENT_USER. A dump's lines are told apart by what they begin
 * with: newlines in data are escaped, so data never begins a line as these do. One thread.
 */
#ifndef LOCKSTEP_ARCHIVE_DUMP_FILTER_H
#define LOCKSTEP_ARCHIVE_DUMP_FILTER_H

#include <stdbool.h>

#include "lockstep/archive.h"
#include "lockstep/buffer.h"

/* Zero-initialised but for definers is the beginning of a dump. */
struct lks_dump_filter {
	const char *const *definers; /* `user`@`host`: these stay; NULL: all do; borrowed */
	struct lks_notes *changed;   /* those that did not, each once; borrowed */
	struct lks_buffer carry;     /* the beginning of a line that cannot be judged yet */
	bool begun;                  /* the first line is over */
	bool passing;                /* within a line that passes */
	bool block;                  /* between DELIMITER lines: a trigger, routine or event */
	bool created;                /* and its CREATE has passed: what follows is its body */
};

/* Appends what becomes of the next bytes. last: nothing follows. */
int lks_dump_filter_run(
	struct lks_buffer *out, struct lks_dump_filter *filter, const char *data, size_t length, bool last, struct lks_error *err);
void lks_dump_filter_dispose(struct lks_dump_filter *filter);

#endif

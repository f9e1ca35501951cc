/*
 * Writing to the disk begun early: a thread that syncs a file system every now and then, while others still fill it.
 *
 * The kernel would keep some hundred megabytes of new files in memory until the last sync, which then waits for all of it.
 */
#ifndef LOCKSTEP_ARCHIVE_FLUSHER_H
#define LOCKSTEP_ARCHIVE_FLUSHER_H

#include <pthread.h>
#include <stdbool.h>

#include "lockstep/error.h"

struct lks_flusher {
	int fd; /* borrowed; any file of the file system */
	pthread_t thread;
	bool started;
	pthread_mutex_t mutex; /* guards the rest */
	pthread_cond_t ended;
	bool end;
	int sys; /* errno of a failed sync: pages it lost are never written, so it counts for the whole */
};

/* Starts the thread; without one only the last sync is left. */
void lks_flusher_start(struct lks_flusher *flusher, int fd);
/* Ends the thread. last: syncs once more, and tells whether all syncs went well. */
int lks_flusher_stop(struct lks_flusher *flusher, bool last, struct lks_error *err);

#endif

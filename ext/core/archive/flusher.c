/*
 * syncfs, again and again.
 */
#include "flusher.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PAUSE 400000000 /* ns between syncs: a commit of the journal stops everybody for a moment */

static void *flush(void *arg)
{
	struct lks_flusher *flusher = arg;
	pthread_mutex_lock(&flusher->mutex);
	while (!flusher->end) {
		struct timespec until;
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += PAUSE;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		if (pthread_cond_timedwait(&flusher->ended, &flusher->mutex, &until) != ETIMEDOUT || flusher->end) {
			continue;
		}
		pthread_mutex_unlock(&flusher->mutex);
		int sys = syncfs(flusher->fd) == 0 ? 0 : errno;
		pthread_mutex_lock(&flusher->mutex);
		if (sys != 0) {
			flusher->sys = sys;
			break;
		}
	}
	pthread_mutex_unlock(&flusher->mutex);
	return NULL;
}

void lks_flusher_start(struct lks_flusher *flusher, int fd)
{
	sigset_t all, before;
	memset(flusher, 0, sizeof *flusher);
	flusher->fd = fd;
	pthread_mutex_init(&flusher->mutex, NULL);
	pthread_cond_init(&flusher->ended, NULL);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	flusher->started = pthread_create(&flusher->thread, NULL, flush, flusher) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

int lks_flusher_stop(struct lks_flusher *flusher, bool last, struct lks_error *err)
{
	if (flusher->started) {
		pthread_mutex_lock(&flusher->mutex);
		flusher->end = true;
		pthread_cond_signal(&flusher->ended);
		pthread_mutex_unlock(&flusher->mutex);
		pthread_join(flusher->thread, NULL);
	}
	int sys = flusher->sys;
	if (last && sys == 0 && syncfs(flusher->fd) != 0) {
		sys = errno;
	}
	pthread_cond_destroy(&flusher->ended);
	pthread_mutex_destroy(&flusher->mutex);
	return last && sys != 0 ? lks_error_sys(err, sys, NULL, "what was unpacked cannot be written to the disk") : 0;
}

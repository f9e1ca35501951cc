/*
 * A long operation in its own thread: the watcher polls counters and waits on a condition; nothing calls back.
 */
#include "lockstep/job.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

struct lks_job {
	struct lks_task task;
	lks_job_run run;
	void *arg; /* borrowed from the caller of start */
	pthread_t thread;
	pthread_mutex_t mutex; /* guards ended */
	pthread_cond_t changed;
	bool ended;
	int status;             /* of run; valid once ended */
	struct lks_error error; /* of run; valid once ended */
};

bool lks_task_cancelled(const struct lks_task *task)
{
	return task && atomic_load_explicit(&task->cancelled, memory_order_relaxed);
}

int lks_task_check(const struct lks_task *task, struct lks_error *err)
{
	return lks_task_cancelled(task) ? lks_error_set(err, LKS_E_CANCELLED, 0, NULL, "cancelled") : 0;
}

void lks_task_phase(struct lks_task *task, const char *phase)
{
	if (task) {
		atomic_store(&task->phase, phase);
	}
}

void lks_task_total(struct lks_task *task, uint64_t files, uint64_t bytes)
{
	if (task) {
		atomic_store_explicit(&task->files_total, files, memory_order_relaxed);
		atomic_store_explicit(&task->bytes_total, bytes, memory_order_relaxed);
	}
}

void lks_task_add(struct lks_task *task, uint64_t files, uint64_t bytes)
{
	if (task) {
		atomic_fetch_add_explicit(&task->files, files, memory_order_relaxed);
		atomic_fetch_add_explicit(&task->bytes, bytes, memory_order_relaxed);
	}
}

static void *thread_main(void *arg)
{
	struct lks_job *job = arg;
	job->status = job->run(job->arg, &job->task, &job->error);
	pthread_mutex_lock(&job->mutex);
	job->ended = true;
	pthread_cond_signal(&job->changed);
	pthread_mutex_unlock(&job->mutex);
	return NULL;
}

int lks_job_start(struct lks_job **out, lks_job_run run, void *arg, struct lks_error *err)
{
	struct lks_job *job = calloc(1, sizeof *job);
	if (!job) {
		return lks_error_nomem(err);
	}
	job->run = run;
	job->arg = arg;
	atomic_init(&job->task.phase, "");
	pthread_mutex_init(&job->mutex, NULL);
	pthread_condattr_t monotonic; /* a clock that jumps must not stretch a poll */
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&job->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);

	/* a new thread inherits the mask: signals stay with the thread that asked */
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int sys = pthread_create(&job->thread, NULL, thread_main, job);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (sys != 0) {
		pthread_cond_destroy(&job->changed);
		pthread_mutex_destroy(&job->mutex);
		free(job);
		return lks_error_sys(err, sys, NULL, "a thread cannot be started");
	}
	*out = job;
	return 0;
}

bool lks_job_poll(struct lks_job *job, int timeout_ms, struct lks_progress *progress)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += timeout_ms / 1000;
	until.tv_nsec += (long)(timeout_ms % 1000) * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000L;
	}
	pthread_mutex_lock(&job->mutex);
	while (!job->ended && timeout_ms > 0) {
		if (pthread_cond_timedwait(&job->changed, &job->mutex, &until) != 0) {
			break;
		}
	}
	bool ended = job->ended;
	pthread_mutex_unlock(&job->mutex);
	if (progress) {
		progress->phase = atomic_load(&job->task.phase);
		progress->files = atomic_load_explicit(&job->task.files, memory_order_relaxed);
		progress->files_total = atomic_load_explicit(&job->task.files_total, memory_order_relaxed);
		progress->bytes = atomic_load_explicit(&job->task.bytes, memory_order_relaxed);
		progress->bytes_total = atomic_load_explicit(&job->task.bytes_total, memory_order_relaxed);
	}
	return ended;
}

void lks_job_cancel(struct lks_job *job)
{
	atomic_store(&job->task.cancelled, true);
}

int lks_job_finish(struct lks_job *job, struct lks_error *err)
{
	pthread_join(job->thread, NULL);
	int status = job->status;
	if (err && err->status == LKS_OK) {
		*err = job->error;
	}
	pthread_cond_destroy(&job->changed);
	pthread_mutex_destroy(&job->mutex);
	free(job);
	return status;
}

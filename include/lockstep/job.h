/*
 * One long operation in a thread of its own, watched by polling; the core never calls back.
 *
 * The run function gets the task to report progress to and to ask whether it was cancelled. All signals are blocked in
 * the thread. start, poll, cancel and finish belong to one thread (PHP's); the task functions to any.
 */
#ifndef LOCKSTEP_JOB_H
#define LOCKSTEP_JOB_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "lockstep/error.h"

/* Shared between a running operation and who watches it. A NULL task is allowed everywhere: nobody watches. */
struct lks_task {
	atomic_bool cancelled;
	_Atomic(const char *) phase;  /* a static string: "scan", "read", "write", "verify", "restore", … */
	_Atomic uint64_t files;       /* done so far */
	_Atomic uint64_t files_total; /* 0 while unknown */
	_Atomic uint64_t bytes;       /* done so far, uncompressed */
	_Atomic uint64_t bytes_total; /* 0 while unknown */
};

struct lks_progress {
	const char *phase; /* static; "" at first */
	uint64_t files, files_total, bytes, bytes_total;
};

/* Has somebody asked to stop? */
bool lks_task_cancelled(const struct lks_task *task);
/* LKS_E_CANCELLED with its text when so, else 0. */
int lks_task_check(const struct lks_task *task, struct lks_error *err);
void lks_task_phase(struct lks_task *task, const char *phase);
void lks_task_total(struct lks_task *task, uint64_t files, uint64_t bytes);
void lks_task_add(struct lks_task *task, uint64_t files, uint64_t bytes);

typedef int (*lks_job_run)(void *arg, struct lks_task *task, struct lks_error *err);

struct lks_job;

/* Starts run(arg) in a thread. arg stays the caller's and must live until finish. */
int lks_job_start(struct lks_job **out, lks_job_run run, void *arg, struct lks_error *err);
/* Waits up to timeout_ms; true when the job has ended. progress may be NULL. */
bool lks_job_poll(struct lks_job *job, int timeout_ms, struct lks_progress *progress);
/* Asks the job to stop soon; returns at once. */
void lks_job_cancel(struct lks_job *job);
/* Joins the thread, frees the job, and gives the run's status and error. */
int lks_job_finish(struct lks_job *job, struct lks_error *err);

#endif

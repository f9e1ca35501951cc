/*
 * A fixed number of worker threads that run submitted work.
 *
 * Workers block all signals and touch core memory only. submit blocks while `2 × threads` items wait. One owner thread
 * submits and waits.
 */
#ifndef LOCKSTEP_POOL_H
#define LOCKSTEP_POOL_H

#include "lockstep/error.h"

struct lks_pool;

/* threads: 0 for one a usable CPU (sched_getaffinity). */
int lks_pool_new(struct lks_pool **out, unsigned threads, struct lks_error *err);
unsigned lks_pool_threads(const struct lks_pool *pool);
/* Hands work(arg) to a worker; blocks while the queue is full. */
void lks_pool_submit(struct lks_pool *pool, void (*work)(void *arg), void *arg);
/* Blocks until all that was submitted has run. */
void lks_pool_wait(struct lks_pool *pool);
/* Waits, joins, frees. NULL is allowed. */
void lks_pool_free(struct lks_pool *pool);

/* The number of CPUs that this process may use, at least 1. */
unsigned lks_pool_cpus(void);

#endif

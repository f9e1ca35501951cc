/*
 * Worker threads that take work from a short ring, so that whoever submits is slowed down to their speed.
 */
#include "lockstep/pool.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

#define THREADS_MAX 256

struct item {
	void (*work)(void *arg);
	void *arg;
};

struct lks_pool {
	pthread_mutex_t mutex; /* guards all below */
	pthread_cond_t filled; /* an item came, or the end */
	pthread_cond_t freed;  /* a place in the ring came free, or all is done */
	struct item *ring;
	size_t size, first, waiting; /* of the ring; items in it begin at first */
	size_t running;              /* items taken and not yet done */
	bool owner_waits, ending;
	unsigned count;
	pthread_t threads[];
};

static void *worker(void *arg)
{
	struct lks_pool *pool = arg;
	pthread_mutex_lock(&pool->mutex);
	for (;;) {
		while (pool->waiting == 0 && !pool->ending) {
			pthread_cond_wait(&pool->filled, &pool->mutex);
		}
		if (pool->waiting == 0) {
			break;
		}
		struct item item = pool->ring[pool->first];
		pool->first = (pool->first + 1) % pool->size;
		pool->waiting--;
		pool->running++;
		bool wake = pool->owner_waits;
		pthread_mutex_unlock(&pool->mutex);
		if (wake) {
			pthread_cond_signal(&pool->freed);
		}
		item.work(item.arg);
		pthread_mutex_lock(&pool->mutex);
		pool->running--;
		if (pool->running == 0 && pool->waiting == 0) {
			pthread_cond_signal(&pool->freed);
		}
	}
	pthread_mutex_unlock(&pool->mutex);
	return NULL;
}

unsigned lks_pool_cpus(void)
{
	cpu_set_t set;
	if (sched_getaffinity(0, sizeof set, &set) != 0) {
		return 1;
	}
	int count = CPU_COUNT(&set);
	return count > 0 ? (unsigned)count : 1;
}

int lks_pool_new(struct lks_pool **out, unsigned threads, struct lks_error *err)
{
	unsigned count = threads ? threads : lks_pool_cpus();
	if (count > THREADS_MAX) {
		count = THREADS_MAX;
	}
	struct lks_pool *pool = calloc(1, sizeof *pool + count * sizeof pool->threads[0]);
	if (!pool) {
		return lks_error_nomem(err);
	}
	pool->size = 2 * (size_t)count;
	pool->ring = calloc(pool->size, sizeof *pool->ring);
	if (!pool->ring) {
		free(pool);
		return lks_error_nomem(err);
	}
	pthread_mutex_init(&pool->mutex, NULL);
	pthread_cond_init(&pool->filled, NULL);
	pthread_cond_init(&pool->freed, NULL);

	sigset_t all, before; /* workers inherit a full mask: signals belong to the caller's threads */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int sys = 0;
	while (pool->count < count && sys == 0) {
		sys = pthread_create(&pool->threads[pool->count], NULL, worker, pool);
		pool->count += sys == 0;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (pool->count == 0) {
		lks_pool_free(pool);
		return lks_error_sys(err, sys, NULL, "no thread can be started");
	}
	*out = pool; /* fewer threads than wanted do the work too */
	return 0;
}

unsigned lks_pool_threads(const struct lks_pool *pool)
{
	return pool->count;
}

static void wait_for_workers(struct lks_pool *pool)
{
	pool->owner_waits = true;
	pthread_cond_wait(&pool->freed, &pool->mutex);
	pool->owner_waits = false;
}

void lks_pool_submit(struct lks_pool *pool, void (*work)(void *arg), void *arg)
{
	pthread_mutex_lock(&pool->mutex);
	while (pool->waiting == pool->size) {
		wait_for_workers(pool);
	}
	pool->ring[(pool->first + pool->waiting) % pool->size] = (struct item){work, arg};
	pool->waiting++;
	pthread_mutex_unlock(&pool->mutex);
	pthread_cond_signal(&pool->filled);
}

void lks_pool_wait(struct lks_pool *pool)
{
	pthread_mutex_lock(&pool->mutex);
	while (pool->waiting > 0 || pool->running > 0) {
		wait_for_workers(pool);
	}
	pthread_mutex_unlock(&pool->mutex);
}

void lks_pool_free(struct lks_pool *pool)
{
	if (!pool) {
		return;
	}
	pthread_mutex_lock(&pool->mutex);
	pool->ending = true; /* workers empty the ring before they go */
	pthread_cond_broadcast(&pool->filled);
	pthread_mutex_unlock(&pool->mutex);
	for (unsigned i = 0; i < pool->count; i++) {
		pthread_join(pool->threads[i], NULL);
	}
	pthread_cond_destroy(&pool->freed);
	pthread_cond_destroy(&pool->filled);
	pthread_mutex_destroy(&pool->mutex);
	free(pool->ring);
	free(pool);
}

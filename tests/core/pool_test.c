/* Pools: everything submitted runs once, several at a time, and the queue is short. */
#include "support.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#include "lockstep/pool.h"

static atomic_int sum, gate, waiting;

static void add(void *arg)
{
	atomic_fetch_add(&sum, *(int *)arg);
}

static void everything_runs_once(void **state UNUSED)
{
	struct lks_error err = {0};
	for (unsigned threads = 0; threads <= 5; threads++) {
		struct lks_pool *pool = NULL;
		int numbers[1000], total = 0;
		atomic_store(&sum, 0);
		assert_ok(lks_pool_new(&pool, threads, &err));
		assert_int_equal(lks_pool_threads(pool), threads ? threads : lks_pool_cpus());
		for (int round = 0; round < 2; round++) {
			for (int i = 0; i < 1000; i++) {
				numbers[i] = i;
				total += i;
				lks_pool_submit(pool, add, &numbers[i]);
			}
			if (round == 0) {
				lks_pool_wait(pool);
				assert_int_equal(atomic_load(&sum), total);
			}
		}
		lks_pool_free(pool); /* runs what still waits */
		assert_int_equal(atomic_load(&sum), total);
	}
	lks_pool_free(NULL);
}

static void hold(void *arg UNUSED)
{
	atomic_fetch_add(&waiting, 1);
	while (!atomic_load(&gate)) {
		sched_yield();
	}
}

struct submitter {
	struct lks_pool *pool;
	atomic_int submitted;
};

static void *submit_many(void *arg)
{
	struct submitter *submitter = arg;
	for (int i = 0; i < 20; i++) {
		lks_pool_submit(submitter->pool, hold, NULL);
		atomic_fetch_add(&submitter->submitted, 1);
	}
	return NULL;
}

static void submit_blocks_while_the_queue_is_full(void **state UNUSED)
{
	struct lks_error err = {0};
	struct submitter submitter = {0};
	pthread_t thread;
	atomic_store(&gate, 0);
	atomic_store(&waiting, 0);
	assert_ok(lks_pool_new(&submitter.pool, 2, &err));
	assert_int_equal(pthread_create(&thread, NULL, submit_many, &submitter), 0);
	while (atomic_load(&submitter.submitted) < 6 || atomic_load(&waiting) < 2) { /* two at work, four wait */
		sched_yield();
	}
	struct timespec while_ = {0, 50000000};
	nanosleep(&while_, NULL);
	assert_int_equal(atomic_load(&submitter.submitted), 6);
	assert_int_equal(atomic_load(&waiting), 2);
	atomic_store(&gate, 1);
	pthread_join(thread, NULL);
	lks_pool_wait(submitter.pool);
	assert_int_equal(atomic_load(&waiting), 20);
	lks_pool_free(submitter.pool);
}

static void look_at_signals(void *arg)
{
	sigset_t set;
	pthread_sigmask(SIG_SETMASK, NULL, &set);
	*(int *)arg = sigismember(&set, SIGINT) && sigismember(&set, SIGTERM) && sigismember(&set, SIGPROF);
}

static void workers_block_signals(void **state UNUSED)
{
	struct lks_error err = {0};
	struct lks_pool *pool = NULL;
	int blocked = 0;
	sigset_t after;
	assert_ok(lks_pool_new(&pool, 1, &err));
	lks_pool_submit(pool, look_at_signals, &blocked);
	lks_pool_wait(pool);
	assert_true(blocked);
	lks_pool_free(pool);
	pthread_sigmask(SIG_SETMASK, NULL, &after);
	assert_false(sigismember(&after, SIGINT));
}

static void cpus_follow_the_affinity(void **state UNUSED)
{
	cpu_set_t before, one;
	assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
	assert_int_equal(lks_pool_cpus(), CPU_COUNT(&before));
	CPU_ZERO(&one);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, &before)) {
			CPU_SET(cpu, &one);
			break;
		}
	}
	assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
	unsigned cpus = lks_pool_cpus();
	sched_setaffinity(0, sizeof before, &before);
	assert_int_equal(cpus, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_runs_once),
		cmocka_unit_test(submit_blocks_while_the_queue_is_full),
		cmocka_unit_test(workers_block_signals),
		cmocka_unit_test(cpus_follow_the_affinity),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

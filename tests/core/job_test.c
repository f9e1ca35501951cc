/* Jobs: progress by polling, cancel, the error handed over, signals left to the caller. */
#include "support.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "lockstep/job.h"

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void pause_ms(long ms)
{
	struct timespec time = {0, ms * 1000000};
	nanosleep(&time, NULL);
}

static int count_to_ten(void *arg, struct lks_task *task, struct lks_error *err UNUSED)
{
	lks_task_phase(task, "count");
	lks_task_total(task, 10, 1000);
	for (int i = 0; i < 10; i++) {
		lks_task_add(task, 1, 100);
	}
	*(int *)arg = 10;
	return 0;
}

static void runs_to_its_end(void **state UNUSED)
{
	struct lks_error err = {0};
	struct lks_job *job = NULL;
	struct lks_progress progress = {0};
	int result = 0;
	assert_ok(lks_job_start(&job, count_to_ten, &result, &err));
	while (!lks_job_poll(job, 1000, &progress)) {
	}
	assert_string_equal(progress.phase, "count");
	assert_int_equal(progress.files, 10);
	assert_int_equal(progress.files_total, 10);
	assert_int_equal(progress.bytes, 1000);
	assert_int_equal(progress.bytes_total, 1000);
	assert_true(lks_job_poll(job, 0, NULL));
	assert_ok(lks_job_finish(job, &err));
	assert_int_equal(result, 10);
}

static int fail_at_once(void *arg UNUSED, struct lks_task *task UNUSED, struct lks_error *err)
{
	lks_error_set(err, LKS_E_CORRUPT, 0, "a/b", "broken");
	lks_error_hint(err, "mend it");
	return LKS_E_CORRUPT;
}

static void hands_over_its_error(void **state UNUSED)
{
	struct lks_error err = {0};
	struct lks_job *job = NULL;
	assert_ok(lks_job_start(&job, fail_at_once, NULL, &err));
	assert_int_equal(lks_job_finish(job, &err), LKS_E_CORRUPT); /* without a poll before */
	assert_string_equal(err.message, "broken");
	assert_string_equal(err.hint, "mend it");
	assert_string_equal(err.path, "a/b");
}

static int run_until_cancelled(void *arg UNUSED, struct lks_task *task, struct lks_error *err)
{
	int status;
	while ((status = lks_task_check(task, err)) == 0) {
		lks_task_add(task, 1, 0);
		pause_ms(1);
	}
	return status;
}

static void is_cancelled(void **state UNUSED)
{
	struct lks_error err = {0};
	struct lks_job *job = NULL;
	struct lks_progress progress;
	assert_ok(lks_job_start(&job, run_until_cancelled, NULL, &err));
	int64_t start = now_ms();
	assert_false(lks_job_poll(job, 60, &progress));
	assert_true(now_ms() - start >= 55);
	assert_string_equal(progress.phase, "");
	lks_job_cancel(job);
	while (!lks_job_poll(job, 1000, &progress)) {
	}
	assert_true(progress.files > 0);
	assert_int_equal(lks_job_finish(job, &err), LKS_E_CANCELLED);
	assert_int_equal(err.status, LKS_E_CANCELLED);
}

static int blocked_signals(void *arg, struct lks_task *task UNUSED, struct lks_error *err UNUSED)
{
	sigset_t set;
	pthread_sigmask(SIG_SETMASK, NULL, &set);
	*(int *)arg = sigismember(&set, SIGINT) && sigismember(&set, SIGTERM) && sigismember(&set, SIGALRM) && sigismember(&set, SIGCHLD);
	return 0;
}

static void leaves_signals_to_the_caller(void **state UNUSED)
{
	struct lks_error err = {0};
	struct lks_job *job = NULL;
	int blocked = 0;
	sigset_t before, after;
	pthread_sigmask(SIG_SETMASK, NULL, &before);
	assert_ok(lks_job_start(&job, blocked_signals, &blocked, &err));
	assert_ok(lks_job_finish(job, &err));
	assert_true(blocked);
	pthread_sigmask(SIG_SETMASK, NULL, &after);
	assert_int_equal(sigismember(&before, SIGINT), sigismember(&after, SIGINT));
}

static void nobody_may_watch(void **state UNUSED)
{
	struct lks_error err = {0};
	lks_task_phase(NULL, "x");
	lks_task_total(NULL, 1, 1);
	lks_task_add(NULL, 1, 1);
	assert_false(lks_task_cancelled(NULL));
	assert_ok(lks_task_check(NULL, &err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_to_its_end),
		cmocka_unit_test(hands_over_its_error),
		cmocka_unit_test(is_cancelled),
		cmocka_unit_test(leaves_signals_to_the_caller),
		cmocka_unit_test(nobody_may_watch),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

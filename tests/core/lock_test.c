/* The site's lock: one process at a time, gone with the process, not to be let go of by a fork. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lockstep/lock.h"

static char root[64];

static int make_root(void **state)
{
	(void)state;
	strcpy(root, "/tmp/lockstep-lock-XXXXXX");
	return mkdtemp(root) == NULL;
}

static int drop_root(void **state)
{
	(void)state;
	return rmdir(root);
}

static int try_lock(const char *path)
{
	struct lks_error err = {0};
	struct lks_lock *lock = NULL;
	int status = lks_lock_acquire(&lock, path, &err);

	lks_lock_free(lock);
	return status;
}

static void second_holder_is_refused(void **state)
{
	struct lks_error err = {0};
	struct lks_lock *lock = NULL, *other = NULL;

	(void)state;
	assert_int_equal(lks_lock_acquire(&lock, root, &err), 0);
	assert_int_equal(lks_lock_acquire(&other, root, &err), LKS_E_LOCKED);
	assert_null(other);
	assert_string_equal(err.path, root);
	assert_true(err.hint[0] != '\0');
	lks_lock_free(lock);
	assert_int_equal(try_lock(root), 0);
	lks_lock_free(NULL);
}

/* Another way to the same directory is the same lock. */
static void symlink_is_the_same_root(void **state)
{
	struct lks_error err = {0};
	struct lks_lock *lock = NULL;
	char link[80];

	(void)state;
	snprintf(link, sizeof link, "%s.link", root);
	assert_int_equal(symlink(root, link), 0);
	assert_int_equal(lks_lock_acquire(&lock, link, &err), 0);
	assert_int_equal(try_lock(root), LKS_E_LOCKED);
	lks_lock_free(lock);
	unlink(link);
}

static void no_directory_no_lock(void **state)
{
	char file[80];

	(void)state;
	snprintf(file, sizeof file, "%s/absent", root);
	assert_int_equal(try_lock(file), LKS_E_NOT_FOUND);
	assert_int_equal(try_lock("/etc/passwd"), LKS_E_NOT_FOUND);
}

static void kill_lets_go(void **state)
{
	int ready[2];
	char byte;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		struct lks_error err = {0};
		struct lks_lock *lock = NULL;

		if (lks_lock_acquire(&lock, root, &err) != 0 || write(ready[1], "x", 1) != 1) {
			_exit(1);
		}
		for (;;) {
			pause();
		}
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	assert_int_equal(try_lock(root), LKS_E_LOCKED);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	assert_int_equal(try_lock(root), 0);
}

/* A forked copy of the holder that ends in good order (PHP destroys its objects) must not free the holder's lock … */
static void fork_does_not_let_go(void **state)
{
	struct lks_error err = {0};
	struct lks_lock *lock = NULL;
	pid_t child;

	(void)state;
	assert_int_equal(lks_lock_acquire(&lock, root, &err), 0);
	child = fork();
	if (child == 0) {
		lks_lock_free(lock);
		_exit(0);
	}
	waitpid(child, NULL, 0);
	assert_int_equal(try_lock(root), LKS_E_LOCKED);
	lks_lock_free(lock);
}

/* … and one that lives on must not keep it when the holder lets go. */
static void fork_does_not_keep(void **state)
{
	struct lks_error err = {0};
	struct lks_lock *lock = NULL;
	pid_t child;

	(void)state;
	assert_int_equal(lks_lock_acquire(&lock, root, &err), 0);
	child = fork();
	if (child == 0) {
		for (;;) {
			pause();
		}
	}
	lks_lock_free(lock);
	assert_int_equal(try_lock(root), 0);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

/* A file system without locks, as some network mounts are, is told from a site that somebody holds. */
static int lock_with_errno(int sys)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_flock, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)sys),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
	pid_t child;
	int status;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
			exit(77);
		}
		exit(-try_lock(root));
	}
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77) {
		skip();
	}
	return -WEXITSTATUS(status);
}

static void no_locks(void **state)
{
	(void)state;
	assert_int_equal(lock_with_errno(ENOLCK), LKS_E_UNSUPPORTED);
	assert_int_equal(lock_with_errno(EOPNOTSUPP), LKS_E_UNSUPPORTED);
	assert_int_equal(lock_with_errno(EBADF), LKS_E_UNSUPPORTED);
	assert_int_equal(lock_with_errno(EIO), LKS_E_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(second_holder_is_refused, make_root, drop_root),
		cmocka_unit_test_setup_teardown(symlink_is_the_same_root, make_root, drop_root),
		cmocka_unit_test_setup_teardown(no_directory_no_lock, make_root, drop_root),
		cmocka_unit_test_setup_teardown(kill_lets_go, make_root, drop_root),
		cmocka_unit_test_setup_teardown(fork_does_not_let_go, make_root, drop_root),
		cmocka_unit_test_setup_teardown(fork_does_not_keep, make_root, drop_root),
		cmocka_unit_test_setup_teardown(no_locks, make_root, drop_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

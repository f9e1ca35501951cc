/* What the kernel and the file system offer, and that a filter of system calls is seen. */
#include "support.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "lockstep/platform.h"

/* Asks in a child in which one system call gives sys; the answer, or -1 when no filter can be set. */
static int asked_with(int number, int sys, bool (*question)(void))
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)sys),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
			_exit(2);
		}
		_exit(question() ? 1 : 0);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status) == 2 ? -1 : WEXITSTATUS(status);
}

static void calls_that_are_refused_are_seen(void **state)
{
	(void)state;
	int refused = asked_with(SYS_openat2, ENOSYS, lks_platform_has_openat2);

	if (refused < 0) {
		skip();
	}
	assert_int_equal(refused, 0);
	assert_int_equal(asked_with(SYS_openat2, EPERM, lks_platform_has_openat2), 0);
	assert_int_equal(asked_with(SYS_renameat2, ENOSYS, lks_platform_has_exchange), 0);
	assert_int_equal(asked_with(SYS_renameat2, EINVAL, lks_platform_has_exchange), 0);
	assert_int_equal(asked_with(SYS_flock, EPERM, lks_platform_has_exchange), lks_platform_has_exchange());
}

static void space_is_what_statvfs_says(void **state)
{
	struct place *place = *state;
	struct lks_error err = {0};
	struct lks_space space;
	struct statvfs found;

	assert_ok(lks_platform_space(&space, place->fd, &err));
	assert_int_equal(fstatvfs(place->fd, &found), 0);
	assert_true(space.bytes > 0 && space.bytes % found.f_frsize == 0);
	assert_true(found.f_files == 0 ? space.inodes == UINT64_MAX : space.inodes <= found.f_files);
	assert_status(lks_platform_space(&space, -1, &err), LKS_E_IO);
	assert_int_equal(space.bytes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_that_are_refused_are_seen),
		cmocka_unit_test_setup_teardown(space_is_what_statvfs_says, make_place, remove_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

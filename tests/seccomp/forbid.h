/*
 * System calls forbidden by a real seccomp filter, as container runtimes do it: for this process and all that it starts.
 */
#ifndef LOCKSTEP_TESTS_FORBID_H
#define LOCKSTEP_TESTS_FORBID_H

#include <errno.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define FORBID_LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define FORBID_ANSWER(number) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (number))
#define FORBID_CALL(call, number) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1), FORBID_ANSWER(number)
/* its first argument has one of these flags */
#define FORBID_FLAGS(call, flags, number) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 4), FORBID_LOAD(args[0]), \
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (flags), 0, 1), FORBID_ANSWER(number), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

static inline bool forbid_install(struct sock_filter *filter, size_t count)
{
	struct sock_fprog program = {.len = (unsigned short)count, .filter = filter};
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* As Docker's profiles before 20.10.8 did: a call that they do not know is not there. */
static inline bool forbid_landlock(void)
{
	struct sock_filter filter[] = {
		FORBID_LOAD(nr),
		FORBID_CALL(SYS_landlock_create_ruleset, ENOSYS),
		FORBID_CALL(SYS_landlock_add_rule, ENOSYS),
		FORBID_CALL(SYS_landlock_restrict_self, ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	return forbid_install(filter, sizeof filter / sizeof filter[0]);
}

/* As Docker's profile does without CAP_SYS_ADMIN. */
static inline bool forbid_namespaces(void)
{
	struct sock_filter filter[] = {
		FORBID_LOAD(nr),
		FORBID_CALL(SYS_mount, EPERM),
		FORBID_CALL(SYS_clone3, ENOSYS), /* its flags cannot be seen; libraries then use clone */
		FORBID_FLAGS(SYS_unshare, CLONE_NEWNS | CLONE_NEWUSER, EPERM),
		FORBID_FLAGS(SYS_clone, CLONE_NEWNS | CLONE_NEWUSER, EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	return forbid_install(filter, sizeof filter / sizeof filter[0]);
}

#endif

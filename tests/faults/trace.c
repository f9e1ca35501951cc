/*
 * Faults at single system calls, by ptrace (see trace.h).
 */
#include "trace.h"

#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <linux/ptrace.h>
#include <unistd.h>

static bool is_kind(enum fault_kind kind, long nr)
{
	switch (nr) {
	case SYS_openat:
	case SYS_openat2:
		return kind == KIND_ALL || kind == KIND_FALLIBLE || kind == KIND_OPEN;
	case SYS_write:
		return kind == KIND_ALL || kind == KIND_FALLIBLE || kind == KIND_WRITE;
	case SYS_fsync:
		return kind == KIND_ALL || kind == KIND_FALLIBLE || kind == KIND_SYNC;
#ifdef SYS_renameat
	case SYS_renameat:
#endif
	case SYS_renameat2:
		return kind == KIND_ALL || kind == KIND_FALLIBLE || kind == KIND_RENAME;
	case SYS_unlinkat:
		return kind == KIND_ALL || kind == KIND_FALLIBLE || kind == KIND_UNLINK;
	case SYS_statx:
	case SYS_fstat:
#ifdef SYS_newfstatat
	case SYS_newfstatat:
#endif
		return kind == KIND_ALL || kind == KIND_FALLIBLE || kind == KIND_STAT;
	case SYS_close:
		return kind == KIND_ALL;
	case SYS_brk: /* how often memory is asked for depends on what ran before */
	case SYS_mmap:
	case SYS_munmap:
	case SYS_mprotect:
	case SYS_mremap:
	case SYS_madvise:
	case SYS_futex:
		return false;
	default:
		return kind == KIND_ALL || kind == KIND_FALLIBLE;
	}
}

/* The call is not made. */
static bool skip_call(pid_t child)
{
#if defined(__x86_64__)
	return ptrace(PTRACE_POKEUSER, child, offsetof(struct user_regs_struct, orig_rax), -1L) == 0;
#elif defined(__aarch64__)
	int none = -1;
	struct iovec vector = {&none, sizeof none};

	return ptrace(PTRACE_SETREGSET, child, NT_ARM_SYSTEM_CALL, &vector) == 0;
#else
	(void)child;
	return false;
#endif
}

/* What the call that was not made returns. */
static bool set_result(pid_t child, int sys)
{
#if defined(__x86_64__)
	return ptrace(PTRACE_POKEUSER, child, offsetof(struct user_regs_struct, rax), -(long)sys) == 0;
#elif defined(__aarch64__)
	struct user_regs_struct registers;
	struct iovec vector = {&registers, sizeof registers};

	if (ptrace(PTRACE_GETREGSET, child, NT_PRSTATUS, &vector) != 0) {
		return false;
	}
	registers.regs[0] = (unsigned long long)-(long long)sys;
	return ptrace(PTRACE_SETREGSET, child, NT_PRSTATUS, &vector) == 0;
#else
	(void)child;
	(void)sys;
	return false;
#endif
}

void trace_string(char *out, size_t size, pid_t child, uint64_t address)
{
	struct iovec here = {out, size - 1}, there = {(void *)(uintptr_t)address, size - 1};
	ssize_t got = process_vm_readv(child, &here, 1, &there, 1, 0);

	out[got < 0 ? 0 : got] = '\0';
	if (got < 0) { /* the page after a short string may not be there */
		size_t rest = 4096 - address % 4096;

		here.iov_len = there.iov_len = rest < size - 1 ? rest : size - 1;
		got = process_vm_readv(child, &here, 1, &there, 1, 0);
		out[got < 0 ? 0 : got] = '\0';
	}
}

static void be_child(int (*body)(void *arg), void *arg)
{
	int status;

	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) {
		_exit(99);
	}
	raise(SIGSTOP);
	syscall(SYS_getppid); /* the marks between which is counted */
	status = body(arg);
	syscall(SYS_getppid);
	exit(-status); /* not _exit, which would lose what a coverage build counted */
}

static bool next_stop(pid_t child, int *status)
{
	return ptrace(PTRACE_SYSCALL, child, NULL, NULL) == 0 && waitpid(child, status, 0) == child;
}

bool trace_run(struct outcome *out, int (*body)(void *arg), void *arg, const struct fault *fault, trace_watch watch, void *watch_arg)
{
	unsigned marks = 0;
	bool skipped = false;
	pid_t child;
	int status;

	memset(out, 0, sizeof *out);
	fflush(NULL);
	child = fork();
	if (child == 0) {
		be_child(body, arg);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFSTOPPED(status) ||
		ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) != 0) {
		return false;
	}
	while (next_stop(child, &status)) {
		struct __ptrace_syscall_info info;
		bool counted;

		if (WIFEXITED(status) || WIFSIGNALED(status)) {
			out->killed = WIFSIGNALED(status);
			out->status = WIFEXITED(status) ? -WEXITSTATUS(status) : 0;
			return true;
		}
		if (WSTOPSIG(status) != (SIGTRAP | 0x80) || ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof info, &info) <= 0) {
			return false;
		}
		if (info.op == PTRACE_SYSCALL_INFO_EXIT && skipped) {
			skipped = false;
			if (!set_result(child, fault->sys)) {
				return false;
			}
		}
		if (info.op != PTRACE_SYSCALL_INFO_ENTRY) {
			continue;
		}
		if (info.entry.nr == SYS_getppid) {
			marks++;
			continue;
		}
		counted = marks == 1 && is_kind(fault->kind, (long)info.entry.nr);
		out->calls += counted;
		if (counted && watch != NULL) {
			watch(watch_arg, child, (long)info.entry.nr, (const uint64_t *)info.entry.args);
		}
		if (!counted || fault->how == FAULT_NONE || (fault->how == FAULT_FOREVER ? out->calls < fault->at : out->calls != fault->at)) {
			continue;
		}
		out->fired = true;
		if (fault->how == FAULT_KILL) {
			kill(child, SIGKILL);
		} else if (!(skipped = skip_call(child))) {
			return false;
		}
	}
	/* the child was killed while it stood at a call: only its end is left to be seen */
	if (waitpid(child, &status, 0) == child && WIFSIGNALED(status)) {
		out->killed = true;
		return true;
	}
	return false;
}

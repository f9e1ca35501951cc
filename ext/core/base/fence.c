/*
 * Which write fence there is: each kind is tried in a process of its own, the first that works is taken for good.
 *
 * What a kernel could do says little: security modules, seccomp filters and sysctls forbid it in ways that only a trial tells.
 */
#include "fence.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define UNKNOWN (-1)

const char *const lks_fence_devices[] = {
	"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/ptmx", "/dev/pts", NULL};

static int prepare(struct lks_fence_gate *out, enum lks_fence kind, const char *const *writable, struct lks_error *err)
{
	*out = (struct lks_fence_gate){.kind = kind, .ruleset = -1};
	switch (kind) {
	case LKS_FENCE_LANDLOCK:
		return lks_fence_landlock_prepare(&out->ruleset, writable, err);
	case LKS_FENCE_NAMESPACE:
		return lks_fence_mounts_prepare(&out->mounts, writable, err);
	default:
		lks_error_set(err, LKS_E_UNSUPPORTED, 0, NULL, "there is no write fence: neither Landlock nor a mount namespace can be had here");
		lks_error_hint(err, "Linux 5.13 or later has Landlock; \"landlock\" must be among the names in /sys/kernel/security/lsm.");
		return LKS_E_UNSUPPORTED;
	}
}

/* Does a child get behind this kind of fence? */
static bool works(enum lks_fence kind)
{
	static const char *const nowhere[] = {NULL};
	struct lks_fence_gate gate;
	struct lks_error ignored = {0};
	sigset_t all, before;
	int ends[2];
	char answer = 'n';
	if (prepare(&gate, kind, nowhere, &ignored) != 0 || pipe2(ends, O_CLOEXEC) != 0) {
		lks_fence_dispose(&gate);
		return false;
	}
	sigfillset(&all); /* no handler of ours may run in the child */
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pid_t pid = fork();
	if (pid == 0) {
		bool in = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && lks_fence_enter(&gate) == 0;
		_exit(in && write(ends[1], "y", 1) == 1 ? 0 : 1);
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	close(ends[1]);
	bool told = pid > 0 && read(ends[0], &answer, 1) == 1; /* not its status: a host that ignores SIGCHLD loses it */
	if (pid > 0) {
		waitpid(pid, NULL, 0);
	}
	close(ends[0]);
	lks_fence_dispose(&gate);
	return told && answer == 'y';
}

enum lks_fence lks_fence_available(void)
{
	static atomic_int known = UNKNOWN;
	int kind = atomic_load(&known);
	if (kind == UNKNOWN) {
		kind = works(LKS_FENCE_LANDLOCK) ? LKS_FENCE_LANDLOCK : works(LKS_FENCE_NAMESPACE) ? LKS_FENCE_NAMESPACE : LKS_FENCE_NONE;
		atomic_store(&known, kind);
	}
	return (enum lks_fence)kind;
}

int lks_fence_prepare(struct lks_fence_gate *out, const char *const *writable, struct lks_error *err)
{
	int status = prepare(out, lks_fence_available(), writable, err);
	if (status) {
		lks_fence_dispose(out);
	}
	return status;
}

/*
 * Root's ways around the fence: mounting and other namespaces, other processes' roots and memory, the kernel's, device nodes of
 * its own making. What is in the bounding set comes back with execve.
 */
static int give_up_rights(void)
{
	static const unsigned rights[] = {CAP_SYS_ADMIN, CAP_SYS_PTRACE, CAP_SYS_MODULE, CAP_SYS_RAWIO, CAP_MKNOD};
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];
	if (syscall(SYS_capget, &header, sets) != 0) {
		return -1;
	}
	for (size_t i = 0; i < sizeof rights / sizeof rights[0]; i++) {
		if (prctl(PR_CAPBSET_READ, rights[i], 0, 0, 0) == 1 && prctl(PR_CAPBSET_DROP, rights[i], 0, 0, 0) != 0) {
			return -1;
		}
		__u32 keep = ~CAP_TO_MASK(rights[i]);
		sets[CAP_TO_INDEX(rights[i])].effective &= keep;
		sets[CAP_TO_INDEX(rights[i])].permitted &= keep;
		sets[CAP_TO_INDEX(rights[i])].inheritable &= keep;
	}
	return (int)syscall(SYS_capset, &header, sets);
}

int lks_fence_enter(const struct lks_fence_gate *gate)
{
	int status = gate->kind == LKS_FENCE_LANDLOCK ? lks_fence_landlock_enter(gate->ruleset) : lks_fence_mounts_enter(gate->mounts);
	return status == 0 && geteuid() == 0 ? give_up_rights() : status;
}

void lks_fence_dispose(struct lks_fence_gate *gate)
{
	if (gate->ruleset >= 0) {
		close(gate->ruleset);
	}
	lks_fence_mounts_free(gate->mounts);
	*gate = (struct lks_fence_gate){.kind = LKS_FENCE_NONE, .ruleset = -1};
}

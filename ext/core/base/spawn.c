/*
 * Starting a program: everything that can fail in words is done before fork; the child makes system calls only.
 */
#include "lockstep/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fence.h"
#include "lockstep/fs.h"
#include "spawn_child.h"

#define LOWEST_FD 10 /* ours are moved up here, so that dup2 onto 0 to 4 meets none of them */
#define REPORT_FD 3  /* in the child, until it has become the program */
#define SECRET_FD 4  /* LKS_SPAWN_SECRET */
#define BULK (1 << 20)

/* What the child needs, and what it tells when it fails. */
enum stage { STAGE_NONE, STAGE_PARENT, STAGE_DIRECTORY, STAGE_STREAMS, STAGE_FENCE, STAGE_EXEC };

struct report {
	enum stage stage;
	int sys;
};

struct plan {
	const struct lks_spawn_options *options;
	pid_t parent;
	int input, output, errors, report, secret;
	struct lks_fence_gate gate; /* kind NONE: no fence is wanted */
};

static void fail(const struct plan *plan, enum stage stage)
{
	struct report report = {stage, errno};
	ssize_t ignored = write(plan->report, &report, sizeof report);
	(void)ignored;
	_exit(127);
}

static void close_above(int last)
{
	if (syscall(SYS_close_range, (unsigned)last + 1, ~0U, 0) != 0) {
		for (int fd = last + 1; fd < 65536; fd++) { /* before Linux 5.9 */
			close(fd);
		}
	}
}

/* After fork, in a process that may have had threads: async-signal-safe calls only. All signals are blocked. */
static void become(struct plan *plan)
{
	setsid(); /* a process group of its own, and no terminal that could ask for a password and wait for ever */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != plan->parent) { /* it was gone before the line above */
		fail(plan, STAGE_PARENT);
	}
	/* by the raw call, as glibc's keeps its hands off the two that it uses itself; a kernel's struct of zeros is SIG_DFL */
	static const unsigned long defaults[8];
	for (int number = 1; number <= SIGRTMAX; number++) {
		syscall(SYS_rt_sigaction, number, defaults, NULL, (size_t)(_NSIG - 1) / 8);
	}
	if (dup2(plan->input, 0) < 0 || dup2(plan->output, 1) < 0 || dup2(plan->errors, 2) < 0) {
		fail(plan, STAGE_STREAMS);
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || (plan->gate.kind != LKS_FENCE_NONE && lks_fence_enter(&plan->gate) != 0)) {
		fail(plan, STAGE_FENCE);
	}
	if (plan->options->directory && chdir(plan->options->directory) != 0) {
		fail(plan, STAGE_DIRECTORY);
	}
	if (dup3(plan->report, REPORT_FD, O_CLOEXEC) < 0) {
		fail(plan, STAGE_STREAMS);
	}
	plan->report = REPORT_FD;
	if (plan->secret >= 0 && dup2(plan->secret, SECRET_FD) < 0) {
		fail(plan, STAGE_STREAMS);
	}
	close_above(plan->secret >= 0 ? SECRET_FD : REPORT_FD);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* execve wants pointers to non-const and changes nothing */
	execve(plan->options->argv[0], (char *const *)(uintptr_t)plan->options->argv, (char *const *)(uintptr_t)plan->options->envp);
	fail(plan, STAGE_EXEC);
}

static int move_up(int *fd, struct lks_error *err)
{
	int moved = fcntl(*fd, F_DUPFD_CLOEXEC, LOWEST_FD);
	int sys = errno;
	close(*fd);
	*fd = moved;
	return moved >= 0 ? 0 : lks_error_sys(err, sys, NULL, "no descriptor for a program's streams");
}

static int make_pipe(int *read_end, int *write_end, struct lks_error *err)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0) {
		return lks_error_sys(err, errno, NULL, "no pipe for a program's streams");
	}
	*read_end = ends[0];
	*write_end = ends[1];
	int status = move_up(read_end, err);
	int second = move_up(write_end, status ? NULL : err);
	return status ? status : second;
}

/* A file in memory that never touches the disk, as a descriptor to read from. */
static int make_memory(int *fd, const char *data, size_t length, struct lks_error *err)
{
	*fd = memfd_create("lockstep", MFD_CLOEXEC);
	if (*fd < 0 || fchmod(*fd, 0600) != 0) { /* database clients ignore an option file that others may write to */
		return lks_error_sys(err, errno, NULL, "a program's input cannot be made");
	}
	int status = move_up(fd, err);
	status = status ? status : lks_fs_write_all(*fd, data, length, NULL, err);
	if (status == 0 && lseek(*fd, 0, SEEK_SET) != 0) {
		status = lks_error_sys(err, errno, NULL, "a program's input cannot be rewound");
	}
	return status;
}

/* stdin: a pipe that is fed, a file in memory that nobody has to feed, or nothing. */
static int make_input(struct lks_spawn *spawn, struct plan *plan, struct lks_error *err)
{
	const struct lks_spawn_options *options = plan->options;
	if (options->feed) {
		return make_pipe(&plan->input, &spawn->input, err);
	}
	if (options->input) {
		return make_memory(&plan->input, options->input, options->input_length, err);
	}
	plan->input = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (plan->input < 0) {
		return lks_error_sys(err, errno, NULL, "a program's input cannot be made");
	}
	return move_up(&plan->input, err);
}

/* Larger pipes are welcome, not necessary. */
static void widen(struct lks_spawn *spawn)
{
	int size = fcntl(spawn->streams[0], F_SETPIPE_SZ, BULK);
	spawn->gather = size == BULK ? BULK / 4 : 0;
	if (spawn->input >= 0) {
		(void)fcntl(spawn->input, F_SETPIPE_SZ, BULK);
	}
}

/* Waits until the child runs its program or says why it cannot. */
static int await_exec(int report_fd, const struct lks_spawn_options *options, struct lks_error *err)
{
	struct report report = {STAGE_NONE, 0};
	size_t got = 0;
	int status = lks_fs_read_all(&got, report_fd, &report, sizeof report, options->argv[0], err);
	if (status || got == 0) {
		return status;
	}
	switch (report.stage) {
	case STAGE_DIRECTORY:
		return lks_error_set(err, LKS_E_CHILD, report.sys, options->directory, "a program cannot start in this directory");
	case STAGE_FENCE:
		return lks_error_set(err, LKS_E_CHILD, report.sys, options->argv[0], "the program cannot be put behind the write fence");
	case STAGE_EXEC:
		return lks_error_set(err, LKS_E_CHILD, report.sys, options->argv[0], "the program cannot be executed");
	default:
		return lks_error_set(err, LKS_E_CHILD, report.sys, options->argv[0], "the program cannot be started");
	}
}

static int check(const struct lks_spawn_options *options, struct lks_error *err)
{
	if (!options->argv || !options->argv[0] || options->argv[0][0] != '/') {
		return lks_error_set(err, LKS_E_INVALID, 0, options->argv ? options->argv[0] : NULL, "a program is started by its absolute path");
	}
	if (!options->envp) {
		return lks_error_set(err, LKS_E_INVALID, 0, NULL, "a program needs an environment, be it empty");
	}
	return 0;
}

static void close_if_open(int fd)
{
	if (fd >= 0) {
		close(fd);
	}
}

static int start(struct lks_spawn *spawn, struct plan *plan, int report_fd, struct lks_error *err)
{
	sigset_t all, before;
	sigfillset(&all); /* no handler of ours may run in the child */
	pthread_sigmask(SIG_SETMASK, &all, &before);
	spawn->pid = fork();
	int sys = errno;
	if (spawn->pid == 0) {
		become(plan);
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (spawn->pid < 0) {
		return lks_error_set(err, LKS_E_CHILD, sys, plan->options->argv[0], "no process for the program");
	}
	close(plan->report); /* so that its end is seen */
	plan->report = -1;
	spawn->pidfd = (int)syscall(SYS_pidfd_open, spawn->pid, 0); /* -1 before Linux 5.3: then poll looks again and again */
	return await_exec(report_fd, plan->options, err);
}

int lks_spawn_start(struct lks_spawn **out, const struct lks_spawn_options *options, struct lks_error *err)
{
	struct plan plan = {
		.options = options,
		.parent = getpid(),
		.input = -1,
		.output = -1,
		.errors = -1,
		.report = -1,
		.secret = -1,
		.gate = {.ruleset = -1},
	};
	int report_fd = -1;
	struct lks_spawn *spawn = NULL;
	int status = check(options, err);
	if (status) {
		return status;
	}
	spawn = calloc(1, sizeof *spawn);
	if (!spawn) {
		return lks_error_nomem(err);
	}
	spawn->pid = -1;
	spawn->pidfd = spawn->input = spawn->streams[0] = spawn->streams[1] = -1;
	if ((options->writable && (status = lks_fence_prepare(&plan.gate, options->writable, err))) ||
		(plan.gate.ruleset >= 0 && (status = move_up(&plan.gate.ruleset, err))) || (status = make_input(spawn, &plan, err)) ||
		(options->secret && (status = make_memory(&plan.secret, options->secret, options->secret_length, err))) ||
		(status = make_pipe(&spawn->streams[0], &plan.output, err)) || (status = make_pipe(&spawn->streams[1], &plan.errors, err)) ||
		(status = make_pipe(&report_fd, &plan.report, err))) {
		goto done;
	}
	fcntl(spawn->streams[0], F_SETFL, O_NONBLOCK);
	fcntl(spawn->streams[1], F_SETFL, O_NONBLOCK);
	if (spawn->input >= 0) {
		fcntl(spawn->input, F_SETFL, O_NONBLOCK);
	}
	if (options->bulk) {
		widen(spawn);
	}
	status = start(spawn, &plan, report_fd, err);
done:
	close_if_open(plan.input);
	close_if_open(plan.secret);
	close_if_open(plan.output);
	close_if_open(plan.errors);
	lks_fence_dispose(&plan.gate);
	close_if_open(plan.report);
	close_if_open(report_fd);
	if (status) {
		lks_spawn_free(spawn);
		return status;
	}
	*out = spawn;
	return 0;
}

/*
 * Runs a function in a child that is stopped at each of its system calls: killed at the Nth, or made to see an error there.
 *
 * ptrace, as strace's --inject does it, without a program start for each of some ten thousand faults. A fault fires before the
 * call takes effect; "killed after the call" is "killed before the next one".
 */
#ifndef LOCKSTEP_TESTS_TRACE_H
#define LOCKSTEP_TESTS_TRACE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum fault_how {
	FAULT_NONE,
	FAULT_KILL,     /* SIGKILL at the Nth call */
	FAULT_ERROR,    /* the Nth call fails with sys */
	FAULT_FOREVER   /* so do all of its kind from then on: a full disk, a dying one */
};

/*
 * Which calls count. None for memory: they change nothing on disk, and a kill at one is a kill at its neighbour. close(2) is in
 * ALL only.
 */
enum fault_kind { KIND_ALL, KIND_FALLIBLE, KIND_OPEN, KIND_WRITE, KIND_SYNC, KIND_RENAME, KIND_UNLINK, KIND_STAT };

struct fault {
	enum fault_how how;
	enum fault_kind kind;
	unsigned at; /* from 1, counted between the two marks of the child */
	int sys;     /* errno */
};

/* Called at each counted call's entry while the child stands still; may be NULL. */
typedef void (*trace_watch)(void *arg, pid_t child, long nr, const uint64_t args[6]);

struct outcome {
	bool fired;     /* the fault happened */
	bool killed;
	int status;     /* what the function returned, when it was not killed */
	unsigned calls; /* of the kind, in all */
};

/* Runs body(arg) in a child under the fault. false when tracing does not work here. */
bool trace_run(struct outcome *out, int (*body)(void *arg), void *arg, const struct fault *fault, trace_watch watch, void *watch_arg);

/* Reads a string of the child. */
void trace_string(char *out, size_t size, pid_t child, uint64_t address);

#endif

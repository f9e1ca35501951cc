/*
 * The operations that are hunted, each with what leads to it and how the site looks after success and failure.
 */
#ifndef LOCKSTEP_TESTS_SCENARIO_H
#define LOCKSTEP_TESTS_SCENARIO_H

#include "commit_site.h"
#include "trace.h"

struct scenario {
	const char *name;
	int (*before[2])(void *arg); /* done without a fault */
	int (*body)(void *arg);
	const char *success, *failure; /* how the site looks after either, when no kill came between; NULL: old or new */
};

#define SCENARIOS 9
#define SCENARIO_UNDO 4
extern const struct scenario scenarios[SCENARIOS];

/* What is done under the fault: the functions of lockstep/commit.h. */
int do_run(void *arg);
int do_revert(void *arg);
int do_recover(void *arg);
int do_close(void *arg);
int do_keep(void *arg);
int do_undo(void *arg);
int do_pending(void *arg);
int do_probe(void *arg);

/* Makes a scratch directory below directory; the site stands in it, at scenario_root(). */
void scenario_open(const char *directory);
const char *scenario_root(void);
void scenario_close(void);

/* Makes the site anew and does what leads to the scenario. */
void scenario_prepare(const struct scenario *scenario);

/* The letters of commit_site.h, in static storage; the journal's state. */
const char *scenario_tell(void);
enum lks_pending_state scenario_pending(void);

/* Recovers without a fault: exactly old or exactly new, the journal says which, and the next command works. */
void scenario_settle(const struct scenario *scenario, const char *where);

/* trace_run, and the number of calls without a fault. */
void scenario_trace(struct outcome *out, int (*body)(void *arg), const struct fault *fault, const char *where);
unsigned scenario_calls(const struct scenario *scenario, int (*body)(void *arg), enum fault_kind kind);

/* Ends the program and leaves the site for a look. */
_Noreturn void scenario_die(const char *what, const char *detail);

#endif

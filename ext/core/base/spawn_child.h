/*
 * A started program, as spawn.c leaves it and spawn_watch.c watches it.
 */
#ifndef LOCKSTEP_BASE_SPAWN_CHILD_H
#define LOCKSTEP_BASE_SPAWN_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lockstep/spawn.h"

struct lks_spawn {
	pid_t pid;      /* also its process group; not reaped before free, so that the number stays ours; -1: none */
	int pidfd;      /* readable once it has exited; -1 where the kernel has none */
	int streams[2]; /* read ends of its stdout and stderr; -1 at their end */
	int input;      /* write end of its stdin when it is fed; -1 */
	bool hungry;    /* the last feeding found no room */
	int gather;     /* bytes of output that are worth a look; less is waited for a moment; 0: any */
	bool exited;
	int64_t exited_at; /* ms of the monotonic clock */
	int status;        /* as a shell tells it; valid once exited */
};

#endif

/*
 * Programs started by execve, never through a shell, in a process group of their own, behind a write fence.
 *
 * Behind the fence the child and all its children may write only below the given directories (and /dev/null, ttys); reading
 * and executing stay free. Landlock does not stop chmod, chown, utime or setxattr: who needs that proved compares two scans.
 * Where there is no Landlock, a mount namespace in which all else is read-only does the same, and stops those too.
 *
 * All of the child's descriptors but 0, 1, 2 and that of a secret are closed. The program is killed when the thread that started it ends, however
 * it ends. A struct lks_spawn belongs to that thread.
 */
#ifndef LOCKSTEP_SPAWN_H
#define LOCKSTEP_SPAWN_H

#include <stdbool.h>
#include <stddef.h>

#include "lockstep/buffer.h"
#include "lockstep/error.h"

enum lks_fence { LKS_FENCE_NONE = 0, LKS_FENCE_LANDLOCK = 1, LKS_FENCE_NAMESPACE = 2 };

struct lks_spawn_options {
	const char *const *argv;     /* argv[0] is the absolute path of the program; NULL-terminated; borrowed */
	const char *const *envp;     /* "NAME=value", complete: nothing is inherited; NULL-terminated; borrowed */
	const char *directory;       /* working directory of the child; NULL: the caller's */
	const char *const *writable; /* directories or files that stay writable; NULL: no fence is wanted */
	const char *input;           /* bytes for the child's stdin; NULL: /dev/null */
	size_t input_length;         /* bytes */
	const char *secret;          /* what the child can read from LKS_SPAWN_SECRET, and nobody else; NULL: nothing */
	size_t secret_length;        /* bytes */
	bool feed;                   /* stdin is a pipe that lks_spawn_feed fills; input is NULL then */
	bool bulk;                   /* much will pass: pipes as large as they can be had */
};

#define LKS_SPAWN_SECRET "/dev/fd/4" /* a file in memory: no argument, no environment, nothing on a disk */

enum lks_spawn_stream { LKS_SPAWN_STDOUT = 1, LKS_SPAWN_STDERR = 2 };

struct lks_spawn;

/*
 * Which fence there is for this process: tried once, in a child of its own (a millisecond); the answer never changes. Any
 * thread may ask.
 */
enum lks_fence lks_fence_available(void);

/* Starts the program. LKS_E_CHILD when it cannot be executed, LKS_E_UNSUPPORTED when a fence is wanted and none is there. */
int lks_spawn_start(struct lks_spawn **out, const struct lks_spawn_options *options, struct lks_error *err);

/*
 * Waits up to timeout_ms for output and appends what came to the two buffers. *ended is set when the child has exited and
 * both streams are at their end; a process that it left behind and that holds them is ended after a second. In the child's
 * own session there is no terminal: a program that asks for a password fails instead of waiting.
 */
int lks_spawn_poll(
	struct lks_spawn *spawn, int timeout_ms, struct lks_buffer *output, struct lks_buffer *errors, bool *ended, struct lks_error *err);

/*
 * The same, but takes `room` bytes of output at most, which is not 0: what is left waits in the pipe, and the program for it.
 */
int lks_spawn_poll_some(struct lks_spawn *spawn, int timeout_ms, struct lks_buffer *output, size_t room, struct lks_buffer *errors,
	bool *ended, struct lks_error *err);

/*
 * Gives the child what its stdin takes of the bytes now; *fed may be less than length, and 0: lks_spawn_poll then waits for room,
 * too. LKS_E_CHILD when it reads no more. The caller blocks SIGPIPE.
 */
int lks_spawn_feed(size_t *fed, struct lks_spawn *spawn, const void *data, size_t length, struct lks_error *err);
/* The end of its stdin. */
void lks_spawn_feed_end(struct lks_spawn *spawn);

/* Sends a signal to the child's whole process group. */
void lks_spawn_signal(struct lks_spawn *spawn, int signal);

/* Exit status as a shell tells it (128 + signal); valid once ended. */
int lks_spawn_status(const struct lks_spawn *spawn);

/* Kills what still runs of the group, reaps, frees. NULL is allowed. */
void lks_spawn_free(struct lks_spawn *spawn);

#endif

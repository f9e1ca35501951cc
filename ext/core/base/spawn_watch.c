/*
 * Watching a started program: its output as it comes, its end, and the end of everything it left in its process group.
 */
#include "spawn_child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CHUNK 65536             /* bytes read at once: what a pipe holds */
#define CHUNKS_MAX 64           /* then the caller may show what came */
#define LOOK_MS 20              /* how often an exit is looked for without a pidfd */
#define LINGER_MS INT64_C(1000) /* how long others may hold the streams of a program that has exited */

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Has it exited? It stays a zombie, so that neither its number nor its group's is given to somebody else. */
static void look_for_exit(struct lks_spawn *spawn)
{
	siginfo_t info = {0};
	if (spawn->exited) {
		return;
	}
	if (waitid(P_PID, (id_t)spawn->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0) {
		return;
	}
	spawn->exited = true; /* also where somebody else reaped it (ECHILD): then its status is not known */
	spawn->exited_at = now_ms();
	spawn->status = info.si_pid == 0 ? 255 : info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

static int read_stream(int *fd, struct lks_buffer *buffer, struct lks_error *err)
{
	for (int i = 0; i < CHUNKS_MAX; i++) {
		int status = lks_buffer_reserve(buffer, CHUNK, err);
		if (status) {
			return status;
		}
		ssize_t got = read(*fd, buffer->data + buffer->length, CHUNK);
		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got < 0 && errno == EAGAIN) {
			return 0;
		}
		if (got <= 0) {
			close(*fd);
			*fd = -1;
			return got == 0 ? 0 : lks_error_sys(err, errno, NULL, "a program's output cannot be read");
		}
		buffer->length += (size_t)got;
		buffer->data[buffer->length] = '\0';
	}
	return 0;
}

/* A child of the exited program that keeps a stream open is ended after a while; one that left the group is not waited for. */
static void end_lingering(struct lks_spawn *spawn)
{
	int64_t since = now_ms() - spawn->exited_at;
	if (since > LINGER_MS) {
		kill(-spawn->pid, SIGKILL);
	}
	for (int i = 0; since > 2 * LINGER_MS && i < 2; i++) {
		if (spawn->streams[i] >= 0) {
			close(spawn->streams[i]);
			spawn->streams[i] = -1;
		}
	}
}

static int wait_time(const struct lks_spawn *spawn, int timeout_ms)
{
	bool short_of_news = spawn->exited || spawn->pidfd < 0; /* lingering streams, or an exit that must be looked for */
	return short_of_news && (timeout_ms < 0 || timeout_ms > LOOK_MS) ? LOOK_MS : timeout_ms;
}

int lks_spawn_poll(
	struct lks_spawn *spawn, int timeout_ms, struct lks_buffer *output, struct lks_buffer *errors, bool *ended, struct lks_error *err)
{
	/* poll(2) passes over descriptors below 0 */
	struct pollfd watched[3] = {
		{.fd = spawn->streams[0], .events = POLLIN},
		{.fd = spawn->streams[1], .events = POLLIN},
		{.fd = spawn->exited ? -1 : spawn->pidfd, .events = POLLIN},
	};
	struct lks_buffer *buffers[2] = {output, errors};
	int status = 0;
	*ended = false;
	look_for_exit(spawn);
	if (!spawn->exited || spawn->streams[0] >= 0 || spawn->streams[1] >= 0) {
		int ready = poll(watched, 3, wait_time(spawn, timeout_ms));
		if (ready < 0 && errno != EINTR) {
			return lks_error_sys(err, errno, NULL, "a program cannot be watched");
		}
		look_for_exit(spawn); /* before reading: what it wrote until its exit is then read below */
	}
	for (int i = 0; status == 0 && i < 2; i++) {
		if (spawn->streams[i] >= 0) {
			status = read_stream(&spawn->streams[i], buffers[i], err);
		}
	}
	if (status) {
		return status;
	}
	if (spawn->exited) {
		end_lingering(spawn);
		*ended = spawn->streams[0] < 0 && spawn->streams[1] < 0;
	}
	return 0;
}

void lks_spawn_signal(struct lks_spawn *spawn, int signal)
{
	if (spawn->pid > 0) {
		kill(-spawn->pid, signal);
	}
}

int lks_spawn_status(const struct lks_spawn *spawn)
{
	return spawn->status;
}

void lks_spawn_free(struct lks_spawn *spawn)
{
	if (!spawn) {
		return;
	}
	if (spawn->pid > 0) {
		kill(-spawn->pid, SIGKILL); /* its group; before setsid there is none, but the child itself */
		kill(spawn->pid, SIGKILL);
		while (waitpid(spawn->pid, NULL, 0) < 0 && errno == EINTR) {}
	}
	for (int i = 0; i < 2; i++) {
		if (spawn->streams[i] >= 0) {
			close(spawn->streams[i]);
		}
	}
	if (spawn->pidfd >= 0) {
		close(spawn->pidfd);
	}
	free(spawn);
}

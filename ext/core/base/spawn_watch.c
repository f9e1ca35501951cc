/*
 * Watching a started program: its output as it comes, its end, and the end of everything it left in its process group.
 */
#include "spawn_child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CHUNK 65536             /* bytes read at once: what a pipe holds */
#define ROOM (64 * CHUNK)       /* then the caller may show what came */
#define GATHER_NS 1000000       /* in which the pipe does not fill */
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

/* Reads what is there, room bytes at most; *more: there may be more. */
static int read_stream(bool *more, int *fd, struct lks_buffer *buffer, size_t room, struct lks_error *err)
{
	while (room > 0) {
		size_t chunk = room < CHUNK ? room : CHUNK;
		int status = lks_buffer_reserve(buffer, chunk, err);
		if (status) {
			return status;
		}
		ssize_t got = read(*fd, buffer->data + buffer->length, chunk);
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
		room -= (size_t)got;
		buffer->length += (size_t)got;
		buffer->data[buffer->length] = '\0';
	}
	*more = true;
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

/* Programs write a page at a time: one look for many of them saves a switch between the two for each. */
static void gather(const struct lks_spawn *spawn)
{
	const struct timespec moment = {.tv_nsec = GATHER_NS};
	int there = 0;
	if (spawn->gather > 0 && !spawn->exited && ioctl(spawn->streams[0], FIONREAD, &there) == 0 && there > 0 && there < spawn->gather) {
		nanosleep(&moment, NULL);
	}
}

int lks_spawn_poll_some(struct lks_spawn *spawn, int timeout_ms, struct lks_buffer *output, size_t room, struct lks_buffer *errors,
	bool *ended, struct lks_error *err)
{
	/* poll(2) passes over descriptors below 0 */
	struct pollfd watched[4] = {
		{.fd = spawn->streams[0], .events = POLLIN},
		{.fd = spawn->streams[1], .events = POLLIN},
		{.fd = spawn->exited ? -1 : spawn->pidfd, .events = POLLIN},
		{.fd = spawn->hungry ? spawn->input : -1, .events = POLLOUT},
	};
	struct lks_buffer *buffers[2] = {output, errors};
	const size_t rooms[2] = {room, ROOM};
	bool more = false;
	int status = 0;
	*ended = false;
	look_for_exit(spawn);
	if (!spawn->exited || spawn->streams[0] >= 0 || spawn->streams[1] >= 0) {
		int ready = poll(watched, 4, wait_time(spawn, timeout_ms));
		if (ready < 0 && errno != EINTR) {
			return lks_error_sys(err, errno, NULL, "a program cannot be watched");
		}
		gather(spawn);
		look_for_exit(spawn); /* before reading: what it wrote until its exit is then read below */
	}
	for (int i = 0; status == 0 && i < 2; i++) {
		if (spawn->streams[i] >= 0) {
			status = read_stream(&more, &spawn->streams[i], buffers[i], rooms[i], err);
		}
	}
	if (status) {
		return status;
	}
	if (spawn->exited && more && room < ROOM) {
		spawn->exited_at = now_ms(); /* what is left was written before: it is we who are late */
	}
	if (spawn->exited) {
		end_lingering(spawn);
		*ended = spawn->streams[0] < 0 && spawn->streams[1] < 0;
	}
	return 0;
}

int lks_spawn_poll(
	struct lks_spawn *spawn, int timeout_ms, struct lks_buffer *output, struct lks_buffer *errors, bool *ended, struct lks_error *err)
{
	return lks_spawn_poll_some(spawn, timeout_ms, output, ROOM, errors, ended, err);
}

int lks_spawn_feed(size_t *fed, struct lks_spawn *spawn, const void *data, size_t length, struct lks_error *err)
{
	*fed = 0;
	spawn->hungry = false;
	while (*fed < length) {
		ssize_t put = write(spawn->input, (const char *)data + *fed, length - *fed);
		if (put >= 0) {
			*fed += (size_t)put;
		} else if (errno == EAGAIN) {
			spawn->hungry = true;
			return 0;
		} else if (errno != EINTR) {
			return lks_error_set(err, LKS_E_CHILD, errno, NULL, "the program reads no more");
		}
	}
	return 0;
}

void lks_spawn_feed_end(struct lks_spawn *spawn)
{
	if (spawn->input >= 0) {
		close(spawn->input);
	}
	spawn->input = -1;
	spawn->hungry = false;
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
	lks_spawn_feed_end(spawn);
	if (spawn->pidfd >= 0) {
		close(spawn->pidfd);
	}
	free(spawn);
}

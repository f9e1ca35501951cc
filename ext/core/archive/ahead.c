/*
 * A ring of chunks between the walking thread and the planner. A chunk is handed over when it is full, so that waking is rare.
 */
#include "ahead.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attributes.h"

#define CHUNK 256 /* found entries */
#define CHUNKS 8

struct chunk {
	struct lks_region region; /* of what the members borrow */
	struct lks_found *found;  /* owned; CHUNK of them */
	size_t count;
	int status; /* what the walk said after them: 1 it goes on; 0 the end; negative: failed */
	struct lks_error error;
};

struct lks_ahead {
	struct lks_walk *walk;
	pthread_t thread;
	bool running;
	struct chunk chunks[CHUNKS]; /* used round and round */
	size_t given;                /* of the first chunk's entries; the planner's */
	bool has_chunk;              /* the planner is in the first chunk */

	pthread_mutex_t mutex;   /* guards the rest */
	pthread_cond_t has_room; /* for the walk */
	pthread_cond_t has_more; /* for the planner */
	uint64_t filled, freed;  /* chunks so far; the planner alone changes `freed` */
	bool walk_waits, planner_waits, stopping;
};

static int read_link(struct lks_found *found, const struct lks_walk_entry *entry, struct lks_region *region, struct lks_error *err)
{
	char link[PATH_MAX];
	ssize_t length = readlinkat(entry->parent_fd, entry->name, link, sizeof link);
	found->vanished = length < 0 && (errno == ENOENT || errno == EINVAL);
	if (found->vanished) {
		return 0;
	}
	if (length < 0) {
		return lks_error_sys(err, errno, entry->path, "the symlink cannot be read");
	}
	if ((size_t)length >= sizeof link) {
		return lks_error_set(err, LKS_E_LIMIT, 0, entry->path, "the symlink's target is too long");
	}
	found->member.link = lks_region_copy(region, link, (size_t)length, err);
	return found->member.link ? 0 : LKS_E_NOMEM;
}

static int add(struct chunk *chunk, const struct lks_walk_entry *entry, struct lks_error *err)
{
	struct lks_found *found = &chunk->found[chunk->count];
	int status = 0;
	*found = (struct lks_found){.mode = entry->st.st_mode, .names = entry->st.st_nlink, .is_mount = entry->is_mount};
	struct lks_member *member = &found->member;
	lks_member_stat(member, &entry->st);
	member->path = lks_region_copy(&chunk->region, entry->path, entry->path_length, err);
	member->path_length = entry->path_length;
	if (!member->path) {
		return LKS_E_NOMEM;
	}
	if (member->kind == LKS_MEMBER_DIRECTORY) {
		status = lks_attributes_read(member, entry->fd, entry->path, &chunk->region, err);
	} else if (member->kind == LKS_MEMBER_SYMLINK) {
		status = read_link(found, entry, &chunk->region, err);
	}
	chunk->count += status == 0;
	return status;
}

static void fill(struct chunk *chunk, struct lks_walk *walk)
{
	struct lks_walk_entry entry;
	lks_region_clear(&chunk->region);
	lks_error_clear(&chunk->error);
	chunk->count = 0;
	do {
		chunk->status = lks_walk_next(&entry, walk, &chunk->error);
		if (chunk->status > 0) {
			int status = add(chunk, &entry, &chunk->error);
			chunk->status = status ? status : 1;
		}
	} while (chunk->status > 0 && chunk->count < CHUNK);
}

static void *walk_ahead(void *arg)
{
	struct lks_ahead *ahead = arg;
	int status = 1;
	while (status > 0) {
		pthread_mutex_lock(&ahead->mutex);
		while (ahead->filled - ahead->freed == CHUNKS && !ahead->stopping) {
			ahead->walk_waits = true;
			pthread_cond_wait(&ahead->has_room, &ahead->mutex);
			ahead->walk_waits = false;
		}
		bool stopping = ahead->stopping;
		struct chunk *chunk = &ahead->chunks[ahead->filled % CHUNKS];
		pthread_mutex_unlock(&ahead->mutex);
		if (stopping) {
			break;
		}
		fill(chunk, ahead->walk);
		status = chunk->status;
		pthread_mutex_lock(&ahead->mutex);
		ahead->filled++;
		bool wake = ahead->planner_waits;
		pthread_mutex_unlock(&ahead->mutex);
		if (wake) {
			pthread_cond_signal(&ahead->has_more);
		}
	}
	return NULL;
}

int lks_ahead_new(struct lks_ahead **out, struct lks_walk *walk, struct lks_error *err)
{
	struct lks_ahead *ahead = calloc(1, sizeof *ahead);
	if (!ahead) {
		return lks_error_nomem(err);
	}
	ahead->walk = walk;
	pthread_mutex_init(&ahead->mutex, NULL);
	pthread_cond_init(&ahead->has_room, NULL);
	pthread_cond_init(&ahead->has_more, NULL);
	for (size_t i = 0; i < CHUNKS; i++) {
		ahead->chunks[i].found = malloc(CHUNK * sizeof *ahead->chunks[i].found);
		if (!ahead->chunks[i].found) {
			lks_ahead_free(ahead);
			return lks_error_nomem(err);
		}
	}
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int sys = pthread_create(&ahead->thread, NULL, walk_ahead, ahead);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	ahead->running = sys == 0;
	if (sys != 0) {
		lks_ahead_free(ahead);
		return lks_error_sys(err, sys, NULL, "no thread can be started");
	}
	*out = ahead;
	return 0;
}

/* Gives the planner's chunk back, and waits for the next. */
static void go_on(struct lks_ahead *ahead)
{
	pthread_mutex_lock(&ahead->mutex);
	ahead->freed += ahead->has_chunk;
	if (ahead->walk_waits && ahead->filled - ahead->freed <= CHUNKS / 2) { /* not for each chunk */
		pthread_cond_signal(&ahead->has_room);
	}
	while (ahead->filled == ahead->freed) {
		ahead->planner_waits = true;
		pthread_cond_wait(&ahead->has_more, &ahead->mutex);
		ahead->planner_waits = false;
	}
	pthread_mutex_unlock(&ahead->mutex);
	ahead->has_chunk = true;
	ahead->given = 0;
}

int lks_ahead_next(struct lks_found **out, struct lks_ahead *ahead, struct lks_error *err)
{
	struct chunk *chunk = &ahead->chunks[ahead->freed % CHUNKS];
	while (!ahead->has_chunk || ahead->given == chunk->count) {
		if (ahead->has_chunk && chunk->status <= 0) {
			if (chunk->status < 0) {
				*err = chunk->error;
			}
			return chunk->status;
		}
		go_on(ahead);
		chunk = &ahead->chunks[ahead->freed % CHUNKS];
	}
	*out = &chunk->found[ahead->given++];
	return 1;
}

void lks_ahead_free(struct lks_ahead *ahead)
{
	if (!ahead) {
		return;
	}
	if (ahead->running) {
		pthread_mutex_lock(&ahead->mutex);
		ahead->stopping = true;
		pthread_cond_signal(&ahead->has_room);
		pthread_mutex_unlock(&ahead->mutex);
		pthread_join(ahead->thread, NULL);
	}
	for (size_t i = 0; i < CHUNKS; i++) {
		lks_region_dispose(&ahead->chunks[i].region);
		free(ahead->chunks[i].found);
	}
	pthread_cond_destroy(&ahead->has_room);
	pthread_cond_destroy(&ahead->has_more);
	pthread_mutex_destroy(&ahead->mutex);
	free(ahead);
}

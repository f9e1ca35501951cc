/*
 * Owners, modes and times of directories, in rounds of batches; those that would then be closed to us come last, the deepest first.
 */
#include "directories.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lockstep/path.h"
#include "lockstep/pool.h"
#include "notes.h"

#define BATCH 256 /* directories that one thread takes at a time */

struct batch {
	struct lks_creator *creator;
	struct lks_region region; /* of what the members borrow */
	struct lks_member members[BATCH];
	size_t count;
	struct lks_notes warnings;
	int status;
	struct lks_error error;
};

static int set(struct lks_creator *creator, const struct lks_member *member, struct lks_notes *warnings, struct lks_error *err)
{
	int fd = -1;
	int status = lks_path_open(&fd, creator->to_fd, lks_creator_name(creator, member->path), O_RDONLY | O_DIRECTORY, 0, err);
	status = status ? status : lks_create_metadata(creator, fd, member, warnings, err);
	if (fd >= 0) {
		close(fd);
	}
	return status;
}

static void work(void *arg)
{
	struct batch *batch = arg;
	for (size_t i = 0; i < batch->count && batch->status == 0; i++) {
		batch->status = set(batch->creator, &batch->members[i], &batch->warnings, &batch->error);
	}
}

/* Waits for a round, and takes its results in order. */
static int harvest(struct lks_pool *pool, struct batch *batches, size_t count, struct lks_notes *warnings, struct lks_error *err)
{
	int status = 0;
	lks_pool_wait(pool);
	for (size_t i = 0; i < count; i++) {
		struct batch *batch = &batches[i];
		if (status == 0 && batch->status != 0) {
			*err = batch->error;
			status = batch->status;
		}
		status = status ? status : lks_notes_move(warnings, &batch->warnings, err);
		batch->count = 0;
		lks_region_clear(&batch->region);
	}
	return status;
}

/* Closed ones are kept in the region until all others are done. */
struct closed {
	struct lks_region region;
	struct lks_member *members; /* owned array */
	size_t count;
};

static int keep(struct closed *closed, const struct lks_member *member, struct lks_error *err)
{
	struct lks_member *members = realloc(closed->members, (closed->count + 1) * sizeof *members);
	if (!members) {
		return lks_error_nomem(err);
	}
	closed->members = members;
	return lks_member_copy(&members[closed->count++], member, &closed->region, err);
}

static int set_open(struct lks_manifest_cursor *cursor, struct lks_pool *pool, struct batch *batches, size_t size, struct closed *closed,
	struct lks_task *task, struct lks_notes *warnings, struct lks_error *err)
{
	struct lks_member member;
	size_t filling = 0;
	int more = 0, status = 0;
	while (status == 0 && (more = lks_manifest_next(&member, cursor, err)) > 0) {
		struct batch *batch = &batches[filling];
		if (member.kind != LKS_MEMBER_DIRECTORY) {
			continue;
		}
		if (!(member.mode & S_IXUSR)) {
			status = keep(closed, &member, err);
			continue;
		}
		status = lks_member_copy(&batch->members[batch->count++], &member, &batch->region, err);
		if (status == 0 && batch->count == BATCH) {
			status = lks_task_check(task, err);
			if (status == 0) {
				lks_pool_submit(pool, work, batch);
			}
			if (++filling == size) {
				int done = harvest(pool, batches, size, warnings, err);
				status = status ? status : done;
				filling = 0;
			}
		}
	}
	status = status ? status : more < 0 ? more : 0;
	if (status == 0 && batches[filling].count > 0) {
		lks_pool_submit(pool, work, &batches[filling]);
	}
	struct lks_error ignored = {0};
	int done = harvest(pool, batches, size, warnings, status ? &ignored : err);
	return status ? status : done;
}

int lks_directories_finish(struct lks_creator *creator, const struct lks_manifest *manifest, const char *below, unsigned threads,
	struct lks_task *task, struct lks_notes *warnings, struct lks_error *err)
{
	struct lks_manifest_cursor cursor;
	struct lks_pool *pool = NULL;
	struct batch *batches = NULL;
	struct closed closed = {0};
	size_t size = 0;
	int status = lks_manifest_cursor_init(&cursor, manifest, err);
	status = status ? status : lks_pool_new(&pool, threads, err);
	if (status == 0) {
		size = 2 * (size_t)lks_pool_threads(pool);
		batches = calloc(size, sizeof *batches);
		status = batches ? 0 : lks_error_nomem(err);
	}
	for (size_t i = 0; batches && i < size; i++) {
		batches[i].creator = creator;
	}
	if (status == 0 && below) {
		status = lks_manifest_seek(&cursor, below, err);
	}
	status = status ? status : set_open(&cursor, pool, batches, size, &closed, task, warnings, err);
	while (status == 0 && closed.count > 0) {
		status = set(creator, &closed.members[--closed.count], warnings, err);
	}
	lks_pool_free(pool);
	for (size_t i = 0; batches && i < size; i++) {
		lks_region_dispose(&batches[i].region);
		lks_notes_dispose(&batches[i].warnings);
	}
	free(batches);
	free(closed.members);
	lks_region_dispose(&closed.region);
	lks_manifest_cursor_dispose(&cursor);
	return status;
}

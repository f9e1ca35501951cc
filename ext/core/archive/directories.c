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
	bool may_lack;            /* some directories may not have been made */
	struct lks_region region; /* of what the members borrow */
	struct lks_member members[BATCH];
	size_t count;
	struct lks_notes warnings;
	int status;
	struct lks_error error;
};

static int set(struct lks_creator *creator, struct lks_place *place, const struct lks_member *member, struct lks_notes *warnings,
	struct lks_error *err)
{
	const char *name = lks_creator_name(creator, member->path);
	int fd = -1;
	if (lks_create_wants_times(creator, name, member)) {
		return lks_create_times(creator, place, name, member, err);
	}
	int status = lks_path_open(&fd, creator->to_fd, name, O_RDONLY | O_DIRECTORY, 0, err);
	status = status ? status : lks_create_metadata(creator, fd, member, warnings, err);
	if (fd >= 0) {
		close(fd);
	}
	return status;
}

static void work(void *arg)
{
	struct batch *batch = arg;
	struct lks_place place;
	lks_place_init(&place);
	for (size_t i = 0; i < batch->count && batch->status == 0; i++) {
		batch->status = set(batch->creator, &place, &batch->members[i], &batch->warnings, &batch->error);
		if (batch->status == LKS_E_NOT_FOUND && batch->may_lack) {
			lks_error_clear(&batch->error);
			batch->status = 0;
		}
	}
	lks_place_dispose(&place);
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

/* Was it made, or may it have been? With a pattern the parents of what it matches were. */
static bool concerns(const struct lks_selection *selection, const struct lks_member *member)
{
	return member->kind == LKS_MEMBER_DIRECTORY &&
		(lks_selection_has(selection, member->path, true) || (selection->pattern && lks_selection_in_items(selection, member->path)));
}

static int set_open(struct lks_manifest_cursor *cursor, const struct lks_selection *selection, struct lks_pool *pool, struct batch *batches,
	size_t size, struct closed *closed, struct lks_task *task, struct lks_notes *warnings, struct lks_error *err)
{
	struct lks_member member;
	size_t filling = 0;
	int more = 0, status = 0;
	while (status == 0 && (more = lks_manifest_next(&member, cursor, err)) > 0) {
		struct batch *batch = &batches[filling];
		if (!concerns(selection, &member)) {
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

int lks_directories_finish(struct lks_creator *creator, const struct lks_manifest *manifest, const struct lks_selection *selection,
	unsigned threads, struct lks_task *task, struct lks_notes *warnings, struct lks_error *err)
{
	struct lks_manifest_cursor cursor;
	struct lks_pool *pool = NULL;
	struct batch *batches = NULL;
	struct closed closed = {0};
	struct lks_place place;
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
		batches[i].may_lack = selection->pattern != NULL;
	}
	if (status == 0 && selection->below) {
		status = lks_manifest_seek(&cursor, selection->below, err);
	}
	status = status ? status : set_open(&cursor, selection, pool, batches, size, &closed, task, warnings, err);
	while (status == 0 && closed.count > 0) {
		lks_place_init(&place);
		status = set(creator, &place, &closed.members[--closed.count], warnings, err);
		lks_place_dispose(&place);
		if (status == LKS_E_NOT_FOUND && selection->pattern) {
			lks_error_clear(err);
			status = 0;
		}
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

int lks_archive_set_times(int root_fd, const struct lks_archive_time *times, size_t count, struct lks_error *err)
{
	for (size_t i = 0; i < count; i++) {
		struct lks_error why = {0};
		struct timespec both[2] = {{.tv_nsec = UTIME_OMIT}, lks_create_timespec(times[i].mtime)};
		int fd = -1;
		int status = lks_path_open(&fd, root_fd, times[i].path, O_RDONLY | O_DIRECTORY, 0, &why);
		if (status == LKS_E_NOMEM || status == LKS_E_INVALID) {
			*err = why;
			return status;
		}
		if (status == 0) {
			(void)futimens(fd, both); /* another's directory keeps its time */
			close(fd);
		}
	}
	return 0;
}

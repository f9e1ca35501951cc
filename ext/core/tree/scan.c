/*
 * A tree in memory: the walk's notes are laid out depth first, which is the order of paths, then hashed if asked for.
 */
#include "lockstep/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lockstep/fs.h"
#include "lockstep/path.h"
#include "scan_parts.h"

void lks_scan_fail(struct lks_scan_crew *crew, const struct lks_error *error)
{
	pthread_mutex_lock(&crew->mutex);
	if (crew->error.status == LKS_OK) {
		crew->error = *error;
	}
	pthread_mutex_unlock(&crew->mutex);
	atomic_store(&crew->stopped, true);
}

bool lks_scan_stopped(struct lks_scan_crew *crew)
{
	return atomic_load_explicit(&crew->stopped, memory_order_relaxed) || lks_task_cancelled(crew->task);
}

/* What a pass of the crew came to. */
static int outcome(struct lks_scan_crew *crew, struct lks_error *err)
{
	if (lks_task_cancelled(crew->task)) {
		return lks_task_check(crew->task, err);
	}
	if (crew->error.status != LKS_OK && err && err->status == LKS_OK) {
		*err = crew->error;
	}
	return crew->error.status;
}

static int by_text(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static int sort_excluded(struct lks_scan_crew *crew, struct lks_error *err)
{
	const char *const *list = crew->options->exclude;
	size_t count = 0;
	while (list && list[count]) {
		count++;
	}
	if (count == 0) {
		return 0;
	}
	crew->excluded = malloc(count * sizeof *crew->excluded);
	if (!crew->excluded) {
		return lks_error_nomem(err);
	}
	memcpy(crew->excluded, list, count * sizeof *crew->excluded);
	qsort(crew->excluded, count, sizeof *crew->excluded, by_text);
	crew->excluded_count = count;
	return 0;
}

static struct lks_entry entry_of(const struct lks_scan_note *note)
{
	return (struct lks_entry){
		.path = note->path,
		.link = note->link,
		.mode = note->mode,
		.uid = note->uid,
		.gid = note->gid,
		.nlink = note->nlink,
		.size = note->size,
		.device = note->device,
		.inode = note->inode,
		.mtime = note->mtime,
		.ctime = note->ctime,
	};
}

/* Depth first; paths are at most PATH_MAX long, so that the recursion has an end. */
static void lay_out(struct lks_scan *scan, const struct lks_scan_directory *directory)
{
	for (size_t i = 0; i < directory->count; i++) {
		scan->entries[scan->count++] = entry_of(&directory->notes[i]);
		if (directory->notes[i].directory) {
			lay_out(scan, directory->notes[i].directory);
		}
	}
}

static int root_entry(struct lks_entry *entry, int fd, const char *rel, struct lks_error *err)
{
	struct stat st;
	if (fstat(fd, &st) != 0) {
		return lks_error_sys(err, errno, rel, "cannot be examined");
	}
	*entry = (struct lks_entry){
		.path = ".",
		.mode = st.st_mode,
		.uid = st.st_uid,
		.gid = st.st_gid,
		.nlink = (uint32_t)st.st_nlink,
		.device = st.st_dev,
		.inode = st.st_ino,
		.mtime = lks_fs_ns(st.st_mtim),
		.ctime = lks_fs_ns(st.st_ctim),
	};
	return 0;
}

static void count_work(const struct lks_scan *scan, struct lks_task *task)
{
	uint64_t files = 0, bytes = 0;
	for (size_t i = 0; i < scan->count; i++) {
		files += S_ISREG(scan->entries[i].mode);
		bytes += scan->entries[i].size;
	}
	if (task) { /* hashing counts anew: its unit is the file, the walk's the entry */
		atomic_store(&task->files, 0);
		atomic_store(&task->bytes, 0);
	}
	lks_task_total(task, files, bytes);
	lks_task_phase(task, "read");
}

int lks_scan_tree(
	struct lks_scan *out, int dir_fd, const char *rel, const struct lks_scan_options *options, struct lks_task *task, struct lks_error *err)
{
	static const struct lks_scan_options defaults;
	struct lks_scan scan = {0};
	struct lks_scan_directory top = {.path = ""};
	struct lks_arena *arena = NULL;
	size_t entries = 0;
	struct lks_scan_crew *crew = calloc(1, sizeof *crew);
	if (!crew) {
		return lks_error_nomem(err);
	}
	crew->root_fd = -1;
	crew->options = options ? options : &defaults;
	crew->task = task;
	pthread_mutex_init(&crew->mutex, NULL);
	lks_task_phase(task, "scan");
	int status = lks_path_open(&crew->root_fd, dir_fd, rel, O_RDONLY | O_DIRECTORY, 0, err);
	if (status || (status = sort_excluded(crew, err)) || (status = lks_pool_new(&crew->pool, crew->options->threads, err))) {
		goto done;
	}
	if ((status = lks_scan_walk(crew, &top, &entries, err)) || (status = outcome(crew, err))) {
		goto done;
	}
	scan.entries = malloc((entries + 1) * sizeof *scan.entries);
	arena = malloc(sizeof *arena);
	if (!scan.entries || !arena) {
		status = lks_error_nomem(err);
		goto done;
	}
	if ((status = root_entry(&scan.entries[0], crew->root_fd, rel, err))) {
		goto done;
	}
	scan.count = 1;
	lay_out(&scan, &top);
	lks_arena_dispose(&crew->notes);
	if (crew->options->hash) {
		count_work(&scan, task);
		if ((status = lks_scan_hash(crew, scan.entries, scan.count, err)) || (status = outcome(crew, err))) {
			goto done;
		}
	}
	*arena = crew->strings;
	crew->strings = (struct lks_arena){0};
	scan.arena = arena;
	*out = scan;
	arena = NULL;
	scan.entries = NULL;
done:
	free(arena);
	free(scan.entries);
	lks_pool_free(crew->pool);
	lks_arena_dispose(&crew->strings);
	lks_arena_dispose(&crew->notes);
	free(crew->excluded);
	if (crew->root_fd >= 0) {
		close(crew->root_fd);
	}
	pthread_mutex_destroy(&crew->mutex);
	free(crew);
	return status;
}

static int by_order(const void *key, const void *item)
{
	return lks_path_compare(key, ((const struct lks_entry *)item)->path);
}

const struct lks_entry *lks_scan_find(const struct lks_scan *scan, const char *path)
{
	return scan->count ? bsearch(path, scan->entries, scan->count, sizeof *scan->entries, by_order) : NULL;
}

void lks_scan_dispose(struct lks_scan *scan)
{
	if (scan->arena) {
		lks_arena_dispose(scan->arena);
	}
	free(scan->arena);
	free(scan->entries);
	*scan = (struct lks_scan){0};
}

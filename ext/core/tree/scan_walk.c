/*
 * The parallel walk: threads share a stack of directories; whoever reads one puts its subdirectories there.
 *
 * A directory is opened by its path from the root (the kernel walks it without a lock, and no descriptor must outlive its
 * reader); its entries are examined relative to its descriptor.
 */
#include "scan_parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/beneath.h"
#include "lockstep/fs.h"

#define LIST_SIZE (size_t)(64 * 1024) /* bytes asked for by one getdents */

struct walk {
	struct lks_scan_crew *crew;
	pthread_mutex_t mutex; /* guards the three below */
	pthread_cond_t changed;
	struct lks_scan_directory *stack;
	unsigned busy, idle; /* threads that read a directory; that wait for one */
	atomic_size_t entries;
};

/* One thread's own things. */
struct reader {
	struct walk *walk;
	struct lks_arena strings, notes;
	char *list; /* what getdents gave for the whole directory */
	size_t list_size, list_length;
	const char **names; /* into list */
	size_t names_size;
	struct lks_error error;
};

static int by_name(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Most directories are small: there an insertion sort beats the library's, which allocates. */
static void sort_names(const char **names, size_t count)
{
	if (count > 24) {
		qsort(names, count, sizeof *names, by_name);
		return;
	}
	for (size_t i = 1; i < count; i++) {
		const char *name = names[i];
		size_t at = i;
		for (; at > 0 && strcmp(names[at - 1], name) > 0; at--) {
			names[at] = names[at - 1];
		}
		names[at] = name;
	}
}

static int grow(void **array, size_t *size, size_t wanted, size_t item, struct lks_error *err)
{
	if (wanted <= *size) {
		return 0;
	}
	size_t bigger = *size * 2 > wanted ? *size * 2 : wanted;
	void *moved = realloc(*array, bigger * item);
	if (!moved) {
		return lks_error_nomem(err);
	}
	*array = moved;
	*size = bigger;
	return 0;
}

/* Reads the whole list of a directory, then points names into it, sorted. */
static int list_names(struct reader *reader, int fd, const char *path, size_t *count, struct lks_error *err)
{
	int status = 0;
	reader->list_length = 0;
	for (;;) {
		void *list = reader->list;
		status = grow(&list, &reader->list_size, reader->list_length + LIST_SIZE, 1, err);
		reader->list = list;
		if (status) {
			return status;
		}
		ssize_t got = getdents64(fd, reader->list + reader->list_length, reader->list_size - reader->list_length);
		if (got < 0) {
			return errno == ENOENT ? 0 : lks_error_sys(err, errno, path, "the directory cannot be read"); /* ENOENT: removed meanwhile */
		}
		if (got == 0) {
			break;
		}
		reader->list_length += (size_t)got;
	}
	*count = 0;
	for (size_t at = 0; at < reader->list_length;) {
		const struct dirent64 *entry = (const struct dirent64 *)(const void *)(reader->list + at);
		const char *name = entry->d_name;
		at += entry->d_reclen;
		if (name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'))) {
			continue;
		}
		void *names = reader->names;
		status = grow(&names, &reader->names_size, *count + 1, sizeof *reader->names, err);
		reader->names = names;
		if (status) {
			return status;
		}
		reader->names[(*count)++] = name;
	}
	sort_names(reader->names, *count);
	return 0;
}

static int by_path(const void *key, const void *item)
{
	return strcmp(key, *(const char *const *)item);
}

static bool is_excluded(const struct lks_scan_crew *crew, const char *path)
{
	return crew->excluded_count && bsearch(path, crew->excluded, crew->excluded_count, sizeof *crew->excluded, by_path);
}

/* *gone tells that it is no symlink any more. */
static int read_link(struct reader *reader, int fd, const char *name, struct lks_scan_note *note, bool *gone, struct lks_error *err)
{
	char target[PATH_MAX];
	ssize_t length = readlinkat(fd, name, target, sizeof target - 1);
	*gone = length < 0 && (errno == ENOENT || errno == EINVAL);
	if (*gone) {
		return 0;
	}
	if (length < 0) {
		return lks_error_sys(err, errno, note->path, "the symlink cannot be read");
	}
	note->link = lks_arena_path(&reader->strings, NULL, 0, target, (size_t)length);
	return note->link ? 0 : lks_error_nomem(err);
}

/* Notes one entry; *kept is false when it vanished meanwhile or is excluded. */
static int note_entry(struct reader *reader, int fd, const struct lks_scan_directory *directory, size_t prefix, const char *name,
	struct lks_scan_note *note, bool *kept, struct lks_error *err)
{
	struct stat st;
	size_t length = strlen(name);
	*kept = false;
	*note = (struct lks_scan_note){0};
	if (prefix + 1 + length >= PATH_MAX) {
		return lks_error_set(err, LKS_E_LIMIT, 0, directory->path, "a path below it is longer than %d bytes", PATH_MAX - 1);
	}
	note->path = lks_arena_path(&reader->strings, directory->path, prefix, name, length);
	if (!note->path) {
		return lks_error_nomem(err);
	}
	if (is_excluded(reader->walk->crew, note->path)) {
		return 0;
	}
	if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) != 0) {
		return errno == ENOENT ? 0 : lks_error_sys(err, errno, note->path, "cannot be examined");
	}
	note->mode = st.st_mode;
	note->uid = st.st_uid;
	note->gid = st.st_gid;
	note->nlink = (uint32_t)st.st_nlink;
	note->size = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
	note->device = st.st_dev;
	note->inode = st.st_ino;
	note->mtime = lks_fs_ns(st.st_mtim);
	note->ctime = lks_fs_ns(st.st_ctim);
	if (S_ISLNK(st.st_mode)) {
		bool gone;
		int status = read_link(reader, fd, name, note, &gone, err);
		if (status || gone) {
			return status;
		}
	} else if (S_ISDIR(st.st_mode)) {
		note->directory = lks_arena_take(&reader->notes, sizeof *note->directory);
		if (!note->directory) {
			return lks_error_nomem(err);
		}
		*note->directory = (struct lks_scan_directory){.path = note->path};
	}
	*kept = true;
	return 0;
}

static int read_directory(struct reader *reader, struct lks_scan_directory *directory, struct lks_error *err)
{
	const struct lks_scan_crew *crew = reader->walk->crew;
	const char *path = directory->path[0] ? directory->path : ".";
	size_t prefix = strlen(directory->path), count = 0;
	int fd = lks_open_beneath(crew->root_fd, path, O_RDONLY | O_DIRECTORY, 0, !crew->options->cross_mounts);
	if (fd == -ENOENT || fd == -ENOTDIR || fd == -ELOOP || fd == -EXDEV) {
		return 0; /* vanished or replaced meanwhile; or another mount, which is listed and not entered */
	}
	if (fd < 0) {
		return lks_error_sys(err, -fd, path, "the directory cannot be opened");
	}
	int status = list_names(reader, fd, path, &count, err);
	if (status == 0 && count > 0) {
		directory->notes = lks_arena_take(&reader->notes, count * sizeof *directory->notes);
		if (!directory->notes) {
			status = lks_error_nomem(err);
		}
	}
	for (size_t i = 0; status == 0 && i < count; i++) {
		bool kept;
		status = note_entry(reader, fd, directory, prefix, reader->names[i], &directory->notes[directory->count], &kept, err);
		directory->count += status == 0 && kept;
	}
	close(fd);
	return status;
}

/* Puts the subdirectories of done (may be NULL) on the stack and takes the next one; NULL when all is read. */
static struct lks_scan_directory *next_directory(struct walk *walk, struct lks_scan_directory *done)
{
	pthread_mutex_lock(&walk->mutex);
	if (done) {
		for (size_t i = done->count; i > 0; i--) {
			struct lks_scan_directory *below = done->notes[i - 1].directory;
			if (below) {
				below->next = walk->stack;
				walk->stack = below;
			}
		}
		walk->busy--;
	}
	while (!walk->stack && walk->busy > 0) {
		walk->idle++;
		pthread_cond_wait(&walk->changed, &walk->mutex);
		walk->idle--;
	}
	struct lks_scan_directory *next = walk->stack;
	if (next) {
		walk->stack = next->next;
		walk->busy++;
	}
	if (walk->idle > 0 && (walk->stack || walk->busy == 0)) {
		pthread_cond_broadcast(&walk->changed);
	}
	pthread_mutex_unlock(&walk->mutex);
	return next;
}

static void read_directories(void *arg)
{
	struct reader *reader = arg;
	struct walk *walk = reader->walk;
	struct lks_scan_directory *directory = NULL;
	while ((directory = next_directory(walk, directory))) {
		/* a stopped walk still empties the stack, so that everybody comes to the end */
		if (lks_scan_stopped(walk->crew)) {
			continue;
		}
		if (read_directory(reader, directory, &reader->error)) {
			lks_scan_fail(walk->crew, &reader->error);
			continue;
		}
		atomic_fetch_add_explicit(&walk->entries, directory->count, memory_order_relaxed);
		lks_task_add(walk->crew->task, directory->count, 0);
	}
	free(reader->names);
	free(reader->list);
}

int lks_scan_walk(struct lks_scan_crew *crew, struct lks_scan_directory *top, size_t *entries, struct lks_error *err)
{
	struct walk walk = {.crew = crew, .stack = top};
	unsigned threads = lks_pool_threads(crew->pool);
	struct reader *readers = calloc(threads, sizeof *readers);
	if (!readers) {
		return lks_error_nomem(err);
	}
	pthread_mutex_init(&walk.mutex, NULL);
	pthread_cond_init(&walk.changed, NULL);
	for (unsigned i = 0; i < threads; i++) {
		readers[i].walk = &walk;
		lks_pool_submit(crew->pool, read_directories, &readers[i]);
	}
	lks_pool_wait(crew->pool);
	for (unsigned i = 0; i < threads; i++) {
		lks_arena_join(&crew->strings, &readers[i].strings);
		lks_arena_join(&crew->notes, &readers[i].notes);
	}
	pthread_cond_destroy(&walk.changed);
	pthread_mutex_destroy(&walk.mutex);
	free(readers);
	*entries = atomic_load(&walk.entries);
	return 0;
}

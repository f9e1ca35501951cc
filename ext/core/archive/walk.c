/*
 * The ordered walk: a stack of directories, each with its names sorted as bytes; a directory is read when it is entered.
 */
#include "walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "region.h"
#include "lockstep/glob.h"
#include "lockstep/path.h"

#define OPEN_MAX_LEVELS 64  /* descriptors kept; those above are opened again when the walk comes back to them */
#define LISTING (32 * 1024) /* bytes of names read in one call */
#define RACES 16            /* how often an entry may be replaced between two looks */

struct level {
	int fd; /* -1 while closed */
	struct lks_region region;
	const char **names; /* owned array, strings in the region; sorted */
	size_t count, capacity, next;
	size_t path_length; /* of the directory's own path; 0 for the root */
};

struct lks_walk {
	int root_fd;
	const char **exclude; /* owned array of borrowed strings; sorted */
	size_t exclude_count;
	const char *const *patterns; /* NULL: none */
	bool cross_mounts;
	dev_t skip_device;
	ino_t skip_inode;
	char path[PATH_MAX];
	struct level *levels; /* owned; the deepest last */
	size_t depth, capacity;
	bool single;  /* rel's own entry is still to come */
	bool enter;   /* the entry given last is a directory, entered on the next call */
	int enter_fd; /* its descriptor */
	size_t enter_length;
	char listing[LISTING];
};

/* The kernel's record of getdents64(2). */
struct record {
	uint64_t inode;
	int64_t offset;
	unsigned short length;
	unsigned char type;
	char name[];
};

static int by_name(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static bool excluded(const struct lks_walk *walk)
{
	const char *path = walk->path;
	return walk->exclude_count > 0 && bsearch(&path, walk->exclude, walk->exclude_count, sizeof path, by_name);
}

static bool matched(const struct lks_walk *walk, bool is_directory)
{
	for (size_t i = 0; walk->patterns && walk->patterns[i]; i++) {
		if (lks_glob_match(walk->patterns[i], walk->path, is_directory)) {
			return true;
		}
	}
	return false;
}

/* The entry's type, as the directory tells it, stands in the byte before its name. */
static int add_name(struct level *level, const char *name, unsigned char type, struct lks_error *err)
{
	if (level->count == level->capacity) {
		size_t capacity = level->capacity ? 2 * level->capacity : 16;
		const char **names = realloc(level->names, capacity * sizeof *names);
		if (!names) {
			return lks_error_nomem(err);
		}
		level->names = names;
		level->capacity = capacity;
	}
	size_t length = strlen(name) + 1;
	char *copy = lks_region_take(&level->region, length + 1, err);
	if (!copy) {
		return LKS_E_NOMEM;
	}
	copy[0] = (char)type;
	memcpy(copy + 1, name, length);
	level->names[level->count++] = copy + 1;
	return 0;
}

static int read_names(struct lks_walk *walk, struct level *level, struct lks_error *err)
{
	for (;;) {
		long got = syscall(SYS_getdents64, level->fd, walk->listing, sizeof walk->listing);
		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got < 0 && errno == ENOENT) {
			got = 0; /* removed meanwhile: empty */
		}
		if (got < 0) {
			return lks_error_sys(err, errno, walk->path, "the directory cannot be read");
		}
		if (got == 0) {
			break;
		}
		for (long at = 0; at < got;) {
			const struct record *record = (const struct record *)(walk->listing + at);
			at += record->length;
			const char *name = record->name;
			if (name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]))) {
				continue;
			}
			int status = add_name(level, name, record->type, err);
			if (status != 0) {
				return status;
			}
		}
	}
	if (level->count > 1) {
		qsort(level->names, level->count, sizeof *level->names, by_name);
	}
	return 0;
}

/* Makes fd (taken over) the deepest level, without names. */
static int push(struct lks_walk *walk, int fd, size_t path_length, struct lks_error *err)
{
	if (walk->depth == walk->capacity) {
		size_t capacity = walk->capacity ? 2 * walk->capacity : 32;
		struct level *levels = realloc(walk->levels, capacity * sizeof *levels);
		if (!levels) {
			close(fd);
			return lks_error_nomem(err);
		}
		memset(levels + walk->capacity, 0, (capacity - walk->capacity) * sizeof *levels);
		walk->levels = levels;
		walk->capacity = capacity;
	}
	struct level *level = &walk->levels[walk->depth++];
	level->fd = fd;
	level->count = level->next = 0; /* names and region are kept from the last directory at this depth */
	level->path_length = path_length;
	lks_region_clear(&level->region);
	if (walk->depth > OPEN_MAX_LEVELS) {
		struct level *above = &walk->levels[walk->depth - 1 - OPEN_MAX_LEVELS];
		if (above->fd >= 0) {
			close(above->fd);
			above->fd = -1;
		}
	}
	return 0;
}

static int enter(struct lks_walk *walk, int fd, size_t path_length, struct lks_error *err)
{
	int status = push(walk, fd, path_length, err);
	return status == 0 ? read_names(walk, &walk->levels[walk->depth - 1], err) : status;
}

static void leave(struct lks_walk *walk)
{
	struct level *level = &walk->levels[--walk->depth];
	if (level->fd >= 0) {
		close(level->fd);
		level->fd = -1;
	}
}

int lks_walk_new(struct lks_walk **out, const struct lks_walk_options *options, struct lks_error *err)
{
	const char *rel = options->path;
	const char *const *exclude = options->exclude;
	struct lks_walk *walk = NULL;
	int fd = -1, root_fd = options->root_fd;
	int status = lks_path_check(rel, strlen(rel), err);
	if (status != 0) {
		return status;
	}
	walk = calloc(1, sizeof *walk);
	if (!walk) {
		return lks_error_nomem(err);
	}
	walk->root_fd = root_fd;
	walk->patterns = options->patterns;
	walk->cross_mounts = options->cross_mounts;
	walk->enter_fd = -1;
	while (exclude && exclude[walk->exclude_count]) {
		walk->exclude_count++;
	}
	if (walk->exclude_count > 0) {
		walk->exclude = malloc(walk->exclude_count * sizeof *walk->exclude);
		if (!walk->exclude) {
			status = lks_error_nomem(err);
			goto out;
		}
		memcpy(walk->exclude, exclude, walk->exclude_count * sizeof *walk->exclude);
		qsort(walk->exclude, walk->exclude_count, sizeof *walk->exclude, by_name);
	}
	if (strcmp(rel, ".") == 0) {
		status = lks_path_open(&fd, root_fd, ".", O_RDONLY | O_DIRECTORY, 0, err);
		if (status == 0) {
			status = enter(walk, fd, 0, err);
		}
	} else {
		struct stat st;
		strcpy(walk->path, rel);
		status = lks_path_open(&fd, root_fd, rel, O_PATH | O_NOFOLLOW, 0, err);
		if (status == 0 && fstat(fd, &st) != 0) {
			status = lks_error_sys(err, errno, rel, "the file cannot be examined");
		}
		if (fd >= 0) {
			close(fd);
		}
		walk->single = true;
	}
out:
	if (status != 0) {
		lks_walk_free(walk);
		return status;
	}
	*out = walk;
	return 0;
}

void lks_walk_skip(struct lks_walk *walk, dev_t device, ino_t inode)
{
	walk->skip_device = device;
	walk->skip_inode = inode;
}

/* fstat(2) of a directory, which tells besides whether it is the root of a mount. */
static int examine(struct stat *st, bool *is_mount, int fd)
{
	struct statx now;
	if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &now) != 0) {
		return -1;
	}
	memset(st, 0, sizeof *st);
	st->st_mode = now.stx_mode;
	st->st_nlink = now.stx_nlink;
	st->st_uid = now.stx_uid;
	st->st_gid = now.stx_gid;
	st->st_size = (off_t)now.stx_size;
	st->st_dev = makedev(now.stx_dev_major, now.stx_dev_minor);
	st->st_ino = now.stx_ino;
	st->st_mtim = (struct timespec){.tv_sec = now.stx_mtime.tv_sec, .tv_nsec = now.stx_mtime.tv_nsec};
	st->st_ctim = (struct timespec){.tv_sec = now.stx_ctime.tv_sec, .tv_nsec = now.stx_ctime.tv_nsec};
	*is_mount = now.stx_attributes & STATX_ATTR_MOUNT_ROOT;
	return 0;
}

/* Examines parent_fd/name, whose path stands in walk->path. 1: given out; 0: pass over. */
static int give(struct lks_walk_entry *out, struct lks_walk *walk, int parent_fd, const char *name, unsigned char type, size_t length,
	struct lks_error *err)
{
	struct lks_walk_entry entry = {.path = walk->path, .path_length = length, .name = name, .parent_fd = parent_fd, .fd = -1};
	int tries = RACES;
again:
	if (type == DT_DIR) { /* opened at once, then examined */
		entry.st.st_mode = S_IFDIR;
		entry.st.st_ino = 0;
		type = DT_UNKNOWN;
	} else if (fstatat(parent_fd, name, &entry.st, AT_SYMLINK_NOFOLLOW) != 0) {
		return errno == ENOENT ? 0 : lks_error_sys(err, errno, walk->path, "the file cannot be examined");
	}
	if (walk->skip_inode != 0 && entry.st.st_ino == walk->skip_inode && entry.st.st_dev == walk->skip_device) {
		return 0;
	}
	if (S_ISDIR(entry.st.st_mode)) {
		entry.fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (entry.fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP) && tries-- > 0) {
			goto again; /* replaced since it was examined */
		}
		if (entry.fd < 0) {
			return lks_error_sys(err, errno, walk->path, "the directory cannot be opened");
		}
		if (examine(&entry.st, &entry.is_mount, entry.fd) != 0) {
			int sys = errno;
			close(entry.fd);
			return lks_error_sys(err, sys, walk->path, "the directory cannot be examined");
		}
		walk->enter = true;
		walk->enter_fd = entry.fd;
		walk->enter_length = length;
	}
	*out = entry;
	return 1;
}

static int give_single(struct lks_walk_entry *out, struct lks_walk *walk, struct lks_error *err)
{
	const char *name = NULL;
	walk->single = false;
	int fd = -1, status = lks_path_parent(&fd, &name, walk->root_fd, walk->path, err);
	if (status != 0) {
		return status;
	}
	status = push(walk, fd, 0, err); /* keeps the parent's descriptor while the entry is borrowed */
	if (status != 0) {
		return status;
	}
	size_t length = strlen(walk->path);
	name = strrchr(walk->path, '/');
	return give(out, walk, fd, name ? name + 1 : walk->path, DT_UNKNOWN, length, err);
}

static int reopen(struct lks_walk *walk, struct level *level, struct lks_error *err)
{
	walk->path[level->path_length] = '\0';
	return lks_path_open(&level->fd, walk->root_fd, level->path_length ? walk->path : ".", O_RDONLY | O_DIRECTORY, 0, err);
}

void lks_walk_pass_over(struct lks_walk *walk)
{
	if (walk->enter_fd >= 0) {
		close(walk->enter_fd);
		walk->enter_fd = -1;
	}
	walk->enter = false;
}

int lks_walk_next(struct lks_walk_entry *out, struct lks_walk *walk, struct lks_error *err)
{
	if (walk->single) {
		int given = give_single(out, walk, err);
		out->is_mount = false; /* it was asked for */
		return given;
	}
	if (!walk->enter) {
		lks_walk_pass_over(walk); /* a mount point that was looked at */
	}
	if (walk->enter) {
		walk->enter = false;
		int fd = walk->enter_fd;
		walk->enter_fd = -1;
		int status = enter(walk, fd, walk->enter_length, err);
		if (status != 0) {
			return status;
		}
	}
	while (walk->depth > 0) {
		struct level *level = &walk->levels[walk->depth - 1];
		if (level->next == level->count) {
			leave(walk);
			continue;
		}
		const char *name = level->names[level->next++];
		size_t at = level->path_length, size = strlen(name);
		if (at + size + 2 > sizeof walk->path) {
			walk->path[at] = '\0';
			return lks_error_set(err, LKS_E_LIMIT, 0, walk->path, "a path in this directory is longer than %d bytes", PATH_MAX - 1);
		}
		if (level->fd < 0) {
			int status = reopen(walk, level, err);
			if (status != 0) {
				return status;
			}
		}
		if (at > 0) {
			walk->path[at++] = '/';
		}
		memcpy(walk->path + at, name, size + 1);
		if (excluded(walk)) {
			continue;
		}
		int given = give(out, walk, level->fd, name, (unsigned char)name[-1], at + size, err);
		if (given < 0) {
			return given;
		}
		if (given > 0 && matched(walk, out->fd >= 0)) {
			lks_walk_pass_over(walk);
			continue;
		}
		if (given > 0) {
			out->is_mount = out->is_mount && !walk->cross_mounts;
			walk->enter = walk->enter && !out->is_mount;
			return 1;
		}
	}
	return 0;
}

void lks_walk_free(struct lks_walk *walk)
{
	if (!walk) {
		return;
	}
	while (walk->depth > 0) {
		leave(walk);
	}
	if (walk->enter_fd >= 0) {
		close(walk->enter_fd);
	}
	for (size_t i = 0; i < walk->capacity; i++) {
		lks_region_dispose(&walk->levels[i].region);
		free(walk->levels[i].names);
	}
	free(walk->levels);
	free(walk->exclude);
	free(walk);
}

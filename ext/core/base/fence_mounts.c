/*
 * The write fence by a mount namespace, for kernels without Landlock: every mount is made read-only, but for binds of the
 * writable places over themselves.
 *
 * Root takes a mount namespace alone; anybody else takes a user namespace with it, in which nobody but the user exists. Mounts are remounted one by one, which all kernels can do, and
 * keep their other flags: in a user namespace those are locked. See mount_namespaces(7) and proc(5) for mountinfo.
 */
#include "fence.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "lockstep/buffer.h"
#include "lockstep/fs.h"

#ifndef MS_NOSYMFOLLOW /* Linux 5.10 */
#define MS_NOSYMFOLLOW 256
#endif
#ifndef ST_RDONLY
#define ST_RDONLY 1
#endif

#define CHUNK 65536 /* bytes of mountinfo read at once */

/* A mount point that becomes read-only. */
struct barred {
	size_t path;         /* offset in text */
	unsigned long flags; /* MS_NOSUID, … : those that it has */
};

struct lks_fence_mounts {
	char **places; /* the writable ones, without symlinks; NULL-terminated; owned */
	struct barred *barred;
	size_t count;
	struct lks_buffer text; /* mountinfo, its mount points decoded in place */
	bool root;
	char directory[PATH_MAX];
	char uid_map[40], gid_map[40];
};

static bool is_at_or_below(const char *path, const char *place)
{
	size_t length = strlen(place);
	return strncmp(path, place, length) == 0 && (path[length] == '\0' || path[length] == '/' || strcmp(place, "/") == 0);
}

static bool is_any(const char *path, const char *const *places)
{
	for (size_t i = 0; places[i]; i++) {
		if (is_at_or_below(path, places[i])) {
			return true;
		}
	}
	return false;
}

static bool is_octal(const char *at)
{
	return at[0] >= '0' && at[0] <= '3' && at[1] >= '0' && at[1] <= '7' && at[2] >= '0' && at[2] <= '7';
}

/* "\040" is a space in mountinfo. */
static void decode(char *text)
{
	char *to = text;
	for (const char *from = text; *from; to++) {
		if (from[0] == '\\' && is_octal(from + 1)) {
			*to = (char)((from[1] - '0') * 64 + (from[2] - '0') * 8 + (from[3] - '0'));
			from += 4;
		} else {
			*to = *from++;
		}
	}
	*to = '\0';
}

static unsigned long flags_of(char *options)
{
	static const struct {
		const char *name;
		unsigned long flag;
	} known[] = {{"nosuid", MS_NOSUID}, {"nodev", MS_NODEV}, {"noexec", MS_NOEXEC}, {"nosymfollow", MS_NOSYMFOLLOW}};
	unsigned long flags = 0;
	char *rest = options;
	for (const char *name; (name = strsep(&rest, ","));) {
		for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
			if (strcmp(name, known[i].name) == 0) {
				flags |= known[i].flag; /* those of atime stay by themselves when none of them is named */
			}
		}
	}
	return flags;
}

/* One line: "ID PARENT MAJOR:MINOR ROOT MOUNTPOINT OPTIONS …". */
static void take(struct lks_fence_mounts *mounts, char *line)
{
	char *fields[6] = {NULL};
	for (size_t i = 0; i < 6; i++) {
		fields[i] = strsep(&line, " ");
	}
	if (!fields[5]) {
		return;
	}
	decode(fields[4]);
	if (is_any(fields[4], (const char *const *)mounts->places) || is_any(fields[4], lks_fence_devices)) {
		return;
	}
	mounts->barred[mounts->count++] = (struct barred){(size_t)(fields[4] - mounts->text.data), flags_of(fields[5])};
}

static int read_mountinfo(struct lks_buffer *text, struct lks_error *err)
{
	static const char path[] = "/proc/self/mountinfo";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return lks_error_sys(err, errno, path, "the mounts cannot be told");
	}
	int status;
	size_t got = 0;
	do {
		if ((status = lks_buffer_reserve(text, CHUNK, err)) == 0 &&
			(status = lks_fs_read_all(&got, fd, text->data + text->length, CHUNK, path, err)) == 0) {
			text->length += got;
			text->data[text->length] = '\0';
		}
	} while (status == 0 && got > 0);
	close(fd);
	return status;
}

static int find_barred(struct lks_fence_mounts *mounts, struct lks_error *err)
{
	int status = read_mountinfo(&mounts->text, err);
	size_t lines = 0;
	if (status) {
		return status;
	}
	for (size_t i = 0; i < mounts->text.length; i++) {
		lines += mounts->text.data[i] == '\n';
	}
	mounts->barred = calloc(lines + 1, sizeof *mounts->barred);
	if (!mounts->barred) {
		return lks_error_nomem(err);
	}
	char *rest = mounts->text.data;
	for (size_t i = 0; i < lines; i++) {
		take(mounts, strsep(&rest, "\n"));
	}
	return 0;
}

static int find_places(struct lks_fence_mounts *mounts, const char *const *writable, struct lks_error *err)
{
	size_t count = 0;
	while (writable[count]) {
		count++;
	}
	mounts->places = calloc(count + 1, sizeof *mounts->places);
	if (!mounts->places) {
		return lks_error_nomem(err);
	}
	for (size_t i = 0; i < count; i++) {
		mounts->places[i] = realpath(writable[i], NULL);
		if (!mounts->places[i]) {
			return lks_error_sys(err, errno, writable[i], "is to stay writable, but cannot be opened");
		}
	}
	return 0;
}

int lks_fence_mounts_prepare(struct lks_fence_mounts **out, const char *const *writable, struct lks_error *err)
{
	struct lks_fence_mounts *mounts = calloc(1, sizeof *mounts);
	if (!mounts) {
		return lks_error_nomem(err);
	}
	mounts->root = geteuid() == 0;
	snprintf(mounts->uid_map, sizeof mounts->uid_map, "%u %u 1", geteuid(), geteuid());
	snprintf(mounts->gid_map, sizeof mounts->gid_map, "%u %u 1", getegid(), getegid());
	int status = getcwd(mounts->directory, sizeof mounts->directory) ? 0 : lks_error_sys(err, errno, ".", "the working directory is gone");
	if (status || (status = find_places(mounts, writable, err)) || (status = find_barred(mounts, err))) {
		lks_fence_mounts_free(mounts);
		return status;
	}
	*out = mounts;
	return 0;
}

void lks_fence_mounts_free(struct lks_fence_mounts *mounts)
{
	if (!mounts) {
		return;
	}
	for (size_t i = 0; mounts->places && mounts->places[i]; i++) {
		free(mounts->places[i]);
	}
	free(mounts->places);
	free(mounts->barred);
	lks_buffer_dispose(&mounts->text);
	free(mounts);
}

/* From here on async-signal-safe calls only. */

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0) {
		return -1;
	}
	size_t length = strlen(text);
	ssize_t put = write(fd, text, length);
	int sys = errno;
	close(fd);
	errno = sys;
	return put == (ssize_t)length ? 0 : -1;
}

/* The user keeps its number and main group; its other groups still count for what it may read. */
static int take_namespaces(const struct lks_fence_mounts *mounts)
{
	if (mounts->root) {
		return unshare(CLONE_NEWNS);
	}
	return unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0 || write_file("/proc/self/setgroups", "deny") != 0 ||
			write_file("/proc/self/uid_map", mounts->uid_map) != 0 || write_file("/proc/self/gid_map", mounts->gid_map) != 0
		? -1
		: 0;
}

static int bind_over_itself(const char *path)
{
	return mount(path, path, NULL, MS_BIND | MS_REC, NULL);
}

/*
 * A mount point that is gone, hidden below another mount (EINVAL: it is none any more), or out of the user's reach cannot be
 * written through either. Security modules say EACCES too: then it can be reached.
 */
static bool is_out_of_reach(const char *path, int sys)
{
	return sys == ENOENT || sys == ENOTDIR || sys == EINVAL || (sys == EACCES && access(path, F_OK) != 0);
}

/* Device nodes are written to on read-only mounts too: root could open the disk itself. */
static int bar(const struct lks_fence_mounts *mounts)
{
	for (size_t i = 0; i < mounts->count; i++) {
		const struct barred *barred = &mounts->barred[i];
		const char *path = mounts->text.data + barred->path;
		if (mount(NULL, path, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NODEV | barred->flags, NULL) != 0 &&
			!is_out_of_reach(path, errno)) {
			return -1;
		}
	}
	return 0;
}

int lks_fence_mounts_enter(const struct lks_fence_mounts *mounts)
{
	struct statfs root;
	if (take_namespaces(mounts) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
		return -1;
	}
	for (size_t i = 0; mounts->places[i]; i++) {
		if (bind_over_itself(mounts->places[i]) != 0) {
			return -1;
		}
	}
	for (size_t i = 0; lks_fence_devices[i]; i++) {
		bind_over_itself(lks_fence_devices[i]); /* not all of them are everywhere */
	}
	/* by its path once more: the old one lies below the binds */
	if (bar(mounts) != 0 || chdir(mounts->directory) != 0 || statfs("/", &root) != 0) {
		return -1;
	}
	if (!((unsigned long)root.f_flags & ST_RDONLY) && !is_any("/", (const char *const *)mounts->places)) {
		errno = EROFS;
		return -1;
	}
	return 0;
}

/*
 * Unpacking a foreign zip or tar as Composer does, below a directory descriptor; libarchive reads, it never writes.
 *
 * Two passes: the first refuses (unpack_list.c), the second writes and checks again what it meets, since nothing forces the
 * file to be the same. Owners, times, extended attributes, set-user-id bits and write permission of others stay behind.
 */
#include "unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lockstep/archive.h"
#include "lockstep/fs.h"
#include "lockstep/path.h"

struct writing {
	struct lks_unpack *unpack;
	int to_fd;
	struct lks_task *task;
	uint64_t bytes; /* written so far */
	size_t members; /* met so far */
};

/* path without the stripped directory; NULL for that directory itself. */
static const char *strip(const struct lks_unpack *unpack, const char *path)
{
	if (!unpack->top) {
		return path;
	}
	size_t length = strlen(unpack->top);
	return path[length] == '/' ? path + length + 1 : NULL;
}

static int make_parent(int to_fd, const char *path, struct lks_error *err)
{
	char above[PATH_MAX];
	const char *slash = strrchr(path, '/');
	if (!slash) {
		return 0;
	}
	memcpy(above, path, (size_t)(slash - path));
	above[slash - path] = '\0';
	return lks_path_mkdirs(to_fd, above, 0755, err);
}

static int write_contents(struct writing *writing, int fd, const char *path, struct lks_error *err)
{
	struct archive *reader = writing->unpack->reader;
	uint64_t at = 0;
	for (;;) {
		const void *data = NULL;
		size_t size = 0;
		la_int64_t offset = 0;
		int result = archive_read_data_block(reader, &data, &size, &offset);
		if (result == ARCHIVE_EOF) {
			/* a member that ends in a hole */
			return (uint64_t)offset > at && ftruncate(fd, offset) != 0 ? lks_error_sys(err, errno, path, "cannot be written") : 0;
		}
		if (result != ARCHIVE_OK) {
			return lks_unpack_failed(writing->unpack, path, err);
		}
		if (offset < 0 || (uint64_t)offset < at) {
			return lks_error_set(err, LKS_E_FORMAT, 0, path, "a member whose parts overlap");
		}
		writing->bytes += (uint64_t)offset - at + size;
		int status = lks_task_check(writing->task, err);
		if (status || (status = lks_unpack_check_size(writing->unpack, writing->bytes, err))) {
			return status;
		}
		if ((uint64_t)offset != at && lseek(fd, offset, SEEK_SET) < 0) {
			return lks_error_sys(err, errno, path, "cannot be written");
		}
		if ((status = lks_fs_write_all(fd, data, size, path, err))) {
			return status;
		}
		at = (uint64_t)offset + size;
		lks_task_add(writing->task, 0, size);
	}
}

static int write_file(struct writing *writing, const char *path, struct archive_entry *entry, struct lks_error *err)
{
	int fd = -1;
	int status = lks_path_open(&fd, writing->to_fd, path, O_WRONLY | O_CREAT | O_EXCL, 0600, err);
	if (status) {
		return status;
	}
	status = write_contents(writing, fd, path, err);
	if (!status && fchmod(fd, (archive_entry_perm(entry) & 0755) | 0600) != 0) {
		status = lks_error_sys(err, errno, path, "its mode cannot be set");
	}
	close(fd);
	return status;
}

static int write_link(const struct writing *writing, const char *path, const char *target, struct lks_error *err)
{
	const char *name = NULL;
	int dir = -1;
	int status = lks_path_parent(&dir, &name, writing->to_fd, path, err);
	if (status) {
		return status;
	}
	if (symlinkat(target, dir, name) != 0) {
		status = lks_error_sys(err, errno, path, "the symlink cannot be made");
	}
	close(dir);
	return status;
}

/* A hard link becomes a copy, which counts as contents: the target must be a file of this archive that came before. */
static int copy_link(struct writing *writing, const char *path, const char *target, struct lks_error *err)
{
	const struct lks_unpack_member *member = lks_unpack_target(writing->unpack, target);
	const char *from = member ? strip(writing->unpack, member->path) : NULL;
	struct lks_error absent = {0};
	struct stat st;
	int fd = -1;

	int status = from ? lks_path_open(&fd, writing->to_fd, from, O_RDONLY | O_NONBLOCK, 0, &absent) : LKS_E_NOT_FOUND;
	if (status == LKS_E_NOT_FOUND) {
		return lks_error_set(err, LKS_E_UNSAFE, 0, path, "the hard link %s has no target in the archive before it", path);
	}
	if (status) {
		return lks_error_set(err, absent.status, 0, path, "%s", absent.message);
	}
	if (fstat(fd, &st) != 0) {
		status = lks_error_sys(err, errno, path, "the target of the hard link cannot be examined");
	} else {
		writing->bytes += (uint64_t)st.st_size;
		status = lks_unpack_check_size(writing->unpack, writing->bytes, err);
	}
	close(fd);
	return status ? status : lks_fs_copy(writing->to_fd, from, writing->to_fd, path, 0, err);
}

static int make_directory(const struct writing *writing, const char *path, struct archive_entry *entry, struct lks_error *err)
{
	int fd = -1;
	int status = lks_path_mkdirs(writing->to_fd, path, 0755, err);
	if (status || (status = lks_path_open(&fd, writing->to_fd, path, O_RDONLY | O_DIRECTORY, 0, err))) {
		return status;
	}
	if (fchmod(fd, (archive_entry_perm(entry) & 0755) | 0700) != 0) {
		status = lks_error_sys(err, errno, path, "its mode cannot be set");
	}
	close(fd);
	return status;
}

static int write_member(struct writing *writing, const char *whole, struct archive_entry *entry, struct lks_error *err)
{
	const struct lks_unpack_member *member = lks_unpack_find(writing->unpack, whole);
	const char *hard = archive_entry_hardlink(entry);
	uint32_t type = hard ? S_IFREG : archive_entry_filetype(entry);
	if (!member || member->type != type || ++writing->members > writing->unpack->count) {
		return lks_error_set(err, LKS_E_CHANGED, 0, whole, "the archive changed while it was unpacked");
	}
	const char *path = strip(writing->unpack, member->path);
	if (!path) { /* the stripped directory itself; only a directory can be it */
		return 0;
	}
	int status = make_parent(writing->to_fd, path, err);
	if (status) {
		return status;
	}
	if (hard) {
		return copy_link(writing, path, hard, err);
	}
	switch (type) {
	case S_IFDIR:
		return make_directory(writing, path, entry, err);
	case S_IFLNK:
		return write_link(writing, path, archive_entry_symlink(entry), err);
	default:
		return write_file(writing, path, entry, err);
	}
}

static int write_members(struct writing *writing, struct lks_error *err)
{
	struct archive_entry *entry = NULL;
	char path[PATH_MAX];
	int status = lks_unpack_open(writing->unpack, err);
	while (!status && (status = lks_task_check(writing->task, err)) == 0 && (status = lks_unpack_next(&entry, writing->unpack, err)) == 0 &&
		entry) {
		if ((status = lks_unpack_path(path, writing->unpack, entry, err)) == 0 && path[0] != '\0') {
			status = write_member(writing, path, entry, err);
			lks_task_add(writing->task, 1, 0);
		}
	}
	return status;
}

static int check_empty(int to_fd, struct lks_error *err)
{
	struct lks_scan scan = {0};
	const struct lks_scan_options options = {.threads = 1};
	int status = lks_scan_tree(&scan, to_fd, ".", &options, NULL, err);
	if (!status && scan.count > 1) {
		status = lks_error_set(err, LKS_E_EXISTS, 0, scan.entries[1].path, "the directory to unpack into is not empty");
	}
	lks_scan_dispose(&scan);
	return status;
}

/* Takes back what a failed unpacking made; the directory was empty before. */
static void remove_all(int to_fd)
{
	struct lks_error ignored = {0};
	struct lks_scan scan = {0};
	const struct lks_scan_options options = {.threads = 1};
	if (lks_scan_tree(&scan, to_fd, ".", &options, NULL, &ignored) == 0) {
		for (size_t i = 1; i < scan.count; i++) {
			if (!strchr(scan.entries[i].path, '/')) {
				lks_error_clear(&ignored);
				lks_fs_remove(to_fd, scan.entries[i].path, &ignored);
			}
		}
	}
	lks_scan_dispose(&scan);
}

/*
 * Names are bytes. libarchive converts those that zip and pax say are UTF-8 to the locale, which in cron is C: so this thread
 * reads in UTF-8, whatever the process does.
 */
static locale_t enter_utf8(locale_t *before)
{
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	*before = utf8 ? uselocale(utf8) : (locale_t)0;
	return utf8;
}

int lks_archive_unpack(int to_fd, int dir_fd, const char *rel, struct lks_task *task, struct lks_error *err)
{
	struct lks_unpack unpack = {.fd = -1, .name = rel};
	struct writing writing = {.unpack = &unpack, .to_fd = to_fd, .task = task};
	locale_t before = (locale_t)0;
	struct stat st;

	lks_task_phase(task, "unpack");
	locale_t utf8 = enter_utf8(&before);
	int status = check_empty(to_fd, err);
	if (status || (status = lks_path_open(&unpack.fd, dir_fd, rel, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, err))) {
		goto done;
	}
	if (fstat(unpack.fd, &st) != 0) {
		status = lks_error_sys(err, errno, rel, "cannot be examined");
	} else if (!S_ISREG(st.st_mode)) {
		status = lks_error_set(err, LKS_E_INVALID, 0, rel, "not a regular file");
	} else {
		unpack.file_size = (uint64_t)st.st_size;
		status = lks_unpack_list(&unpack, task, err);
	}
	if (!status && (status = write_members(&writing, err)) != 0) {
		remove_all(to_fd);
	}
done:
	if (unpack.fd >= 0) {
		close(unpack.fd);
	}
	lks_unpack_dispose(&unpack);
	if (utf8) {
		uselocale(before);
		freelocale(utf8);
	}
	return status;
}

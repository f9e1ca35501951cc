/*
 * Paths below a root: checked as text, then resolved by the kernel so that no symlink, "..", or race leads out.
 */
#include "lockstep/path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "beneath.h"

#define COMPONENT_MAX 255 /* bytes: NAME_MAX of every file system that matters */
#define RACES_MAX 128     /* openat2 says EAGAIN when a rename went on beside it */

int lks_path_check(const char *path, size_t length, struct lks_error *err)
{
	char shown[PATH_MAX];
	const char *why = NULL;
	size_t start = 0;

	if (length == 1 && path[0] == '.') {
		return 0;
	}
	if (length == 0) {
		why = "is empty";
	} else if (length >= PATH_MAX) {
		why = "is too long";
	} else if (memchr(path, '\0', length)) {
		why = "contains a NUL";
	} else if (path[0] == '/') {
		why = "is absolute";
	}
	for (size_t i = 0; !why && i <= length; i++) {
		if (i < length && path[i] != '/') {
			continue;
		}
		size_t size = i - start;
		const char *name = path + start;
		if (size == 0) {
			why = i == length ? "ends in a slash" : "contains an empty component";
		} else if (size == 1 && name[0] == '.') {
			why = "contains a \".\" component";
		} else if (size == 2 && name[0] == '.' && name[1] == '.') {
			why = "contains a \"..\" component";
		} else if (size > COMPONENT_MAX) {
			why = "has a component of more than 255 bytes";
		}
		start = i + 1;
	}
	if (!why) {
		return 0;
	}
	size_t kept = length < sizeof shown - 1 ? length : sizeof shown - 1;
	memcpy(shown, path, kept);
	shown[kept] = '\0';
	return lks_error_set(err, LKS_E_UNSAFE, 0, shown, "the path %s", why);
}

/* Without openat2: one component after the other, none of which may be a symlink. Returns a descriptor or -errno. */
static int open_stepwise(int root_fd, const char *rel, int flags, mode_t mode, bool one_mount)
{
	struct stat root, here;
	int dir = -1;
	if (one_mount && fstatat(root_fd, "", &root, AT_EMPTY_PATH) != 0) {
		return -errno;
	}
	for (;;) {
		const char *slash = strchr(rel, '/');
		int base = dir >= 0 ? dir : root_fd;
		char name[COMPONENT_MAX + 1];
		size_t length = slash ? (size_t)(slash - rel) : strlen(rel);
		memcpy(name, rel, length);
		name[length] = '\0';
		/* at the end O_PATH with O_NOFOLLOW gives the symlink itself, as openat2 does */
		int fd = openat(base, name, (slash ? O_PATH | O_DIRECTORY : flags) | O_NOFOLLOW | O_CLOEXEC, mode);
		int sys = errno;
		if (fd < 0 && sys == ENOTDIR && fstatat(base, name, &here, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(here.st_mode)) {
			sys = ELOOP;
		}
		if (dir >= 0) {
			close(dir);
		}
		if (fd < 0) {
			return -sys;
		}
		if (one_mount && (fstat(fd, &here) != 0 || here.st_dev != root.st_dev)) {
			close(fd);
			return -EXDEV;
		}
		if (!slash) {
			return fd;
		}
		dir = fd;
		rel = slash + 1;
	}
}

int lks_open_beneath(int root_fd, const char *rel, int flags, mode_t mode, bool one_mount)
{
	bool creates = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE;
	struct open_how how = {
		.flags = (uint64_t)(flags | O_CLOEXEC),
		.mode = creates ? mode & 07777 : 0,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | (one_mount ? RESOLVE_NO_XDEV : 0),
	};
	for (int races = 0;; races++) {
		int fd = (int)syscall(SYS_openat2, root_fd, rel, &how, sizeof how);
		if (fd >= 0) {
			return fd;
		}
		if (errno == EINTR || (errno == EAGAIN && races < RACES_MAX)) {
			continue;
		}
		if (errno == ENOSYS || errno == EPERM) {
			/* an old kernel, or a seccomp filter of a container that does not know the call */
			return open_stepwise(root_fd, rel, flags, mode, one_mount);
		}
		return -errno;
	}
}

int lks_path_open(int *fd, int root_fd, const char *rel, int flags, mode_t mode, struct lks_error *err)
{
	int status = lks_path_check(rel, strlen(rel), err);
	if (status) {
		return status;
	}
	int opened = lks_open_beneath(root_fd, rel, flags, mode, false);
	if (opened < 0) {
		if (opened == -ELOOP || opened == -EXDEV) {
			return lks_error_set(err, LKS_E_UNSAFE, 0, rel, "a symlink stands in the path");
		}
		return lks_error_sys(err, -opened, rel, "cannot be opened");
	}
	*fd = opened;
	return 0;
}

int lks_path_parent(int *dir_fd, const char **name, int root_fd, const char *rel, struct lks_error *err)
{
	int status = lks_path_check(rel, strlen(rel), err);
	if (status) {
		return status;
	}
	if (strcmp(rel, ".") == 0) {
		return lks_error_set(err, LKS_E_INVALID, 0, rel, "the root has no parent below itself");
	}
	const char *slash = strrchr(rel, '/');
	char above[PATH_MAX] = ".";
	if (slash) {
		memcpy(above, rel, (size_t)(slash - rel));
		above[slash - rel] = '\0';
	}
	status = lks_path_open(dir_fd, root_fd, above, O_RDONLY | O_DIRECTORY, 0, err);
	if (status == 0) {
		*name = slash ? slash + 1 : rel;
	}
	return status;
}

int lks_path_mkdirs(int root_fd, const char *rel, mode_t mode, struct lks_error *err)
{
	int status = lks_path_check(rel, strlen(rel), err);
	if (status || strcmp(rel, ".") == 0) {
		return status;
	}
	char part[PATH_MAX];
	int dir = -1;
	for (const char *at = rel; status == 0 && *at;) {
		size_t length = strcspn(at, "/");
		memcpy(part, at, length);
		part[length] = '\0';
		int base = dir >= 0 ? dir : root_fd;
		int next = -1;
		bool made = mkdirat(base, part, mode & 07777) == 0;
		if (!made && errno != EEXIST) {
			status = lks_error_sys(err, errno, rel, "the directory cannot be made");
		} else if ((next = openat(base, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) < 0) {
			status = errno == ELOOP || errno == ENOTDIR
				? lks_error_set(err, LKS_E_UNSAFE, 0, rel, "a symlink or file stands where a directory must be")
				: lks_error_sys(err, errno, rel, "the directory cannot be opened");
		} else if (made && fchmod(next, mode & 07777) != 0) {
			status = lks_error_sys(err, errno, rel, "the directory's mode cannot be set");
		}
		if (dir >= 0) {
			close(dir);
		}
		dir = next;
		at += length;
		at += *at == '/';
	}
	if (dir >= 0) {
		close(dir);
	}
	return status;
}

int lks_path_open_root(int *fd, const char *path, struct lks_error *err)
{
	int opened = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (opened < 0) {
		return lks_error_sys(err, errno, path, "the directory cannot be opened");
	}
	*fd = opened;
	return 0;
}

/* path without its leading slashes, empty and "." components; "." when nothing is left. */
static int strip_dots(char out[PATH_MAX], const char *path, struct lks_error *err)
{
	size_t length = 0;
	for (const char *at = path + strspn(path, "/"); *at; at += strspn(at, "/")) {
		size_t size = strcspn(at, "/");
		if (size != 1 || *at != '.') {
			if (length + size + 2 > PATH_MAX) {
				return lks_error_set(err, LKS_E_LIMIT, 0, path, "the path is longer than %d bytes", PATH_MAX - 1);
			}
			if (length > 0) {
				out[length++] = '/';
			}
			memcpy(out + length, at, size);
			length += size;
		}
		at += size;
	}
	if (length == 0) {
		out[length++] = '.';
	}
	out[length] = '\0';
	return lks_path_check(out, length, err);
}

int lks_path_open_root_unlinked(int *fd, const char *path, struct lks_error *err)
{
	char rel[PATH_MAX];
	int status = strip_dots(rel, path, err);
	if (status != 0) {
		return status;
	}
	int root = open(path[0] == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0) {
		return lks_error_sys(err, errno, path, "the directory cannot be opened");
	}
	int opened = lks_open_beneath(root, rel, O_RDONLY | O_DIRECTORY, 0, false);
	close(root);
	if (opened == -ELOOP) {
		return lks_error_set(err, LKS_E_UNSAFE, ELOOP, path, "a symlink stands in the way of what is to be removed");
	}
	if (opened < 0) {
		return lks_error_sys(err, -opened, path, "the directory cannot be opened");
	}
	*fd = opened;
	return 0;
}

bool lks_path_is_below(const char *path, const char *above)
{
	size_t length = strlen(above);
	if (strcmp(above, ".") == 0) {
		return true;
	}
	return strncmp(path, above, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

/* A slash sorts before every other byte, so that a directory's contents follow it at once; the root comes first. */
static int rank(unsigned char byte)
{
	return byte == '\0' ? 0 : byte == '/' ? 1 : byte + 1;
}

int lks_path_compare(const char *left, const char *right)
{
	bool left_root = left[0] == '.' && left[1] == '\0';
	bool right_root = right[0] == '.' && right[1] == '\0';
	if (left_root || right_root) {
		return (int)right_root - (int)left_root;
	}
	size_t i = 0;
	while (left[i] == right[i] && left[i] != '\0') {
		i++;
	}
	return rank((unsigned char)left[i]) - rank((unsigned char)right[i]);
}

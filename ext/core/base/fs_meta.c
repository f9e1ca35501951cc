/*
 * Metadata of one file taken over by another: for copies, and for staged files that replace live ones.
 */
#include "fs_meta.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "lockstep/fs.h"
#include "lockstep/path.h"

#define LINK_SIZE 32 /* bytes of "/proc/self/fd/N" */

static bool starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Attributes in these name spaces need rights or a policy that the target may not have. */
static bool may_be_refused(const char *name, int sys)
{
	return sys == EOPNOTSUPP ||
		((sys == EPERM || sys == EACCES || sys == EINVAL) && (starts(name, "security.") || starts(name, "trusted.")));
}

int lks_meta_copy_xattrs(int from, int to, const char *path, struct lks_error *err)
{
	char *names = NULL, *value = NULL;
	int status = 0;
	ssize_t size = flistxattr(from, NULL, 0);
	if (size <= 0) {
		return size == 0 || errno == EOPNOTSUPP ? 0 : lks_error_sys(err, errno, path, "its extended attributes cannot be listed");
	}
	names = malloc((size_t)size);
	value = malloc(XATTR_SIZE_MAX);
	if (!names || !value) {
		status = lks_error_nomem(err);
		goto done;
	}
	size = flistxattr(from, names, (size_t)size);
	if (size < 0) {
		status = lks_error_sys(err, errno, path, "its extended attributes cannot be listed");
		goto done;
	}
	for (const char *name = names; name < names + size; name += strlen(name) + 1) {
		ssize_t length = fgetxattr(from, name, value, XATTR_SIZE_MAX);
		if (length < 0) {
			if (errno == ENODATA || may_be_refused(name, errno)) {
				continue;
			}
			status = lks_error_sys(err, errno, path, "its extended attribute %s cannot be read", name);
			break;
		}
		if (fsetxattr(to, name, value, (size_t)length, 0) != 0 && !may_be_refused(name, errno)) {
			status = lks_error_sys(err, errno, path, "its extended attribute %s cannot be set", name);
			break;
		}
	}
done:
	free(value);
	free(names);
	return status;
}

int lks_meta_own(int fd, const struct stat *st, const char *path, struct lks_error *err)
{
	if (fchownat(fd, "", st->st_uid, st->st_gid, AT_EMPTY_PATH) == 0) {
		return 0;
	}
	if (errno == EPERM || errno == EINVAL) { /* EINVAL: an id that this user namespace does not map */
		if (fchownat(fd, "", (uid_t)-1, st->st_gid, AT_EMPTY_PATH) == 0 || errno == EPERM || errno == EINVAL) {
			return 0;
		}
	}
	return lks_error_sys(err, errno, path, "its owner cannot be set");
}

/* One attribute: as `from` has it, or gone where `from` has none. Both are /proc/self/fd links: the files may be unreadable. */
static int take_attribute(const char *from, const char *to, const char *name, const char *path, struct lks_error *err)
{
	int status = 0;
	ssize_t length = getxattr(from, name, NULL, 0);
	if (length < 0) {
		bool none = errno == ENODATA || errno == EOPNOTSUPP;
		if (none && (removexattr(to, name) == 0 || errno == ENODATA || may_be_refused(name, errno))) {
			return 0;
		}
		return lks_error_sys(err, errno, path, "its %s cannot be %s", name, none ? "removed" : "read");
	}
	char *value = malloc(XATTR_SIZE_MAX);
	if (!value) {
		return lks_error_nomem(err);
	}
	length = getxattr(from, name, value, XATTR_SIZE_MAX);
	if (length < 0) {
		status = lks_error_sys(err, errno, path, "its %s cannot be read", name);
	} else if (setxattr(to, name, value, (size_t)length, 0) != 0 && !may_be_refused(name, errno)) {
		status = lks_error_sys(err, errno, path, "its %s cannot be set", name);
	}
	free(value);
	return status;
}

int lks_fs_adopt(int from_fd, const char *from, int to_fd, const char *to, struct lks_error *err)
{
	char from_link[LINK_SIZE], to_link[LINK_SIZE];
	struct stat pattern, target;
	int source = -1, file = -1;
	int status = lks_path_open(&source, from_fd, from, O_PATH | O_NOFOLLOW, 0, err);
	if (status || (status = lks_path_open(&file, to_fd, to, O_PATH | O_NOFOLLOW, 0, err))) {
		goto done;
	}
	if (fstat(source, &pattern) != 0 || fstat(file, &target) != 0) {
		status = lks_error_sys(err, errno, to, "cannot be examined");
		goto done;
	}
	if (S_ISDIR(pattern.st_mode) != S_ISDIR(target.st_mode)) {
		status = lks_error_set(err, LKS_E_INVALID, 0, to, "only a directory can be like a directory");
		goto done;
	}
	if ((status = lks_meta_own(file, &pattern, to, err)) || S_ISLNK(target.st_mode) || S_ISLNK(pattern.st_mode)) {
		goto done; /* a symlink has no mode and no ACL to take or to give */
	}
	snprintf(from_link, sizeof from_link, "/proc/self/fd/%d", source);
	snprintf(to_link, sizeof to_link, "/proc/self/fd/%d", file);
	if ((status = take_attribute(from_link, to_link, "system.posix_acl_access", to, err))) {
		goto done;
	}
	if (S_ISDIR(target.st_mode) && (status = take_attribute(from_link, to_link, "system.posix_acl_default", to, err))) {
		goto done;
	}
	if (getxattr(from_link, "security.selinux", NULL, 0) >= 0 &&
		(status = take_attribute(from_link, to_link, "security.selinux", to, err))) {
		goto done;
	}
	/* after the owner, whose change clears setuid and setgid, and after the ACL, whose mask is the group's bits */
	if (chmod(to_link, pattern.st_mode & 07777) != 0) {
		status = lks_error_sys(err, errno, to, "its mode cannot be set");
	}
done:
	if (file >= 0) {
		close(file);
	}
	if (source >= 0) {
		close(source);
	}
	return status;
}

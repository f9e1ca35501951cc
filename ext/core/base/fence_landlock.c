/*
 * The write fence by Landlock (Linux 5.13 and later), which a process without rights puts on itself and all its children.
 *
 * All rights that change what lies on disk are handled, as far as the kernel's ABI knows them; reading and executing are
 * not. See https://docs.kernel.org/userspace-api/landlock.html
 */
#include "fence.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Rights that came after the headers that we may be compiled with. */
#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif
#ifndef LANDLOCK_ACCESS_FS_IOCTL_DEV
#define LANDLOCK_ACCESS_FS_IOCTL_DEV (1ULL << 15)
#endif

#define RIGHTS_ABI_1                                                                                                                 \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | \
		LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |    \
		LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)

/* What a rule for a file, not a directory, may name. */
#define RIGHTS_OF_FILES (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE | LANDLOCK_ACCESS_FS_IOCTL_DEV)

static int abi(void)
{
	return (int)syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_CREATE_RULESET_VERSION);
}

static uint64_t rights_of(int version)
{
	uint64_t rights = RIGHTS_ABI_1;
	if (version >= 2) { /* before, no file could be linked or renamed to another directory at all */
		rights |= LANDLOCK_ACCESS_FS_REFER;
	}
	if (version >= 3) {
		rights |= LANDLOCK_ACCESS_FS_TRUNCATE;
	}
	if (version >= 5) {
		rights |= LANDLOCK_ACCESS_FS_IOCTL_DEV;
	}
	return rights;
}

static int allow(int ruleset, const char *path, uint64_t rights, bool optional, struct lks_error *err)
{
	struct stat st;
	int status = 0;
	int fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0) {
		return optional ? 0 : lks_error_sys(err, errno, path, "is to stay writable, but cannot be opened");
	}
	struct landlock_path_beneath_attr rule = {.allowed_access = rights, .parent_fd = fd};
	if (fstat(fd, &st) != 0) {
		status = lks_error_sys(err, errno, path, "cannot be examined");
	} else if (!S_ISDIR(st.st_mode)) {
		rule.allowed_access &= RIGHTS_OF_FILES;
	}
	if (status == 0 && syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0) {
		status = lks_error_sys(err, errno, path, "the write fence cannot have a gate there");
	}
	close(fd);
	return status;
}

int lks_fence_landlock_prepare(int *ruleset, const char *const *writable, struct lks_error *err)
{
	int version = abi();
	struct landlock_ruleset_attr attributes = {.handled_access_fs = rights_of(version)};
	int fd = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
	if (fd < 0) {
		return lks_error_sys(err, errno, NULL, "the write fence cannot be made");
	}
	int status = 0;
	for (size_t i = 0; status == 0 && writable[i]; i++) {
		status = allow(fd, writable[i], attributes.handled_access_fs, false, err);
	}
	uint64_t in_devices = attributes.handled_access_fs & RIGHTS_OF_FILES;
	for (size_t i = 0; status == 0 && lks_fence_devices[i]; i++) {
		status = allow(fd, lks_fence_devices[i], in_devices, true, err);
	}
	if (status) {
		close(fd);
		return status;
	}
	*ruleset = fd;
	return 0;
}

int lks_fence_landlock_enter(int ruleset)
{
	return (int)syscall(SYS_landlock_restrict_self, ruleset, 0);
}

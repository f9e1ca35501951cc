/* Files: replaced whole or not at all, copied with everything that describes them, removed without leaving the tree. */
#include "support.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include "lockstep/fs.h"
#include "lockstep/path.h"

static int count_names(int dir)
{
	char command[64];
	int count = -1;
	snprintf(command, sizeof command, "ls -A /proc/%d/fd/%d/ | wc -l", getpid(), dir);
	FILE *pipe = popen(command, "r");
	assert_int_equal(fscanf(pipe, "%d", &count), 1);
	pclose(pipe);
	return count;
}

static void write_replaces(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	mode_t before = umask(0777);
	int status = lks_fs_write(place->fd, "file", "one", 3, 0640, &err);
	umask(before);
	assert_ok(status);
	assert_int_equal(mode_of(place->fd, "file"), 0640);
	before = umask(0);
	status = lks_fs_write(place->fd, "file", "second", 6, 0600, &err);
	umask(before);
	assert_ok(status);
	assert_int_equal(mode_of(place->fd, "file"), 0600);
	assert_file(place->fd, "file", "second");
	assert_ok(lks_fs_write(place->fd, "file", NULL, 0, 0600, &err));
	assert_file(place->fd, "file", "");
	assert_int_equal(count_names(place->fd), 1);
	assert_int_equal(symlinkat("/etc/lockstep-test", place->fd, "link"), 0); /* replaced, not followed */
	assert_ok(lks_fs_write(place->fd, "link", "x", 1, 0600, &err));
	assert_file(place->fd, "link", "x");
	assert_status(lks_fs_write(place->fd, "a/b", "x", 1, 0600, &err), LKS_E_INVALID);
	assert_status(lks_fs_write(place->fd, "..", "x", 1, 0600, &err), LKS_E_UNSAFE);
	assert_status(lks_fs_write(place->fd, ".", "x", 1, 0600, &err), LKS_E_INVALID);
	make_dir(place->fd, "dir", 0700);
	assert_int_equal(lks_fs_write(place->fd, "dir", "x", 1, 0600, &err), LKS_E_IO); /* EISDIR */
	assert_int_equal(count_names(place->fd), 3);
}

static void old_file_stays_when_the_file_size_is_limited(void **state)
{
	const struct place *place = *state;
	put(place->fd, "file", "old", 0644);
	pid_t pid = fork();
	if (pid == 0) {
		static char data[8192];
		struct lks_error err = {0};
		struct rlimit limit = {4096, 4096};
		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &limit);
		_exit(lks_fs_write(place->fd, "file", data, sizeof data, 0600, &err) == LKS_E_NO_SPACE && err.sys == EFBIG ? 0 : 1);
	}
	int status = -1;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_file(place->fd, "file", "old");
	assert_int_equal(mode_of(place->fd, "file"), 0644);
	assert_int_equal(count_names(place->fd), 1);
}

static void old_file_stays_when_the_disk_is_full(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	make_dir(place->fd, "small", 0700);
	char path[300];
	snprintf(path, sizeof path, "%s/small", place->path);
	if (mount("none", path, "tmpfs", 0, "size=64k") != 0) {
		print_message("no mount here: root is needed to fill a small file system\n");
		skip();
	}
	int dir = openat(place->fd, "small", O_RDONLY | O_DIRECTORY);
	char *data = calloc(1, 256 * 1024);
	put(dir, "file", "old", 0644);
	int status = lks_fs_write(dir, "file", data, 256 * 1024, 0600, &err);
	char *is = get(dir, "file");
	int count = count_names(dir);
	close(dir);
	umount2(path, MNT_DETACH);
	free(data);
	assert_int_equal(status, LKS_E_NO_SPACE);
	assert_string_equal(err.path, "file");
	assert_string_equal(is, "old");
	assert_int_equal(count, 1);
	free(is);
}

static void read_has_a_cap(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	struct lks_buffer buffer = {0};
	put(place->fd, "file", "0123456789", 0600);
	assert_ok(lks_buffer_puts(&buffer, ">", &err));
	assert_ok(lks_fs_read(&buffer, place->fd, "file", 10, &err));
	assert_string_equal(lks_buffer_text(&buffer), ">0123456789");
	assert_status(lks_fs_read(&buffer, place->fd, "file", 9, &err), LKS_E_LIMIT);
	assert_status(lks_fs_read(&buffer, place->fd, "none", 9, &err), LKS_E_NOT_FOUND);
	assert_status(lks_fs_read(&buffer, place->fd, ".", 9, &err), LKS_E_INVALID);
	assert_int_equal(mkfifoat(place->fd, "fifo", 0600), 0);
	assert_status(lks_fs_read(&buffer, place->fd, "fifo", 9, &err), LKS_E_INVALID); /* and does not hang */
	assert_int_equal(symlinkat("file", place->fd, "link"), 0);
	assert_status(lks_fs_read(&buffer, place->fd, "link", 99, &err), LKS_E_UNSAFE);
	lks_buffer_clear(&buffer);
	int proc = open("/proc/self", O_RDONLY | O_DIRECTORY);
	assert_ok(lks_fs_read(&buffer, proc, "status", 65536, &err)); /* a file that says it is empty */
	assert_non_null(strstr(lks_buffer_text(&buffer), "fs_test"));
	assert_status(lks_fs_read(&buffer, proc, "status", 10, &err), LKS_E_LIMIT);
	close(proc);
	lks_buffer_dispose(&buffer);
}

static void private_dir_is_private(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	int fd = -1;
	mode_t before = umask(0);
	int status = lks_fs_private_dir(&fd, place->fd, "var/lockstep", &err);
	umask(before);
	assert_ok(status);
	close(fd);
	assert_int_equal(mode_of(place->fd, "var/lockstep"), 0700);
	assert_int_equal(fchmodat(place->fd, "var/lockstep", 0777, 0), 0);
	assert_ok(lks_fs_private_dir(&fd, place->fd, "var/lockstep", &err));
	close(fd);
	assert_int_equal(mode_of(place->fd, "var/lockstep"), 0700);
	assert_int_equal(symlinkat("/tmp", place->fd, "link"), 0);
	assert_status(lks_fs_private_dir(&fd, place->fd, "link", &err), LKS_E_UNSAFE);
}

/* An access ACL in its binary form: u::rw-, u:12345:rw-, g::r--, m::rw-, o::--- */
static const unsigned char acl[] = {
	2, 0, 0, 0, 0x01, 0, 6, 0, 0xff, 0xff, 0xff, 0xff, 0x02, 0, 6, 0, 0x39, 0x30, 0, 0, 0x04, 0, 4, 0, 0xff, 0xff, 0xff, 0xff,
	0x10, 0, 6, 0, 0xff, 0xff, 0xff, 0xff, 0x20, 0, 0, 0, 0xff, 0xff, 0xff, 0xff,
};

static void copy_takes_everything_along(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	struct stat from, to;
	char value[64];
	struct timespec times[2] = {{1, 0}, {1600000000, 123456789}};
	put(place->fd, "file", "content", 0640);
	char path[300];
	snprintf(path, sizeof path, "%s/file", place->path);
	bool attributes = setxattr(path, "user.lockstep", "value", 5, 0) == 0;
	bool acls = setxattr(path, "system.posix_acl_access", acl, sizeof acl, 0) == 0;
	if (!attributes || !acls) {
		print_message("SKIPPED in part: this file system keeps %s\n", attributes ? "no ACLs" : "no extended attributes");
	}
	assert_int_equal(utimensat(place->fd, "file", times, 0), 0);
	make_dir(place->fd, "sub", 0700);
	assert_ok(lks_fs_copy(place->fd, "file", place->fd, "sub/copy", 0, &err));
	assert_file(place->fd, "sub/copy", "content");
	assert_int_equal(fstatat(place->fd, "file", &from, 0), 0);
	assert_int_equal(fstatat(place->fd, "sub/copy", &to, 0), 0);
	assert_int_equal(to.st_mode, from.st_mode);
	assert_int_equal(lks_fs_ns(to.st_mtim), INT64_C(1600000000123456789));
	assert_true(to.st_ino != from.st_ino);
	snprintf(path, sizeof path, "%s/sub/copy", place->path);
	if (attributes) {
		assert_int_equal(getxattr(path, "user.lockstep", value, sizeof value), 5);
		assert_memory_equal(value, "value", 5);
	}
	if (acls) {
		assert_int_equal(getxattr(path, "system.posix_acl_access", value, sizeof value), sizeof acl);
		assert_memory_equal(value, acl, sizeof acl);
	}
	assert_status(lks_fs_copy(place->fd, "file", place->fd, "sub/copy", 0, &err), LKS_E_EXISTS);
	assert_file(place->fd, "sub/copy", "content");
	assert_ok(lks_fs_copy(place->fd, "file", place->fd, "linked", LKS_COPY_LINK, &err));
	assert_int_equal(fstatat(place->fd, "linked", &to, 0), 0);
	assert_true(to.st_ino == from.st_ino);
	assert_int_equal(symlinkat("/nowhere/at all", place->fd, "link"), 0);
	assert_ok(lks_fs_copy(place->fd, "link", place->fd, "sub/link", LKS_COPY_OWNER, &err));
	assert_int_equal(readlinkat(place->fd, "sub/link", value, sizeof value), 15);
	assert_status(lks_fs_copy(place->fd, "sub", place->fd, "other", 0, &err), LKS_E_INVALID);
	assert_status(lks_fs_copy(place->fd, "none", place->fd, "other", 0, &err), LKS_E_NOT_FOUND);
	assert_int_equal(mkfifoat(place->fd, "fifo", 0600), 0);
	assert_status(lks_fs_copy(place->fd, "fifo", place->fd, "other", 0, &err), LKS_E_UNSUPPORTED);
	assert_false(exists(place->fd, "other"));
	int proc = open("/proc/self", O_RDONLY | O_DIRECTORY);
	assert_ok(lks_fs_copy(proc, "comm", place->fd, "comm", 0, &err)); /* copy_file_range takes it for empty */
	assert_file(place->fd, "comm", "fs_test\n");
	close(proc);
}

static void copy_of_large_files_is_whole(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	size_t size = 5 * 1024 * 1024 + 17;
	char *data = malloc(size), *is = malloc(size + 1);
	for (size_t i = 0; i < size; i++) {
		data[i] = (char)(i * 2654435761u >> 13);
	}
	assert_ok(lks_fs_write(place->fd, "large", data, size, 0600, &err));
	assert_ok(lks_fs_copy(place->fd, "large", place->fd, "copy", 0, &err));
	int fd = openat(place->fd, "copy", O_RDONLY);
	size_t got = 0;
	assert_ok(lks_fs_read_all(&got, fd, is, size + 1, "copy", &err));
	assert_int_equal(got, size);
	assert_memory_equal(data, is, size);
	close(fd);
	free(is);
	free(data);
}

static void trees_are_copied_and_removed(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	char name[256];
	memset(name, 'l', 255);
	name[255] = '\0';
	make_dir(place->fd, "tree", 0750);
	make_dir(place->fd, "tree/a", 0700);
	make_dir(place->fd, "tree/a/empty", 0711);
	put(place->fd, "tree/a/new\nline", "n", 0600);
	put(place->fd, "tree/a/\xFF", "ff", 0444);
	char path[300];
	snprintf(path, sizeof path, "tree/%s", name);
	put(place->fd, path, "long", 0600);
	assert_int_equal(symlinkat("../outside", place->fd, "tree/link"), 0);
	assert_int_equal(fchmodat(place->fd, "tree/a", 0550, 0), 0);
	make_dir(place->fd, "outside", 0700);
	put(place->fd, "outside/kept", "kept", 0600);
	struct timespec times[2] = {{1, 0}, {1600000000, 5}};
	assert_int_equal(utimensat(place->fd, "tree/a", times, 0), 0);

	assert_ok(lks_fs_copy_tree(place->fd, "tree", place->fd, "copy", LKS_COPY_OWNER, &err));
	assert_int_equal(mode_of(place->fd, "copy"), 0750);
	assert_int_equal(mode_of(place->fd, "copy/a"), 0550);
	assert_int_equal(mode_of(place->fd, "copy/a/empty"), 0711);
	assert_file(place->fd, "copy/a/new\nline", "n");
	assert_file(place->fd, "copy/a/\xFF", "ff");
	struct stat st;
	assert_int_equal(fstatat(place->fd, "copy/a", &st, 0), 0);
	assert_int_equal(lks_fs_ns(st.st_mtim), INT64_C(1600000000000000005));
	char target[16];
	assert_int_equal(readlinkat(place->fd, "copy/link", target, sizeof target), 10);
	snprintf(path, sizeof path, "copy/%s", name);
	assert_file(place->fd, path, "long");
	assert_ok(lks_fs_sync_tree(place->fd, "copy", &err));
	assert_ok(lks_fs_sync_tree(place->fd, "copy/link", &err));
	assert_status(lks_fs_sync_tree(place->fd, "none", &err), LKS_E_NOT_FOUND);

	assert_status(lks_fs_copy_tree(place->fd, "tree", place->fd, "copy", 0, &err), LKS_E_EXISTS);
	assert_true(exists(place->fd, "copy/a/empty")); /* what was there is not taken for a failed copy */
	assert_status(lks_fs_copy_tree(place->fd, "copy", place->fd, "copy/inside", 0, &err), LKS_E_INVALID);
	assert_false(exists(place->fd, "copy/inside"));
	assert_int_equal(mkfifoat(place->fd, "copy/fifo", 0600), 0);
	assert_status(lks_fs_copy_tree(place->fd, "copy", place->fd, "half", 0, &err), LKS_E_UNSUPPORTED);
	assert_false(exists(place->fd, "half")); /* half a copy is none */

	int root = openat(place->fd, "tree", O_RDONLY | O_DIRECTORY);
	make_dir(place->fd, "whole", 0700);
	assert_ok(lks_fs_copy_tree(root, ".", place->fd, "whole/tree", 0, &err));
	assert_file(place->fd, "whole/tree/a/new\nline", "n");
	close(root);

	assert_int_equal(fchmodat(place->fd, "copy/a/empty", 0, 0), 0);
	assert_ok(lks_fs_remove(place->fd, "copy", &err));
	assert_false(exists(place->fd, "copy"));
	assert_ok(lks_fs_remove(place->fd, "copy", &err));          /* absent is no error */
	assert_ok(lks_fs_remove(place->fd, "none/at/all", &err));
	assert_ok(lks_fs_remove(place->fd, "tree/link", &err));     /* the link, not what it names */
	assert_file(place->fd, "outside/kept", "kept");
	assert_ok(lks_fs_remove(place->fd, "tree/a/new\nline", &err));
	assert_int_equal(symlinkat("outside", place->fd, "way"), 0);
	assert_status(lks_fs_remove(place->fd, "way/kept", &err), LKS_E_UNSAFE);
	assert_file(place->fd, "outside/kept", "kept");
	assert_status(lks_fs_remove(place->fd, ".", &err), LKS_E_INVALID);
	assert_status(lks_fs_remove(place->fd, "../x", &err), LKS_E_UNSAFE);
}

static void unreadable_directories_are_removed_by_their_owner(void **state)
{
	const struct place *place = *state;
	make_dir(place->fd, "tree", 0755);
	make_dir(place->fd, "tree/locked", 0700);
	make_dir(place->fd, "tree/locked/fixed", 0700);
	put(place->fd, "tree/locked/fixed/file", "x", 0600);
	pid_t pid = fork();
	if (pid == 0) { /* root may do everything: as somebody else who owns it */
		if (getuid() == 0) {
			const char *own[] = {"tree", "tree/locked", "tree/locked/fixed", "."};
			for (int i = 0; i < 4; i++) {
				if (fchownat(place->fd, own[i], 65534, 65534, 0) != 0) {
					_exit(2);
				}
			}
			if (setgid(65534) != 0 || setuid(65534) != 0) {
				_exit(3);
			}
		}
		struct lks_error err = {0};
		fchmodat(place->fd, "tree/locked/fixed", 0500, 0);
		fchmodat(place->fd, "tree/locked", 0000, 0);
		_exit(lks_fs_remove(place->fd, "tree", &err) == 0 ? 0 : 4);
	}
	int status = -1;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_false(exists(place->fd, "tree"));
}

static void mount_points_are_not_crossed(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	char path[300], other[300];
	make_dir(place->fd, "tree", 0700);
	make_dir(place->fd, "tree/mounted", 0700);
	make_dir(place->fd, "other", 0700);
	put(place->fd, "other/kept", "kept", 0600);
	snprintf(path, sizeof path, "%s/tree/mounted", place->path);
	snprintf(other, sizeof other, "%s/other", place->path);
	if (mount(other, path, NULL, MS_BIND, NULL) != 0) { /* of the same file system: its device number tells nothing */
		print_message("no mount here: root is needed\n");
		skip();
	}
	int inside = lks_fs_remove(place->fd, "tree", &err);
	struct lks_error second = {0};
	int itself = lks_fs_remove(place->fd, "tree/mounted", &second);
	int kept = exists(place->fd, "other/kept");
	umount2(path, MNT_DETACH);
	assert_int_equal(inside, LKS_E_UNSAFE);
	assert_string_equal(err.path, "tree/mounted");
	assert_int_equal(itself, LKS_E_UNSAFE);
	assert_true(kept);
}

static void deep_trees_work(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	struct rlimit few = {64, 0}, before;
	char path[PATH_MAX] = "deep";
	for (int i = 0; i < 400; i++) {
		strcat(path, "/deeper");
	}
	assert_ok(lks_path_mkdirs(place->fd, path, 0700, &err));
	getrlimit(RLIMIT_NOFILE, &before);
	few.rlim_max = before.rlim_max;
	setrlimit(RLIMIT_NOFILE, &few); /* depth costs no descriptors */
	int copied = lks_fs_copy_tree(place->fd, "deep", place->fd, "copy", 0, &err);
	int removed = copied ? 0 : lks_fs_remove(place->fd, "deep", &err);
	setrlimit(RLIMIT_NOFILE, &before);
	assert_ok(copied);
	assert_ok(removed);
	assert_false(exists(place->fd, "deep"));
	memcpy(path, "copy", 4);
	assert_true(exists(place->fd, path));
}

static void adopt_makes_alike(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	char value[64], path[300];
	put(place->fd, "old", "", 0000);
	put(place->fd, "new", "", 0600);
	make_dir(place->fd, "dir", 02750);
	make_dir(place->fd, "made", 0700);
	assert_int_equal(symlinkat("old", place->fd, "link"), 0);
	snprintf(path, sizeof path, "%s/new", place->path);
	bool acls = setxattr(path, "system.posix_acl_access", acl, sizeof acl, 0) == 0;
	assert_ok(lks_fs_adopt(place->fd, "old", place->fd, "new", &err));
	assert_int_equal(mode_of(place->fd, "new"), 0000);
	assert_int_equal(getxattr(path, "system.posix_acl_access", value, sizeof value), -1);
	if (acls) {
		snprintf(path, sizeof path, "%s/old", place->path);
		assert_int_equal(setxattr(path, "system.posix_acl_access", acl, sizeof acl, 0), 0);
		assert_ok(lks_fs_adopt(place->fd, "old", place->fd, "new", &err));
		snprintf(path, sizeof path, "%s/new", place->path);
		assert_int_equal(getxattr(path, "system.posix_acl_access", value, sizeof value), sizeof acl);
		assert_memory_equal(value, acl, sizeof acl);
	}
	assert_ok(lks_fs_adopt(place->fd, "dir", place->fd, "made", &err));
	assert_int_equal(mode_of(place->fd, "made"), 02750);
	assert_ok(lks_fs_adopt(place->fd, "old", place->fd, "link", &err));
	assert_status(lks_fs_adopt(place->fd, "old", place->fd, "made", &err), LKS_E_INVALID);
	assert_status(lks_fs_adopt(place->fd, "none", place->fd, "made", &err), LKS_E_NOT_FOUND);
	if (getuid() == 0) {
		struct stat st;
		assert_int_equal(fchownat(place->fd, "old", 1234, 4321, 0), 0);
		assert_int_equal(fchmodat(place->fd, "old", 04755, 0), 0);
		assert_ok(lks_fs_adopt(place->fd, "old", place->fd, "new", &err));
		assert_int_equal(fstatat(place->fd, "new", &st, 0), 0);
		assert_int_equal(st.st_uid, 1234);
		assert_int_equal(st.st_gid, 4321);
		assert_int_equal(st.st_mode & 07777, 04755); /* the change of owner has not taken the setuid bit */
	}
}

static struct stat look_at(int dir, const char *rel)
{
	struct stat st;
	assert_int_equal(fstatat(dir, rel, &st, AT_SYMLINK_NOFOLLOW), 0);
	return st;
}

static void what_root_made_is_given(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct lks_error err = {0};
	if (geteuid() != 0) {
		skip();
	}
	make_dir(dir, "state", 0700);
	make_dir(dir, "state/d", 0000);
	make_dir(dir, "outside", 0755);
	put(dir, "outside/secret", "s", 0600);
	put(dir, "state/d/file", "f", 0600);
	put(dir, "state/theirs", "t", 0600);
	assert_int_equal(fchownat(dir, "state/theirs", 12, 12, 0), 0);
	assert_int_equal(symlinkat("../outside", dir, "state/link"), 0);
	assert_int_equal(linkat(dir, "outside/secret", dir, "state/another-name", 0), 0);
	assert_ok(lks_fs_give(dir, "state", 0, 1234, 1235, &err));
	static const char *const given[] = {"state", "state/d", "state/d/file", "state/link"};
	for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
		assert_int_equal(look_at(dir, given[i]).st_uid, 1234);
		assert_int_equal(look_at(dir, given[i]).st_gid, 1235);
	}
	assert_int_equal(look_at(dir, "state/theirs").st_uid, 12);
	assert_int_equal(look_at(dir, "outside").st_uid, 0);
	assert_int_equal(look_at(dir, "outside/secret").st_uid, 0);

	assert_int_equal(renameat(dir, "state", dir, "moved"), 0); /* as the tree's user may do at any moment */
	assert_int_equal(symlinkat("outside", dir, "state"), 0);
	assert_ok(lks_fs_give(dir, "state", 0, 1234, 1235, &err));
	assert_int_equal(look_at(dir, "outside/secret").st_uid, 0);
	assert_status(lks_fs_give(dir, "state/d", 0, 1234, 1235, &err), LKS_E_UNSAFE);
	assert_ok(lks_fs_give(dir, "absent", 0, 1234, 1235, &err));
	assert_int_equal(unlinkat(dir, "state", 0), 0);
	assert_int_equal(renameat(dir, "moved", dir, "state"), 0);
	assert_int_equal(fchmodat(dir, "state/d", 0700, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_place(write_replaces),
		in_place(old_file_stays_when_the_file_size_is_limited),
		in_place(old_file_stays_when_the_disk_is_full),
		in_place(read_has_a_cap),
		in_place(private_dir_is_private),
		in_place(copy_takes_everything_along),
		in_place(copy_of_large_files_is_whole),
		in_place(trees_are_copied_and_removed),
		in_place(unreadable_directories_are_removed_by_their_owner),
		in_place(mount_points_are_not_crossed),
		in_place(deep_trees_work),
		in_place(adopt_makes_alike),
		in_place(what_root_made_is_given),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

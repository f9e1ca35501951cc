/* Scans: every entry once, in order, with what stat says; quick, cancellable, and never out of the tree. */
#include "support.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "lockstep/fs.h"
#include "lockstep/path.h"
#include "lockstep/scan.h"

static void assert_paths(const struct lks_scan *scan, const char *const *paths)
{
	size_t i = 0;
	for (; paths[i] && i < scan->count; i++) {
		assert_string_equal(scan->entries[i].path, paths[i]);
	}
	assert_null(paths[i]);
	assert_int_equal(scan->count, i);
}

static void fill(const struct place *place, char *long_name)
{
	memset(long_name, 'l', 255);
	long_name[255] = '\0';
	make_dir(place->fd, "a", 0750);
	put(place->fd, "a/b", "b", 0604);
	make_dir(place->fd, "a/empty", 0700);
	put(place->fd, "a.b", "", 0600);
	put(place->fd, "new\nline", "n", 0600);
	put(place->fd, "\xFF\x80", "ff", 0600);
	put(place->fd, long_name, "long", 0600);
	assert_int_equal(symlinkat("../outside", place->fd, "a/link"), 0);
	assert_int_equal(mkfifoat(place->fd, "fifo", 0600), 0);
}

static void lists_everything_in_order(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	struct lks_scan scan;
	char long_name[256];
	fill(place, long_name);
	const char *paths[] = {".", "a", "a/b", "a/empty", "a/link", "a.b", "fifo", long_name, "new\nline", "\xFF\x80", NULL};
	for (unsigned threads = 0; threads <= 4; threads++) {
		struct lks_scan_options options = {.threads = threads};
		assert_ok(lks_scan_tree(&scan, place->fd, ".", &options, NULL, &err));
		assert_paths(&scan, paths);
		struct stat st;
		for (size_t i = 0; i < scan.count; i++) {
			const struct lks_entry *entry = &scan.entries[i];
			assert_ptr_equal(lks_scan_find(&scan, entry->path), entry);
			assert_int_equal(fstatat(place->fd, entry->path, &st, AT_SYMLINK_NOFOLLOW), 0);
			assert_int_equal(entry->mode, st.st_mode);
			assert_int_equal(entry->uid, st.st_uid);
			assert_int_equal(entry->gid, st.st_gid);
			assert_int_equal(entry->nlink, st.st_nlink);
			assert_int_equal(entry->size, S_ISREG(st.st_mode) ? st.st_size : 0);
			assert_int_equal(entry->inode, st.st_ino);
			assert_int_equal(entry->device, st.st_dev);
			assert_int_equal(entry->mtime, lks_fs_ns(st.st_mtim));
			assert_int_equal(entry->ctime, lks_fs_ns(st.st_ctim));
			assert_int_equal(entry->link != NULL, S_ISLNK(st.st_mode));
		}
		assert_string_equal(lks_scan_find(&scan, "a/link")->link, "../outside");
		assert_null(lks_scan_find(&scan, "b"));
		assert_null(lks_scan_find(&scan, ""));
		lks_scan_dispose(&scan);
		assert_int_equal(scan.count, 0);
	}
	assert_ok(lks_scan_tree(&scan, place->fd, "a", NULL, NULL, &err)); /* paths are relative to what is scanned */
	const char *below[] = {".", "b", "empty", "link", NULL};
	assert_paths(&scan, below);
	lks_scan_dispose(&scan);
}

static void excludes_exact_paths(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	struct lks_scan scan;
	make_dir(place->fd, "var", 0700);
	make_dir(place->fd, "var/lockstep", 0700);
	put(place->fd, "var/lockstep/key", "", 0600);
	put(place->fd, "var/lockstep.log", "", 0600);
	make_dir(place->fd, "lockstep", 0700);
	put(place->fd, "z", "", 0600);
	const char *exclude[] = {"z", "var/lockstep", "none", NULL};
	struct lks_scan_options options = {.exclude = exclude};
	assert_ok(lks_scan_tree(&scan, place->fd, ".", &options, NULL, &err));
	const char *paths[] = {".", "lockstep", "var", "var/lockstep.log", NULL};
	assert_paths(&scan, paths);
	lks_scan_dispose(&scan);
}

static void hashes_files(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	struct lks_scan scan;
	struct lks_task task = {0};
	uint8_t wanted[LKS_HASH_SIZE], none[LKS_HASH_SIZE] = {0};
	char long_name[256];
	fill(place, long_name);
	size_t size = 300000;
	char *data = malloc(size);
	memset(data, 'x', size);
	int empty = openat(place->fd, "a/empty", O_RDONLY | O_DIRECTORY);
	assert_ok(lks_fs_write(empty, "large", data, size, 0600, &err));
	assert_ok(lks_fs_write(empty, "chunk", data, 128 * 1024, 0600, &err)); /* exactly one read */
	close(empty);
	for (unsigned threads = 1; threads <= 3; threads++) {
		struct lks_scan_options options = {.hash = true, .threads = threads};
		assert_ok(lks_scan_tree(&scan, place->fd, ".", &options, &task, &err));
		assert_int_equal(task.files, 7);
		assert_int_equal(task.files_total, 7);
		assert_int_equal(task.bytes, task.bytes_total);
		assert_string_equal(task.phase, "read");
		for (size_t i = 0; i < scan.count; i++) {
			const struct lks_entry *entry = &scan.entries[i];
			if (!S_ISREG(entry->mode)) {
				assert_memory_equal(entry->hash, none, sizeof none);
				continue;
			}
			int fd = openat(place->fd, entry->path, O_RDONLY);
			assert_ok(lks_hash_fd(wanted, NULL, fd, entry->path, &err));
			close(fd);
			assert_memory_equal(entry->hash, wanted, sizeof wanted);
		}
		lks_scan_dispose(&scan);
	}
	free(data);
}

static void errors_name_the_path(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	struct lks_scan scan = {0};
	assert_status(lks_scan_tree(&scan, place->fd, "none", NULL, NULL, &err), LKS_E_NOT_FOUND);
	put(place->fd, "file", "", 0600);
	assert_int_not_equal(lks_scan_tree(&scan, place->fd, "file", NULL, NULL, &err), 0);
	lks_error_clear(&err);
	assert_int_equal(symlinkat("/etc", place->fd, "link"), 0);
	assert_status(lks_scan_tree(&scan, place->fd, "link", NULL, NULL, &err), LKS_E_UNSAFE);
	assert_status(lks_scan_tree(&scan, place->fd, "..", NULL, NULL, &err), LKS_E_UNSAFE);
	make_dir(place->fd, "a", 0755);
	make_dir(place->fd, "a/locked", 0000);
	make_dir(place->fd, "b", 0755);
	put(place->fd, "b/secret", "", 0000);
	assert_int_equal(fchmodat(place->fd, ".", 0755, 0), 0);
	pid_t pid = fork();
	if (pid == 0) { /* root reads everything */
		if (getuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) {
			_exit(2);
		}
		struct lks_scan_options options = {.hash = true};
		if (lks_scan_tree(&scan, place->fd, "a", &options, NULL, &err) != LKS_E_ACCESS || strcmp(err.path, "locked") != 0) {
			_exit(3);
		}
		lks_error_clear(&err);
		if (lks_scan_tree(&scan, place->fd, "b", &options, NULL, &err) != LKS_E_ACCESS || strcmp(err.path, "secret") != 0) {
			_exit(4);
		}
		_exit(0);
	}
	int status = -1;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_null(scan.entries);
}

static void can_be_cancelled(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	struct lks_scan scan = {0};
	struct lks_task task = {0};
	make_dir(place->fd, "a", 0700);
	atomic_store(&task.cancelled, true);
	assert_status(lks_scan_tree(&scan, place->fd, ".", NULL, &task, &err), LKS_E_CANCELLED);
	assert_null(scan.entries);
}

static void mounts_are_entered_on_demand(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	struct lks_scan scan;
	char path[300], other[300];
	make_dir(place->fd, "media", 0700);
	make_dir(place->fd, "other", 0700);
	put(place->fd, "other/file", "", 0600);
	snprintf(path, sizeof path, "%s/media", place->path);
	snprintf(other, sizeof other, "%s/other", place->path);
	if (mount(other, path, NULL, MS_BIND, NULL) != 0) {
		print_message("no mount here: root is needed\n");
		skip();
	}
	struct lks_scan_options options = {0};
	int first = lks_scan_tree(&scan, place->fd, ".", &options, NULL, &err);
	struct lks_scan second = {0};
	options.cross_mounts = true;
	int entered = lks_scan_tree(&second, place->fd, ".", &options, NULL, &err);
	umount2(path, MNT_DETACH);
	assert_ok(first);
	assert_ok(entered);
	const char *paths[] = {".", "media", "other", "other/file", NULL};
	const char *all[] = {".", "media", "media/file", "other", "other/file", NULL};
	assert_paths(&scan, paths);
	assert_paths(&second, all);
	lks_scan_dispose(&scan);
	lks_scan_dispose(&second);
}

static void large_and_wide_trees(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	struct lks_scan scan;
	char path[PATH_MAX] = "deep";
	for (int i = 0; i < 300; i++) {
		strcat(path, "/deeper");
	}
	assert_ok(lks_path_mkdirs(place->fd, path, 0700, &err));
	make_dir(place->fd, "wide", 0700);
	for (int i = 0; i < 3000; i++) { /* more than one getdents gives */
		char name[64];
		snprintf(name, sizeof name, "wide/a-name-of-some-length-%d", i);
		put(place->fd, name, "", 0600);
	}
	for (unsigned threads = 1; threads <= 4; threads++) {
		struct lks_scan_options options = {.threads = threads};
		assert_ok(lks_scan_tree(&scan, place->fd, ".", &options, NULL, &err));
		assert_int_equal(scan.count, 1 + 301 + 1 + 3000);
		for (size_t i = 1; i < scan.count; i++) {
			assert_true(lks_path_compare(scan.entries[i - 1].path, scan.entries[i].path) < 0);
		}
		assert_non_null(lks_scan_find(&scan, path));
		lks_scan_dispose(&scan);
	}
}

struct churn {
	int fd;
	atomic_bool stop;
};

/* Files and directories come, go, and change places with a symlink that leads outside. */
static void *churn(void *arg)
{
	struct churn *churn = arg;
	while (!atomic_load(&churn->stop)) {
		int fd = openat(churn->fd, "root/file", O_WRONLY | O_CREAT, 0600);
		if (fd >= 0) {
			close(fd);
		}
		mkdirat(churn->fd, "root/dir", 0700);
		fd = openat(churn->fd, "root/dir/inside", O_WRONLY | O_CREAT, 0600);
		if (fd >= 0) {
			close(fd);
		}
		renameat(churn->fd, "root/dir", churn->fd, "moved");
		symlinkat("../outside", churn->fd, "root/dir");
		unlinkat(churn->fd, "root/dir", 0);
		renameat(churn->fd, "moved", churn->fd, "root/dir");
		unlinkat(churn->fd, "root/dir/inside", 0);
		unlinkat(churn->fd, "root/dir", AT_REMOVEDIR);
		unlinkat(churn->fd, "root/file", 0);
	}
	return NULL;
}

static void changes_meanwhile_are_no_errors(void **state)
{
	const struct place *place = *state;
	struct churn data = {.fd = place->fd};
	pthread_t thread;
	make_dir(place->fd, "root", 0700);
	make_dir(place->fd, "outside", 0700);
	put(place->fd, "outside/secret", "", 0600);
	assert_int_equal(pthread_create(&thread, NULL, churn, &data), 0);
	struct lks_error err = {0};
	int status = 0;
	size_t escaped = 0, most = 0;
	for (int i = 0; status == 0 && i < 1500; i++) {
		struct lks_scan scan = {0};
		status = lks_scan_tree(&scan, place->fd, "root", NULL, NULL, &err);
		for (size_t k = 0; k < scan.count; k++) {
			escaped += strstr(scan.entries[k].path, "secret") != NULL;
		}
		most = scan.count > most ? scan.count : most;
		lks_scan_dispose(&scan);
	}
	atomic_store(&data.stop, true);
	pthread_join(thread, NULL);
	assert_ok(status);
	assert_int_equal(escaped, 0);
	assert_true(most > 2); /* it did see the coming and going */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_place(lists_everything_in_order),
		in_place(excludes_exact_paths),
		in_place(hashes_files),
		in_place(errors_name_the_path),
		in_place(can_be_cancelled),
		in_place(mounts_are_entered_on_demand),
		in_place(large_and_wide_trees),
		in_place(changes_meanwhile_are_no_errors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

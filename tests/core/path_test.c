/* Paths: nothing leads out of the root, not even while somebody swaps a directory for a symlink. */
#include "support.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "lockstep/path.h"

static void text_is_checked(void **state UNUSED)
{
	struct lks_error err = {0};
	char name[300];
	memset(name, 'n', sizeof name);
	static const char *const good[] = {".", "a", "a/b/c", "..a", "a..", "a/...", ".a/.b", "with space", "new\nline", "\xFF\xFE/\xC3", "a\\b"};
	static const char *const bad[] = {"", "/", "/x", "../x", "a/../../x", "a/..", "..", "a//b", "a/", "./a", "a/./b", "a/."};
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		assert_ok(lks_path_check(good[i], strlen(good[i]), &err));
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_int_equal(lks_path_check(bad[i], strlen(bad[i]), &err), LKS_E_UNSAFE);
		assert_string_equal(err.path, bad[i]);
		lks_error_clear(&err);
	}
	assert_ok(lks_path_check(name, 255, &err));
	assert_status(lks_path_check(name, 256, &err), LKS_E_UNSAFE);
	assert_status(lks_path_check("a\0b", 3, &err), LKS_E_UNSAFE);
	assert_ok(lks_path_check("a/../..", 1, &err)); /* only the given length counts */
	char *deep = malloc(PATH_MAX + 2);
	for (size_t i = 0; i < PATH_MAX + 2; i++) {
		deep[i] = i % 2 ? '/' : 'd';
	}
	assert_ok(lks_path_check(deep, PATH_MAX - 1, &err));
	assert_status(lks_path_check(deep, PATH_MAX + 1, &err), LKS_E_UNSAFE);
	free(deep);
}

static void order_is_depth_first(void **state UNUSED)
{
	static const char *const sorted[] = {".", "\x01", "A", "a", "a/b", "a/b/c", "a/b.c", "a!", "a-b", "a.b", "a0", "aa", "b", "\xFF"};
	size_t count = sizeof sorted / sizeof sorted[0];
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < count; k++) {
			int order = lks_path_compare(sorted[i], sorted[k]);
			assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
		}
	}
	assert_true(lks_path_is_below("a/b", "a"));
	assert_true(lks_path_is_below("a", "a"));
	assert_true(lks_path_is_below("a", "."));
	assert_false(lks_path_is_below("ab", "a"));
	assert_false(lks_path_is_below("a", "a/b"));
}

static void symlinks_are_not_followed(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	int fd = -1;
	make_dir(place->fd, "root", 0700);
	make_dir(place->fd, "root/real", 0700);
	put(place->fd, "secret", "secret", 0600);
	put(place->fd, "root/real/file", "file", 0600);
	assert_int_equal(symlinkat("..", place->fd, "root/up"), 0);
	assert_int_equal(symlinkat("/etc", place->fd, "root/etc"), 0);
	assert_int_equal(symlinkat("real", place->fd, "root/inside"), 0);
	assert_int_equal(symlinkat("/etc/passwd", place->fd, "root/real/final"), 0);
	int root = openat(place->fd, "root", O_RDONLY | O_DIRECTORY);
	assert_ok(lks_path_open(&fd, root, "real/file", O_RDONLY, 0, &err));
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
	assert_status(lks_path_open(&fd, root, "up/secret", O_RDONLY, 0, &err), LKS_E_UNSAFE);
	assert_status(lks_path_open(&fd, root, "etc/passwd", O_RDONLY, 0, &err), LKS_E_UNSAFE);
	assert_status(lks_path_open(&fd, root, "inside/file", O_RDONLY, 0, &err), LKS_E_UNSAFE);
	assert_status(lks_path_open(&fd, root, "real/final", O_RDONLY, 0, &err), LKS_E_UNSAFE);
	assert_status(lks_path_open(&fd, root, "real/final", O_WRONLY | O_CREAT, 0600, &err), LKS_E_UNSAFE);
	assert_status(lks_path_open(&fd, root, "../secret", O_RDONLY, 0, &err), LKS_E_UNSAFE);
	assert_status(lks_path_open(&fd, root, "/etc/passwd", O_RDONLY, 0, &err), LKS_E_UNSAFE);
	assert_status(lks_path_open(&fd, root, "real/none", O_RDONLY, 0, &err), LKS_E_NOT_FOUND);
	assert_ok(lks_path_open(&fd, root, "real/final", O_PATH | O_NOFOLLOW, 0, &err)); /* the link itself */
	close(fd);
	assert_status(lks_path_mkdirs(root, "up/made", 0700, &err), LKS_E_UNSAFE);
	assert_status(lks_path_mkdirs(root, "inside/made", 0700, &err), LKS_E_UNSAFE);
	assert_false(exists(place->fd, "made"));
	const char *name = NULL;
	assert_status(lks_path_parent(&fd, &name, root, "up/x", &err), LKS_E_UNSAFE);
	assert_status(lks_path_parent(&fd, &name, root, ".", &err), LKS_E_INVALID);
	assert_ok(lks_path_parent(&fd, &name, root, "real/new", &err));
	assert_string_equal(name, "new");
	assert_true(faccessat(fd, "file", R_OK, 0) == 0);
	close(fd);
	assert_ok(lks_path_parent(&fd, &name, root, "new", &err));
	assert_int_not_equal(fd, root);
	close(fd);
	close(root);
}

static void modes_are_exact(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	for (int i = 0; i < 2; i++) {
		mode_t before = umask(i ? 0777 : 0);
		char path[32];
		snprintf(path, sizeof path, "m%d/a/b", i);
		int status = lks_path_mkdirs(place->fd, path, 0750, &err);
		umask(before);
		assert_ok(status);
		assert_int_equal(mode_of(place->fd, path), 0750);
		path[4] = '\0';
		assert_int_equal(mode_of(place->fd, path), 0750);
	}
	assert_int_equal(fchmodat(place->fd, "m0", 0711, 0), 0);
	assert_ok(lks_path_mkdirs(place->fd, "m0/a/c", 0700, &err));
	assert_int_equal(mode_of(place->fd, "m0"), 0711); /* what exists keeps its mode */
	assert_ok(lks_path_mkdirs(place->fd, ".", 0700, &err));
	put(place->fd, "file", "", 0600);
	assert_status(lks_path_mkdirs(place->fd, "file/x", 0700, &err), LKS_E_UNSAFE);
	assert_status(lks_path_mkdirs(place->fd, "a/../x", 0700, &err), LKS_E_UNSAFE);
}

static void odd_names_work(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	char name[256];
	memset(name, 'l', 255);
	name[255] = '\0';
	const char *names[] = {"new\nline", "\xFF\xFE\x80", name, " ", "-rf", "*"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		int fd = -1;
		assert_ok(lks_path_open(&fd, place->fd, names[i], O_WRONLY | O_CREAT | O_EXCL, 0600, &err));
		close(fd);
		assert_true(exists(place->fd, names[i]));
	}
}

struct race {
	int fd;
	atomic_bool stop;
	atomic_ulong swaps;
};

/* root/dir is now a directory, now a symlink to the outside, by an atomic exchange. */
static void *swapper(void *arg)
{
	struct race *race = arg;
	while (!atomic_load(&race->stop)) {
		if (syscall(SYS_renameat2, race->fd, "root/dir", race->fd, "root/other", 2 /* RENAME_EXCHANGE */) == 0) {
			atomic_fetch_add(&race->swaps, 1);
		}
	}
	return NULL;
}

static void races_do_not_escape(void **state)
{
	const struct place *place = *state;
	struct race race = {.fd = place->fd};
	pthread_t thread;
	int inside = 0, refused = 0;
	make_dir(place->fd, "root", 0700);
	make_dir(place->fd, "root/dir", 0700);
	make_dir(place->fd, "outside", 0700);
	put(place->fd, "root/dir/file", "inside", 0600);
	put(place->fd, "outside/file", "outside", 0600);
	assert_int_equal(symlinkat("../outside", place->fd, "root/other"), 0);
	int root = openat(place->fd, "root", O_RDONLY | O_DIRECTORY);
	assert_int_equal(pthread_create(&thread, NULL, swapper, &race), 0);
	for (int i = 0; i < 20000 || ((!inside || !refused) && i < 2000000); i++) {
		struct lks_error err = {0};
		int fd = -1;
		char text[16] = "";
		switch (lks_path_open(&fd, root, "dir/file", O_RDONLY, 0, &err)) {
		case 0:
			assert_true(read(fd, text, sizeof text - 1) > 0);
			assert_string_equal(text, "inside");
			close(fd);
			inside++;
			break;
		case LKS_E_NOT_FOUND: /* without openat2 a symlink is told from a file by a second look, which may come too late */
		case LKS_E_UNSAFE:
			refused++;
			break;
		default:
			fail_msg("%s", err.message);
		}
		struct lks_error ignored = {0};
		lks_path_mkdirs(root, "dir/made/deep", 0700, &ignored);
	}
	atomic_store(&race.stop, true);
	pthread_join(thread, NULL);
	assert_true(inside > 0);
	assert_true(refused > 0);
	assert_true(atomic_load(&race.swaps) > 100);
	assert_false(exists(place->fd, "outside/made"));
	close(root);
}

/* From now on openat2 is a call that this kernel does not know. */
static int take_openat2_away(void **state UNUSED)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
		return -1;
	}
	return syscall(SYS_openat2, AT_FDCWD, ".", NULL, (size_t)0) == -1 && errno == ENOSYS ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_checked),
		cmocka_unit_test(order_is_depth_first),
		in_place(symlinks_are_not_followed),
		in_place(modes_are_exact),
		in_place(odd_names_work),
		in_place(races_do_not_escape),
	};
	int failed = cmocka_run_group_tests_name("by openat2", tests, NULL, NULL);
	return failed + cmocka_run_group_tests_name("step by step", tests, take_openat2_away, NULL);
}

/*
 * A new tree takes after the one that it replaces: counterparts, siblings, executables, and what has no pattern.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lockstep/adopt.h"
#include "lockstep/fs.h"

static char scratch[] = "/tmp/lks-adopt-XXXXXX";
static int root = -1;

static int set_up(void **state)
{
	(void)state;
	strcpy(scratch + strlen(scratch) - 6, "XXXXXX");
	if (mkdtemp(scratch) == NULL || (root = open(scratch, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return -1;
	umask(0);
	return mkdirat(root, "old", 0755) | mkdirat(root, "new", 0700);
}

static int tear_down(void **state)
{
	struct lks_error err = {0};

	(void)state;
	lks_fs_remove(root, "old", &err);
	lks_fs_remove(root, "new", &err);
	close(root);
	return rmdir(scratch);
}

static void make_directory(const char *path, mode_t mode)
{
	assert_int_equal(mkdirat(root, path, 0700), 0);
	assert_int_equal(fchmodat(root, path, mode, 0), 0);
}

static void make_file(const char *path, mode_t mode)
{
	int fd = openat(root, path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode);

	assert_true(fd >= 0);
	close(fd);
}

static mode_t mode_of(const char *path)
{
	struct stat status;

	assert_int_equal(fstatat(root, path, &status, AT_SYMLINK_NOFOLLOW), 0);
	return status.st_mode & 07777;
}

static void adopt(const char *from, const char *to, int expected)
{
	struct lks_error err = {0};

	assert_int_equal(lks_adopt_tree(root, from, root, to, &err), expected);
}

static void a_counterpart_gives_its_mode(void **state)
{
	(void)state;
	make_directory("old/src", 02750);
	make_file("old/src/a", 0640);
	make_directory("new/src", 0700);
	make_file("new/src/a", 0755);
	adopt("old", "new", 0);
	assert_int_equal(mode_of("new"), 0755);
	assert_int_equal(mode_of("new/src"), 02750);
	assert_int_equal(mode_of("new/src/a"), 0640);
}

static void a_new_entry_takes_after_a_sibling_first(void **state)
{
	(void)state;
	make_file("old/a", 0644);
	make_directory("old/src", 0770);
	make_file("old/src/a", 0660);
	make_directory("new/src", 0700);
	make_file("new/src/b", 0600);
	make_directory("new/src/deep", 0700);
	make_file("new/src/deep/c", 0600);
	make_file("new/z", 0600);
	adopt("old", "new", 0);
	assert_int_equal(mode_of("new/src/b"), 0660);
	assert_int_equal(mode_of("new/src/deep"), 0770);
	assert_int_equal(mode_of("new/src/deep/c"), 0660);
	assert_int_equal(mode_of("new/z"), 0644);
}

static void a_new_executable_stays_one(void **state)
{
	(void)state;
	make_file("old/a", 0640);
	make_file("new/run", 0700);
	adopt("old", "new", 0);
	assert_int_equal(mode_of("new/run"), 0750);
	make_file("old/tool", 0711);
	adopt("old", "new", 0);
	assert_int_equal(mode_of("new/run") & 0777, 0711);
}

static void another_type_is_no_counterpart(void **state)
{
	(void)state;
	make_directory("old/x", 0711);
	make_file("old/y", 0604);
	make_file("new/x", 0600);
	make_directory("new/y", 0700);
	adopt("old", "new", 0);
	assert_int_equal(mode_of("new/x"), 0604);
	assert_int_equal(mode_of("new/y"), 0755);
}

static void symlinks_are_not_followed(void **state)
{
	(void)state;
	make_file("old/a", 0644);
	make_file("new/target", 0600);
	assert_int_equal(symlinkat("target", root, "new/link"), 0);
	make_file("old/target", 0666);
	assert_int_equal(symlinkat("a", root, "old/link"), 0);
	adopt("old/link", "new/link", 0);
	assert_int_equal(mode_of("new/target"), 0600);
	adopt("old/a", "new/link", 0); /* not of one type: nothing is done */
	assert_int_equal(mode_of("new/target"), 0600);
}

static void an_owner_comes_along(void **state)
{
	struct stat status;

	(void)state;
	if (geteuid() != 0)
		skip();
	make_directory("old/a", 0755);
	assert_int_equal(fchownat(root, "old/a", 12, 34, 0), 0);
	make_directory("new/a", 0700);
	make_directory("new/a/b", 0700);
	adopt("old", "new", 0);
	assert_int_equal(fstatat(root, "new/a/b", &status, 0), 0);
	assert_int_equal(status.st_uid, 12);
	assert_int_equal(status.st_gid, 34);
}

static void what_is_absent(void **state)
{
	(void)state;
	adopt("none", "new", 0);
	assert_int_equal(mode_of("new"), 0700);
	adopt("old", "none", LKS_E_NOT_FOUND);
}

#define WITH_TREES(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TREES(a_counterpart_gives_its_mode),
		WITH_TREES(a_new_entry_takes_after_a_sibling_first),
		WITH_TREES(a_new_executable_stays_one),
		WITH_TREES(another_type_is_no_counterpart),
		WITH_TREES(symlinks_are_not_followed),
		WITH_TREES(an_owner_comes_along),
		WITH_TREES(what_is_absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What the probe says of symlinks, mounts, other devices, layers and file systems that cannot exchange; and that it leaves nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "../faults/commit_site.h"
#include "../faults/no_flags.h"
#include "lockstep/commit.h"
#include "lockstep/fs.h"

static char root[64];
static int root_fd = -1;

static int make_site(void **state)
{
	(void)state;
	strcpy(root, "/tmp/lockstep-probe-XXXXXX");
	if (mkdtemp(root) == NULL) {
		return 1;
	}
	root_fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return root_fd < 0 || site_make(root_fd) != 0;
}

static int drop_site(void **state)
{
	struct lks_error err = {0};
	int tmp = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int status = lks_fs_remove(tmp, root + 5, &err);

	(void)state;
	close(tmp);
	close(root_fd);
	return status;
}

static int count_entries(int fd, const char *path)
{
	DIR *directory = fdopendir(openat(fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	int count = 0;

	while (readdir(directory) != NULL) {
		count++;
	}
	closedir(directory);
	return count;
}

static void expect_at(int fd, const char *live, const char *stage, enum lks_exchange_problem expected)
{
	struct lks_error err = {0};
	enum lks_exchange_problem problem;

	if (lks_commit_probe(&problem, fd, live, stage, &err) != 0) {
		fail_msg("%s: %s", err.path, err.message);
	}
	assert_int_equal(problem, expected);
}

static void expect(const char *live, enum lks_exchange_problem expected)
{
	int vendor = count_entries(root_fd, "vendor/magento"), stage = count_entries(root_fd, SITE_STAGE);

	expect_at(root_fd, live, SITE_STAGE, expected);
	assert_int_equal(count_entries(root_fd, "vendor/magento"), vendor);
	assert_int_equal(count_entries(root_fd, SITE_STAGE), stage);
}

static void all_is_well(void **state)
{
	char told[SITE_ITEMS + 1];

	(void)state;
	expect("vendor/magento/tool", LKS_EXCHANGE_OK);
	expect("composer.json", LKS_EXCHANGE_OK);
	expect("vendor/magento/absent", LKS_EXCHANGE_OK);
	site_tell(told, root_fd);
	assert_string_equal(told, site_old);
}

/* A kill in the middle leaves scratch entries; the next probe takes them away. */
static void clears_its_own_leftovers(void **state)
{
	(void)state;
	assert_int_equal(mkdirat(root_fd, "vendor/magento/.lockstep-probe", 0700), 0);
	assert_int_equal(mkdirat(root_fd, SITE_STAGE "/.lockstep-probe", 0700), 0);
	assert_int_equal(mkdirat(root_fd, SITE_STAGE "/.lockstep-probe/inside", 0700), 0);
	expect_at(root_fd, "vendor/magento/gone.php", SITE_STAGE, LKS_EXCHANGE_OK);
	assert_int_equal(faccessat(root_fd, "vendor/magento/.lockstep-probe", F_OK, 0), -1);
	assert_int_equal(faccessat(root_fd, SITE_STAGE "/.lockstep-probe", F_OK, 0), -1);
	/* what is not its own is not removed */
	assert_int_equal(site_put(root_fd, "vendor/magento/.lockstep-probe/own", 'D', "x"), 0);
	struct lks_error err = {0};
	enum lks_exchange_problem problem;
	assert_int_equal(lks_commit_probe(&problem, root_fd, "vendor/magento/tool", SITE_STAGE, &err), LKS_E_EXISTS);
	assert_int_equal(faccessat(root_fd, "vendor/magento/.lockstep-probe/own/id", F_OK, 0), 0);
}

static void symlinks(void **state)
{
	struct lks_error err = {0};
	enum lks_exchange_problem problem;

	(void)state;
	assert_int_equal(symlinkat("tool", root_fd, "vendor/magento/link"), 0);
	assert_int_equal(symlinkat("nowhere", root_fd, "vendor/magento/dangling"), 0);
	expect("vendor/magento/link", LKS_EXCHANGE_SYMLINK);
	expect("vendor/magento/dangling", LKS_EXCHANGE_SYMLINK);
	/* on the way to the entry a symlink is an error, not an answer */
	assert_int_equal(lks_commit_probe(&problem, root_fd, "vendor/magento/link/id", SITE_STAGE, &err), LKS_E_UNSAFE);
	lks_error_clear(&err);
	assert_int_equal(lks_commit_probe(&problem, root_fd, "composer.json", "vendor/magento/link", &err), LKS_E_UNSAFE);
	lks_error_clear(&err);
	assert_int_equal(lks_commit_probe(&problem, root_fd, "composer.json", "absent", &err), LKS_E_NOT_FOUND);
	lks_error_clear(&err);
	assert_int_equal(lks_commit_probe(&problem, root_fd, "absent/composer.json", SITE_STAGE, &err), LKS_E_NOT_FOUND);
}

/* Runs a test in a process of its own: 0 is passed, 77 is "this machine cannot". */
static void in_child(int (*body)(void))
{
	pid_t child;
	int status;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		exit(body()); /* not _exit, which would lose what a coverage build counted */
	}
	waitpid(child, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
		skip();
	}
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int ask(int fd, const char *live, const char *stage)
{
	struct lks_error err = {0};
	enum lks_exchange_problem problem;
	int status = lks_commit_probe(&problem, fd, live, stage, &err);

	return status != 0 ? status : (int)problem;
}

static int enter_namespace(void)
{
	return unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 ? 0 : 77;
}

static int mounts_body(void)
{
	char tool[128], magento[128], other[128], file[128];
	int fd;

	if (enter_namespace() != 0) {
		return 77;
	}
	snprintf(tool, sizeof tool, "%s/vendor/magento/tool", root);
	snprintf(magento, sizeof magento, "%s/vendor/magento", root);
	snprintf(other, sizeof other, "%s/vendor/composer", root);
	snprintf(file, sizeof file, "%s/composer.json", root);
	if (mount(other, tool, NULL, MS_BIND, NULL) != 0 || mount(file, file, NULL, MS_BIND, NULL) != 0) {
		return 77;
	}
	fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (ask(fd, "vendor/magento/tool", SITE_STAGE) != LKS_EXCHANGE_MOUNT) {
		return 1;
	}
	if (ask(fd, "composer.json", SITE_STAGE) != LKS_EXCHANGE_MOUNT) {
		return 2;
	}
	umount(tool);
	umount(file);
	/* one device, two mounts: only the trial shows that */
	if (mount(magento, magento, NULL, MS_BIND, NULL) != 0 || ask(fd, "vendor/magento/tool", SITE_STAGE) != LKS_EXCHANGE_DEVICE) {
		return 3;
	}
	umount(magento);
	if (mount("none", magento, "tmpfs", 0, NULL) != 0 || mkdir(tool, 0755) != 0 || ask(fd, "vendor/magento/tool", SITE_STAGE) != LKS_EXCHANGE_DEVICE) {
		return 4;
	}
	if (ask(fd, "vendor/magento/absent", SITE_STAGE) != LKS_EXCHANGE_DEVICE) {
		return 5;
	}
	umount(magento);
	close(fd);
	/* the whole site read-only; then only the tool's directory */
	if (mount(root, root, NULL, MS_BIND, NULL) != 0 || mount(NULL, root, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL) != 0) {
		return 77;
	}
	fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (ask(fd, "vendor/magento/tool", SITE_STAGE) != LKS_EXCHANGE_READ_ONLY) {
		return 6;
	}
	return 0;
}

static void mounts(void **state)
{
	(void)state;
	in_child(mounts_body);
}

/* Files of a lower layer are copied up by their rename, and must be recognised afterwards: else nothing could be taken back. */
static int commit_of_lower_files(int fd)
{
	static const struct lks_commit_item items[] = {{"composer.json", "var/lockstep/own/composer.json"}, {"vendor/composer/a.php", "var/lockstep/own/a.php"}};
	struct lks_error err = {0};

	if (site_put(fd, items[0].staged, 'F', "new") != 0 || site_put(fd, items[1].staged, 'F', "new") != 0) {
		return 77;
	}
	if (lks_commit_run(NULL, fd, SITE_STATE, "var/lockstep/own", items, 2, "", &err) != 0 || site_look(fd, "composer.json", 'F') != 'n') {
		return 7;
	}
	if (lks_commit_revert(fd, SITE_STATE, &err) != 0) {
		return 8;
	}
	return site_look(fd, "composer.json", 'F') == 'o' && site_look(fd, "vendor/composer/a.php", 'F') == 'o' ? 0 : 9;
}

/* An image: the site in a lower layer, state in the upper one. A scratch directory exchanges well there, the tool does not. */
static int layers_body(void)
{
	char base[128], merged[160], options[512];
	int fd;

	if (enter_namespace() != 0) {
		return 77;
	}
	snprintf(base, sizeof base, "%s/var", root); /* layers need a file system of their own: the site's may be a layer itself */
	if (mount("none", base, "tmpfs", 0, NULL) != 0 || chdir(base) != 0 || mkdir("lower", 0755) != 0 || mkdir("upper", 0755) != 0 || mkdir("work", 0755) != 0 || mkdir("merged", 0755) != 0) {
		return 77;
	}
	fd = open("lower", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (site_make(fd) != 0) {
		return 77;
	}
	close(fd);
	usleep(20000); /* so that the layers' times differ */
	snprintf(options, sizeof options, "lowerdir=%s/lower,upperdir=%s/upper,workdir=%s/work,redirect_dir=off", base, base, base);
	snprintf(merged, sizeof merged, "%s/merged", base);
	if (mount("overlay", merged, "overlay", 0, options) != 0) {
		return 77;
	}
	fd = open(merged, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (mkdirat(fd, "var/lockstep/own", 0700) != 0 || site_put(fd, "vendor/magento/upper", 'D', "new") != 0) {
		return 77;
	}
	if (ask(fd, "vendor/magento/tool", "var/lockstep/own") != LKS_EXCHANGE_LOWER) {
		return 1;
	}
	if (ask(fd, "vendor/magento/upper", "var/lockstep/own") != LKS_EXCHANGE_OK) {
		return 2;
	}
	if (ask(fd, "composer.json", "var/lockstep/own") != LKS_EXCHANGE_OK) { /* a file is copied up */
		return 3;
	}
	if (ask(fd, "vendor/magento/absent", "var/lockstep/own") != LKS_EXCHANGE_OK) {
		return 4;
	}
	if (site_look(fd, "vendor/magento/tool", 'D') != 'o' || site_look(fd, "vendor/magento/upper", 'D') != 'n') {
		return 5;
	}
	if (faccessat(fd, "var/lockstep/own/.lockstep-probe", F_OK, 0) == 0) {
		return 6;
	}
	return commit_of_lower_files(fd);
}

static void layers(void **state)
{
	(void)state;
	in_child(layers_body);
}

static int without(int sys)
{
	return no_rename_flags(sys) != 0 ? 77 : ask(root_fd, "vendor/magento/tool", SITE_STAGE);
}

static int without_einval(void)
{
	int status = without(EINVAL);

	if (status == 77) {
		return 77;
	}
	return status == LKS_EXCHANGE_TWO_RENAMES && ask(root_fd, "composer.json", SITE_STAGE) == LKS_EXCHANGE_TWO_RENAMES &&
		ask(root_fd, "vendor/magento/absent", SITE_STAGE) == LKS_EXCHANGE_TWO_RENAMES ? 0 : 1;
}

static int without_enosys(void)
{
	return without(ENOSYS) == LKS_EXCHANGE_TWO_RENAMES ? 0 : 1;
}

static int without_eio(void)
{
	return without(EIO) == LKS_E_IO ? 0 : 1;
}

/* The commit itself finds another way: by plain renames, in which only directories are absent for a moment. */
static int commit_without(void)
{
	struct lks_commit_report report;
	struct lks_error err = {0};
	char told[SITE_ITEMS + 1];

	if (without(EINVAL) != LKS_EXCHANGE_TWO_RENAMES) {
		return 1;
	}
	if (lks_commit_run(&report, root_fd, SITE_STATE, SITE_STAGE, site_items, SITE_ITEMS, "", &err) != 0) {
		return 2;
	}
	site_tell(told, root_fd);
	if (strcmp(told, site_new) != 0 || report.method != LKS_METHOD_TWO_RENAMES || report.items != SITE_ITEMS) {
		return 3;
	}
	/* one directory is exchanged */
	if (report.longest_ns <= 0 || report.total_ns != report.longest_ns || report.longest_ns > 2000000000) {
		return 4;
	}
	if (lks_commit_close(root_fd, SITE_STATE, "undo/run/journal", &err) != 0 ||
		lks_commit_undo(&report, root_fd, SITE_STATE, "undo/run/journal", "", &err) != 0 || report.method != LKS_METHOD_TWO_RENAMES) {
		return 5;
	}
	site_tell(told, root_fd);
	return strcmp(told, site_old) == 0 ? 0 : 6;
}

static void no_exchange(void **state)
{
	(void)state;
	in_child(without_einval);
	in_child(without_enosys);
	in_child(without_eio);
	in_child(commit_without);
	drop_site(NULL);
	make_site(NULL);
	expect("vendor/magento/tool", LKS_EXCHANGE_OK); /* nothing was left */
}

static void read_only(void **state)
{
	struct lks_error err = {0};
	enum lks_exchange_problem problem;

	(void)state;
	if (geteuid() == 0) {
		skip(); /* root passes any mode */
	}
	assert_int_equal(fchmodat(root_fd, "vendor/magento", 0555, 0), 0);
	assert_int_equal(lks_commit_probe(&problem, root_fd, "vendor/magento/tool", SITE_STAGE, &err), LKS_E_ACCESS);
	assert_int_equal(fchmodat(root_fd, "vendor/magento", 0755, 0), 0);
}

int main(void)
{
#define ON_A_SITE(test) cmocka_unit_test_setup_teardown(test, make_site, drop_site)
	const struct CMUnitTest tests[] = {
		ON_A_SITE(all_is_well), ON_A_SITE(clears_its_own_leftovers), ON_A_SITE(symlinks), ON_A_SITE(mounts), ON_A_SITE(layers), ON_A_SITE(no_exchange), ON_A_SITE(read_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What counts as a customization: kinds, X made from X.dist, and what does not count. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lockstep/classify.h"
#include "lockstep/fs.h"
#include "lockstep/path.h"

struct trees {
	char path[64];
	int top, pristine, mine;
};

static int set_up(void **state)
{
	struct trees *trees = calloc(1, sizeof *trees);
	if (!trees) {
		return -1;
	}
	strcpy(trees->path, "/tmp/lockstep-classify-XXXXXX");
	if (!mkdtemp(trees->path)) {
		free(trees);
		return -1;
	}
	trees->top = open(trees->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	mkdirat(trees->top, "pristine", 0755);
	mkdirat(trees->top, "mine", 0755);
	trees->pristine = openat(trees->top, "pristine", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	trees->mine = openat(trees->top, "mine", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*state = trees;
	return trees->mine >= 0 ? 0 : -1;
}

static int tear_down(void **state)
{
	struct trees *trees = *state;
	struct lks_error err = {0};
	int tmp = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int status = lks_fs_remove(tmp, trees->path + 5, &err);
	close(tmp);
	close(trees->mine);
	close(trees->pristine);
	close(trees->top);
	free(trees);
	return status;
}

static void put(int at, const char *path, const char *text)
{
	struct lks_error err = {0};
	char above[256];
	snprintf(above, sizeof above, "%s", path);
	char *slash = strrchr(above, '/');
	if (slash) {
		*slash = '\0';
		assert_int_equal(lks_path_mkdirs(at, above, 0755, &err), 0);
	}
	int fd = openat(at, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(lks_fs_write_all(fd, text, strlen(text), path, &err), 0);
	close(fd);
}

static void both(const struct trees *trees, const char *path, const char *pristine, const char *mine)
{
	put(trees->pristine, path, pristine);
	put(trees->mine, path, mine);
}

static void assert_customs(const struct trees *trees, const char *expected)
{
	struct lks_customs customs;
	struct lks_error err = {0};
	struct lks_buffer told = {0};
	if (lks_classify(&customs, trees->pristine, trees->mine, NULL, &err) != 0) {
		fail_msg("%s: %s", err.path, err.message);
	}
	for (size_t i = 0; i < customs.count; i++) {
		const struct lks_custom *custom = &customs.items[i];
		lks_buffer_printf(&told, &err, "%s %s%s%s%s", lks_custom_kind_name(custom->kind), custom->path, custom->dist ? " from " : "",
			custom->dist ? custom->dist : "", custom->unedited ? " unedited" : "");
		assert_true(!custom->unedited || custom->noise == LKS_NOISE_COPY);
		if (custom->noise != LKS_NOISE_NONE && !custom->unedited) {
			lks_buffer_printf(&told, &err, " (%s)", lks_noise_name(custom->noise));
		}
		lks_buffer_puts(&told, "\n", &err);
	}
	assert_string_equal(lks_buffer_text(&told), expected);
	lks_buffer_dispose(&told);
	lks_customs_dispose(&customs);
}

static void test_equal_trees(void **state)
{
	const struct trees *trees = *state;
	both(trees, "a/b.php", "same\n", "same\n");
	assert_customs(trees, "");
}

static void test_kinds(void **state)
{
	const struct trees *trees = *state;
	both(trees, "src/a.php", "1\n", "2\n");
	both(trees, "src/same-size.php", "1\n", "3\n");
	put(trees->pristine, "src/gone.php", "x\n");
	put(trees->mine, "src/own/new.php", "x\n");
	assert_customs(trees, "modified src/a.php\ndeleted src/gone.php\nadded src/own/new.php\nmodified src/same-size.php\n");
}

static void test_made_from_dist(void **state)
{
	const struct trees *trees = *state;
	both(trees, "etc/map.xml.dist", "d\n", "d\n");
	put(trees->mine, "etc/map.xml", "m\n");
	put(trees->pristine, "etc/moved.xml.dist", "d\n");
	put(trees->mine, "etc/moved.xml", "m\n");
	both(trees, "etc/copy.xml.dist", "c\n", "e\n");
	put(trees->mine, "etc/copy.xml", "c\n");
	both(trees, "etc/other.xml.dist", "o\n", "e\n");
	put(trees->mine, "etc/other.xml", "e\n");
	put(trees->mine, "etc/own.xml", "m\n");
	put(trees->mine, "etc/own.xml.dist", "of the user himself\n");
	both(trees, "etc/dir.dist/x", "x\n", "x\n");
	put(trees->mine, "etc/dir", "m\n");
	both(trees, "etc/edited.xml", "e\n", "f\n");
	both(trees, "etc/edited.xml.dist", "e\n", "e\n");
	assert_customs(trees,
		"added etc/copy.xml from etc/copy.xml.dist unedited\nmodified etc/copy.xml.dist\n"
		"added etc/dir\nmodified etc/edited.xml\nadded etc/map.xml from etc/map.xml.dist\nadded etc/moved.xml from etc/moved.xml.dist\n"
		"deleted etc/moved.xml.dist\nadded etc/other.xml from etc/other.xml.dist\nmodified etc/other.xml.dist\nadded etc/own.xml\nadded etc/own.xml.dist\n");
}

static void test_what_is_no_customization(void **state)
{
	const struct trees *trees = *state;
	both(trees, "a", "a\n", "a\n");
	assert_int_equal(fchmodat(trees->mine, "a", 0600, 0), 0);
	assert_int_equal(mkdirat(trees->mine, "empty", 0700), 0);
	assert_int_equal(mkdirat(trees->pristine, "other", 0755), 0);
	put(trees->mine, ".git/HEAD", "ref: refs/heads/main\n");
	put(trees->mine, ".svn/entries", "12\n");
	assert_int_equal(mkfifoat(trees->mine, "pipe", 0600), 0);
	assert_customs(trees, "");
	put(trees->mine, "sub/.git/HEAD", "only at the top\n");
	assert_customs(trees, "added sub/.git/HEAD\n");
}

static void test_types(void **state)
{
	const struct trees *trees = *state;
	put(trees->pristine, "file-to-dir", "x\n");
	put(trees->mine, "file-to-dir/a", "a\n");
	put(trees->pristine, "dir-to-file/a", "a\n");
	put(trees->mine, "dir-to-file", "x\n");
	put(trees->pristine, "file-to-link", "x\n");
	assert_int_equal(symlinkat("elsewhere", trees->mine, "file-to-link"), 0);
	assert_int_equal(symlinkat("a", trees->pristine, "link"), 0);
	assert_int_equal(symlinkat("b", trees->mine, "link"), 0);
	assert_int_equal(symlinkat("same", trees->pristine, "same"), 0);
	assert_int_equal(symlinkat("same", trees->mine, "same"), 0);
	assert_int_equal(symlinkat("/etc/passwd", trees->mine, "map.xml"), 0);
	both(trees, "map.xml.dist", "d\n", "d\n");
	assert_customs(trees,
		"type dir-to-file\ndeleted dir-to-file/a\ntype file-to-dir\nadded file-to-dir/a\ntype file-to-link\nmodified link\nadded "
		"map.xml\n");
}

static void test_noise(void **state)
{
	const struct trees *trees = *state;
	both(trees, "a.txt", "one\ntwo\n", "one\r\ntwo\r\n");
	both(trees, "b.txt", "one\ntwo\n", "one\r\ntwo");
	both(trees, "c.txt", "one\ntwo\n", "one\n\ttwo\n");
	both(trees, "d.xml", "<a>\n    <b/>\n</a>\n", "<a>\r\n\t<b />\r\n</a>\r\n\r\n");
	both(trees, "e.xml", "<a>\n    <b/>\n</a>\n", "<a>\n    <c/>\n</a>\n");
	both(trees, "etc/map.xml.dist", "<a/>\n", "<a/>\r\n");
	put(trees->mine, "etc/map.xml", "<a  />");
	both(trees, "bin/run", "x\n", "x\n");
	assert_int_equal(fchmodat(trees->mine, "bin/run", 0744, 0), 0);
	put(trees->pristine, ".gitignore", "x\n");
	put(trees->pristine, "tests/a.php", "x\n");
	put(trees->pristine, "src/gone.php", "x\n");
	assert_customs(trees,
		"deleted .gitignore (left_out)\nmodified a.txt (line_ends)\nmodified b.txt (final_newline)\nmodified bin/run (mode)\n"
		"modified c.txt\nmodified d.xml (white_space)\nmodified e.xml\n"
		"added etc/map.xml from etc/map.xml.dist (copy)\nmodified etc/map.xml.dist (line_ends)\n"
		"deleted src/gone.php\ndeleted tests/a.php (left_out)\n");
}

static void test_unreadable_is_named(void **state)
{
	const struct trees *trees = *state;
	struct lks_customs customs;
	struct lks_error err = {0};
	bool root = geteuid() == 0; /* who may read everything */
	both(trees, "d/secret", "a\n", "a\n");
	assert_int_equal(fchmodat(trees->mine, "d/secret", 0, 0), 0);
	if (root) {
		assert_int_equal(seteuid(65534), 0);
	}
	int status = lks_classify(&customs, trees->pristine, trees->mine, NULL, &err);
	if (root) {
		assert_int_equal(seteuid(0), 0);
	}
	assert_int_equal(status, LKS_E_ACCESS);
	assert_string_equal(err.path, "d/secret");
	assert_null(customs.items);
}

static void test_cancelled(void **state)
{
	const struct trees *trees = *state;
	struct lks_customs customs;
	struct lks_error err = {0};
	struct lks_task task = {0};
	both(trees, "a", "a\n", "b\n");
	atomic_store(&task.cancelled, true);
	assert_int_equal(lks_classify(&customs, trees->pristine, trees->mine, &task, &err), LKS_E_CANCELLED);
	assert_null(customs.items);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_equal_trees, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_kinds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_made_from_dist, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_what_is_no_customization, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_types, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_noise, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unreadable_is_named, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cancelled, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("classify", tests, NULL, NULL);
}

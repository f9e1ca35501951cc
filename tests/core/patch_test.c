/* The patch of two trees: GNU patch and git make the one of the other with it, whatever differs; what it cannot carry is told. */
#include "support.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "lockstep/compare.h"
#include "lockstep/patch.h"

struct trees {
	char path[300];
	int before, after;
};

static struct trees make_trees(const struct place *place)
{
	struct trees trees;
	make_dir(place->fd, "before", 0755);
	make_dir(place->fd, "after", 0755);
	snprintf(trees.path, sizeof trees.path, "%s", place->path);
	trees.before = openat(place->fd, "before", O_RDONLY | O_DIRECTORY);
	trees.after = openat(place->fd, "after", O_RDONLY | O_DIRECTORY);
	return trees;
}

static void close_trees(struct trees *trees)
{
	close(trees->before);
	close(trees->after);
}

/* In the directory of the trees. */
static void shell(const struct trees *trees, const char *script)
{
	char command[1200];
	snprintf(command, sizeof command, "cd '%s' && rm -rf made && cp -a before made && { %s; }", trees->path, script);
	int status = system(command);
	if (status != 0) {
		fail_msg("%s: %d", command, WEXITSTATUS(status));
	}
}

/* After the patch, "made" is "after" but for permissions that no patch knows. */
static void assert_made(const struct trees *trees)
{
	const struct lks_scan_options options = {.hash = true, .threads = 1, .exclude = (const char *const[]){".git", NULL}};
	struct lks_scan made, wanted;
	struct lks_changes changes;
	struct lks_error err = {0};
	int fd = openat(trees->after, "../made", O_RDONLY | O_DIRECTORY);
	assert_true(fd >= 0);
	assert_ok(lks_scan_tree(&made, fd, ".", &options, NULL, &err));
	assert_ok(lks_scan_tree(&wanted, trees->after, ".", &options, NULL, &err));
	assert_ok(lks_compare_scans(&changes, &made, &wanted, LKS_COMPARE_HASH, &err));
	for (size_t i = 0; i < changes.count; i++) {
		if (changes.items[i].kind != LKS_CHANGE_META ||
			((changes.items[i].before->mode ^ changes.items[i].after->mode) & 0100 && !S_ISDIR(changes.items[i].after->mode))) {
			fail_msg("%s differs (%d)", changes.items[i].path, changes.items[i].kind);
		}
	}
	lks_changes_dispose(&changes);
	lks_scan_dispose(&made);
	lks_scan_dispose(&wanted);
	close(fd);
}

/* Both programs, as composer-patches 1.x (patch) and 2.x (git) run them. */
static void assert_applies(const struct place *place, const struct trees *trees, const struct lks_patch *patch)
{
	put(place->fd, "the.patch", lks_buffer_text(&patch->text), 0600);
	shell(trees, "LC_ALL=C patch -p1 --no-backup-if-mismatch -d made <the.patch >patch.log 2>&1 || { cat patch.log; exit 1; }");
	assert_made(trees);
	shell(trees, "cd made && git init -q && git apply -p1 ../the.patch");
	assert_made(trees);
}

static void every_kind_of_change(void **state)
{
	const struct place *place = *state;
	struct trees trees = make_trees(place);
	struct lks_patch patch;
	struct lks_error err = {0};
	int old = trees.before, new = trees.after;

	make_dir(old, "going", 0755);
	make_dir(new, "coming in", 0755);
	put(old, "same", "same\n", 0644), put(new, "same", "same\n", 0640);
	put(old, "changed", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n", 0644), put(new, "changed", "1\nzwei\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n", 0644);
	put(old, "crlf", "one\r\ntwo\r\nthree\r\n", 0644), put(new, "crlf", "one\r\nzwei\r\nthree\r\n", 0644);
	put(old, "to crlf", "one\ntwo\n", 0644), put(new, "to crlf", "one\r\ntwo\r\n", 0644);
	put(old, "end", "no end", 0644), put(new, "end", "still no end", 0644);
	put(old, "end-lost", "line\n", 0644), put(new, "end-lost", "line", 0644);
	put(old, "end-won", "line", 0644), put(new, "end-won", "line\n", 0644);
	put(old, "lone-cr", "a\rb\nc\n", 0644), put(new, "lone-cr", "a\rB\nc\n", 0644);
	put(old, "latin", "\xe9t\xe9\n", 0644), put(new, "latin", "\xe8t\xe8\n", 0644);
	put(old, "filled", "", 0644), put(new, "filled", "now\n", 0644);
	put(old, "emptied", "once\n", 0644), put(new, "emptied", "", 0644);
	put(old, "executable", "#!/bin/sh\n", 0644), put(new, "executable", "#!/bin/sh\n", 0755);
	put(old, "no more x", "#!/bin/sh\n", 0755), put(new, "no more x", "#!/bin/bash\n", 0644);
	put(old, "going/away", "x\n", 0644);
	put(old, "going/empty", "", 0644);
	put(old, "gone \xc3\xa9", "", 0644);
	put(old, "minus", "-- a\n--- b\n", 0644), put(new, "minus", "++ a\n@@ b\n\\ No newline at end of file\n", 0644);
	put(new, "coming in/with \"quotes\" and \\ and \xc3\xbc", "neu\n", 0644);
	put(new, "coming in/empty", "", 0755);
	put(new, "coming in/no-end", "end", 0755);
	put(new, "-x", "an option?\n", 0644);
	put(new, "line\nend", "x\n", 0644);
	put(new, "head", "diff --git a/x b/x\nindex 1..2\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n", 0644);
	assert_int_equal(symlinkat("target", new, "link"), 0);
	assert_int_equal(symlinkat("old", old, "relinked"), 0), assert_int_equal(symlinkat("new", new, "relinked"), 0);
	put(old, "linked", "file\n", 0644), assert_int_equal(symlinkat("same", new, "linked"), 0);
	assert_int_equal(symlinkat("same", old, "unlinked"), 0), put(new, "unlinked", "file\n", 0644);

	assert_ok(lks_patch_trees(&patch, old, new, "", NULL, &err));
	assert_int_equal(patch.left_out_count, 0);
	assert_applies(place, &trees, &patch);
	lks_patch_dispose(&patch);
	close_trees(&trees);
}

static void what_no_patch_carries_is_told(void **state)
{
	const struct place *place = *state;
	struct trees trees = make_trees(place);
	struct lks_patch patch;
	struct lks_error err = {0};

	int fd = openat(trees.after, "binary", O_WRONLY | O_CREAT, 0644);
	assert_int_equal(write(fd, "a\0b", 3), 3);
	close(fd);
	fd = openat(trees.before, "large", O_WRONLY | O_CREAT, 0644);
	assert_int_equal(ftruncate(fd, (16 << 20) + 1), 0);
	close(fd);
	put(trees.before, "file", "x\n", 0644), make_dir(trees.after, "file", 0755), put(trees.after, "file/a", "x\n", 0644);
	make_dir(trees.before, "directory", 0755), put(trees.before, "directory/a", "x\n", 0644), put(trees.after, "directory", "x\n", 0644);
	put(trees.after, "text", "x\n", 0644);
	assert_ok(lks_patch_trees(&patch, trees.before, trees.after, "", NULL, &err));
	static const char *const wanted[] = {"binary", "directory", "directory/a", "file", "file/a", "large"};
	assert_int_equal(patch.left_out_count, sizeof wanted / sizeof *wanted);
	for (size_t i = 0; i < patch.left_out_count; i++) {
		assert_string_equal(patch.left_out[i], wanted[i]);
	}
	assert_string_equal(lks_buffer_text(&patch.text), "diff --git a/text b/text\nnew file mode 100644\n--- /dev/null\n+++ b/text\n@@ -0,0 +1 @@\n+x\n");
	lks_patch_dispose(&patch);
	close_trees(&trees);
}

static void a_prefix_is_put_before_each_path(void **state)
{
	const struct place *place = *state;
	struct trees trees = make_trees(place);
	struct lks_patch patch;
	struct lks_error err = {0};

	put(trees.before, "a", "1\n", 0644), put(trees.after, "a", "2\n", 0644);
	put(trees.after, "b c", "x\n", 0644);
	assert_ok(lks_patch_trees(&patch, trees.before, trees.after, "vendor/tool/", NULL, &err));
	assert_string_equal(lks_buffer_text(&patch.text), "diff --git a/vendor/tool/a b/vendor/tool/a\n--- a/vendor/tool/a\n+++ b/vendor/tool/a\n@@ -1 +1 @@\n-1\n+2\n"
		"diff --git \"a/vendor/tool/b c\" \"b/vendor/tool/b c\"\nnew file mode 100644\n--- /dev/null\n+++ \"b/vendor/tool/b c\"\n@@ -0,0 +1 @@\n+x\n");
	lks_patch_dispose(&patch);
	close_trees(&trees);
}

static void equal_trees_give_nothing(void **state)
{
	const struct place *place = *state;
	struct trees trees = make_trees(place);
	struct lks_patch patch;
	struct lks_error err = {0};

	make_dir(trees.after, "empty", 0755);
	assert_ok(lks_patch_trees(&patch, trees.before, trees.after, "", NULL, &err));
	assert_int_equal(patch.text.length, 0);
	lks_patch_dispose(&patch);
	close_trees(&trees);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_kind_of_change, make_place, remove_place),
		cmocka_unit_test_setup_teardown(what_no_patch_carries_is_told, make_place, remove_place),
		cmocka_unit_test_setup_teardown(a_prefix_is_put_before_each_path, make_place, remove_place),
		cmocka_unit_test_setup_teardown(equal_trees_give_nothing, make_place, remove_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

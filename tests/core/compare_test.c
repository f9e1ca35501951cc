/* Comparison: each kind of change is found, named, and nothing else. */
#include "support.h"

#include <stdbool.h>

#include "lockstep/compare.h"

struct fixture {
	int dir;
	struct lks_scan before, after;
	struct lks_changes changes;
};

static void scan_both(struct fixture *fixture, int dir, void (*change)(int dir), bool hash)
{
	struct lks_error err = {0};
	struct lks_scan_options options = {.hash = hash, .threads = 1};
	fixture->dir = dir;
	assert_ok(lks_scan_tree(&fixture->before, dir, ".", &options, NULL, &err));
	change(dir);
	assert_ok(lks_scan_tree(&fixture->after, dir, ".", &options, NULL, &err));
}

static void done(struct fixture *fixture)
{
	lks_changes_dispose(&fixture->changes);
	lks_scan_dispose(&fixture->before);
	lks_scan_dispose(&fixture->after);
}

static void assert_change(const struct lks_changes *changes, size_t at, enum lks_change_kind kind, const char *path)
{
	assert_true(at < changes->count);
	assert_string_equal(changes->items[at].path, path);
	assert_int_equal(changes->items[at].kind, kind);
	assert_int_equal(changes->items[at].before == NULL, kind == LKS_CHANGE_ADDED);
	assert_int_equal(changes->items[at].after == NULL, kind == LKS_CHANGE_DELETED);
}

static void fill(int dir)
{
	make_dir(dir, "a", 0755);
	put(dir, "a/changed", "old", 0644);
	put(dir, "a/deleted", "", 0644);
	put(dir, "a/grown", "x", 0644);
	put(dir, "a/mode", "", 0644);
	put(dir, "a/same", "same", 0644);
	put(dir, "a/type", "", 0644);
	make_dir(dir, "gone", 0755);
	put(dir, "gone/file", "", 0644);
	assert_int_equal(symlinkat("one", dir, "link"), 0);
}

static void change_all(int dir)
{
	put(dir, "a/changed", "new", 0644);
	unlinkat(dir, "a/deleted", 0);
	put(dir, "a/grown", "xy", 0644);
	fchmodat(dir, "a/mode", 0755, 0);
	unlinkat(dir, "a/same", 0);
	put(dir, "a/same", "same", 0644); /* another inode and time, the same contents */
	unlinkat(dir, "a/type", 0);
	make_dir(dir, "a/type", 0755);
	unlinkat(dir, "gone/file", 0);
	unlinkat(dir, "gone", AT_REMOVEDIR);
	unlinkat(dir, "link", 0);
	assert_int_equal(symlinkat("two", dir, "link"), 0);
	put(dir, "added", "", 0644);
}

static void by_contents(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	struct fixture fixture = {0};
	fill(place->fd);
	scan_both(&fixture, place->fd, change_all, true);
	assert_ok(lks_compare_scans(&fixture.changes, &fixture.before, &fixture.after, LKS_COMPARE_HASH, &err));
	assert_change(&fixture.changes, 0, LKS_CHANGE_CONTENT, "a/changed");
	assert_change(&fixture.changes, 1, LKS_CHANGE_DELETED, "a/deleted");
	assert_change(&fixture.changes, 2, LKS_CHANGE_CONTENT, "a/grown");
	assert_change(&fixture.changes, 3, LKS_CHANGE_META, "a/mode");
	assert_change(&fixture.changes, 4, LKS_CHANGE_TYPE, "a/type");
	assert_change(&fixture.changes, 5, LKS_CHANGE_ADDED, "added");
	assert_change(&fixture.changes, 6, LKS_CHANGE_DELETED, "gone");
	assert_change(&fixture.changes, 7, LKS_CHANGE_DELETED, "gone/file");
	assert_change(&fixture.changes, 8, LKS_CHANGE_CONTENT, "link");
	assert_int_equal(fixture.changes.count, 9);
	done(&fixture);
}

static void nothing(int dir)
{
	(void)dir;
}

static void nothing_changed(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	struct fixture fixture = {0};
	fill(place->fd);
	scan_both(&fixture, place->fd, nothing, true);
	for (int by = LKS_COMPARE_HASH; by <= LKS_COMPARE_STAT; by++) {
		assert_ok(lks_compare_scans(&fixture.changes, &fixture.before, &fixture.after, by, &err));
		assert_int_equal(fixture.changes.count, 0);
	}
	done(&fixture);
}

static void touch_mode_twice(int dir)
{
	usleep(20000); /* the kernel's clock for files ticks every few ms */
	fchmodat(dir, "a/same", 0600, 0);
	fchmodat(dir, "a/same", 0644, 0); /* put back: only ctime tells */
}

static void rewrite_with_old_time(int dir)
{
	struct stat st;
	usleep(20000);
	assert_int_equal(fstatat(dir, "a/changed", &st, 0), 0);
	put(dir, "a/changed", "new", 0644);
	struct timespec times[2] = {st.st_atim, st.st_mtim};
	assert_int_equal(utimensat(dir, "a/changed", times, 0), 0);
}

static void come_and_go(int dir)
{
	usleep(20000);
	put(dir, "gone/new", "", 0600);
	unlinkat(dir, "gone/new", 0);
}

static void by_stat_finds_every_touch(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	static const struct {
		void (*change)(int dir);
		const char *path;
	} rows[] = {{touch_mode_twice, "a/same"}, {rewrite_with_old_time, "a/changed"}, {come_and_go, "gone"}};
	fill(place->fd);
	for (size_t i = 0; i < 3; i++) {
		struct fixture fixture = {0};
		scan_both(&fixture, place->fd, rows[i].change, false);
		assert_ok(lks_compare_scans(&fixture.changes, &fixture.before, &fixture.after, LKS_COMPARE_STAT, &err));
		assert_change(&fixture.changes, 0, LKS_CHANGE_META, rows[i].path);
		assert_int_equal(fixture.changes.count, 1);
		done(&fixture);
	}
}

static void empty_scans(void **state UNUSED)
{
	struct lks_error err = {0};
	struct lks_scan none = {0};
	struct lks_entry entry = {.path = ".", .mode = S_IFDIR};
	struct lks_scan one = {.entries = &entry, .count = 1};
	struct lks_changes changes;
	assert_ok(lks_compare_scans(&changes, &none, &none, LKS_COMPARE_HASH, &err));
	assert_int_equal(changes.count, 0);
	assert_ok(lks_compare_scans(&changes, &none, &one, LKS_COMPARE_HASH, &err));
	assert_change(&changes, 0, LKS_CHANGE_ADDED, ".");
	lks_changes_dispose(&changes);
	assert_ok(lks_compare_scans(&changes, &one, &none, LKS_COMPARE_STAT, &err));
	assert_change(&changes, 0, LKS_CHANGE_DELETED, ".");
	lks_changes_dispose(&changes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_place(by_contents),
		in_place(nothing_changed),
		in_place(by_stat_finds_every_touch),
		cmocka_unit_test(empty_scans),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The merge of customizations: a folder a case, properties of the text merge, and what no folder can hold (modes, sizes, faults).
 *
 * A case has the trees base, mine and theirs, and outcomes (a line an item) with expect (the tree; theirs when absent) and
 * conflicts (the tree of conflict files, when there), or error (status and message). Below an item in outcomes stands what else is
 * told of it: where it was, what it was made of, paths that were rewritten. choice: "new" or "mine". resolutions: a tree.
 */
#include <dirent.h>
#include <errno.h>
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

#include "custom/library.h"
#include "custom/plan.h"
#include "custom/text.h"
#include "custom/xml.h"
#include "lockstep/fs.h"
#include "lockstep/hash.h"
#include "lockstep/merge.h"
#include "lockstep/path.h"

#define DATA "tests/core/data/merge"

struct place {
	char path[64];
	int fd;
};

static void make_place(struct place *place)
{
	strcpy(place->path, "/tmp/lockstep-merge-XXXXXX");
	assert_non_null(mkdtemp(place->path));
	place->fd = open(place->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(place->fd >= 0);
}

static void drop_place(struct place *place)
{
	struct lks_error err = {0};
	int tmp = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(lks_fs_remove(tmp, place->path + 5, &err), 0);
	close(tmp);
	close(place->fd);
}

static int directory(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		fail_msg("%s: %s", name, strerror(errno));
	}
	return fd;
}

static bool exists(int at, const char *name)
{
	struct stat st;
	return fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Writes a file below at, with its parents. */
static void put(int at, const char *path, const void *data, size_t length, mode_t mode)
{
	struct lks_error err = {0};
	char above[512];
	snprintf(above, sizeof above, "%s", path);
	char *slash = strrchr(above, '/');
	if (slash) {
		*slash = '\0';
		assert_int_equal(lks_path_mkdirs(at, above, 0755, &err), 0);
	}
	int fd = openat(at, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	assert_true(fd >= 0);
	assert_int_equal(lks_fs_write_all(fd, data, length, path, &err), 0);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void puts_at(int at, const char *path, const char *text)
{
	put(at, path, text, strlen(text), 0644);
}

static char *get(int at, const char *path)
{
	struct lks_buffer text = {0};
	struct lks_error err = {0};
	if (lks_fs_read(&text, at, path, 64 << 20, &err) != 0) {
		fail_msg("%s: %s", path, err.message);
	}
	return text.data ? text.data : strdup("");
}

static void assert_file(int at, const char *path, const char *expected)
{
	char *text = get(at, path);
	assert_string_equal(text, expected);
	free(text);
}

/* The tree in words: what it has, and what is in it. Empty directories do not count, as git cannot keep them. */
static void describe(struct lks_buffer *out, int fd)
{
	struct lks_scan_options options = {.hash = true, .threads = 1};
	struct lks_error err = {0};
	struct lks_scan scan;
	char hex[LKS_HASH_HEX_SIZE];
	if (lks_scan_tree(&scan, fd, ".", &options, NULL, &err) != 0) {
		fail_msg("%s", err.message);
	}
	for (size_t i = 0; i < scan.count; i++) {
		const struct lks_entry *entry = &scan.entries[i];
		lks_hash_hex(hex, entry->hash);
		if (S_ISLNK(entry->mode)) {
			assert_int_equal(lks_buffer_printf(out, &err, "%s -> %s\n", entry->path, entry->link), 0);
		} else if (S_ISREG(entry->mode)) {
			assert_int_equal(lks_buffer_printf(out, &err, "%s %.12s\n", entry->path, hex), 0);
		}
	}
	lks_scan_dispose(&scan);
}

static void assert_same_tree(int got_fd, int expected_fd)
{
	struct lks_buffer got = {0}, expected = {0};
	describe(&got, got_fd);
	describe(&expected, expected_fd);
	assert_string_equal(lks_buffer_text(&got), lks_buffer_text(&expected));
	lks_buffer_dispose(&got);
	lks_buffer_dispose(&expected);
}

/* Each item's hash is that of the file that stands there, when the release was written. */
static void assert_hashes(const struct lks_merge_result *result, int release)
{
	static const uint8_t zeros[LKS_HASH_SIZE];
	for (size_t i = 0; i < result->count; i++) {
		struct lks_error err = {0};
		uint8_t hash[LKS_HASH_SIZE];
		struct stat st;
		if (fstatat(release, result->items[i].path, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode)) {
			assert_memory_equal(result->items[i].hash, zeros, LKS_HASH_SIZE);
			continue;
		}
		int fd = openat(release, result->items[i].path, O_RDONLY | O_CLOEXEC);
		assert_int_equal(lks_hash_fd(hash, NULL, fd, "", &err), 0);
		close(fd);
		assert_memory_equal(result->items[i].hash, hash, LKS_HASH_SIZE);
	}
}

static void describe_outcomes(struct lks_buffer *out, const struct lks_merge_result *result)
{
	struct lks_error err = {0};
	for (size_t i = 0; i < result->count; i++) {
		const struct lks_merge_item *item = &result->items[i];
		assert_true((item->outcome == LKS_OUTCOME_CONFLICT) == (item->reason != NULL));
		lks_buffer_printf(out, &err, "%s %s%s%s\n", lks_outcome_name(item->outcome), item->path, item->reason ? " " : "",
			item->reason ? item->reason : "");
		for (int k = 0; k < 3; k++) {
			const char *const labels[] = {"from", "made of", "note:"}, *told[] = {item->from, item->origin, item->note};
			if (told[k]) {
				lks_buffer_printf(out, &err, "    %s %s\n", labels[k], told[k]);
			}
		}
		for (size_t k = 0; k < item->repointed_count; k++) {
			lks_buffer_printf(out, &err, "    names %s, was %s\n", item->repointed[k].to, item->repointed[k].from);
		}
	}
}

static enum lks_on_conflict choice(int folder)
{
	if (!exists(folder, "choice")) {
		return LKS_CONFLICT_STOP;
	}
	char *text = get(folder, "choice");
	enum lks_on_conflict chosen = strcmp(text, "new\n") == 0 ? LKS_CONFLICT_NEW : LKS_CONFLICT_MINE;
	free(text);
	return chosen;
}

static void test_case(void **state)
{
	struct lks_error err = {0};
	struct lks_merge_result result;
	struct place place;
	make_place(&place);
	int data = open(DATA, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int folder = directory(data, *state);
	assert_int_equal(lks_fs_copy_tree(folder, "theirs", place.fd, "release", 0, &err), 0);
	assert_int_equal(mkdirat(place.fd, "conflicts", 0700), 0);
	struct lks_merge_options options = {
		.pristine_fd = directory(folder, "base"),
		.mine_fd = directory(folder, "mine"),
		.release_fd = directory(place.fd, "release"),
		.conflicts_fd = directory(place.fd, "conflicts"),
		.resolutions_fd = exists(folder, "resolutions") ? directory(folder, "resolutions") : -1,
		.from = "2.4.5",
		.to = "2.4.6",
		.on_conflict = choice(folder),
	};
	int theirs = directory(folder, "theirs");

	int status = lks_merge_apply(&result, &options, NULL, &err);
	if (exists(folder, "error")) {
		char told[1200];
		snprintf(told, sizeof told, "%s %s\n", lks_status_name(status), err.message);
		assert_file(folder, "error", told);
		assert_same_tree(options.release_fd, theirs);
	} else {
		if (status != 0) {
			fail_msg("%s: %s", lks_status_name(status), err.message);
		}
		struct lks_buffer outcomes = {0};
		describe_outcomes(&outcomes, &result);
		assert_file(folder, "outcomes", lks_buffer_text(&outcomes));
		lks_buffer_dispose(&outcomes);
		int expect = exists(folder, "expect") ? directory(folder, "expect") : dup(theirs);
		assert_same_tree(options.release_fd, expect);
		close(expect);
		assert_true((result.conflicts > 0 && options.on_conflict == LKS_CONFLICT_STOP) == !exists(folder, "expect"));
		if (exists(folder, "expect")) {
			assert_hashes(&result, options.release_fd);
		}
		if (exists(folder, "conflicts")) {
			int conflicts = directory(folder, "conflicts");
			assert_same_tree(options.conflicts_fd, conflicts);
			close(conflicts);
		} else if (result.conflicts == 0) {
			struct lks_buffer none = {0};
			describe(&none, options.conflicts_fd);
			assert_string_equal(lks_buffer_text(&none), "");
		}
		lks_merge_result_dispose(&result);
	}
	close(options.pristine_fd);
	close(options.mine_fd);
	close(options.release_fd);
	close(options.conflicts_fd);
	if (options.resolutions_fd >= 0) {
		close(options.resolutions_fd);
	}
	close(theirs);
	close(folder);
	close(data);
	drop_place(&place);
}

/* Three trees made by a test. */
struct trees {
	struct place place;
	struct lks_merge_options options;
};

static void make_trees(struct trees *trees)
{
	make_place(&trees->place);
	static const char *const names[] = {"base", "mine", "theirs", "conflicts"};
	int fds[4];
	for (int i = 0; i < 4; i++) {
		assert_int_equal(mkdirat(trees->place.fd, names[i], 0755), 0);
		fds[i] = directory(trees->place.fd, names[i]);
	}
	trees->options = (struct lks_merge_options){.pristine_fd = fds[0],
		.mine_fd = fds[1],
		.release_fd = fds[2],
		.conflicts_fd = fds[3],
		.resolutions_fd = -1,
		.from = "1",
		.to = "2"};
}

static void drop_trees(struct trees *trees)
{
	close(trees->options.pristine_fd);
	close(trees->options.mine_fd);
	close(trees->options.release_fd);
	close(trees->options.conflicts_fd);
	drop_place(&trees->place);
}

static mode_t mode_at(int at, const char *path)
{
	struct stat st;
	assert_int_equal(fstatat(at, path, &st, AT_SYMLINK_NOFOLLOW), 0);
	return st.st_mode & 07777;
}

static void test_modes_are_mine(void **state)
{
	(void)state;
	struct lks_merge_result result;
	struct lks_error err = {0};
	struct trees trees;
	make_trees(&trees);
	const struct lks_merge_options *o = &trees.options;
	put(o->pristine_fd, "carried", "a\n", 2, 0644);
	put(o->mine_fd, "carried", "b\n", 2, 0640);
	put(o->release_fd, "carried", "a\n", 2, 0644);
	put(o->pristine_fd, "merged", "1\n2\n3\n4\n5\n", 10, 0644);
	put(o->mine_fd, "merged", "x\n2\n3\n4\n5\n", 10, 0600);
	put(o->release_fd, "merged", "1\n2\n3\n4\ny\n", 10, 0644);
	put(o->mine_fd, "own/dir/run", "#!\n", 3, 0755);
	assert_int_equal(fchmodat(o->mine_fd, "own/dir", 0750, 0), 0);
	put(o->pristine_fd, "mode-only", "a\n", 2, 0644);
	put(o->mine_fd, "mode-only", "a\n", 2, 0600);
	put(o->release_fd, "mode-only", "a\n", 2, 0644);
	put(o->pristine_fd, "run", "a\n", 2, 0644);
	put(o->mine_fd, "run", "b\n", 2, 0755);
	put(o->release_fd, "run", "b\n", 2, 0644);
	mode_t umask_before = umask(077);
	assert_int_equal(lks_merge_apply(&result, o, NULL, &err), 0);
	umask(umask_before);
	assert_int_equal(result.count, 4);
	assert_int_equal(mode_at(o->release_fd, "run"), 0755);
	assert_int_equal(mode_at(o->release_fd, "carried"), 0640);
	assert_int_equal(mode_at(o->release_fd, "merged"), 0600);
	assert_int_equal(mode_at(o->release_fd, "own"), 0755);
	assert_int_equal(mode_at(o->release_fd, "own/dir"), 0750);
	assert_int_equal(mode_at(o->release_fd, "own/dir/run"), 0755);
	assert_int_equal(mode_at(o->release_fd, "mode-only"), 0644);
	lks_merge_result_dispose(&result);
	drop_trees(&trees);
}

static void test_conflict_files_are_private(void **state)
{
	(void)state;
	struct lks_merge_result result;
	struct lks_error err = {0};
	struct trees trees;
	make_trees(&trees);
	const struct lks_merge_options *o = &trees.options;
	put(o->pristine_fd, "d/e/c.xml", "<a>1</a>\n", 9, 0644);
	put(o->mine_fd, "d/e/c.xml", "<a>2</a>\n", 9, 0666);
	put(o->release_fd, "d/e/c.xml", "<a>3</a>\n", 9, 0644);
	mode_t umask_before = umask(0);
	assert_int_equal(lks_merge_apply(&result, o, NULL, &err), 0);
	umask(umask_before);
	assert_int_equal(result.conflicts, 1);
	assert_int_equal(mode_at(o->conflicts_fd, "d"), 0700);
	assert_int_equal(mode_at(o->conflicts_fd, "d/e"), 0700);
	assert_int_equal(mode_at(o->conflicts_fd, "d/e/c.xml"), 0600);
	assert_int_equal(mode_at(o->conflicts_fd, "d/e/c.xml.base"), 0600);
	assert_int_equal(mode_at(o->conflicts_fd, "d/e/c.xml.mine"), 0600);
	assert_int_equal(mode_at(o->conflicts_fd, "d/e/c.xml.theirs"), 0600);
	lks_merge_result_dispose(&result);

	/* nowhere to leave them is allowed too */
	struct lks_merge_options nowhere = *o;
	nowhere.conflicts_fd = -1;
	assert_int_equal(lks_merge_apply(&result, &nowhere, NULL, &err), 0);
	assert_int_equal(result.conflicts, 1);
	lks_merge_result_dispose(&result);
	drop_trees(&trees);
}

/* Merges the customizations of two trees in a place into a copy of the release, which becomes `to`. */
static void carry(int place, const char *pristine, const char *mine, const char *release, const char *to)
{
	struct lks_error err = {0};
	struct lks_merge_result result;
	assert_int_equal(lks_fs_copy_tree(place, release, place, to, 0, &err), 0);
	struct lks_merge_options options = {.pristine_fd = directory(place, pristine),
		.mine_fd = directory(place, mine),
		.release_fd = directory(place, to),
		.conflicts_fd = -1,
		.resolutions_fd = -1};
	if (lks_merge_apply(&result, &options, NULL, &err) != 0) {
		fail_msg("%s", err.message);
	}
	assert_int_equal(result.conflicts, 0);
	lks_merge_result_dispose(&result);
	close(options.pristine_fd);
	close(options.mine_fd);
	close(options.release_fd);
}

static void assert_same_named(int place, const char *left, const char *right)
{
	int l = directory(place, left), r = directory(place, right);
	assert_same_tree(l, r);
	close(l);
	close(r);
}

/* Up, down and up again over a rename: what was there is there again. */
static void test_there_and_back(void **state)
{
	(void)state;
	static const char *const cases[] = {"rename-edited-file-follows", "rename-with-an-edit-in-one-release-merges",
		"rename-copy-of-dist-follows", "rename-edited-copy-of-dist-merges", "rename-own-file-in-the-directory-follows",
		"rename-deleted-file-stays-deleted", "rename-of-a-single-file", "rename-to-another-name", "rename-of-two-alike-finds-each-its-own",
		"rename-symlinks-of-mine-follow", "paths-in-config-move-with-their-files", "paths-in-config-with-crlf",
		"copy-named-by-config-merges", "copy-named-by-config-follows-a-rename-too", "copy-of-a-whole-edition-directory"};
	int data = open(DATA, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		static const char *const sides[] = {"base", "mine", "theirs"};
		struct lks_error err = {0};
		struct place place;
		make_place(&place);
		int folder = directory(data, cases[i]);
		for (int k = 0; k < 3; k++) {
			assert_int_equal(lks_fs_copy_tree(folder, sides[k], place.fd, sides[k], 0, &err), 0);
		}
		close(folder);
		carry(place.fd, "base", "mine", "theirs", "up");
		carry(place.fd, "theirs", "up", "base", "down");
		assert_same_named(place.fd, "down", "mine");
		carry(place.fd, "base", "down", "theirs", "again");
		assert_same_named(place.fd, "again", "up");
		drop_place(&place);
	}
	close(data);
}

static void test_large_files(void **state)
{
	(void)state;
	struct lks_merge_result result;
	struct lks_error err = {0};
	struct trees trees;
	size_t size = LKS_MERGE_TEXT_MAX + 1;
	char *big = malloc(size);
	assert_non_null(big);
	memset(big, '\n', size);
	make_trees(&trees);
	const struct lks_merge_options *o = &trees.options;
	put(o->pristine_fd, "big", "a\n", 2, 0644);
	put(o->mine_fd, "big", big, size, 0644);
	put(o->release_fd, "big", "a\n", 2, 0644);
	assert_int_equal(lks_merge_apply(&result, o, NULL, &err), 0);
	assert_int_equal(result.items[0].outcome, LKS_OUTCOME_CARRIED);
	struct stat st;
	assert_int_equal(fstatat(o->release_fd, "big", &st, 0), 0);
	assert_int_equal(st.st_size, size);
	lks_merge_result_dispose(&result);

	puts_at(o->release_fd, "big", "b\n");
	assert_int_equal(lks_merge_apply(&result, o, NULL, &err), 0);
	assert_int_equal(result.items[0].outcome, LKS_OUTCOME_CONFLICT);
	assert_false(exists(o->conflicts_fd, "big"));
	assert_int_equal(fstatat(o->conflicts_fd, "big.mine", &st, 0), 0);
	assert_int_equal(st.st_size, size);
	lks_merge_result_dispose(&result);

	struct lks_text small = {"a\n", 2, "s"}, large = {big, size, "l"};
	struct lks_buffer out = {0};
	size_t conflicts;
	assert_int_equal(lks_merge_text(&out, &conflicts, &small, &large, &small, &err), LKS_E_LIMIT);
	lks_error_clear(&err);
	assert_int_equal(lks_diff_text(&out, &small, &large, &err), 0);
	assert_string_equal(lks_buffer_text(&out), "Files a/s and b/l differ (too large to show)\n");
	lks_buffer_dispose(&out);
	free(big);
	drop_trees(&trees);
}

static void test_resolution_may_not_lead_out(void **state)
{
	(void)state;
	struct lks_merge_result result;
	struct lks_error err = {0};
	struct trees trees;
	make_trees(&trees);
	const struct lks_merge_options *o = &trees.options;
	puts_at(o->pristine_fd, "d/a", "a\n");
	puts_at(o->mine_fd, "d/a", "m\n");
	puts_at(o->release_fd, "d/a", "t\n");
	puts_at(trees.place.fd, "secret/a", "secret\n");
	assert_int_equal(mkdirat(trees.place.fd, "resolutions", 0700), 0);
	struct lks_merge_options options = *o;
	options.resolutions_fd = directory(trees.place.fd, "resolutions");
	assert_int_equal(symlinkat("../secret", options.resolutions_fd, "d"), 0);
	assert_int_equal(lks_merge_apply(&result, &options, NULL, &err), LKS_E_UNSAFE);
	assert_file(o->release_fd, "d/a", "t\n");
	close(options.resolutions_fd);
	drop_trees(&trees);
}

static void test_directories_go_with_their_last_file(void **state)
{
	(void)state;
	struct lks_merge_result result;
	struct lks_error err = {0};
	struct trees trees;
	make_trees(&trees);
	const struct lks_merge_options *o = &trees.options;
	puts_at(o->pristine_fd, "gone/deep/a", "a\n");
	puts_at(o->release_fd, "gone/deep/a", "a\n");
	puts_at(o->pristine_fd, "kept/a", "a\n");
	puts_at(o->release_fd, "kept/a", "a\n");
	assert_int_equal(mkdirat(o->mine_fd, "kept", 0755), 0);
	assert_int_equal(lks_merge_apply(&result, o, NULL, &err), 0);
	assert_false(exists(o->release_fd, "gone"));
	assert_true(exists(o->release_fd, "kept"));
	assert_false(exists(o->release_fd, "kept/a"));
	lks_merge_result_dispose(&result);
	drop_trees(&trees);
}

/* Mine is a live tree: what was planned with must be what is written. */
static void test_changed_meanwhile(void **state)
{
	(void)state;
	struct lks_buffer text = {0};
	struct lks_error err = {0};
	struct lks_plan plan;
	struct trees trees;
	make_trees(&trees);
	puts_at(trees.options.mine_fd, "a", "mine\n");
	assert_int_equal(lks_plan_make(&plan, &trees.options, NULL, &err), 0);
	assert_int_equal(plan.count, 1);
	static const char *const others[] = {"more\n", "much more\n", ""};
	for (size_t i = 0; i < 3; i++) {
		puts_at(trees.options.mine_fd, "a", others[i]);
		lks_buffer_clear(&text);
		lks_error_clear(&err);
		assert_int_equal(lks_plan_read(&text, trees.options.mine_fd, plan.items[0].mine, &err), LKS_E_CHANGED);
		assert_string_equal(err.path, "a");
		lks_error_clear(&err);
		assert_int_equal(lks_plan_apply(&plan, NULL, &err), LKS_E_CHANGED);
	}
	lks_buffer_dispose(&text);
	lks_plan_dispose(&plan);
	drop_trees(&trees);
}

static void test_cancelled(void **state)
{
	(void)state;
	struct lks_merge_result result;
	struct lks_error err = {0};
	struct lks_task task = {0};
	struct trees trees;
	make_trees(&trees);
	puts_at(trees.options.mine_fd, "a", "a\n");
	atomic_store(&task.cancelled, true);
	assert_int_equal(lks_merge_apply(&result, &trees.options, &task, &err), LKS_E_CANCELLED);
	assert_false(exists(trees.options.release_fd, "a"));
	assert_null(result.items);
	drop_trees(&trees);
}

static void test_taken_conflict_place(void **state)
{
	(void)state;
	struct lks_merge_result result;
	struct lks_error err = {0};
	struct trees trees;
	make_trees(&trees);
	puts_at(trees.options.pristine_fd, "a", "a\n");
	puts_at(trees.options.mine_fd, "a", "m\n");
	puts_at(trees.options.release_fd, "a", "t\n");
	puts_at(trees.options.conflicts_fd, "a.mine", "somebody's work\n");
	assert_int_equal(lks_merge_apply(&result, &trees.options, NULL, &err), LKS_E_EXISTS);
	assert_file(trees.options.conflicts_fd, "a.mine", "somebody's work\n");
	drop_trees(&trees);
}

/* A small generator of its own: the same texts on every machine. */
static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static void random_text(struct lks_buffer *out, uint32_t *seed)
{
	struct lks_error err = {0};
	unsigned lines = next_random(seed) % 24;
	for (unsigned i = 0; i < lines; i++) {
		assert_int_equal(lks_buffer_printf(out, &err, "%u\n", next_random(seed) % 12), 0);
	}
	if (next_random(seed) % 4 == 0 && out->length > 0) {
		out->length--;
		out->data[out->length] = '\0';
	}
}

/* Changes some lines of a text: kept, dropped, replaced, doubled with a new one. */
static void edit_text(struct lks_buffer *out, const struct lks_buffer *from, uint32_t *seed)
{
	struct lks_error err = {0};
	const char *at = lks_buffer_text(from), *end = at + from->length;
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline ? newline + 1 : end;
		unsigned what = next_random(seed) % 16;
		if (what != 0) {
			if (what == 1) {
				assert_int_equal(lks_buffer_printf(out, &err, "new %u\n", next_random(seed) % 5), 0);
			}
			if (what != 2) {
				assert_int_equal(lks_buffer_append(out, at, (size_t)(stop - at), &err), 0);
			}
		}
		at = stop;
	}
}

static struct lks_text text_of(const struct lks_buffer *buffer)
{
	return (struct lks_text){lks_buffer_text(buffer), buffer->length, "label"};
}

static void assert_merge(
	const struct lks_buffer *base, const struct lks_buffer *mine, const struct lks_buffer *theirs, const struct lks_buffer *expected)
{
	struct lks_text b = text_of(base), m = text_of(mine), t = text_of(theirs);
	struct lks_buffer out = {0};
	struct lks_error err = {0};
	size_t conflicts = 99;
	assert_int_equal(lks_merge_text(&out, &conflicts, &b, &m, &t, &err), 0);
	assert_int_equal(conflicts, 0);
	assert_string_equal(lks_buffer_text(&out), lks_buffer_text(expected));
	assert_int_equal(out.length, expected->length);
	lks_buffer_dispose(&out);
}

static void test_properties(void **state)
{
	(void)state;
	uint32_t seed = 2463534242u;
	unsigned clean = 0, conflicting = 0;
	for (int round = 0; round < 4000; round++) {
		struct lks_buffer base = {0}, mine = {0}, theirs = {0}, one = {0}, two = {0};
		struct lks_error err = {0};
		random_text(&base, &seed);
		edit_text(&mine, &base, &seed);
		edit_text(&theirs, &base, &seed);
		assert_merge(&base, &base, &theirs, &theirs); /* the unchanged side gives the other */
		assert_merge(&base, &mine, &base, &mine);
		assert_merge(&base, &mine, &mine, &mine); /* the same change is no conflict */

		struct lks_text b = text_of(&base), m = text_of(&mine), t = text_of(&theirs);
		size_t first = 0, second = 0;
		assert_int_equal(lks_merge_text(&one, &first, &b, &m, &t, &err), 0);
		assert_int_equal(lks_merge_text(&two, &second, &b, &t, &m, &err), 0);
		assert_true((first > 0) == (second > 0)); /* swapped sides conflict alike */
		if (first == 0) {
			clean++;
			assert_string_equal(lks_buffer_text(&one), lks_buffer_text(&two));
			assert_int_equal(lks_text_markers(lks_buffer_text(&one), one.length, 0, NULL), 0);
		} else {
			conflicting++;
			assert_int_equal(first, second);
			assert_int_equal(one.length, two.length);
			assert_int_equal(
				lks_text_markers(lks_buffer_text(&one), one.length, 0, NULL), LKS_MARKER_MINE | LKS_MARKER_MIDDLE | LKS_MARKER_THEIRS);
		}
		/* converted to CRLF by the user, the merge is the same one, in CRLF */
		struct lks_buffer crlf = {0}, back = {0};
		lks_buffer_clear(&two);
		assert_int_equal(lks_text_to_crlf(&crlf, lks_buffer_text(&mine), mine.length, &err), 0);
		struct lks_text c = text_of(&crlf);
		assert_int_equal(lks_merge_text(&two, &second, &b, &c, &t, &err), 0);
		assert_int_equal(first, second);
		assert_int_equal(lks_text_to_lf(&back, lks_buffer_text(&two), two.length, &err), 0);
		assert_string_equal(lks_buffer_text(&back), lks_buffer_text(&one));
		if (lks_text_line_ends(lks_buffer_text(&crlf), crlf.length) == LKS_LINES_CRLF) {
			enum lks_line_ends ends = lks_text_line_ends(lks_buffer_text(&two), two.length);
			assert_true(ends == LKS_LINES_CRLF || ends == LKS_LINES_NONE);
		}
		struct lks_buffer *all[] = {&base, &mine, &theirs, &one, &two, &crlf, &back};
		for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
			lks_buffer_dispose(all[i]);
		}
	}
	assert_true(clean > 500 && conflicting > 500); /* else the generator proves nothing */
}

static void test_line_ends(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum lks_line_ends ends;
	} rows[] = {
		{"", LKS_LINES_NONE},
		{"a", LKS_LINES_NONE},
		{"a\n", LKS_LINES_LF},
		{"a\r\n", LKS_LINES_CRLF},
		{"a\r\nb", LKS_LINES_CRLF},
		{"a\r\nb\n", LKS_LINES_MOSTLY_LF},
		{"a\nb\r\n\r\n", LKS_LINES_MOSTLY_CRLF},
		{"a\rb\n", LKS_LINES_OTHER},
		{"a\r", LKS_LINES_OTHER},
		{"\r\r\n", LKS_LINES_OTHER},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(lks_text_line_ends(rows[i].text, strlen(rows[i].text)), rows[i].ends);
	}
}

static void test_same_lines(void **state)
{
	(void)state;
	static const struct {
		const char *left, *right;
		bool same;
	} rows[] = {
		{"", "", true},
		{"a", "a", true},
		{"a\n", "a\r\n", true},
		{"a\r\nb", "a\nb", true},
		{"\r\n", "\n", true},
		{"\r\n\n", "\n\r\n", true},
		{"", "\n", false},
		{"a\n", "a", false},
		{"a\r\n", "a", false},
		{"a\r", "a", false},
		{"a\r", "a\n", false},
		{"a\r\r\n", "a\n", false},
		{"ab", "ac", false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(lks_text_same_lines(rows[i].left, strlen(rows[i].left), rows[i].right, strlen(rows[i].right)), rows[i].same);
		assert_int_equal(lks_text_same_lines(rows[i].right, strlen(rows[i].right), rows[i].left, strlen(rows[i].left)), rows[i].same);
	}
}

static void test_markers(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		unsigned kinds;
		size_t line;
	} rows[] = {
		{"", 0, 0},
		{"<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n", LKS_MARKER_MINE | LKS_MARKER_MIDDLE | LKS_MARKER_THEIRS, 1},
		{"x\n||||||| base\n", LKS_MARKER_BASE, 2},
		{"x\r\n\r\n=======\r\n", LKS_MARKER_MIDDLE, 3},
		{">>>>>>>", LKS_MARKER_THEIRS, 1},
		{"========\n <<<<<<< a\n<<<<<<<a\n======= x\n<<<<<< a\n", 0, 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t line = 99;
		assert_int_equal(lks_text_markers(rows[i].text, strlen(rows[i].text), ~0u, &line), rows[i].kinds);
		assert_int_equal(line, rows[i].line);
	}
}

static void test_diff(void **state)
{
	(void)state;
	struct lks_buffer out = {0};
	struct lks_error err = {0};
	struct lks_text a = {"1\n2\n3\n", 6, "etc/a.xml"}, b = {"1\nx\n3\n", 6, "etc/a.xml"}, none = {NULL, 0, "etc/a.xml"},
					binary = {"\0", 1, "etc/a.xml"};

	assert_int_equal(lks_diff_text(&out, &a, &b, &err), 0);
	assert_non_null(strstr(lks_buffer_text(&out), "--- a/etc/a.xml\n+++ b/etc/a.xml\n@@ -1,3 +1,3 @@\n 1\n-2\n+x\n 3\n"));
	lks_buffer_clear(&out);
	assert_int_equal(lks_diff_text(&out, &a, &a, &err), 0);
	assert_string_equal(lks_buffer_text(&out), "");
	assert_int_equal(lks_diff_text(&out, &none, &none, &err), 0);
	assert_string_equal(lks_buffer_text(&out), "");
	assert_int_equal(lks_diff_text(&out, &none, &b, &err), 0);
	assert_non_null(strstr(lks_buffer_text(&out), "--- /dev/null\n+++ b/etc/a.xml\n@@ -0,0 +1,3 @@\n+1\n+x\n+3\n"));
	lks_buffer_clear(&out);
	assert_int_equal(lks_diff_text(&out, &a, &none, &err), 0);
	assert_non_null(strstr(lks_buffer_text(&out), "--- a/etc/a.xml\n+++ /dev/null\n@@ -1,3 +0,0 @@\n-1\n-2\n-3\n"));
	lks_buffer_clear(&out);
	assert_int_equal(lks_diff_text(&out, &a, &binary, &err), 0);
	assert_string_equal(lks_buffer_text(&out), "Binary files a/etc/a.xml and b/etc/a.xml differ\n");
	lks_buffer_dispose(&out);
}

static void test_diff_for_a_person(void **state)
{
	(void)state;
	struct lks_buffer out = {0};
	struct lks_error err = {0};
	struct lks_text php = {"1\n  2\n3\n", 8, "a.php"}, php_crlf = {"1\r\n  2\r\n4\r\n", 11, "a.php"}, php_tab = {"1\n\t2\n4\n", 7, "a.php"},
					php_form = {"1\r\n  2\r\n3\r\n", 11, "a.php"};
	struct lks_text xml = {"<a>\n  <b/>\n</a>\n", 16, "a.xml.dist"}, xml_tab = {"<a>\r\n\t<b/>\r\n<c/></a>\r\n", 22, "a.xml.dist"};

	assert_int_equal(lks_diff_readable(&out, &php, &php_crlf, &err), 0);
	assert_non_null(strstr(lks_buffer_text(&out), "@@ -1,3 +1,3 @@\n 1\r\n   2\r\n-3\n+4\r\n"));
	lks_buffer_clear(&out);
	assert_int_equal(lks_diff_readable(&out, &php, &php_tab, &err), 0);
	assert_non_null(strstr(lks_buffer_text(&out), "\n-  2\n-3\n+\t2\n+4\n"));
	lks_buffer_clear(&out);
	assert_int_equal(lks_diff_readable(&out, &xml, &xml_tab, &err), 0);
	assert_null(strstr(lks_buffer_text(&out), "-  <b/>"));
	assert_non_null(strstr(lks_buffer_text(&out), "\n+<c/></a>\r\n"));
	lks_buffer_clear(&out);
	assert_int_equal(lks_diff_readable(&out, &php, &php_form, &err), 0);
	assert_non_null(strstr(lks_buffer_text(&out), "\n-1\n"));
	lks_buffer_clear(&out);
	assert_int_equal(lks_diff_readable(&out, &php, &php, &err), 0);
	assert_int_equal(out.length, 0);
	lks_buffer_dispose(&out);
}

static void test_fault(void **state)
{
	static const struct {
		const char *path, *text, *fault;
	} rows[] = {
		{"a.txt", "a\n=======\nb\n", ""},
		{"a.txt", "a\n<<<<<<< mine\nb\n", "a conflict marker is left in line 2"},
		{"a.txt", "a\r\n>>>>>>> theirs\r\n", "a conflict marker is left in line 2"},
		{"a.txt", "<a>", ""},
		{"a.xml", "<a/>", ""},
		{"a.xml.dist", "<a>\n<b>\n</a>\n", "it is not well-formed XML, line 3: "},
	};
	struct lks_error err = {0};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct lks_buffer out = {0};
		assert_int_equal(lks_merge_fault(&out, rows[i].path, rows[i].text, strlen(rows[i].text), &err), 0);
		if (strncmp(lks_buffer_text(&out), rows[i].fault, strlen(rows[i].fault)) != 0 || (!*rows[i].fault && out.length > 0)) {
			fail_msg("%s: %s", rows[i].text, lks_buffer_text(&out));
		}
		lks_buffer_dispose(&out);
	}
}

static void test_binary_is_no_text(void **state)
{
	(void)state;
	struct lks_buffer out = {0};
	struct lks_error err = {0};
	struct lks_text text = {"a\n", 2, "t"}, binary = {"\0", 1, "b"};
	size_t conflicts;
	assert_int_equal(lks_merge_text(&out, &conflicts, &text, &text, &binary, &err), LKS_E_INVALID);
	lks_buffer_dispose(&out);
}

static void test_library(void **state)
{
	(void)state;
	struct lks_error err = {0};
	struct lks_git git;
	char version[32];
	assert_int_equal(lks_merge_library(version, &err), 0);
	assert_int_equal(strncmp(version, LIBGIT2_SOVERSION ".", strlen(LIBGIT2_SOVERSION) + 1), 0);
	assert_int_equal(lks_git_open(&git, "libgit2.so.that.is.not.there", &err), LKS_E_UNSUPPORTED);
	assert_non_null(strstr(err.message, "libgit2.so.that.is.not.there"));
	assert_non_null(strstr(err.hint, "apt-get install libgit2-" LIBGIT2_SOVERSION));
	lks_error_clear(&err);
	assert_int_equal(lks_git_open(&git, "libxml2.so.2", &err), LKS_E_UNSUPPORTED); /* a library without the functions */
	assert_non_null(strstr(err.message, "git_libgit2_init"));
}

static int check_xml(const char *text, size_t *line)
{
	struct lks_error err = {0};
	return lks_xml_check(text, strlen(text), "a.xml", line, &err);
}

static void test_xml(void **state)
{
	(void)state;
	struct lks_error err = {0};
	size_t line;
	assert_true(lks_xml_is_path("etc/map.xml"));
	assert_true(lks_xml_is_path("map.xml.dist"));
	assert_false(lks_xml_is_path("map.xml.dist.mine"));
	assert_false(lks_xml_is_path("xml"));
	assert_int_equal(check_xml("<?xml version=\"1.0\"?>\n<a><b/></a>\n", &line), 0);
	assert_int_equal(check_xml("<a>\n<b>\n</a>\n", &line), LKS_E_FORMAT);
	assert_int_equal(line, 3);
	assert_int_equal(check_xml("", &line), LKS_E_FORMAT);
	assert_int_equal(check_xml("<a/>\n<b/>\n", &line), LKS_E_FORMAT);
	assert_int_equal(line, 2);
	/* nothing is fetched: neither a file that is there nor one that is not makes a difference */
	struct place place;
	make_place(&place);
	puts_at(place.fd, "broken", "<broken <!ELEMENT");
	struct lks_buffer outside = {0};
	lks_buffer_printf(&outside, &err, "<!DOCTYPE a SYSTEM \"file://%s/broken\" [<!ENTITY e SYSTEM \"file://%s/broken\">]><a>&e;</a>",
		place.path, place.path);
	assert_int_equal(check_xml(lks_buffer_text(&outside), &line), 0);
	lks_buffer_dispose(&outside);
	drop_place(&place);
	/* entities that expand without end are an error or are not expanded, but cost nothing */
	struct lks_buffer bomb = {0};
	lks_buffer_puts(&bomb, "<!DOCTYPE a [<!ENTITY l0 \"lol\">", &err);
	for (int i = 1; i < 40; i++) {
		lks_buffer_printf(&bomb, &err, "<!ENTITY l%d \"&l%d;&l%d;&l%d;&l%d;&l%d;&l%d;&l%d;&l%d;\">", i, i - 1, i - 1, i - 1, i - 1, i - 1,
			i - 1, i - 1, i - 1);
	}
	lks_buffer_puts(&bomb, "]><a b=\"&l39;\">&l39;</a>", &err);
	alarm(20);
	assert_int_equal(check_xml(lks_buffer_text(&bomb), &line), LKS_E_FORMAT);
	alarm(0);
	lks_buffer_dispose(&bomb);
}

static int by_name(const struct dirent **left, const struct dirent **right)
{
	return strcmp((*left)->d_name, (*right)->d_name);
}

static int no_dots(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int main(void)
{
	static const struct CMUnitTest units[] = {
		cmocka_unit_test(test_modes_are_mine),
		cmocka_unit_test(test_conflict_files_are_private),
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_large_files),
		cmocka_unit_test(test_resolution_may_not_lead_out),
		cmocka_unit_test(test_directories_go_with_their_last_file),
		cmocka_unit_test(test_changed_meanwhile),
		cmocka_unit_test(test_cancelled),
		cmocka_unit_test(test_taken_conflict_place),
		cmocka_unit_test(test_properties),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_same_lines),
		cmocka_unit_test(test_markers),
		cmocka_unit_test(test_diff),
		cmocka_unit_test(test_diff_for_a_person),
		cmocka_unit_test(test_fault),
		cmocka_unit_test(test_binary_is_no_text),
		cmocka_unit_test(test_library),
		cmocka_unit_test(test_xml),
	};
	struct dirent **names = NULL;
	int count = scandir(DATA, &names, no_dots, by_name);
	if (count < 40) {
		fprintf(stderr, "%s: %d cases, run from the project's root\n", DATA, count);
		return 1;
	}
	size_t unit_count = sizeof units / sizeof *units;
	struct CMUnitTest *tests = calloc((size_t)count + unit_count, sizeof *tests);
	if (!tests) {
		return 1;
	}
	for (int i = 0; i < count; i++) {
		tests[i] = (struct CMUnitTest){.name = names[i]->d_name, .test_func = test_case, .initial_state = names[i]->d_name};
	}
	memcpy(tests + count, units, sizeof units);
	int failed = _cmocka_run_group_tests("merge", tests, (size_t)count + unit_count, NULL, NULL);
	for (int i = 0; i < count; i++) {
		free(names[i]);
	}
	free(names);
	free(tests);
	return failed;
}

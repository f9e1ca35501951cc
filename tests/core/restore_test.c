/* What a restore over a tree has to change: found, unpacked beside, and nothing else. */
#include "archive_forge.h"

#include "lockstep/fs.h"

#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>

static int open_dir(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

/* Files that were changed so long ago that their times prove something. */
static void age(int dir, const char *rel, int64_t mtime)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = mtime}};
	assert_int_equal(utimensat(dir, rel, times, AT_SYMLINK_NOFOLLOW), 0);
}

static void make_tree(int dir)
{
	make_dir(dir, "live", 0755);
	int live = open_dir(dir, "live");
	for (int i = 0; i < 40; i++) {
		char name[32];
		snprintf(name, sizeof name, "d%d", i % 4);
		if (i < 4) {
			make_dir(live, name, 0755);
		}
		snprintf(name, sizeof name, "d%d/f%d", i % 4, i);
		put(live, name, name, 0644);
		age(live, name, 1600000000 + i);
	}
	make_dir(live, "empty", 0750);
	make_dir(live, "keep", 0755);
	make_dir(live, "keep/cache", 0755);
	put(live, "keep/file", "kept", 0644);
	put(live, "keep/cache/page", "cached", 0644);
	assert_int_equal(symlinkat("../d0/f0", live, "keep/link"), 0);
	for (int i = 0; i < 4; i++) {
		char name[32];
		snprintf(name, sizeof name, "d%d", i);
		age(live, name, 1600000000);
	}
	close(live);
}

static void write_archive(int dir)
{
	static const char *const exclude[] = {"keep/cache", NULL};
	struct lks_archive_summary summary;
	struct lks_error err = {0};
	int live = open_dir(dir, "live");
	struct lks_archive_write_options options = {
		.root_fd = live, .path = ".", .directory_fd = dir, .name = "a.tar.zst", .level = 3, .threads = 2, .key = forge_key, .exclude = exclude,
	};
	assert_ok(lks_archive_write(&summary, &options, NULL, &err));
	lks_archive_summary_dispose(&summary);
	close(live);
}

struct asked {
	const char *path, *pattern;
	const char *const *exclude, *const *patterns;
};

static const char *const excluded[] = {"keep/cache", NULL};
static const struct asked all = {.exclude = excluded};

/* The differing subtrees, one after the other. */
static int differ(struct lks_archive_difference *out, int dir, const struct asked *asked, struct lks_error *err)
{
	int live = open_dir(dir, "live");
	struct lks_archive_difference_options options = {
		.archive_dir_fd = dir, .archive = "a.tar.zst", .key = forge_key, .path = asked->path, .pattern = asked->pattern, .live_fd = live,
		.exclude = asked->exclude, .patterns = asked->patterns, .threads = 2,
	};
	int status = lks_archive_difference(out, &options, NULL, err);
	close(live);
	return status;
}

static void assert_items(int dir, const struct asked *asked, const char *wanted)
{
	struct lks_archive_difference difference;
	struct lks_error err = {0};
	char text[2048] = "";
	assert_ok(differ(&difference, dir, asked, &err));
	for (size_t i = 0; i < difference.items.count; i++) {
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? " " : "", difference.items.items[i]);
	}
	assert_string_equal(text, wanted);
	lks_archive_difference_dispose(&difference);
}

/* Unpacks what differs, and puts it in place as a commit would. */
static void restore(int dir, const struct asked *asked)
{
	struct lks_archive_difference difference;
	struct lks_archive_summary summary;
	struct lks_error err = {0};
	assert_ok(differ(&difference, dir, asked, &err));
	make_dir(dir, "stage", 0700);
	int live = open_dir(dir, "live"), stage = open_dir(dir, "stage");
	const char **items = calloc(difference.items.count + 1, sizeof *items);
	memcpy(items, difference.items.items, difference.items.count * sizeof *items);
	struct lks_archive_extract_options options = {
		.archive_dir_fd = dir, .archive = "a.tar.zst", .key = forge_key, .path = asked->path, .pattern = asked->pattern, .to_fd = stage,
		.items = items, .live_fd = live, .threads = 2,
	};
	assert_ok(lks_archive_extract(&summary, &options, NULL, &err));
	for (size_t i = 0; items[i]; i++) {
		struct stat st;
		assert_ok(lks_fs_remove(live, items[i], &err));
		if (fstatat(stage, items[i], &st, AT_SYMLINK_NOFOLLOW) == 0) {
			assert_int_equal(renameat(stage, items[i], live, items[i]), 0);
		}
	}
	assert_ok(lks_archive_set_times(live, difference.times, difference.time_count, &err));
	lks_archive_summary_dispose(&summary);
	lks_archive_difference_dispose(&difference);
	assert_ok(lks_fs_remove(dir, "stage", &err));
	free(items);
	close(live);
	close(stage);
}

static void what_is_the_same_is_no_item(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct lks_archive_difference difference;
	struct lks_error err = {0};
	make_tree(dir);
	write_archive(dir);
	assert_ok(differ(&difference, dir, &all, &err));
	assert_int_equal(difference.items.count, 0);
	assert_int_equal(difference.kept, difference.members);
	assert_int_equal(difference.hashed, 41); /* they were made just before the archive: their times prove nothing */
	lks_archive_difference_dispose(&difference);
}

static void old_files_are_not_read(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct lks_archive_difference difference;
	struct lks_error err = {0};
	make_tree(dir);
	struct timespec pause = {.tv_sec = 2, .tv_nsec = 100000000};
	nanosleep(&pause, NULL);
	write_archive(dir);
	assert_ok(differ(&difference, dir, &all, &err));
	assert_int_equal(difference.items.count, 0);
	assert_int_equal(difference.hashed, 0);
	lks_archive_difference_dispose(&difference);
}

static void a_change_that_hides_behind_its_times_is_found(void **state)
{
	int dir = ((struct place *)*state)->fd;
	make_tree(dir);
	write_archive(dir);
	put(dir, "live/d1/f1", "D1/f1", 0644); /* as long as before */
	age(dir, "live/d1/f1", 1600000001);
	assert_items(dir, &all, "d1/f1");
	restore(dir, &all);
	assert_file(dir, "live/d1/f1", "d1/f1");
	assert_items(dir, &all, "");
}

static void each_difference_is_an_item(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct lks_error err = {0};
	make_tree(dir);
	write_archive(dir);
	put(dir, "live/d0/f0", "edited", 0644);
	assert_int_equal(unlinkat(dir, "live/d0/f4", 0), 0);
	put(dir, "live/d0/new", "new", 0644);
	assert_int_equal(fchmodat(dir, "live/d1/f1", 0600, 0), 0);
	assert_ok(lks_fs_remove(dir, "live/d2", &err));
	put(dir, "live/d2", "a file now", 0644);
	assert_int_equal(unlinkat(dir, "live/d3/f3", 0), 0);
	make_dir(dir, "live/d3/f3", 0755);
	put(dir, "live/d3/f3/in", "in", 0644);
	assert_int_equal(unlinkat(dir, "live/empty", AT_REMOVEDIR), 0);
	assert_int_equal(unlinkat(dir, "live/keep/link", 0), 0);
	assert_int_equal(symlinkat("elsewhere", dir, "live/keep/link"), 0);
	make_dir(dir, "live/more", 0755);
	put(dir, "live/more/file", "more", 0644);
	assert_items(dir, &all, "d0/f0 d0/f4 d0/new d1/f1 d2 d3/f3 empty keep/link more");
	restore(dir, &all);
	assert_items(dir, &all, "");
	assert_file(dir, "live/d0/f4", "d0/f4");
	assert_file(dir, "live/d2/f2", "d2/f2");
	assert_file(dir, "live/keep/cache/page", "cached");
	assert_false(exists(dir, "live/more"));
	assert_int_equal(mode_of(dir, "live/empty"), 0750);
	struct stat st;
	assert_int_equal(fstatat(dir, "live/d0", &st, 0), 0);
	assert_int_equal(st.st_mtim.tv_sec, 1600000000); /* although files were swapped in it */
}

static void a_directory_of_which_much_differs_is_swapped_whole(void **state)
{
	int dir = ((struct place *)*state)->fd;
	make_tree(dir);
	write_archive(dir);
	for (int i = 0; i < 8; i++) {
		char name[32];
		snprintf(name, sizeof name, "live/d0/f%d", 4 * i);
		put(dir, name, "edited", 0644);
	}
	assert_items(dir, &all, "d0");
	restore(dir, &all);
	assert_items(dir, &all, "");
}

static void a_directory_of_another_mode_is_swapped_whole(void **state)
{
	int dir = ((struct place *)*state)->fd;
	make_tree(dir);
	write_archive(dir);
	assert_int_equal(fchmodat(dir, "live/d0", 0700, 0), 0);
	int fd = open_dir(dir, "live/d1");
	bool attributes = fsetxattr(fd, "user.note", "1", 1, 0) == 0; /* not every file system has them */
	close(fd);
	assert_items(dir, &all, attributes ? "d0 d1" : "d0");
	restore(dir, &all);
	assert_items(dir, &all, "");
	assert_int_equal(mode_of(dir, "live/d0"), 0755);
}

static void what_holds_something_left_out_is_never_swapped(void **state)
{
	static const char *const patterns[] = {"*.log", NULL};
	const struct asked asked = {.exclude = excluded, .patterns = patterns};
	int dir = ((struct place *)*state)->fd;
	struct lks_archive_difference difference;
	struct lks_error err = {0};
	make_tree(dir);
	write_archive(dir);
	assert_int_equal(fchmodat(dir, "live/keep", 0700, 0), 0); /* told */
	make_dir(dir, "live/new", 0755);
	make_dir(dir, "live/new/deep", 0755);
	put(dir, "live/new/deep/a.log", "log", 0644);
	put(dir, "live/new/deep/file", "new", 0644);
	put(dir, "live/d0/b.log", "log", 0644);
	assert_ok(differ(&difference, dir, &asked, &err));
	assert_int_equal(difference.items.count, 1);
	assert_string_equal(difference.items.items[0], "new/deep/file");
	assert_int_equal(difference.warnings.count, 1);
	lks_archive_difference_dispose(&difference);

	assert_ok(lks_fs_remove(dir, "live/d0", &err));
	assert_int_equal(mkdirat(dir, "live/d0", 0755), 0);
	put(dir, "live/d0/b.log", "log", 0644);
	restore(dir, &asked);
	assert_file(dir, "live/d0/b.log", "log");
	assert_file(dir, "live/d0/f36", "d0/f36");

	assert_int_equal(unlinkat(dir, "live/d1/f1", 0), 0);
	make_dir(dir, "live/d1/f1", 0755);
	put(dir, "live/d1/f1/c.log", "log", 0644);
	assert_int_equal(differ(&difference, dir, &asked, &err), LKS_E_UNSAFE);
	assert_string_equal(err.path, "d1/f1");
}

static void a_path_or_a_pattern_is_all_that_is_looked_at(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct lks_archive_difference difference;
	struct lks_error err = {0};
	make_tree(dir);
	write_archive(dir);
	put(dir, "live/d0/f0", "edited", 0644);
	put(dir, "live/d0/f40", "new", 0644);
	put(dir, "live/d1/f1", "edited", 0644);
	assert_items(dir, &(struct asked){.path = "d0"}, "d0/f0 d0/f40");
	assert_items(dir, &(struct asked){.path = "d1/f1"}, "d1/f1");
	assert_items(dir, &(struct asked){.path = "d1/f5"}, "");
	assert_items(dir, &(struct asked){.pattern = "f?"}, "d0/f0 d1/f1");
	assert_items(dir, &(struct asked){.pattern = "d0/*"}, "d0/f0 d0/f40");
	assert_status(differ(&difference, dir, &(struct asked){.path = "d0/f40"}, &err), LKS_E_NOT_FOUND);
	assert_status(differ(&difference, dir, &(struct asked){.pattern = "*.php"}, &err), LKS_E_NOT_FOUND);
	restore(dir, &(struct asked){.pattern = "d?/f1"});
	assert_file(dir, "live/d1/f1", "d1/f1");
	assert_file(dir, "live/d0/f0", "edited");

	/* The parents that are missing come with what they hold. */
	assert_ok(lks_fs_remove(dir, "live/d2", &err));
	assert_items(dir, &(struct asked){.path = "d2/f2"}, "d2");
	restore(dir, &(struct asked){.pattern = "d2/f?"});
	assert_file(dir, "live/d2/f2", "d2/f2");
	assert_false(exists(dir, "live/d2/f10"));
	assert_int_equal(mode_of(dir, "live/d2"), 0755);

	assert_ok(lks_fs_remove(dir, "live/d3", &err));
	put(dir, "live/d3", "a file", 0644);
	assert_status(differ(&difference, dir, &(struct asked){.pattern = "d3/f3"}, &err), LKS_E_EXISTS);
}

static nlink_t links_of(int dir, const char *rel)
{
	struct stat st;
	assert_int_equal(fstatat(dir, rel, &st, AT_SYMLINK_NOFOLLOW), 0);
	return st.st_nlink;
}

static void names_of_one_file_stay_names_of_one_file(void **state)
{
	int dir = ((struct place *)*state)->fd;
	make_tree(dir);
	assert_int_equal(linkat(dir, "live/d0/f0", dir, "live/d1/name", 0), 0);
	assert_int_equal(linkat(dir, "live/d0/f0", dir, "live/d2/name", 0), 0);
	write_archive(dir);
	assert_items(dir, &all, "");
	put(dir, "live/d0/f0", "edited", 0644);
	assert_items(dir, &all, "d0/f0 d1/name d2/name");
	restore(dir, &all);
	assert_int_equal(links_of(dir, "live/d0/f0"), 3);
	assert_file(dir, "live/d2/name", "d0/f0");

	/* One that was replaced is linked to the live file again, which stays. */
	assert_int_equal(unlinkat(dir, "live/d1/name", 0), 0);
	put(dir, "live/d1/name", "another", 0644);
	assert_items(dir, &all, "d1/name");
	restore(dir, &all);
	assert_int_equal(links_of(dir, "live/d0/f0"), 3);
	assert_items(dir, &all, "");
	assert_items(dir, &(struct asked){.path = "d1/name"}, "");
}

/* The trailer says another sum of bytes, and is signed with the right key. */
static void forge_sum(int dir, const char *name)
{
	struct lks_buffer file = {0};
	struct lks_error err = {0};
	assert_ok(lks_fs_read(&file, dir, name, 1 << 20, &err));
	uint8_t *end = (uint8_t *)file.data + file.length, *trailer = end - 9;
	trailer -= 8 + 8 * (size_t)trailer[0] + LKS_MANIFEST_TRAILER;
	size_t head = trailer[16] + 256u * trailer[17];
	trailer[40]++;
	uint8_t *signed_part = trailer - head;
	assert_ok(lks_hash_hmac(trailer + 80, forge_key, sizeof forge_key, signed_part, head + 80, &err));
	assert_ok(lks_fs_write(dir, name, file.data, file.length, 0600, &err));
	lks_buffer_dispose(&file);
}

static void sums_of_the_manifest_are_checked(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct lks_error err = {0};
	struct forge forge;
	forge_begin(&forge);
	forge_add(&forge, "file", LKS_MEMBER_FILE, "text");
	forge_end(&forge, dir, "forged.tar.zst", forge_key);
	assert_ok(forge_extract(dir, "forged.tar.zst", forge_key, "good", &err));
	forge_sum(dir, "forged.tar.zst");
	assert_int_equal(forge_extract(dir, "forged.tar.zst", forge_key, "bad", &err), LKS_E_FORMAT);
	assert_non_null(strstr(err.message, "sums"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_the_same_is_no_item),
		TEST(old_files_are_not_read),
		TEST(a_change_that_hides_behind_its_times_is_found),
		TEST(each_difference_is_an_item),
		TEST(a_directory_of_which_much_differs_is_swapped_whole),
		TEST(a_directory_of_another_mode_is_swapped_whole),
		TEST(what_holds_something_left_out_is_never_swapped),
		TEST(a_path_or_a_pattern_is_all_that_is_looked_at),
		TEST(names_of_one_file_stay_names_of_one_file),
		TEST(sums_of_the_manifest_are_checked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

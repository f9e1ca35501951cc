/* Archives of unusual trees: what patterns leave out, what is mounted inside, files with holes, times far away. */
#include "archive_forge.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/xattr.h>

/* More than a tar header's octal size can tell; sanitizers are too slow for that. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WIDE ((off_t)1 << 29)
#else
#define WIDE ((off_t)9 << 30)
#endif

struct asked {
	const char *const *patterns;
	bool cross_mounts;
};

static void write_tree(struct lks_archive_summary *out, int dir, const char *name, const struct asked *asked)
{
	struct lks_error err = {0};
	int root = openat(dir, "tree", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(root >= 0);
	struct lks_archive_write_options options = {
		.root_fd = root, .path = ".", .directory_fd = dir, .name = name, .level = 3, .threads = 2, .key = forge_key,
		.patterns = asked->patterns, .cross_mounts = asked->cross_mounts,
	};
	assert_ok(lks_archive_write(out, &options, NULL, &err));
	close(root);
}

static void unpacked(int dir, const char *name, const char *to)
{
	struct lks_archive_summary summary;
	struct lks_error err = {0};
	make_dir(dir, to, 0755);
	int fd = openat(dir, to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct lks_archive_extract_options options = {.archive_dir_fd = dir, .archive = name, .key = forge_key, .to_fd = fd, .threads = 2};
	assert_ok(lks_archive_extract(&summary, &options, NULL, &err));
	lks_archive_summary_dispose(&summary);
	close(fd);
}

/* The members' paths, one after the other. */
static void members(char text[1024], int dir, const char *name)
{
	struct lks_archive_members list;
	struct lks_error err = {0};
	assert_ok(lks_archive_list(&list, dir, name, forge_key, NULL, &err));
	text[0] = '\0';
	for (size_t i = 0; i < list.count; i++) {
		snprintf(text + strlen(text), 1024 - strlen(text), "%s%s", i ? " " : "", list.entries[i].path);
	}
	lks_archive_members_dispose(&list);
}

static void what_a_pattern_matches_stays_out(void **state)
{
	int dir = ((struct place *)*state)->fd;
	static const char *const patterns[] = {"*.log", "/node/", "cache/**", NULL};
	struct lks_archive_summary summary;
	char text[1024];
	make_dir(dir, "tree", 0755);
	make_dir(dir, "tree/node", 0755);
	put(dir, "tree/node/x", "x", 0644);
	make_dir(dir, "tree/cache", 0755);
	put(dir, "tree/cache/y", "y", 0644);
	make_dir(dir, "tree/d", 0755);
	make_dir(dir, "tree/d/node", 0755);
	put(dir, "tree/d/a.log", "a", 0644);
	put(dir, "tree/d/keep", "k", 0644);
	assert_int_equal(mkfifoat(dir, "tree/node/fifo", 0600), 0); /* would be a warning if it were met */
	write_tree(&summary, dir, "a.tar.zst", &(struct asked){.patterns = patterns});
	assert_int_equal(summary.warnings.count, 0);
	lks_archive_summary_dispose(&summary);
	members(text, dir, "a.tar.zst");
	assert_string_equal(text, "cache d d/keep d/node");
}

static void patterns_are_checked(void **state)
{
	int dir = ((struct place *)*state)->fd;
	static const char *const patterns[] = {"[a", NULL};
	struct lks_archive_summary summary;
	struct lks_error err = {0};
	struct lks_archive_write_options options = {
		.root_fd = dir, .path = ".", .directory_fd = dir, .name = "a.tar.zst", .level = 3, .key = forge_key, .patterns = patterns,
	};
	assert_status(lks_archive_write(&summary, &options, NULL, &err), LKS_E_INVALID);
	assert_false(exists(dir, "a.tar.zst"));
}

static void mounts_are_not_crossed_unless_asked(void **state)
{
	struct place *place = *state;
	struct lks_archive_summary summary;
	char path[512], from[512], text[1024];
	make_dir(place->fd, "tree", 0755);
	make_dir(place->fd, "tree/other", 0755);
	make_dir(place->fd, "tree/same", 0755);
	make_dir(place->fd, "there", 0755);
	put(place->fd, "there/inside", "bound", 0644);
	put(place->fd, "tree/z", "z", 0644);
	if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
		skip(); /* only root may mount */
	}
	close(place->fd); /* it belongs to the mounts outside */
	place->fd = open(place->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(place->fd >= 0);
	snprintf(path, sizeof path, "%s/tree/other", place->path);
	assert_int_equal(mount("tmpfs", path, "tmpfs", 0, "size=1m"), 0);
	put(place->fd, "tree/other/inside", "mounted", 0644);
	snprintf(path, sizeof path, "%s/tree/same", place->path);
	snprintf(from, sizeof from, "%s/there", place->path);
	assert_int_equal(mount(from, path, NULL, MS_BIND, NULL), 0); /* on the same device */

	write_tree(&summary, place->fd, "a.tar.zst", &(struct asked){0});
	assert_int_equal(summary.warnings.count, 2);
	assert_non_null(strstr(summary.warnings.items[0], "other"));
	assert_non_null(strstr(summary.warnings.items[0], "mounted"));
	lks_archive_summary_dispose(&summary);
	members(text, place->fd, "a.tar.zst");
	assert_string_equal(text, "other same z");

	write_tree(&summary, place->fd, "b.tar.zst", &(struct asked){.cross_mounts = true});
	assert_int_equal(summary.warnings.count, 0);
	lks_archive_summary_dispose(&summary);
	members(text, place->fd, "b.tar.zst");
	assert_string_equal(text, "other other/inside same same/inside z");
	assert_int_equal(umount(path), 0);
	snprintf(path, sizeof path, "%s/tree/other", place->path);
	assert_int_equal(umount(path), 0);
}

static void put_at(int dir, const char *rel, off_t at, const char *text, off_t length)
{
	int fd = openat(dir, rel, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, text, strlen(text), at), strlen(text));
	assert_int_equal(ftruncate(fd, length), 0);
	close(fd);
}

static struct stat stat_of(int dir, const char *rel)
{
	struct stat st;
	assert_int_equal(fstatat(dir, rel, &st, 0), 0);
	return st;
}

static void holes_come_back(void **state)
{
	int dir = ((struct place *)*state)->fd;
	static const struct {
		const char *name;
		off_t at, length;
	} files[] = {
		{"small", 70000, 200000}, {"ends-in-data", 5000000, 5000005}, {"odd", 12345, 3000001}, {"empty", 0, 0}, {"wide", WIDE, WIDE + 77},
	};
	struct lks_archive_summary summary;
	struct lks_archive_verify_result result;
	struct lks_error err = {0};
	char from[64], to[64];
	make_dir(dir, "tree", 0755);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		snprintf(from, sizeof from, "tree/%s", files[i].name);
		put_at(dir, from, files[i].at, files[i].length ? "data" : "", files[i].length);
	}
	char *zeros = calloc(1, 100000); /* no holes: stays as it is */
	int fd = openat(dir, "tree/zeros", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	assert_int_equal(write(fd, zeros, 100000), 100000);
	close(fd);
	free(zeros);
	write_tree(&summary, dir, "a.tar.zst", &(struct asked){0});
	assert_int_equal(summary.warnings.count, 0);
	lks_archive_summary_dispose(&summary);
	assert_ok(lks_archive_verify(&result, dir, "a.tar.zst", forge_key, 2, NULL, &err));
	lks_archive_verify_result_dispose(&result);
	unpacked(dir, "a.tar.zst", "out");
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		snprintf(from, sizeof from, "tree/%s", files[i].name);
		snprintf(to, sizeof to, "out/%s", files[i].name);
		struct stat before = stat_of(dir, from), after = stat_of(dir, to);
		char data[5] = "";
		assert_int_equal(after.st_size, before.st_size);
		if (after.st_blocks > before.st_blocks + 16) {
			fail_msg("%s has %ld blocks instead of %ld", files[i].name, (long)after.st_blocks, (long)before.st_blocks);
		}
		fd = openat(dir, to, O_RDONLY | O_CLOEXEC);
		assert_int_equal(pread(fd, data, 4, files[i].at), files[i].length ? 4 : 0);
		assert_string_equal(data, files[i].length ? "data" : "");
		close(fd);
	}
	assert_in_range(stat_of(dir, "out/zeros").st_blocks, stat_of(dir, "tree/zeros").st_blocks, 10000);
}

/* Beyond what ns in 64 bits can tell, times become the last that they can. */
static void far_times_do_not_overflow(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct lks_archive_summary summary;
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = 10000000000}};
	make_dir(dir, "tree", 0755);
	put(dir, "tree/future", "f", 0644);
	put(dir, "tree/past", "p", 0644);
	assert_int_equal(utimensat(dir, "tree/future", times, 0), 0);
	times[1].tv_sec = -2000000000;
	assert_int_equal(utimensat(dir, "tree/past", times, 0), 0);
	write_tree(&summary, dir, "a.tar.zst", &(struct asked){0});
	lks_archive_summary_dispose(&summary);
	unpacked(dir, "a.tar.zst", "out");
	assert_in_range(stat_of(dir, "out/future").st_mtime, 9223372036, 10000000000);
	assert_int_equal(stat_of(dir, "out/past").st_mtime, stat_of(dir, "tree/past").st_mtime);
}

/* Few file systems take long attributes; a new enough tmpfs does. */
static int make_place_in_memory(void **state)
{
	const char *before = getenv("TMPDIR");
	char *kept = before ? strdup(before) : NULL;
	setenv("TMPDIR", "/dev/shm", 1);
	int status = make_place(state);
	if (kept) {
		setenv("TMPDIR", kept, 1);
	} else {
		unsetenv("TMPDIR");
	}
	free(kept);
	return status;
}

#define LONG_FILES 80
static int64_t time_of(int dir, const char *path)
{
	struct stat st;
	assert_int_equal(fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW), 0);
	return (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
}

/* What is made with its own mode at once, and what is given it afterwards, look the same; so do their directories' times. */
static void modes_come_back_whatever_the_umask(void **state)
{
	static const mode_t masks[] = {0, 022, 027, 077, 0777};
	static const struct { const char *path; mode_t mode; } made[] = {
		{"a", 0755}, {"a/b", 0755}, {"a/b/c", 0750}, {"a/b/c/f", 0644}, {"a/b/g", 0600}, {"a/d", 0555}, {"a/e", 02775}, {"a/e/f", 0666},
		{"a/h", 04755}, {"a/i", 0}, {"a/j", 01777}, {"a/j/k", 0444}, {"z", 0640},
	};
	int dir = ((struct place *)*state)->fd;
	mode_t before = umask(0);
	struct lks_archive_summary summary;
	char path[PATH_MAX], to[32];
	make_dir(dir, "tree", 0755);
	for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
		bool file = strchr("fghikz", made[i].path[strlen(made[i].path) - 1]);
		snprintf(path, sizeof path, "tree/%s", made[i].path);
		if (file) {
			put(dir, path, made[i].path, 0600);
		} else {
			make_dir(dir, path, 0700);
		}
	}
	for (size_t i = sizeof made / sizeof *made; i-- > 0;) {
		struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = 1000000000 + (time_t)i, .tv_nsec = 123456789}};
		snprintf(path, sizeof path, "tree/%s", made[i].path);
		assert_int_equal(fchmodat(dir, path, made[i].mode, 0), 0);
		assert_int_equal(utimensat(dir, path, times, 0), 0);
	}
	write_tree(&summary, dir, "a.tar.zst", &(struct asked){0});
	lks_archive_summary_dispose(&summary);
	for (size_t mask = 0; mask < sizeof masks / sizeof *masks; mask++) {
		snprintf(to, sizeof to, "out%zu", mask);
		umask(masks[mask]);
		unpacked(dir, "a.tar.zst", to);
		umask(0);
		for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
			snprintf(path, sizeof path, "%s/%s", to, made[i].path);
			assert_int_equal(mode_of(dir, path), made[i].mode);
			assert_int_equal(time_of(dir, path), 1000000000123456789 + (int64_t)i * 1000000000);
		}
	}
	umask(before);
}

#define LONG_VALUE 60000

/* Each its own bytes, which do not compress. */
static void long_value(char value[LONG_VALUE], uint32_t seed)
{
	for (size_t i = 0; i < LONG_VALUE; i++) {
		seed = seed * 1664525 + 1013904223;
		value[i] = (char)(seed >> 24);
	}
}

static void assert_long_values(int dir, const char *below)
{
	static char expected[LONG_VALUE], value[LONG_VALUE];
	char name[64];
	for (uint32_t i = 0; i < LONG_FILES; i++) {
		snprintf(name, sizeof name, "%s/file-%02u", below, i);
		int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
		long_value(expected, i);
		assert_int_equal(fgetxattr(fd, "user.long", value, sizeof value), LONG_VALUE);
		assert_memory_equal(value, expected, LONG_VALUE);
		close(fd);
		char *contents = get(dir, name);
		assert_string_equal(contents, name + strlen(below) + 1);
		free(contents);
	}
}

/* What a frame is planned for is known before the attributes are: together they may be longer than any frame. */
static void many_long_attributes_come_back(void **state)
{
	const struct place *place = *state;
	int dir = place->fd;
	static char value[LONG_VALUE];
	char name[64], command[1024];
	struct lks_archive_summary summary;
	struct lks_archive_verify_result verified;
	struct lks_error err = {0};
	make_dir(dir, "tree", 0755);
	for (uint32_t i = 0; i < LONG_FILES; i++) {
		snprintf(name, sizeof name, "tree/file-%02u", i);
		put(dir, name, name + 5, 0644);
		int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
		long_value(value, i);
		int set = fsetxattr(fd, "user.long", value, sizeof value, 0);
		close(fd);
		if (set != 0) {
			skip();
		}
	}
	write_tree(&summary, dir, "a.tar.zst", &(struct asked){0});
	assert_int_equal(summary.files, LONG_FILES);
	assert_in_range(summary.frames, 1 + LONG_FILES * LONG_VALUE / (4 << 20), LONG_FILES);
	lks_archive_summary_dispose(&summary);
	assert_ok(lks_archive_verify(&verified, dir, "a.tar.zst", forge_key, 2, NULL, &err));
	lks_archive_verify_result_dispose(&verified);
	unpacked(dir, "a.tar.zst", "out");
	assert_long_values(dir, "out");
	make_dir(dir, "gnu", 0755);
	snprintf(command, sizeof command, "tar -C %s/gnu --zstd --xattrs --xattrs-include='*' -xf %s/a.tar.zst", place->path, place->path);
	assert_int_equal(system(command), 0);
	assert_long_values(dir, "gnu");
}

int main(void)
{
	umask(022);
	const struct CMUnitTest tests[] = {
		in_place(what_a_pattern_matches_stays_out),
		in_place(patterns_are_checked),
		in_place(holes_come_back),
		in_place(modes_come_back_whatever_the_umask),
		in_place(far_times_do_not_overflow),
		cmocka_unit_test_setup_teardown(many_long_attributes_come_back, make_place_in_memory, remove_place),
		in_place(mounts_are_not_crossed_unless_asked), /* last: it leaves the namespace */
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

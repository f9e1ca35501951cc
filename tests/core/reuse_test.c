/* Frames of an earlier archive: the result has the very bytes that an archive without a parent has, and takes over all that it can. */
#include "archive_forge.h"

#include <sys/xattr.h>
#include <time.h>

#include "archive/cut.h"

#define FILES 400
#define WIDE "wide"     /* a file with frames of its own */
#define SINGLE "single" /* and one with a single frame of its own */

static const uint8_t other_key[LKS_ARCHIVE_KEY_SIZE] = {9};
static const uint8_t parent_sha256[LKS_HASH_SIZE] = {0xab};

/* Numbers that look random and are the same in each run. */
static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void fill(int dir, const char *rel, size_t length, uint32_t seed)
{
	char *text = malloc(length + 1);
	assert_non_null(text);
	for (size_t i = 0; i < length; i++) {
		text[i] = (char)('a' + next(&seed) % 20);
	}
	text[length] = '\0';
	put(dir, rel, text, 0644);
	free(text);
}

static const char *name_of(int number)
{
	static char name[64];
	snprintf(name, sizeof name, "tree/d%02d/file%04d", number % 17, number);
	return name;
}

/* Some frames of small files, one file of four megabytes, links. */
static void make_tree(int dir)
{
	char name[64];
	make_dir(dir, "tree", 0755);
	for (int i = 0; i < 17; i++) {
		snprintf(name, sizeof name, "tree/d%02d", i);
		make_dir(dir, name, 0755);
	}
	for (int i = 0; i < FILES; i++) {
		fill(dir, name_of(i), 1000 + (size_t)(i * 37 % 9000), (uint32_t)i);
	}
	fill(dir, "tree/" WIDE, 4 * 1024 * 1024 + 77, 1);
	fill(dir, "tree/" SINGLE, 500 * 1024, 2);
	assert_int_equal(symlinkat("d00", dir, "tree/link"), 0);
	assert_int_equal(linkat(dir, name_of(3), dir, "tree/second", 0), 0);
}

/* What was made just now is too young to be believed. */
static void grow_old(void)
{
	struct timespec pause = {.tv_sec = 2, .tv_nsec = 200 * 1000 * 1000};
	nanosleep(&pause, NULL);
}

struct how {
	const char *parent;
	const char *const *exclude;
	const uint8_t *key;
	int level;
	const char *path;
};

static int write_with(struct lks_archive_summary *out, int dir, const char *name, const struct how *how, struct lks_error *err)
{
	int root = openat(dir, "tree", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(root >= 0);
	struct lks_archive_write_options options = {
		.root_fd = root,
		.path = how->path ? how->path : ".",
		.exclude = how->exclude,
		.directory_fd = dir,
		.name = name,
		.level = how->level ? how->level : 3,
		.threads = 2,
		.key = how->key ? how->key : forge_key,
		.parent_fd = dir,
		.parent = how->parent,
		.parent_sha256 = parent_sha256,
	};
	int status = lks_archive_write(out, &options, NULL, err);
	close(root);
	return status;
}

static char *data_of(uint64_t *length, int dir, const char *name)
{
	struct lks_manifest manifest = {.fd = -1};
	struct lks_error err = {0};
	assert_ok(lks_manifest_open(&manifest, dir, name, forge_key, &err));
	*length = manifest.offset;
	char *data = malloc(manifest.offset);
	assert_int_equal(pread(manifest.fd, data, manifest.offset, 0), manifest.offset);
	lks_manifest_close(&manifest);
	return data;
}

static void verified(int dir, const char *name)
{
	struct lks_archive_verify_result result;
	struct lks_error err = {0};
	assert_ok(lks_archive_verify(&result, dir, name, forge_key, 2, NULL, &err));
	lks_archive_verify_result_dispose(&result);
}

static void assert_same_members(int dir, const char *left, const char *right)
{
	struct lks_archive_members a, b;
	struct lks_error err = {0};
	assert_ok(lks_archive_list(&a, dir, left, forge_key, NULL, &err));
	assert_ok(lks_archive_list(&b, dir, right, forge_key, NULL, &err));
	assert_int_equal(a.count, b.count);
	for (size_t i = 0; i < a.count; i++) {
		assert_string_equal(a.entries[i].path, b.entries[i].path);
		assert_int_equal(a.entries[i].ctime, b.entries[i].ctime);
		assert_int_equal(a.entries[i].mtime, b.entries[i].mtime);
		assert_memory_equal(a.entries[i].hash, b.entries[i].hash, LKS_HASH_SIZE);
	}
	lks_archive_members_dispose(&a);
	lks_archive_members_dispose(&b);
}

/* With the parent and without: the same frames, the same members. Both archives are removed again. */
static struct lks_archive_summary compared(int dir, const char *parent)
{
	struct lks_archive_summary with, without;
	struct lks_error err = {0};
	uint64_t length, wanted;
	assert_ok(write_with(&with, dir, "with.tar.zst", &(struct how){.parent = parent}, &err));
	assert_ok(write_with(&without, dir, "without.tar.zst", &(struct how){0}, &err));
	assert_int_equal(with.warnings.count, 0);
	assert_int_equal(without.frames_reused, 0);
	assert_int_equal(with.frames, without.frames);
	assert_int_equal(with.members, without.members);
	assert_int_equal(with.bytes, without.bytes);
	char *is = data_of(&length, dir, "with.tar.zst"), *should = data_of(&wanted, dir, "without.tar.zst");
	assert_int_equal(length, wanted);
	assert_memory_equal(is, should, length);
	free(is);
	free(should);
	assert_same_members(dir, "with.tar.zst", "without.tar.zst");
	verified(dir, "with.tar.zst");
	assert_int_equal(unlinkat(dir, "with.tar.zst", 0), 0);
	assert_int_equal(unlinkat(dir, "without.tar.zst", 0), 0);
	lks_notes_dispose(&without.warnings);
	return with;
}

static void first(int dir)
{
	struct lks_archive_summary summary;
	struct lks_error err = {0};
	assert_ok(write_with(&summary, dir, "first.tar.zst", &(struct how){0}, &err));
	assert_null(summary.no_parent);
	assert_int_equal(summary.frames_reused, 0);
	lks_archive_summary_dispose(&summary);
}

static void what_did_not_change_is_taken_over(void **state)
{
	int dir = ((struct place *)*state)->fd;
	make_tree(dir);
	grow_old();
	first(dir);
	struct lks_archive_summary summary = compared(dir, "first.tar.zst");
	assert_null(summary.no_parent);
	assert_int_equal(summary.frames_reused, summary.frames - 1); /* all but the closing one */
	assert_int_equal(summary.frames_reread, 0);
}

static void what_is_young_is_read(void **state)
{
	int dir = ((struct place *)*state)->fd;
	make_tree(dir);
	first(dir);
	struct lks_archive_summary summary = compared(dir, "first.tar.zst");
	assert_int_equal(summary.frames_reused, summary.frames - 1);
	assert_int_equal(summary.frames_reread, summary.frames - 1);
}

static void new_ctimes_and_inodes_are_read(void **state)
{
	int dir = ((struct place *)*state)->fd;
	make_tree(dir);
	grow_old();
	first(dir);
	for (int i = 0; i < FILES; i++) { /* as chmod -R does */
		assert_int_equal(fchmodat(dir, name_of(i), 0600, 0), 0);
		assert_int_equal(fchmodat(dir, name_of(i), 0644, 0), 0);
	}
	struct lks_archive_summary summary = compared(dir, "first.tar.zst");
	assert_int_equal(summary.frames_reused, summary.frames - 1);
	assert_in_range(summary.frames_reread, 2, summary.frames - 6); /* the wide files were not touched */
}

/* Same size, times put back: only ctime tells. */
static void a_hidden_edit_is_found(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct stat st;
	make_tree(dir);
	grow_old();
	first(dir);
	assert_int_equal(fstatat(dir, name_of(7), &st, 0), 0);
	fill(dir, name_of(7), (size_t)st.st_size, 99);
	const struct timespec times[2] = {st.st_atim, st.st_mtim};
	assert_int_equal(utimensat(dir, name_of(7), times, 0), 0);
	struct lks_archive_summary summary = compared(dir, "first.tar.zst");
	assert_int_equal(summary.frames_reused, summary.frames - 2);
	assert_int_equal(summary.frames_reread, 0);
}

static void attributes_modes_and_links_count(void **state)
{
	int dir = ((struct place *)*state)->fd;
	make_tree(dir);
	int fd = openat(dir, name_of(5), O_RDONLY | O_CLOEXEC);
	assert_int_equal(fsetxattr(fd, "user.a", "1", 1, 0), 0);
	grow_old();
	first(dir);
	assert_int_equal(compared(dir, "first.tar.zst").frames_reread, 0);
	assert_int_equal(fsetxattr(fd, "user.a", "2", 1, 0), 0);
	close(fd);
	struct lks_archive_summary summary = compared(dir, "first.tar.zst");
	assert_int_equal(summary.frames_reused, summary.frames - 2);
	assert_int_equal(fchmodat(dir, name_of(200), 0600, 0), 0);
	summary = compared(dir, "first.tar.zst");
	assert_int_equal(summary.frames_reused, summary.frames - 3);
	assert_int_equal(unlinkat(dir, "tree/link", 0), 0);
	assert_int_equal(symlinkat("d01", dir, "tree/link"), 0);
	summary = compared(dir, "first.tar.zst");
	assert_in_range(summary.frames_reused, summary.frames - 5, summary.frames - 4);
}

static void change_wide(int dir, off_t at, const char *text)
{
	int fd = openat(dir, "tree/" WIDE, O_WRONLY | O_CLOEXEC);
	assert_int_equal(pwrite(fd, text, strlen(text), at), strlen(text));
	close(fd);
}

static void a_large_file_is_taken_over_in_pieces(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct stat st;
	make_tree(dir);
	grow_old();
	first(dir);
	assert_int_equal(fstatat(dir, "tree/" WIDE, &st, 0), 0);
	const struct timespec times[2] = {st.st_atim, st.st_mtim};
	change_wide(dir, 2 * 1024 * 1024, "changed");
	assert_int_equal(utimensat(dir, "tree/" WIDE, times, 0), 0);
	struct lks_archive_summary summary = compared(dir, "first.tar.zst");
	assert_int_equal(summary.frames_reused, summary.frames - 2); /* all pieces but one */
	assert_int_equal(summary.frames_reread, 4);
	change_wide(dir, st.st_size, "appended");
	assert_int_equal(utimensat(dir, "tree/" WIDE, times, 0), 0);
	summary = compared(dir, "first.tar.zst");
	assert_int_equal(summary.frames_reread, 2); /* not the first (its header tells the size), the changed, and the last */
	assert_int_equal(ftruncate(openat(dir, "tree/" WIDE, O_WRONLY | O_CLOEXEC), 100), 0);
	compared(dir, "first.tar.zst");
}

static void assert_not_used(int dir, const struct how *how, const char *why)
{
	struct lks_archive_summary summary;
	struct lks_error err = {0};
	assert_ok(write_with(&summary, dir, "x.tar.zst", how, &err));
	assert_non_null(summary.no_parent);
	if (!strstr(summary.no_parent, why)) {
		fail_msg("\"%s\" does not tell \"%s\"", summary.no_parent, why);
	}
	assert_int_equal(summary.frames_reused, 0);
	if (!how->key) {
		verified(dir, "x.tar.zst");
	}
	assert_int_equal(unlinkat(dir, "x.tar.zst", 0), 0);
	lks_archive_summary_dispose(&summary);
}

static void flip(int dir, off_t at)
{
	int fd = openat(dir, "first.tar.zst", O_RDWR | O_CLOEXEC);
	char byte;
	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= 1;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

static void what_is_not_alike_is_not_used(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct stat st;
	const char *const exclude[] = {"d03", NULL};
	make_tree(dir);
	grow_old();
	first(dir);
	assert_not_used(dir, &(struct how){.parent = "none.tar.zst"}, "");
	assert_not_used(dir, &(struct how){.parent = "first.tar.zst", .key = other_key}, "key");
	assert_not_used(dir, &(struct how){.parent = "first.tar.zst", .exclude = exclude}, "left out");
	assert_not_used(dir, &(struct how){.parent = "first.tar.zst", .level = 5}, "level 3");
	assert_not_used(dir, &(struct how){.parent = "first.tar.zst", .path = "d01"}, "path");
	assert_int_equal(fstatat(dir, "first.tar.zst", &st, 0), 0);
	for (off_t at = 0; at < st.st_size; at += st.st_size / 23) { /* frames, manifest, seek table */
		flip(dir, at);
		assert_not_used(dir, &(struct how){.parent = "first.tar.zst"}, "");
		flip(dir, at);
	}
	struct lks_archive_summary summary = compared(dir, "first.tar.zst");
	assert_int_equal(summary.frames_reused, summary.frames - 1);
}

/* A parent that itself took over frames of a parent: archives stand alone. */
static void a_parent_of_a_parent_may_go(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct lks_archive_summary summary;
	struct lks_error err = {0};
	make_tree(dir);
	grow_old();
	first(dir);
	fill(dir, name_of(11), 50, 5);
	assert_ok(write_with(&summary, dir, "second.tar.zst", &(struct how){.parent = "first.tar.zst"}, &err));
	lks_archive_summary_dispose(&summary);
	assert_int_equal(unlinkat(dir, "first.tar.zst", 0), 0);
	verified(dir, "second.tar.zst");
	summary = compared(dir, "second.tar.zst");
	assert_int_equal(summary.frames_reused, summary.frames - 1);
}

/* One random change, and its name for people. */
static const char *change(int dir, uint32_t *seed)
{
	static int fresh = FILES;
	char to[64];
	int number = (int)(next(seed) % FILES);
	switch (next(seed) % 4) {
	case 0:
		snprintf(to, sizeof to, "tree/d%02d/new%04d", (int)(next(seed) % 17), fresh++);
		fill(dir, to, next(seed) % 20000, next(seed));
		return "added";
	case 1:
		unlinkat(dir, name_of(number), 0);
		return "removed";
	case 2:
		snprintf(to, sizeof to, "tree/d%02d/moved%04d", (int)(next(seed) % 17), fresh++);
		renameat(dir, name_of(number), dir, to);
		return "renamed";
	default:
		fill(dir, name_of(number), next(seed) % 20000, next(seed));
		return "edited";
	}
}

/*
 * However a file is added, removed, renamed or edited: the frames that must be made anew are few, as the cuts find their places
 * again. Each directory's own member changes with its entries, too.
 */
static void a_change_touches_few_frames(void **state)
{
	enum { CHANGES = 60, MOST = 12 };
	int dir = ((struct place *)*state)->fd;
	uint32_t seed = 20261124;
	uint64_t sum = 0;
	make_tree(dir);
	first(dir);
	for (int i = 0; i < CHANGES; i++) {
		struct lks_error err = {0};
		struct lks_archive_summary summary;
		const char *what = change(dir, &seed);
		assert_ok(write_with(&summary, dir, "next.tar.zst", &(struct how){.parent = "first.tar.zst"}, &err));
		uint64_t made = summary.frames - 1 - summary.frames_reused;
		if (made > MOST) {
			fail_msg("change %d (%s): %d frames of %d were made anew", i, what, (int)made, (int)summary.frames);
		}
		sum += made;
		verified(dir, "next.tar.zst");
		lks_archive_summary_dispose(&summary);
		assert_int_equal(renameat(dir, "next.tar.zst", dir, "first.tar.zst"), 0);
	}
	assert_in_range(sum, CHANGES / 2, 5 * CHANGES);
	compared(dir, "first.tar.zst");
}

int main(void)
{
	umask(022);
	const struct CMUnitTest tests[] = {
		in_place(what_did_not_change_is_taken_over),
		in_place(what_is_young_is_read),
		in_place(new_ctimes_and_inodes_are_read),
		in_place(a_hidden_edit_is_found),
		in_place(attributes_modes_and_links_count),
		in_place(a_large_file_is_taken_over_in_pieces),
		in_place(what_is_not_alike_is_not_used),
		in_place(a_parent_of_a_parent_may_go),
		in_place(a_change_touches_few_frames),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Foreign archives: what Composer's dists look like, and everything that must be refused with nothing left behind. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

#include "lockstep/archive.h"
#include "lockstep/fs.h"
#include "lockstep/path.h"
#include "lockstep/scan.h"

struct place {
	char path[64];
	int top, to;
	struct archive *writer;
};

enum format { ZIP, TAR_GZ, TAR_ZST, TAR };

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof *place);
	if (!place) {
		return -1;
	}
	strcpy(place->path, "/tmp/lockstep-unpack-XXXXXX");
	if (!mkdtemp(place->path)) {
		free(place);
		return -1;
	}
	place->top = open(place->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	mkdirat(place->top, "to", 0755);
	place->to = openat(place->top, "to", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*state = place;
	return place->to >= 0 ? 0 : -1;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	struct lks_error err = {0};
	int tmp = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int status = lks_fs_remove(tmp, place->path + 5, &err);
	close(tmp);
	close(place->to);
	close(place->top);
	free(place);
	return status;
}

static void begin(struct place *place, enum format format)
{
	char name[128];
	snprintf(name, sizeof name, "%s/archive", place->path);
	place->writer = archive_write_new();
	assert_non_null(place->writer);
	switch (format) {
	case ZIP:
		assert_int_equal(archive_write_set_format_zip(place->writer), ARCHIVE_OK);
		break;
	case TAR_GZ:
		assert_int_equal(archive_write_add_filter_gzip(place->writer), ARCHIVE_OK);
		assert_int_equal(archive_write_set_format_pax_restricted(place->writer), ARCHIVE_OK);
		break;
	case TAR_ZST:
		assert_int_equal(archive_write_add_filter_zstd(place->writer), ARCHIVE_OK);
		assert_int_equal(archive_write_set_format_gnutar(place->writer), ARCHIVE_OK);
		break;
	case TAR:
		assert_int_equal(archive_write_set_format_ustar(place->writer), ARCHIVE_OK);
		break;
	}
	assert_int_equal(archive_write_set_bytes_in_last_block(place->writer, 1), ARCHIVE_OK);
	assert_int_equal(archive_write_open_filename(place->writer, name), ARCHIVE_OK);
}

static void member(struct place *place, const char *path, mode_t mode, const char *text, const char *symlink_target, const char *hardlink)
{
	struct archive_entry *entry = archive_entry_new();
	archive_entry_set_pathname(entry, path);
	archive_entry_set_mode(entry, mode);
	archive_entry_set_size(entry, text ? (la_int64_t)strlen(text) : 0);
	if (symlink_target) {
		archive_entry_set_symlink(entry, symlink_target);
	}
	if (hardlink) {
		archive_entry_set_hardlink(entry, hardlink);
	}
	if (archive_write_header(place->writer, entry) < ARCHIVE_WARN) {
		fail_msg("%s: %s", path, archive_error_string(place->writer));
	}
	if (text) {
		assert_int_equal(archive_write_data(place->writer, text, strlen(text)), strlen(text));
	}
	archive_entry_free(entry);
}

static void file(struct place *place, const char *path, const char *text)
{
	member(place, path, S_IFREG | 0644, text, NULL, NULL);
}

static void directory(struct place *place, const char *path)
{
	member(place, path, S_IFDIR | 0755, NULL, NULL, NULL);
}

static void symlink_to(struct place *place, const char *path, const char *target)
{
	member(place, path, S_IFLNK | 0777, NULL, target, NULL);
}

static void end(struct place *place)
{
	assert_int_equal(archive_write_close(place->writer), ARCHIVE_OK);
	archive_write_free(place->writer);
	place->writer = NULL;
}

static int unpack(struct place *place, struct lks_error *err)
{
	lks_error_clear(err);
	return lks_archive_unpack(place->to, place->top, "archive", NULL, err);
}

/* The tree below `to`, with modes, in words. */
static void assert_tree(const struct place *place, const char *expected)
{
	const struct lks_scan_options options = {.threads = 1};
	struct lks_buffer told = {0};
	struct lks_error err = {0};
	struct lks_scan scan;
	assert_int_equal(lks_scan_tree(&scan, place->to, ".", &options, NULL, &err), 0);
	for (size_t i = 1; i < scan.count; i++) {
		const struct lks_entry *entry = &scan.entries[i];
		if (entry->link) {
			lks_buffer_printf(&told, &err, "%s -> %s\n", entry->path, entry->link);
		} else {
			lks_buffer_printf(&told, &err, "%s%s %04o\n", entry->path, S_ISDIR(entry->mode) ? "/" : "", entry->mode & 07777);
		}
	}
	assert_string_equal(lks_buffer_text(&told), expected);
	lks_buffer_dispose(&told);
	lks_scan_dispose(&scan);
}

static void assert_file(const struct place *place, const char *path, const char *expected)
{
	struct lks_buffer text = {0};
	struct lks_error err = {0};
	assert_int_equal(lks_fs_read(&text, place->to, path, 1 << 20, &err), 0);
	assert_string_equal(lks_buffer_text(&text), expected);
	lks_buffer_dispose(&text);
}

static void assert_unpacks(struct place *place)
{
	struct lks_error err;
	if (unpack(place, &err) != 0) {
		fail_msg("%s: %s", lks_status_name(err.status), err.message);
	}
}

/* Refused with this status, a text that names it, and nothing left. */
static void assert_refused(struct place *place, int status, const char *names)
{
	struct lks_error err;
	int got = unpack(place, &err);
	if (got != status) {
		fail_msg("%s instead of %s: %s", lks_status_name(got), lks_status_name(status), err.message);
	}
	if (!strstr(err.message, names) && !strstr(err.path, names)) {
		fail_msg("\"%s\" (%s) does not name %s", err.message, err.path, names);
	}
	assert_tree(place, "");
}

static void test_as_composer_does(void **state)
{
	struct place *place = *state;
	for (enum format format = ZIP; format <= TAR; format++) {
		begin(place, format);
		directory(place, "magento-data-migration-tool-1a2b3c/");
		file(place, "magento-data-migration-tool-1a2b3c/composer.json", "{}\n");
		member(place, "magento-data-migration-tool-1a2b3c/bin/run", S_IFREG | 0775, "#!\n", NULL, NULL);
		file(place, "magento-data-migration-tool-1a2b3c/empty", "");
		symlink_to(place, "magento-data-migration-tool-1a2b3c/bin/link", "../composer.json");
		end(place);
		mode_t before = umask(077);
		assert_unpacks(place);
		umask(before);
		assert_tree(place, "bin/ 0755\nbin/link -> ../composer.json\nbin/run 0755\ncomposer.json 0644\nempty 0644\n");
		assert_file(place, "composer.json", "{}\n");
		struct lks_error err = {0};
		assert_int_equal(lks_fs_remove(place->top, "to", &err), 0);
		close(place->to);
		assert_int_equal(mkdirat(place->top, "to", 0755), 0);
		place->to = openat(place->top, "to", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
}

static void test_two_tops_are_not_stripped(void **state)
{
	struct place *place = *state;
	begin(place, ZIP);
	file(place, "a/1", "1");
	file(place, "ab", "2");
	end(place);
	assert_unpacks(place);
	assert_tree(place, "a/ 0755\na/1 0644\nab 0644\n");
}

static void test_a_single_file_is_not_stripped(void **state)
{
	struct place *place = *state;
	begin(place, TAR);
	file(place, "only", "1");
	end(place);
	assert_unpacks(place);
	assert_tree(place, "only 0644\n");
}

static void test_dot_and_dot_slash(void **state)
{
	struct place *place = *state;
	begin(place, TAR_GZ);
	directory(place, "./");
	directory(place, "./etc/");
	file(place, "./etc/a", "a");
	file(place, "./b", "b");
	end(place);
	assert_unpacks(place);
	assert_tree(place, "b 0644\netc/ 0755\netc/a 0644\n");
}

static void test_modes(void **state)
{
	struct place *place = *state;
	begin(place, TAR);
	member(place, "d", S_IFDIR | 02777, NULL, NULL, NULL);
	member(place, "none", S_IFREG | 0, "x", NULL, NULL);
	member(place, "private", S_IFREG | 0600, "x", NULL, NULL);
	member(place, "setgid", S_IFREG | 02755, "x", NULL, NULL);
	member(place, "setuid", S_IFREG | 04755, "x", NULL, NULL);
	member(place, "world", S_IFREG | 0777, "x", NULL, NULL);
	end(place);
	assert_unpacks(place);
	assert_tree(place, "d/ 0755\nnone 0600\nprivate 0600\nsetgid 0755\nsetuid 0755\nworld 0755\n");
}

static void test_names_in_any_locale(void **state)
{
	struct place *place = *state;
	static const enum format formats[] = {ZIP, TAR_GZ};
	for (size_t i = 0; i < 2; i++) {
		assert_non_null(setlocale(LC_ALL, "C.UTF-8")); /* to write the names as UTF-8 */
		begin(place, formats[i]);
		file(place, "a/\xc3\xbc", "u");
		file(place, "b", "b");
		end(place);
		assert_non_null(setlocale(LC_ALL, "C"));
		assert_unpacks(place);
		assert_tree(place, "a/ 0755\na/\xc3\xbc 0644\nb 0644\n");
		struct lks_error err = {0};
		assert_int_equal(lks_fs_remove(place->to, "a", &err), 0);
		assert_int_equal(lks_fs_remove(place->to, "b", &err), 0);
	}
	assert_string_equal(setlocale(LC_ALL, NULL), "C");
}

static void test_hard_links_are_copies(void **state)
{
	struct place *place = *state;
	struct stat st;
	begin(place, TAR);
	file(place, "t/a", "text");
	member(place, "t/b", S_IFREG | 0644, NULL, NULL, "t/a");
	end(place);
	assert_unpacks(place);
	assert_tree(place, "a 0644\nb 0644\n");
	assert_file(place, "b", "text");
	assert_int_equal(fstatat(place->to, "b", &st, 0), 0);
	assert_int_equal(st.st_nlink, 1);
}

static void test_paths_that_leave(void **state)
{
	struct place *place = *state;
	static const char *const paths[] = {"../x", "/x", "a/../../x", "a/../x", "a//x", "..", "a/./x", "/"};
	for (enum format format = ZIP; format <= TAR; format++) {
		for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
			begin(place, format);
			file(place, "good", "good");
			file(place, paths[i], "bad");
			end(place);
			assert_refused(place, LKS_E_UNSAFE, paths[i]);
		}
	}
	assert_int_equal(faccessat(place->top, "x", F_OK, 0), -1);
}

static void test_symlinks_that_leave(void **state)
{
	struct place *place = *state;
	static const struct {
		const char *path, *target;
	} rows[] = {
		{"l", ".."},
		{"l", "../x"},
		{"d/l", "../../x"},
		{"l", "/etc/passwd"},
		{"d/l", "a/../../x"},
		{"d/e/l", "x/../.."},
		{"l", "./../x"},
		{"l", "a/.."},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		begin(place, TAR);
		file(place, "good", "good");
		symlink_to(place, rows[i].path, rows[i].target);
		end(place);
		assert_refused(place, LKS_E_UNSAFE, rows[i].path);
	}
	/* what is inside with its top directory is outside without it */
	begin(place, TAR);
	file(place, "top/good", "good");
	symlink_to(place, "top/l", "../top/good");
	end(place);
	assert_refused(place, LKS_E_UNSAFE, "top/l");
	/* the top directory itself cannot be a symlink */
	begin(place, TAR);
	symlink_to(place, "top", "elsewhere");
	file(place, "top/x", "x");
	end(place);
	assert_refused(place, LKS_E_UNSAFE, "top/x");
}

static void test_writing_through_a_link(void **state)
{
	struct place *place = *state;
	begin(place, TAR);
	directory(place, "d");
	symlink_to(place, "l", "d");
	file(place, "l/x", "x");
	end(place);
	assert_refused(place, LKS_E_UNSAFE, "l/x");
	begin(place, TAR);
	file(place, "l/x", "x"); /* the link comes last, in place of the directory */
	symlink_to(place, "l", "d");
	end(place);
	assert_refused(place, LKS_E_UNSAFE, "l/x");
	begin(place, TAR);
	file(place, "f", "x");
	file(place, "f/x", "x");
	end(place);
	assert_refused(place, LKS_E_UNSAFE, "f/x");
}

static void test_hard_links_that_leave(void **state)
{
	struct place *place = *state;
	static const char *const targets[] = {"/etc/shadow", "../secret", "missing", "d", "l", "later"};
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		begin(place, TAR);
		directory(place, "d");
		symlink_to(place, "l", "d");
		member(place, "hard", S_IFREG | 0644, NULL, NULL, targets[i]);
		file(place, "later", "x");
		end(place);
		assert_refused(place, LKS_E_UNSAFE, "hard");
	}
}

static void test_twice(void **state)
{
	struct place *place = *state;
	for (enum format format = ZIP; format <= TAR; format++) {
		begin(place, format);
		file(place, "a", "1");
		file(place, "b", "1");
		file(place, format == TAR ? "./a" : "a", "2");
		end(place);
		assert_refused(place, LKS_E_UNSAFE, "a twice");
	}
}

static void test_special_files(void **state)
{
	struct place *place = *state;
	static const mode_t types[] = {S_IFCHR, S_IFBLK, S_IFIFO};
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		begin(place, TAR);
		file(place, "good", "good");
		member(place, "special", types[i] | 0644, NULL, NULL, NULL);
		end(place);
		assert_refused(place, LKS_E_UNSAFE, "special");
	}
}

static void test_not_empty(void **state)
{
	struct place *place = *state;
	struct lks_error err;
	begin(place, TAR);
	file(place, "a", "1");
	end(place);
	assert_int_equal(symlinkat("/etc", place->to, "planted"), 0);
	assert_int_equal(unpack(place, &err), LKS_E_EXISTS);
	assert_tree(place, "planted -> /etc\n");
}

static void write_archive(const struct place *place, const void *data, size_t length)
{
	struct lks_error err = {0};
	assert_int_equal(lks_fs_write(place->top, "archive", data, length, 0644, &err), 0);
}

static void test_no_archive(void **state)
{
	struct place *place = *state;
	struct lks_error err;
	write_archive(place, "", 0);
	assert_refused(place, LKS_E_FORMAT, "archive");
	write_archive(place, "just a text\n", 12);
	assert_refused(place, LKS_E_FORMAT, "archive");
	write_archive(place, "Rar!\x1a\x07\x00\xcf\x90\x73\x00\x00\x0d\x00\x00\x00\x00\x00\x00\x00", 20);
	assert_refused(place, LKS_E_FORMAT, "archive");
	static const char zeros[10240];
	write_archive(place, zeros, sizeof zeros); /* a tar without members */
	assert_refused(place, LKS_E_FORMAT, "empty");
	begin(place, TAR);
	directory(place, "./");
	end(place);
	assert_refused(place, LKS_E_FORMAT, "empty");
	assert_int_equal(lks_archive_unpack(place->to, place->top, "absent", NULL, &err), LKS_E_NOT_FOUND);
	lks_error_clear(&err);
	assert_int_equal(mkfifoat(place->top, "fifo", 0600), 0);
	assert_int_equal(lks_archive_unpack(place->to, place->top, "fifo", NULL, &err), LKS_E_INVALID);
}

static struct lks_buffer read_archive(const struct place *place)
{
	struct lks_buffer data = {0};
	struct lks_error err = {0};
	assert_int_equal(lks_fs_read(&data, place->top, "archive", 1 << 20, &err), 0);
	return data;
}

static void noisy(char *text, size_t length)
{
	uint32_t seed = 2463534242u;
	for (size_t i = 0; i + 1 < length; i++) {
		seed ^= seed << 13;
		seed ^= seed >> 17;
		seed ^= seed << 5;
		text[i] = (char)(' ' + seed % 90);
	}
	text[length - 1] = '\0';
}

/* What has a checksum tells when it is cut; whatever happens, a failure leaves nothing, and no full tree comes of half a file. */
static void test_cut(void **state)
{
	struct place *place = *state;
	char text[3000];
	noisy(text, sizeof text);
	for (enum format format = ZIP; format <= TAR_ZST; format++) {
		begin(place, format);
		file(place, "t/a", text);
		file(place, "t/b", text);
		end(place);
		struct lks_buffer whole = read_archive(place);
		for (size_t length = 0; length < whole.length; length += 7) {
			struct lks_error err;
			write_archive(place, whole.data, length);
			if (unpack(place, &err) == 0) {
				fail_msg("format %d cut at %zu of %zu unpacks", format, length, whole.length);
			}
			assert_tree(place, "");
		}
		lks_buffer_dispose(&whole);
	}
}

static void test_flipped(void **state)
{
	struct place *place = *state;
	char text[3000];
	noisy(text, sizeof text);
	begin(place, ZIP);
	file(place, "t/a", text);
	end(place);
	struct lks_buffer whole = read_archive(place);
	unsigned refused = 0;
	for (size_t at = 40; at < 1000; at += 40) { /* within the compressed contents */
		struct lks_error err;
		whole.data[at] ^= 0x10;
		write_archive(place, whole.data, whole.length);
		whole.data[at] ^= 0x10;
		if (unpack(place, &err) != 0) {
			assert_tree(place, "");
			refused++;
		} else {
			assert_file(place, "a", text);
			lks_error_clear(&err);
			assert_int_equal(lks_fs_remove(place->to, "a", &err), 0);
		}
	}
	assert_true(refused > 20);
	lks_buffer_dispose(&whole);
}

/* A member of zeros, as large as said. */
static void zeros_member(struct place *place, const char *path, uint64_t size)
{
	static const char zeros[1 << 20];
	struct archive_entry *entry = archive_entry_new();
	archive_entry_set_pathname(entry, path);
	archive_entry_set_mode(entry, S_IFREG | 0644);
	archive_entry_set_size(entry, (la_int64_t)size);
	assert_int_equal(archive_write_header(place->writer, entry), ARCHIVE_OK);
	for (uint64_t at = 0; at < size; at += sizeof zeros) {
		size_t part = size - at < sizeof zeros ? (size_t)(size - at) : sizeof zeros;
		assert_int_equal(archive_write_data(place->writer, zeros, part), part);
	}
	archive_entry_free(entry);
}

static void test_bombs(void **state)
{
	struct place *place = *state;
	static const enum format formats[] = {ZIP, TAR_GZ, TAR_ZST};
	for (size_t i = 0; i < 3; i++) {
		begin(place, formats[i]);
		zeros_member(place, "bomb", 40 << 20);
		end(place);
		assert_refused(place, LKS_E_LIMIT, "archive");
	}
	begin(place, TAR_ZST); /* small ones may be as dense as they like */
	zeros_member(place, "sparse", 15 << 20);
	end(place);
	assert_unpacks(place);
	assert_tree(place, "sparse 0644\n");
	struct lks_error err = {0};
	assert_int_equal(lks_fs_remove(place->to, "sparse", &err), 0);

	begin(place, TAR); /* copies of links count */
	zeros_member(place, "a", 2 << 20);
	for (int n = 0; n < 600; n++) {
		char name[16];
		snprintf(name, sizeof name, "l%d", n);
		member(place, name, S_IFREG | 0644, NULL, NULL, "a");
	}
	end(place);
	assert_refused(place, LKS_E_LIMIT, "archive");
}

/* A ustar header by hand: sizes that no writer writes. */
static void header(unsigned char block[512], const char *path, const char *size)
{
	unsigned sum = 0;
	memset(block, 0, 512);
	snprintf((char *)block, 100, "%s", path);
	memcpy(block + 100, "0000644", 8);
	memcpy(block + 108, "0000000", 8);
	memcpy(block + 116, "0000000", 8);
	memcpy(block + 124, size, 12);
	memcpy(block + 136, "00000000000", 12);
	memset(block + 148, ' ', 8);
	block[156] = '0';
	memcpy(block + 257, "ustar\00000", 8);
	for (int i = 0; i < 512; i++) {
		sum += block[i];
	}
	snprintf((char *)block + 148, 8, "%06o", sum);
}

static void test_sizes_that_are_none(void **state)
{
	struct place *place = *state;
	static const char *const sizes[] = {
		"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", /* -1 */
		"\x80\x00\x00\x00\x80\x00\x00\x00\x00\x00\x00\x00", /* 2^63 */
		"\x80\x00\x00\x00\x7f\xff\xff\xff\xff\xff\xff\xff", /* 2^63 - 1 */
		"77777777777",                                      /* 8 GiB - 1 */
	};
	for (size_t i = 0; i < 4; i++) {
		unsigned char blocks[512 * 4] = {0};
		struct lks_error err;
		header(blocks, "huge", sizes[i]);
		write_archive(place, blocks, sizeof blocks);
		int status = unpack(place, &err);
		if (status != LKS_E_LIMIT && status != LKS_E_FORMAT && status != LKS_E_CORRUPT) {
			fail_msg("size %zu: %s: %s", i, lks_status_name(status), err.message);
		}
		assert_tree(place, "");
	}
}

/* Contents beyond the cap, in an archive large enough for them. */
static void test_too_large(void **state)
{
	struct place *place = *state;
	unsigned char blocks[512];
	header(blocks, "huge", "10000000001");
	write_archive(place, blocks, sizeof blocks);
	int fd = openat(place->top, "archive", O_WRONLY | O_CLOEXEC);
	assert_int_equal(ftruncate(fd, ((off_t)1 << 30) + 4096), 0);
	close(fd);
	assert_refused(place, LKS_E_LIMIT, "1 GiB");
}

/* A zip that says its member is small: what comes out counts. */
static void test_zip_that_lies_about_sizes(void **state)
{
	struct place *place = *state;
	static const unsigned char small[4] = {10, 0, 0, 0};
	begin(place, ZIP);
	zeros_member(place, "bomb", 40 << 20);
	end(place);
	struct lks_buffer whole = read_archive(place);
	char *central = memmem(whole.data, whole.length, "PK\x01\x02", 4);
	assert_non_null(central);
	memcpy(central + 24, small, 4);
	write_archive(place, whole.data, whole.length);
	lks_buffer_dispose(&whole);
	assert_refused(place, LKS_E_LIMIT, "times its own size");
}

static void test_too_many_members(void **state)
{
	struct place *place = *state;
	begin(place, TAR_ZST);
	for (unsigned n = 0; n <= 200000; n++) {
		char name[16];
		snprintf(name, sizeof name, "%u", n);
		file(place, name, "");
	}
	end(place);
	assert_refused(place, LKS_E_LIMIT, "200000");
}

static void test_cancelled(void **state)
{
	struct place *place = *state;
	struct lks_task task = {0};
	struct lks_error err = {0};
	begin(place, TAR);
	file(place, "a", "1");
	end(place);
	atomic_store(&task.cancelled, true);
	assert_int_equal(lks_archive_unpack(place->to, place->top, "archive", &task, &err), LKS_E_CANCELLED);
	assert_tree(place, "");
}

static void test_progress(void **state)
{
	struct place *place = *state;
	struct lks_task task = {0};
	struct lks_error err = {0};
	begin(place, TAR_GZ);
	file(place, "a", "123");
	file(place, "b", "4567");
	end(place);
	assert_int_equal(lks_archive_unpack(place->to, place->top, "archive", &task, &err), 0);
	assert_int_equal(atomic_load(&task.files), 2);
	assert_int_equal(atomic_load(&task.files_total), 2);
	assert_int_equal(atomic_load(&task.bytes), 7);
	assert_int_equal(atomic_load(&task.bytes_total), 7);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_as_composer_does),
		TEST(test_two_tops_are_not_stripped),
		TEST(test_a_single_file_is_not_stripped),
		TEST(test_dot_and_dot_slash),
		TEST(test_modes),
		TEST(test_names_in_any_locale),
		TEST(test_hard_links_are_copies),
		TEST(test_paths_that_leave),
		TEST(test_symlinks_that_leave),
		TEST(test_writing_through_a_link),
		TEST(test_hard_links_that_leave),
		TEST(test_twice),
		TEST(test_special_files),
		TEST(test_not_empty),
		TEST(test_no_archive),
		TEST(test_cut),
		TEST(test_flipped),
		TEST(test_bombs),
		TEST(test_sizes_that_are_none),
		TEST(test_too_large),
		TEST(test_zip_that_lies_about_sizes),
		TEST(test_too_many_members),
		TEST(test_cancelled),
		TEST(test_progress),
	};
	return cmocka_run_group_tests_name("unpack", tests, NULL, NULL);
}

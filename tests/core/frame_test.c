/* Frames and what they hold: zstd's limits, tar headers, cuts, the seek table. */
#include "support.h"

#include <archive.h>
#include <archive_entry.h>
#include <zstd.h>

#include "archive/cut.h"
#include "archive/header.h"
#include "archive/seek.h"
#include "lockstep/frame.h"

static void frames_come_back(void **state UNUSED)
{
	struct lks_error err = {0};
	struct lks_packer *packer;
	struct lks_unpacker *unpacker;
	struct lks_buffer packed = {0}, raw = {0};
	char *data = malloc(LKS_FRAME_MAX + 1);
	static const size_t lengths[] = {1, 511, 512, 128 * 1024, 1024 * 1024, LKS_FRAME_MAX};
	uint32_t random = 1;
	for (size_t i = 0; i < LKS_FRAME_MAX + 1; i++) {
		random = random * 1664525 + 1013904223;
		data[i] = (char)(random >> 24);
	}
	assert_ok(lks_unpacker_new(&unpacker, &err));
	for (int level = 1; level <= 19; level += 6) {
		assert_ok(lks_packer_new(&packer, level, &err));
		for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
			assert_ok(lks_frame_pack(&packed, packer, data, lengths[i], &err));
			assert_true(packed.length <= LKS_FRAME_STORED_MAX);
			assert_ok(lks_frame_unpack(&raw, unpacker, packed.data, packed.length, lengths[i], &err));
			assert_memory_equal(raw.data, data, lengths[i]);
			assert_status(lks_frame_unpack(&raw, unpacker, packed.data, packed.length - 1, lengths[i], &err), LKS_E_CORRUPT);
			assert_status(lks_frame_unpack(&raw, unpacker, packed.data, packed.length, lengths[i] + 1, &err),
			              lengths[i] == LKS_FRAME_MAX ? LKS_E_LIMIT : LKS_E_CORRUPT);
		}
		assert_status(lks_frame_pack(&packed, packer, data, LKS_FRAME_MAX + 1, &err), LKS_E_LIMIT);
		lks_packer_free(packer);
	}
	assert_status(lks_packer_new(&packer, 0, &err), LKS_E_INVALID);
	assert_status(lks_packer_new(&packer, 20, &err), LKS_E_INVALID);
	lks_unpacker_free(unpacker);
	lks_buffer_dispose(&packed);
	lks_buffer_dispose(&raw);
	free(data);
}

/* What cannot be compressed is not tried for long; the frames before and after it are as ever. */
static void images_are_not_worked_on(void **state UNUSED)
{
	enum { LENGTH = 128 * 1024 };
	struct lks_error err = {0};
	struct lks_packer *packer;
	struct lks_buffer text = {0}, image = {0}, again = {0};
	char *data[2] = {malloc(LENGTH), malloc(LENGTH)};
	uint64_t random = 1;
	for (size_t i = 0; i < LENGTH; i++) { /* letters, all of them as frequent, in words that come again; and noise */
		random = random * 6364136223846793005u + 1442695040888963407u;
		data[0][i] = (char)('a' + (i * i / 7 + (random >> 60 == 0)) % 26);
		data[1][i] = (char)(random >> 56);
	}
	assert_ok(lks_packer_new(&packer, 3, &err));
	assert_ok(lks_frame_pack(&text, packer, data[0], LENGTH, &err));
	assert_true(text.length < LENGTH / 4);
	assert_ok(lks_frame_pack(&image, packer, data[1], LENGTH, &err));
	assert_true(image.length < LENGTH + 64);
	assert_ok(lks_frame_pack(&again, packer, data[0], LENGTH, &err));
	assert_int_equal(again.length, text.length);
	assert_memory_equal(again.data, text.data, text.length);
	lks_packer_free(packer);

	/* noise four times over: nothing is assumed to be beyond compression */
	for (size_t i = LENGTH / 4; i < LENGTH; i++) {
		data[1][i] = data[1][i - LENGTH / 4];
	}
	assert_ok(lks_packer_new(&packer, 3, &err));
	assert_ok(lks_frame_pack(&image, packer, data[1], LENGTH, &err));
	assert_true(image.length < LENGTH / 2);
	lks_packer_free(packer);
	lks_buffer_dispose(&text);
	lks_buffer_dispose(&image);
	lks_buffer_dispose(&again);
	free(data[0]);
	free(data[1]);
}

/* zstd's own checksum must be there: it is what other programs check. */
static void frames_need_size_and_checksum(void **state UNUSED)
{
	struct lks_error err = {0};
	struct lks_unpacker *unpacker;
	struct lks_buffer raw = {0};
	char packed[4096], data[600] = {0};
	assert_ok(lks_unpacker_new(&unpacker, &err));
	for (int i = 0; i < 3; i++) {
		ZSTD_CCtx *context = ZSTD_createCCtx();
		ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, i != 0);
		ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, i != 1);
		size_t length = ZSTD_compress2(context, packed, sizeof packed, data, sizeof data);
		assert_false(ZSTD_isError(length));
		assert_int_equal(lks_frame_unpack(&raw, unpacker, packed, length, sizeof data, &err), i == 2 ? 0 : LKS_E_CORRUPT);
		lks_error_clear(&err);
		ZSTD_freeCCtx(context);
	}
	lks_unpacker_free(unpacker);
	lks_buffer_dispose(&raw);
}

/* Reads one header with libarchive. */
static void read_back(const struct lks_member *member, const struct lks_buffer *header)
{
	struct archive *reader = archive_read_new();
	struct archive_entry *entry;
	char *tar = calloc(1, header->length + 1024);
	memcpy(tar, header->data, header->length);
	archive_read_support_format_tar(reader);
	assert_int_equal(archive_read_open_memory(reader, tar, header->length + 1024), ARCHIVE_OK);
	int result = archive_read_next_header(reader, &entry);
	if (result != ARCHIVE_OK) {
		fail_msg("%s", archive_error_string(reader));
	}
	const char *path = archive_entry_pathname(entry);
	size_t length = strlen(path);
	if (member->kind == LKS_MEMBER_DIRECTORY) {
		assert_int_equal(path[length - 1], '/');
		length--;
	}
	assert_int_equal(length, member->path_length);
	assert_memory_equal(path, member->path, length);
	assert_int_equal(archive_entry_perm(entry), member->mode);
	assert_true(archive_entry_uid(entry) == member->uid);
	assert_true(archive_entry_gid(entry) == member->gid);
	assert_true((uint64_t)archive_entry_size(entry) == member->size);
	int64_t seconds = member->mtime >= 0 ? member->mtime / 1000000000 : -((-member->mtime + 999999999) / 1000000000);
	assert_true(archive_entry_mtime(entry) == seconds);
	if (member->kind == LKS_MEMBER_SYMLINK) {
		assert_string_equal(archive_entry_symlink(entry), member->link);
	}
	if (member->kind == LKS_MEMBER_HARDLINK) {
		assert_string_equal(archive_entry_hardlink(entry), member->link);
	}
	assert_int_equal(archive_entry_xattr_count(entry), member->attribute_count);
	assert_string_equal(archive_entry_uname(entry), "user");
	archive_read_free(reader);
	free(tar);
}

static void headers_are_tar(void **state UNUSED)
{
	static const size_t lengths[] = {1, 99, 100, 101, 255, 511, 512, 513, 4000};
	struct lks_attribute attributes[] = {{"user.a", (const uint8_t *)"one", 3}, {"user.b=%", NULL, 0}, {"user.c", (const uint8_t *)"\0\n\xff", 3}};
	struct lks_error err = {0};
	struct lks_buffer header = {0};
	char path[4096], link[4096];
	for (int kind = LKS_MEMBER_FILE; kind <= LKS_MEMBER_HARDLINK; kind++) {
		for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
			for (size_t attribute = 0; attribute <= (kind >= LKS_MEMBER_SYMLINK ? 0u : 3u); attribute++) {
				memset(path, 0, sizeof path);
				for (size_t c = 0; c < lengths[i]; c++) {
					path[c] = c % 101 == 100 && c + 1 < lengths[i] ? '/' : 'p';
				}
				memcpy(link, path, sizeof path);
				link[0] = 'l';
				bool linked = kind >= LKS_MEMBER_SYMLINK;
				struct lks_member member = {
					.path = path,
					.path_length = lengths[i],
					.link = linked ? link : NULL,
					.kind = (enum lks_member_kind)kind,
					.mode = 06755,
					.uid = i % 2 ? 0 : 3000000000u,
					.gid = i % 2 ? 2097152 : 33,
					.size = kind == LKS_MEMBER_FILE ? i * 3000000000u : 0,
					.mtime = i % 3 == 0 ? -1500000000 : 1700000000999999999,
					.attributes = attributes,
					.attribute_count = attribute,
				};
				lks_buffer_clear(&header);
				assert_ok(lks_header_write(&header, &member, "user", "group", &err));
				assert_int_equal(header.length, lks_header_length(&member));
				assert_int_equal(header.length % 512, 0);
				read_back(&member, &header);
			}
		}
	}
	lks_buffer_dispose(&header);
}

/* Names that are no text in any encoding come back byte for byte. */
static void names_are_bytes(void **state UNUSED)
{
	struct lks_error err = {0};
	struct lks_buffer header = {0};
	struct lks_attribute attribute = {"user.a", (const uint8_t *)"1", 1};
	static const char name[] = "caf\xe9/\xff\xfe\n\x01";
	for (size_t i = 0; i < 2; i++) {
		struct lks_member member = {.path = name, .path_length = sizeof name - 1, .kind = LKS_MEMBER_FILE, .attributes = &attribute, .attribute_count = i};
		lks_buffer_clear(&header);
		assert_ok(lks_header_write(&header, &member, "user", "", &err));
		read_back(&member, &header);
	}
	lks_buffer_dispose(&header);
}

/* Cuts at the same members, whatever stands before them. */
static void cuts_are_local(void **state UNUSED)
{
	enum { COUNT = 20000 };
	static char cuts[2][COUNT];
	size_t frames[2] = {0, 0};
	uint64_t largest = 0, smallest = UINT64_MAX;
	for (size_t run = 0; run < 2; run++) {
		uint64_t bytes = run * 70000; /* the second time another file stands in front */
		uint64_t random = 42;
		for (size_t i = 0; i < COUNT; i++) {
			char path[64];
			int length = snprintf(path, sizeof path, "vendor/magento/module-%zu/etc/file-%zu.xml", i / 50, i);
			random = random * 6364136223846793005u + 1442695040888963407u;
			uint64_t extent = 512 + (random >> 33) % 24 * 512;
			if (lks_cut_before(bytes, extent)) {
				cuts[run][i] = 1;
				frames[run]++;
				bytes = 0;
			}
			bytes += extent;
			if (lks_cut_after(bytes, extent, path, (size_t)length)) {
				if (i > 100) {
					largest = bytes > largest ? bytes : largest;
					smallest = bytes < smallest ? bytes : smallest;
				}
				cuts[run][i] = 2;
				frames[run]++;
				bytes = 0;
			}
		}
	}
	size_t same = 0, all = 0;
	for (size_t i = 300; i < COUNT; i++) { /* near the beginning they may differ */
		all += cuts[0][i] != 0;
		same += cuts[0][i] != 0 && cuts[0][i] == cuts[1][i];
	}
	assert_true(all > 500 && same * 100 >= all * 99);
	assert_true(largest <= LKS_CUT_MAX && smallest >= LKS_CUT_MIN);
	uint64_t mean = (uint64_t)COUNT * 6400 / frames[0];
	assert_true(mean > LKS_CUT_MEAN * 8 / 10 && mean < LKS_CUT_MEAN * 12 / 10);
	assert_false(lks_cut_before(0, UINT32_MAX));
	assert_true(lks_cut_before(1, LKS_CUT_MAX));
}

static void seek_tables_are_zstds(void **state UNUSED)
{
	uint8_t footer[LKS_SEEK_FOOTER], header[8];
	struct lks_error err = {0};
	uint64_t frames;
	lks_seek_write_footer(footer, 5);
	lks_seek_write_header(header, 5);
	assert_memory_equal(footer, "\6\0\0\0\0\xb1\xea\x92\x8f", 9);
	assert_memory_equal(header, "\x5e\x2a\x4d\x18\x39\0\0\0", 8);
	assert_int_equal(lks_seek_length(5), 8 + 6 * 8 + 9);
	assert_ok(lks_seek_read_footer(&frames, footer, &err));
	assert_int_equal(frames, 5);
	for (size_t i = 0; i < sizeof footer; i++) {
		footer[i] ^= 0x80;
		if (i > 0) {
			assert_int_equal(lks_seek_read_footer(&frames, footer, &err), i < 3 ? 0 : LKS_E_FORMAT);
		}
		lks_error_clear(&err);
		footer[i] ^= 0x80;
	}
	lks_seek_write_footer(footer, 0);
	assert_status(lks_seek_read_footer(&frames, footer, &err), LKS_E_FORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_come_back),
		cmocka_unit_test(images_are_not_worked_on),
		cmocka_unit_test(frames_need_size_and_checksum),
		cmocka_unit_test(headers_are_tar),
		cmocka_unit_test(names_are_bytes),
		cmocka_unit_test(cuts_are_local),
		cmocka_unit_test(seek_tables_are_zstds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

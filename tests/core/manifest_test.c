/* Manifests: forged, tampered with, cut and damaged at every byte, none is believed and nothing is unpacked. */
#include "archive_forge.h"

#include "archive/layout.h"
#include "archive/seek.h"
#include "archive/wire.h"

/* Both verify and extract must refuse what forge_end just saved as "x", with this status; verify's finding names `named`. */
static void refused(int dir, int status, const char *named)
{
	char bad[512];
	struct lks_error err = {0};
	assert_int_equal(forge_verify(dir, "x", forge_key, bad), status);
	if (!strstr(bad, named)) {
		fail_msg("%s does not name %s", bad, named);
	}
	int extracted = forge_extract(dir, "x", forge_key, "to", &err);
	if (extracted != status) {
		fail_msg("extract: %d %s %s", extracted, err.path, err.message);
	}
}

static void numbers_have_one_spelling(void **state UNUSED)
{
	static const uint64_t values[] = {0, 1, 127, 128, 300, 16383, 16384, UINT32_MAX, INT64_MAX, UINT64_MAX};
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		uint8_t bytes[LKS_WIRE_NUMBER];
		for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
			uint8_t *end = lks_wire_put_step(bytes, values[i], values[k]);
			struct lks_wire wire = {.at = bytes, .end = end};
			assert_true(lks_wire_get_step(&wire, values[k]) == values[i] && !wire.bad && wire.at == end);
		}
		uint8_t *end = lks_wire_put(bytes, values[i]);
		struct lks_wire wire = {.at = bytes, .end = end - 1};
		assert_true(lks_wire_get(&wire) == 0 && wire.bad);
	}
	static const uint8_t padded[] = {0x81, 0x00}, huge[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02};
	struct lks_wire wire = {.at = padded, .end = padded + 2};
	lks_wire_get(&wire);
	assert_true(wire.bad);
	wire = (struct lks_wire){.at = huge, .end = huge + 10};
	lks_wire_get(&wire);
	assert_true(wire.bad);
	wire = (struct lks_wire){.at = padded, .end = padded + 2};
	assert_null(lks_wire_get_raw(&wire, UINT64_MAX));
	assert_true(wire.bad);
}

static void a_forged_good_one_is_good(void **state)
{
	int dir = ((struct place *)*state)->fd;
	char bad[512];
	struct forge forge;
	struct lks_error err = {0};
	forge_begin(&forge);
	forge_add(&forge, "d", LKS_MEMBER_DIRECTORY, NULL);
	forge_add(&forge, "d/f", LKS_MEMBER_FILE, "hello");
	forge_cut(&forge);
	forge_add(&forge, "d/h", LKS_MEMBER_HARDLINK, "d/f");
	forge_add(&forge, "l", LKS_MEMBER_SYMLINK, "/etc");
	forge_end(&forge, dir, "x", forge_key);
	assert_int_equal(forge_verify(dir, "x", forge_key, bad), 0);
	assert_int_equal(forge_extract(dir, "x", forge_key, "to", &err), 0);
	assert_file(dir, "to/d/h", "hello");
	forge_begin(&forge);
	forge_end(&forge, dir, "empty", forge_key);
	assert_int_equal(forge_verify(dir, "empty", forge_key, bad), 0);
	assert_int_equal(forge_extract(dir, "empty", forge_key, "nothing", &err), 0);
}

static void unsafe_paths_are_refused(void **state)
{
	int dir = ((struct place *)*state)->fd;
	static const char *const paths[] = {"../x", "/x", "a/../../x", "a/..", ".", "..", "a//b", "./a", "a/"};
	struct forge forge;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		forge_begin(&forge);
		forge_add(&forge, paths[i], LKS_MEMBER_FILE, "x");
		forge_end(&forge, dir, "x", forge_key);
		refused(dir, LKS_E_UNSAFE, paths[i]);
		forge_begin(&forge);
		forge_add(&forge, "a", LKS_MEMBER_DIRECTORY, NULL);
		forge_add(&forge, paths[i], LKS_MEMBER_DIRECTORY, NULL);
		forge_end(&forge, dir, "x", forge_key);
		refused(dir, LKS_E_UNSAFE, "");
	}
	assert_false(exists(dir, "x2"));
}

static void only_directories_hold_members(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct forge forge;
	forge_begin(&forge); /* a symlink out of the tree, then a write through it */
	forge_add(&forge, "l", LKS_MEMBER_SYMLINK, "/tmp");
	forge_add(&forge, "l/x", LKS_MEMBER_FILE, "x");
	forge_end(&forge, dir, "x", forge_key);
	refused(dir, LKS_E_UNSAFE, "l/x");
	forge_begin(&forge); /* a directory replaced by a symlink: the same member twice */
	forge_add(&forge, "d", LKS_MEMBER_DIRECTORY, NULL);
	forge_add(&forge, "d", LKS_MEMBER_SYMLINK, "/tmp");
	forge_add(&forge, "d/x", LKS_MEMBER_FILE, "x");
	forge_end(&forge, dir, "x", forge_key);
	refused(dir, LKS_E_UNSAFE, "d");
	forge_begin(&forge);
	forge_add(&forge, "f", LKS_MEMBER_FILE, "f");
	forge_add(&forge, "f/x", LKS_MEMBER_FILE, "x");
	forge_end(&forge, dir, "x", forge_key);
	refused(dir, LKS_E_UNSAFE, "f/x");
	forge_begin(&forge);
	forge_add(&forge, "missing/x", LKS_MEMBER_FILE, "x");
	forge_end(&forge, dir, "x", forge_key);
	refused(dir, LKS_E_UNSAFE, "missing/x");
	forge_begin(&forge); /* not even in another directory that was left */
	forge_add(&forge, "a", LKS_MEMBER_DIRECTORY, NULL);
	forge_add(&forge, "a/b", LKS_MEMBER_DIRECTORY, NULL);
	forge_add(&forge, "ab/x", LKS_MEMBER_FILE, "x");
	forge_end(&forge, dir, "x", forge_key);
	refused(dir, LKS_E_UNSAFE, "ab/x");
}

static void hard_links_stay_inside(void **state)
{
	int dir = ((struct place *)*state)->fd;
	static const char *const targets[] = {"/etc/shadow", "../secret", "a/../../b", "z"};
	struct forge forge;
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		forge_begin(&forge);
		forge_add(&forge, "h", LKS_MEMBER_HARDLINK, targets[i]);
		forge_end(&forge, dir, "x", forge_key);
		refused(dir, LKS_E_UNSAFE, i < 3 ? targets[i] : "h: a hard link stands before");
	}
	struct lks_error err = {0};
	forge_begin(&forge); /* to a symlink, a directory, nothing: extract refuses */
	forge_add(&forge, "l", LKS_MEMBER_SYMLINK, "/etc/shadow");
	forge_add(&forge, "m", LKS_MEMBER_HARDLINK, "l");
	forge_end(&forge, dir, "x", forge_key);
	assert_int_equal(forge_extract(dir, "x", forge_key, "to", &err), LKS_E_UNSAFE);
	assert_string_equal(err.path, "m");
	forge_begin(&forge);
	forge_add(&forge, "m", LKS_MEMBER_HARDLINK, "absent");
	forge_end(&forge, dir, "x", forge_key);
	lks_error_clear(&err);
	assert_int_equal(forge_extract(dir, "x", forge_key, "to", &err), LKS_E_UNSAFE);
	char bad[512];
	assert_int_equal(forge_verify(dir, "x", forge_key, bad), LKS_E_UNSAFE);
}

static void order_is_strict(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct forge forge;
	forge_begin(&forge);
	forge_add(&forge, "a", LKS_MEMBER_FILE, "1");
	forge_add(&forge, "a", LKS_MEMBER_FILE, "2");
	forge_end(&forge, dir, "x", forge_key);
	refused(dir, LKS_E_UNSAFE, "a");
	forge_begin(&forge);
	forge_add(&forge, "b", LKS_MEMBER_FILE, "1");
	forge_add(&forge, "a", LKS_MEMBER_FILE, "2");
	forge_end(&forge, dir, "x", forge_key);
	refused(dir, LKS_E_UNSAFE, "a");
}

static void other_kinds_are_refused(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct forge forge;
	for (unsigned kind = 0; kind < 8; kind++) {
		if (kind >= LKS_MEMBER_FILE && kind <= LKS_MEMBER_HARDLINK) {
			continue;
		}
		struct lks_member member = forge_member("dev", LKS_MEMBER_FILE, "");
		member.kind = (enum lks_member_kind)kind;
		forge_begin(&forge);
		forge_put(&forge, &member, &member, "");
		forge_end(&forge, dir, "x", forge_key);
		refused(dir, LKS_E_UNSAFE, "");
	}
}

/* What the manifest tells and what tar would unpack are one thing. */
static void manifest_and_tar_say_the_same(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct forge forge;
	struct lks_member told = forge_member("f", LKS_MEMBER_FILE, "good"), made = told;
	const char *text = "good";
	for (int i = 0; i < 7; i++) {
		struct lks_error err = {0};
		told = made = forge_member("f", LKS_MEMBER_FILE, "good");
		text = "good";
		switch (i) {
		case 0:
			made.path = "g";
			break;
		case 1:
			made.mode = 04755;
			break;
		case 2:
			made.uid++;
			break;
		case 3:
			made.mtime += 1000000000;
			break;
		case 4:
			text = "evil";
			break;
		case 5:
			made.kind = LKS_MEMBER_SYMLINK;
			made.link = "/etc/passwd";
			told.size = 0;
			assert_ok(lks_hash_bytes(told.sha256, "", 0, &err));
			break;
		default:
			assert_ok(lks_hash_bytes(told.sha256, "else", 4, &err));
		}
		forge_begin(&forge);
		forge_put(&forge, &told, &made, text);
		forge_end(&forge, dir, "x", forge_key);
		refused(dir, LKS_E_CORRUPT, "f");
	}
}

static void members_and_frames_fit(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct forge forge;
	struct lks_member member = forge_member("f", LKS_MEMBER_FILE, "x"), other = forge_member("g", LKS_MEMBER_FILE, "y");
	forge_begin(&forge); /* a member that the manifest does not have */
	forge_put(&forge, &member, &member, "x");
	forge_put(&forge, NULL, &other, "y");
	forge_end(&forge, dir, "x", forge_key);
	refused(dir, LKS_E_FORMAT, "f");
	forge_begin(&forge); /* one that the tar stream does not have */
	forge_put(&forge, &member, &member, "x");
	forge_put(&forge, &other, NULL, NULL);
	forge_end(&forge, dir, "x", forge_key);
	refused(dir, LKS_E_FORMAT, "g");
	forge_begin(&forge); /* a whole frame that the manifest has no member for */
	forge_put(&forge, &member, &member, "x");
	forge_cut(&forge);
	forge_put(&forge, NULL, &other, "y");
	forge_end(&forge, dir, "x", forge_key);
	refused(dir, LKS_E_FORMAT, "f");
	forge_begin(&forge); /* another size */
	member.size = 513;
	forge_put(&forge, &member, &member, "x");
	forge_end(&forge, dir, "x", forge_key);
	refused(dir, LKS_E_FORMAT, "f");
	forge_begin(&forge); /* sizes whose sum is small again */
	struct lks_member huge = forge_member("e", LKS_MEMBER_FILE, "x"), small_one = forge_member("e", LKS_MEMBER_FILE, "x");
	huge.size = UINT64_MAX;
	other.size = 2;
	forge_put(&forge, &huge, &small_one, "x");
	forge_put(&forge, &other, &other, "yy");
	forge_end(&forge, dir, "x", forge_key);
	refused(dir, LKS_E_LIMIT, "e: a member of");
	static const uint64_t sizes[] = {UINT64_MAX, 1ull << 63, INT64_MAX, 1ull << 40};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct lks_member made = forge_member("f", LKS_MEMBER_FILE, "x");
		member.size = sizes[i];
		forge_begin(&forge);
		forge_put(&forge, &member, &made, "x");
		forge_end(&forge, dir, "x", forge_key);
		refused(dir, LKS_E_LIMIT, "bytes of files in a tar stream of");
	}
}

static void frames_have_limits(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct forge forge;
	struct lks_member member = forge_member("f", LKS_MEMBER_FILE, "x");
	/* A header that asks for a window of 2 GiB: no single segment, window descriptor, no content. */
	static const uint8_t window[] = {0x28, 0xb5, 0x2f, 0xfd, 0x04, 0xa8, 0x01, 0x00, 0x00, 0x99, 0xe9, 0xd8, 0x51};
	static const uint8_t skippable[] = {0x50, 0x2a, 0x4d, 0x18, 0x04, 0, 0, 0, 'e', 'v', 'i', 'l'};
	forge_begin(&forge);
	forge_put(&forge, &member, &member, "x");
	forge_frame(&forge, window, sizeof window, 1024);
	forge_end(&forge, dir, "x", forge_key);
	char bad[512];
	struct lks_error err = {0};
	assert_int_equal(forge_verify(dir, "x", forge_key, bad), LKS_E_CORRUPT);
	assert_non_null(strstr(bad, "window of"));
	assert_status(forge_extract(dir, "x", forge_key, "to", &err), LKS_E_LIMIT);
	forge_begin(&forge);
	forge_put(&forge, &member, &member, "x");
	forge_frame(&forge, skippable, sizeof skippable, 1024);
	forge_end(&forge, dir, "x", forge_key);
	refused(dir, LKS_E_CORRUPT, "frame 0");
	/* Two frames where one is told, and a frame of another length than told. */
	for (int i = 0; i < 3; i++) {
		struct lks_buffer two = {0};
		forge_begin(&forge);
		forge_put(&forge, &member, &member, "x");
		assert_ok(lks_frame_pack(&forge.packed, forge.packer, forge.raw.data, forge.raw.length, &err));
		assert_ok(lks_buffer_append(&two, forge.packed.data, forge.packed.length, &err));
		if (i == 0) {
			assert_ok(lks_buffer_append(&two, forge.packed.data, forge.packed.length, &err));
		} else if (i == 1) {
			assert_ok(lks_buffer_append(&two, "\0", 1, &err));
		}
		forge_frame(&forge, two.data, two.length, i == 2 ? 1023 : 1024);
		forge_end(&forge, dir, "x", forge_key);
		lks_buffer_dispose(&two);
		refused(dir, i == 2 ? LKS_E_FORMAT : LKS_E_CORRUPT, i == 2 ? "f" : "frame 0");
	}
	/* A bomb: more than a frame may hold. */
	forge_begin(&forge);
	forge_put(&forge, &member, &member, "x");
	forge_frame(&forge, window, sizeof window, 1u << 30);
	forge_end(&forge, dir, "x", forge_key);
	refused(dir, LKS_E_FORMAT, "table of frames");
}

static void the_end_is_zeros(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct forge forge;
	struct lks_error err = {0};
	char bad[512], end[1024] = {0};
	end[700] = 1;
	forge_begin(&forge);
	struct lks_manifest_info info = {.label = "", .path = ".", .producer = "", .users = &forge.users, .groups = &forge.groups};
	assert_ok(lks_frame_pack(&forge.packed, forge.packer, end, sizeof end, &err));
	forge_frame(&forge, forge.packed.data, forge.packed.length, sizeof end);
	assert_ok(lks_manifest_finish(&forge.file, forge.builder, &info, forge_key, &err));
	forge_save(&forge, dir, "x");
	assert_int_equal(forge_verify(dir, "x", forge_key, bad), LKS_E_CORRUPT);
	assert_non_null(strstr(bad, "last frame"));
	struct forge other;
	forge_begin(&other);
	forge_end(&other, dir, "y", forge_key);
	lks_manifest_builder_free(forge.builder);
	lks_packer_free(forge.packer);
	lks_owners_dispose(&forge.users);
	lks_owners_dispose(&forge.groups);
	lks_buffer_dispose(&forge.packed);
	lks_buffer_dispose(&forge.raw);
	lks_buffer_dispose(&forge.file);
}

/* A small archive with everything in it, as bytes. */
static void small(struct lks_buffer *out, int dir)
{
	struct forge forge;
	struct lks_error err = {0};
	struct lks_attribute attribute = {.name = "user.note", .value = (const uint8_t *)"v", .length = 1};
	struct lks_member member = forge_member("d/x", LKS_MEMBER_FILE, "with an attribute");
	member.attributes = &attribute;
	member.attribute_count = 1;
	forge_begin(&forge);
	forge_add(&forge, "d", LKS_MEMBER_DIRECTORY, NULL);
	forge_add(&forge, "d/f", LKS_MEMBER_FILE, "hello, hello, hello");
	forge_add(&forge, "d/h", LKS_MEMBER_HARDLINK, "d/f");
	forge_cut(&forge);
	forge_put(&forge, &member, &member, "with an attribute");
	forge_add(&forge, "l", LKS_MEMBER_SYMLINK, "d/f");
	forge_end(&forge, dir, "small", forge_key);
	int fd = openat(dir, "small", O_RDONLY | O_CLOEXEC);
	struct stat st;
	assert_int_equal(fstat(fd, &st), 0);
	assert_ok(lks_buffer_reserve(out, (size_t)st.st_size, &err));
	assert_int_equal(read(fd, out->data, (size_t)st.st_size), st.st_size);
	out->length = (size_t)st.st_size;
	close(fd);
}

static void save(int dir, const char *data, size_t length)
{
	int fd = openat(dir, "x", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, data, length), length);
	close(fd);
}

static void each_flipped_byte_is_found(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct lks_buffer bytes = {0};
	struct lks_error err = {0};
	char bad[512];
	small(&bytes, dir);
	save(dir, bytes.data, bytes.length);
	assert_int_equal(forge_verify(dir, "x", forge_key, bad), 0);
	assert_ok(forge_extract(dir, "x", forge_key, "good", &err));
	for (size_t i = 0; i < bytes.length; i++) {
		static const unsigned char masks[] = {0xff, 0x01, 0x80};
		for (size_t m = 0; m < sizeof masks; m++) {
			bytes.data[i] = (char)(bytes.data[i] ^ masks[m]);
			save(dir, bytes.data, bytes.length);
			int status = forge_verify(dir, "x", forge_key, bad);
			if (status >= 0 || !bad[0]) {
				fail_msg("byte %zu of %zu: flipped by %02x, and verify says %d", i, bytes.length, masks[m], status);
			}
			if (i % 3 == m) {
				lks_error_clear(&err);
				status = forge_extract(dir, "x", forge_key, "to", &err);
				/* The closing frame holds no member: verify looks at it, extract need not. */
				if (status == 0) {
					assert_int_equal(nftw("/nonexistent", remove_one, 1, 0), -1);
					char path[512];
					snprintf(path, sizeof path, "%s/to", ((struct place *)*state)->path);
					nftw(path, remove_one, 16, FTW_PHYS | FTW_DEPTH);
				}
			}
			bytes.data[i] = (char)(bytes.data[i] ^ masks[m]);
		}
	}
	lks_buffer_dispose(&bytes);
}

static void each_cut_is_found(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct lks_buffer bytes = {0};
	char bad[512];
	struct lks_error err = {0};
	small(&bytes, dir);
	for (size_t length = 0; length < bytes.length; length++) {
		save(dir, bytes.data, length);
		assert_true(forge_verify(dir, "x", forge_key, bad) < 0);
		lks_error_clear(&err);
		assert_true(forge_extract(dir, "x", forge_key, "to", &err) < 0);
		save(dir, bytes.data + bytes.length - length, length); /* its beginning missing */
		assert_true(forge_verify(dir, "x", forge_key, bad) < 0);
	}
	lks_buffer_dispose(&bytes);
}

static void what_is_added_is_found(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct lks_buffer bytes = {0}, more = {0};
	struct lks_error err = {0};
	char bad[512];
	static const char skippable[] = "\x50\x2a\x4d\x18\x01\0\0\0z";
	small(&bytes, dir);
	for (int i = 0; i < 5; i++) {
		lks_buffer_clear(&more);
		const char *added = i % 2 ? skippable : "garbage";
		size_t length = i % 2 ? sizeof skippable - 1 : 7;
		bool before = i >= 2;
		if (before) {
			assert_ok(lks_buffer_append(&more, added, length, &err));
		}
		assert_ok(lks_buffer_append(&more, bytes.data, bytes.length, &err));
		if (!before) {
			assert_ok(lks_buffer_append(&more, added, length, &err));
		}
		if (i == 4) { /* the archive twice */
			lks_buffer_clear(&more);
			assert_ok(lks_buffer_append(&more, bytes.data, bytes.length, &err));
			assert_ok(lks_buffer_append(&more, bytes.data, bytes.length, &err));
		}
		save(dir, more.data, more.length);
		assert_true(forge_verify(dir, "x", forge_key, bad) < 0);
		assert_true(forge_extract(dir, "x", forge_key, "to", &err) < 0);
		lks_error_clear(&err);
	}
	lks_buffer_dispose(&bytes);
	lks_buffer_dispose(&more);
}

static void what_is_no_archive_is_refused(void **state)
{
	int dir = ((struct place *)*state)->fd;
	char bad[512];
	static const char *const files[] = {"", "Rar!\x1a\x07\x01", "x", "\x28\xb5\x2f\xfd then nothing of ours at all, but long enough to be something else than an archive of Lockstep; "
	                                                             "some more words to be longer than all that stands at an archive's end, footer, trailer and prologue together"};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		put(dir, "x", files[i], 0600);
		assert_int_equal(forge_verify(dir, "x", forge_key, bad), LKS_E_FORMAT);
	}
	assert_int_equal(forge_verify(dir, "absent", forge_key, bad), LKS_E_NOT_FOUND);
	assert_int_equal(forge_verify(dir, ".", forge_key, bad), LKS_E_FORMAT);
}

static void keys_matter(void **state)
{
	int dir = ((struct place *)*state)->fd;
	char bad[512];
	uint8_t other[LKS_ARCHIVE_KEY_SIZE] = {9};
	struct lks_buffer bytes = {0};
	struct lks_error err = {0};
	small(&bytes, dir);
	save(dir, bytes.data, bytes.length);
	assert_int_equal(forge_verify(dir, "x", other, bad), LKS_E_UNKNOWN_KEY);
	assert_int_equal(forge_extract(dir, "x", other, "to", &err), LKS_E_UNKNOWN_KEY);
	/* Rewritten with valid hashes by somebody without the key, who copies the key's name: tampered. */
	struct forge forge;
	forge_begin(&forge);
	forge_add(&forge, "evil", LKS_MEMBER_FILE, "evil");
	forge_end(&forge, dir, "y", other);
	struct lks_buffer evil = {0};
	int fd = openat(dir, "y", O_RDONLY | O_CLOEXEC);
	assert_ok(lks_buffer_reserve(&evil, 65536, &err));
	evil.length = (size_t)read(fd, evil.data, 65536);
	close(fd);
	uint8_t *trailer = (uint8_t *)evil.data + evil.length - lks_seek_length(2) - LKS_MANIFEST_TRAILER;
	assert_ok(lks_layout_key_id(trailer + LKS_LAYOUT_KEY_ID, forge_key, &err));
	save(dir, evil.data, evil.length);
	assert_int_equal(forge_verify(dir, "x", forge_key, bad), LKS_E_AUTH);
	lks_error_clear(&err);
	assert_int_equal(forge_extract(dir, "x", forge_key, "to", &err), LKS_E_AUTH);
	/* Another version of the format says so. */
	trailer = (uint8_t *)bytes.data + bytes.length - lks_seek_length(3) - LKS_MANIFEST_TRAILER;
	assert_int_equal(lks_wire_get32(trailer + LKS_LAYOUT_VERSION), LKS_ARCHIVE_VERSION);
	trailer[LKS_LAYOUT_VERSION]++;
	save(dir, bytes.data, bytes.length);
	assert_int_equal(forge_verify(dir, "x", forge_key, bad), LKS_E_FORMAT);
	assert_non_null(strstr(bad, "version 2"));
	lks_buffer_dispose(&bytes);
	lks_buffer_dispose(&evil);
}

static void the_count_is_capped(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct forge forge;
	struct lks_error err = {0};
	char bad[512], path[32];
	struct lks_buffer bytes = {0};
	forge_begin(&forge);
	for (int i = 0; i < 10000; i++) { /* three blocks of members */
		snprintf(path, sizeof path, "f%05d", i);
		forge_add(&forge, path, LKS_MEMBER_FILE, "");
		if (i % 500 == 499) {
			forge_cut(&forge);
		}
	}
	forge_end(&forge, dir, "x", forge_key);
	assert_int_equal(forge_verify(dir, "x", forge_key, bad), 0);
	int fd = openat(dir, "x", O_RDONLY | O_CLOEXEC);
	assert_ok(lks_buffer_reserve(&bytes, 1 << 22, &err));
	bytes.length = (size_t)read(fd, bytes.data, 1 << 22);
	close(fd);
	uint8_t *trailer = (uint8_t *)bytes.data + bytes.length - lks_seek_length(21) - LKS_MANIFEST_TRAILER;
	lks_wire_put64(trailer + LKS_LAYOUT_MEMBER_COUNT, 10000000);
	save(dir, bytes.data, bytes.length);
	assert_int_equal(forge_verify(dir, "x", forge_key, bad), LKS_E_LIMIT);
	lks_buffer_dispose(&bytes);
}

static void members_are_found_without_reading_all(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct forge forge;
	struct lks_error err = {0};
	char path[64];
	forge_begin(&forge);
	for (int d = 0; d < 30; d++) {
		snprintf(path, sizeof path, "d%02d", d);
		forge_add(&forge, path, LKS_MEMBER_DIRECTORY, NULL);
		for (int i = 0; i < 400; i++) {
			snprintf(path, sizeof path, "d%02d/f%03d", d, i);
			forge_add(&forge, path, LKS_MEMBER_FILE, path);
			if (i % 77 == 0) {
				forge_cut(&forge);
			}
		}
	}
	forge_end(&forge, dir, "x", forge_key);
	struct lks_archive_members members;
	for (int d = 0; d < 30; d += 7) {
		snprintf(path, sizeof path, "d%02d", d);
		assert_ok(lks_archive_list(&members, dir, "x", forge_key, path, &err));
		assert_int_equal(members.count, 401);
		assert_string_equal(members.entries[0].path, path);
		lks_archive_members_dispose(&members);
		snprintf(path, sizeof path, "d%02d/f%03d", d, d * 13);
		assert_ok(lks_archive_list(&members, dir, "x", forge_key, path, &err));
		assert_int_equal(members.count, 1);
		assert_int_equal(members.entries[0].size, strlen(path));
		assert_string_equal(members.label, "{}");
		lks_archive_members_dispose(&members);
	}
	assert_ok(lks_archive_list(&members, dir, "x", forge_key, NULL, &err));
	assert_int_equal(members.count, 30 * 401);
	lks_archive_members_dispose(&members);
	assert_status(lks_archive_list(&members, dir, "x", forge_key, "d00/f4", &err), LKS_E_NOT_FOUND);
	assert_status(lks_archive_list(&members, dir, "x", forge_key, "zz", &err), LKS_E_NOT_FOUND);
	assert_status(lks_archive_list(&members, dir, "x", forge_key, "../x", &err), LKS_E_UNSAFE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_have_one_spelling),
		in_place(a_forged_good_one_is_good),
		in_place(unsafe_paths_are_refused),
		in_place(only_directories_hold_members),
		in_place(hard_links_stay_inside),
		in_place(order_is_strict),
		in_place(other_kinds_are_refused),
		in_place(manifest_and_tar_say_the_same),
		in_place(members_and_frames_fit),
		in_place(frames_have_limits),
		in_place(the_end_is_zeros),
		in_place(each_flipped_byte_is_found),
		in_place(each_cut_is_found),
		in_place(what_is_added_is_found),
		in_place(what_is_no_archive_is_refused),
		in_place(keys_matter),
		in_place(the_count_is_capped),
		in_place(members_are_found_without_reading_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

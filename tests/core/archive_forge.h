/*
 * Archives made member by member with a known key, also such as no writer would make: what a hostile colleague could forge.
 */
#ifndef LOCKSTEP_TESTS_ARCHIVE_FORGE_H
#define LOCKSTEP_TESTS_ARCHIVE_FORGE_H

#include "archive/header.h"
#include "archive/manifest.h"
#include "lockstep/archive.h"
#include "support.h"

static const uint8_t forge_key[LKS_ARCHIVE_KEY_SIZE] = {1, 2, 3, 4, 5, 6, 7, 8};

struct forge {
	struct lks_manifest_builder *builder;
	struct lks_packer *packer;
	struct lks_owners users, groups;
	struct lks_buffer raw, packed, file;
	const char *path; /* what was archived */
	bool starts;      /* the next member is the first of a frame */
};

static void forge_begin(struct forge *forge) UNUSED;
static void forge_begin(struct forge *forge)
{
	struct lks_error err = {0};
	memset(forge, 0, sizeof *forge);
	forge->path = ".";
	forge->starts = true;
	assert_ok(lks_manifest_builder_new(&forge->builder, &err));
	assert_ok(lks_packer_new(&forge->packer, 3, &err));
	assert_ok(lks_owners_append(&forge->users, geteuid(), "me", 2, &err));
	assert_ok(lks_owners_append(&forge->groups, getegid(), "us", 2, &err));
}

/* A member as a writer would describe it; the caller may spoil it before forge_put. */
static struct lks_member forge_member(const char *path, enum lks_member_kind kind, const char *text) UNUSED;
static struct lks_member forge_member(const char *path, enum lks_member_kind kind, const char *text)
{
	struct lks_error err = {0};
	struct lks_member member = {
		.path = path,
		.path_length = strlen(path),
		.kind = kind,
		.mode = kind == LKS_MEMBER_DIRECTORY ? 0755 : 0644,
		.uid = geteuid(),
		.gid = getegid(),
		.mtime = 1700000000123456789,
		.ctime = 1700000001123456789,
		.inode = 7,
	};
	if (kind == LKS_MEMBER_FILE) {
		member.size = strlen(text);
		assert_ok(lks_hash_bytes(member.sha256, text, strlen(text), &err));
	} else if (kind == LKS_MEMBER_SYMLINK || kind == LKS_MEMBER_HARDLINK) {
		member.link = text;
	}
	return member;
}

/* told: what the manifest says; made: what stands in the tar stream, with these contents. */
static void forge_put(struct forge *forge, const struct lks_member *told, const struct lks_member *made, const char *text) UNUSED;
static void forge_put(struct forge *forge, const struct lks_member *told, const struct lks_member *made, const char *text)
{
	static const char zeros[512];
	struct lks_error err = {0};
	struct lks_member member;
	if (told) {
		member = *told;
		member.starts = forge->starts;
		assert_ok(lks_manifest_add_member(forge->builder, &member, &err));
	}
	forge->starts = false;
	if (made) {
		assert_ok(lks_header_write(&forge->raw, made, "me", "us", &err));
		if (made->kind == LKS_MEMBER_FILE) {
			assert_ok(lks_buffer_append(&forge->raw, text, strlen(text), &err));
			assert_ok(lks_buffer_append(&forge->raw, zeros, lks_header_padding(strlen(text)), &err));
		}
	}
}

static void forge_add(struct forge *forge, const char *path, enum lks_member_kind kind, const char *text) UNUSED;
static void forge_add(struct forge *forge, const char *path, enum lks_member_kind kind, const char *text)
{
	struct lks_member member = forge_member(path, kind, text);
	forge_put(forge, &member, &member, text);
}

/* Ends a frame whose stored bytes are given, or packs what was put. */
static void forge_frame(struct forge *forge, const void *stored, size_t stored_length, uint32_t length) UNUSED;
static void forge_frame(struct forge *forge, const void *stored, size_t stored_length, uint32_t length)
{
	struct lks_error err = {0};
	struct lks_frame frame = {.offset = forge->file.length, .stored = (uint32_t)stored_length, .length = length};
	assert_ok(lks_hash_bytes(frame.sha256, stored, stored_length, &err));
	assert_ok(lks_manifest_add_frame(forge->builder, &frame, &err));
	assert_ok(lks_buffer_append(&forge->file, stored, stored_length, &err));
	lks_buffer_clear(&forge->raw);
	forge->starts = true;
}

static void forge_cut(struct forge *forge) UNUSED;
static void forge_cut(struct forge *forge)
{
	struct lks_error err = {0};
	if (forge->raw.length > 0) {
		assert_ok(lks_frame_pack(&forge->packed, forge->packer, forge->raw.data, forge->raw.length, &err));
		forge_frame(forge, forge->packed.data, forge->packed.length, (uint32_t)forge->raw.length);
	}
}

static void forge_save(const struct forge *forge, int dir, const char *name) UNUSED;
static void forge_save(const struct forge *forge, int dir, const char *name)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, forge->file.data, forge->file.length), forge->file.length);
	close(fd);
}

/* The end of the tar stream, the manifest, the seek table; into dir/name. */
static void forge_end(struct forge *forge, int dir, const char *name, const uint8_t *key) UNUSED;
static void forge_end(struct forge *forge, int dir, const char *name, const uint8_t *key)
{
	static const char zeros[LKS_TAR_END];
	struct lks_error err = {0};
	struct lks_manifest_info info = {.label = "{}", .path = forge->path, .producer = "forge", .level = 3, .users = &forge->users, .groups = &forge->groups};
	forge_cut(forge);
	assert_ok(lks_frame_pack(&forge->packed, forge->packer, zeros, sizeof zeros, &err));
	forge_frame(forge, forge->packed.data, forge->packed.length, sizeof zeros);
	assert_ok(lks_manifest_finish(&forge->file, forge->builder, &info, key, &err));
	forge_save(forge, dir, name);
	lks_manifest_builder_free(forge->builder);
	lks_packer_free(forge->packer);
	lks_owners_dispose(&forge->users);
	lks_owners_dispose(&forge->groups);
	lks_buffer_dispose(&forge->raw);
	lks_buffer_dispose(&forge->packed);
	lks_buffer_dispose(&forge->file);
}

/* Verifies; the first finding goes to bad. */
static int forge_verify(int dir, const char *name, const uint8_t *key, char bad[512]) UNUSED;
static int forge_verify(int dir, const char *name, const uint8_t *key, char bad[512])
{
	struct lks_error err = {0};
	struct lks_archive_verify_result result;
	int status = lks_archive_verify(&result, dir, name, key, 2, NULL, &err);
	snprintf(bad, 512, "%s", result.bad.count ? result.bad.items[0] : "");
	assert_int_equal(status == 0, result.bad.count == 0);
	lks_archive_verify_result_dispose(&result);
	return status;
}

/* Unpacks into the new directory dir/to; it must be empty again after a failure. */
static int forge_extract(int dir, const char *name, const uint8_t *key, const char *to, struct lks_error *err) UNUSED;
static int forge_extract(int dir, const char *name, const uint8_t *key, const char *to, struct lks_error *err)
{
	struct lks_archive_summary summary;
	make_dir(dir, to, 0700);
	int fd = openat(dir, to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct lks_archive_extract_options options = {.archive_dir_fd = dir, .archive = name, .key = key, .to_fd = fd, .threads = 2};
	int status = lks_archive_extract(&summary, &options, NULL, err);
	close(fd);
	if (status != 0) {
		assert_int_equal(unlinkat(dir, to, AT_REMOVEDIR), 0);
	}
	lks_archive_summary_dispose(&summary);
	return status;
}

#endif

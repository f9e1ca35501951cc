/*
 * An archive with a right key but any members, tar bytes and frames, as only a hostile colleague could make it, and some of its
 * bytes changed after; it is verified, listed and unpacked: nothing leaves the directory, and a failure leaves nothing in it.
 *
 * The input is a program: 'm' a member and its tar bytes; 't' tar bytes alone; 'f' the frame ends; 's' a frame of any stored
 * bytes; '!' the end, and after it pairs of place and byte that are changed in the file. 'k': the key's hash is made right again.
 *
 * clang -fsanitize=fuzzer,address,undefined, with the core's objects; or any compiler with -DLKS_STANDALONE and files.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/header.h"
#include "archive/layout.h"
#include "archive/manifest.h"
#include "archive/seek.h"
#include "archive/wire.h"
#include "lockstep/archive.h"
#include "lockstep/frame.h"
#include "lockstep/fs.h"
#include "lockstep/scan.h"
#include "standalone.h"

#define TEXT_MAX 255u

static const uint8_t key[LKS_ARCHIVE_KEY_SIZE] = {1, 2, 3, 4, 5, 6, 7, 8};
static int top = -1;
static char path[] = "/dev/shm/lockstep-fuzz-XXXXXX";

struct input {
	const uint8_t *at, *end;
};

struct made {
	struct lks_manifest_builder *builder;
	struct lks_packer *packer;
	struct lks_owners owners;
	struct lks_buffer raw, packed, file;
	size_t manifest; /* where it begins in the file */
	bool starts;
};

static void remove_top(void)
{
	struct lks_error err = {0};
	int parent = open("/dev/shm", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	lks_fs_remove(parent, path + sizeof "/dev/shm", &err);
	close(parent);
}

static unsigned byte(struct input *input)
{
	return input->at < input->end ? *input->at++ : 0;
}

/* A length and that many bytes, with a NUL behind them and none within. */
static size_t text(char out[TEXT_MAX + 1], struct input *input)
{
	size_t length = byte(input), left = (size_t)(input->end - input->at);
	length = length < left ? length : left;
	memcpy(out, input->at, length);
	out[length] = '\0';
	input->at += length;
	return strlen(out);
}

static void add_member(struct made *made, struct input *input)
{
	static const char zeros[LKS_TAR_BLOCK];
	struct lks_error err = {0};
	struct lks_member member = {.kind = 1 + byte(input) % 4, .mode = byte(input) << 4, .mtime = 1700000000123456789, .starts = made->starts};
	char name[TEXT_MAX + 1], contents[TEXT_MAX + 1];
	unsigned lie = byte(input);
	member.path_length = text(name, input);
	size_t length = text(contents, input);
	member.path = name;
	if (member.kind == LKS_MEMBER_FILE) {
		member.size = length;
		HOLDS(lks_hash_bytes(member.sha256, contents, length, &err) == 0);
	} else if (member.kind != LKS_MEMBER_DIRECTORY) {
		member.link = contents;
	}
	HOLDS(lks_header_write(&made->raw, &member, "me", "me", &err) == 0);
	if (member.kind == LKS_MEMBER_FILE) {
		HOLDS(lks_buffer_append(&made->raw, contents, length, &err) == 0);
		HOLDS(lks_buffer_append(&made->raw, zeros, lks_header_padding(length), &err) == 0);
	}
	member.size += member.kind == LKS_MEMBER_FILE ? lie : 0; /* 0 most of the time: a fuzzer likes it */
	HOLDS(lks_manifest_add_member(made->builder, &member, &err) == 0);
	made->starts = false;
}

static void add_frame(struct made *made, const void *stored, size_t stored_length, size_t length)
{
	struct lks_error err = {0};
	struct lks_frame frame = {.offset = made->file.length, .stored = (uint32_t)stored_length, .length = (uint32_t)length};
	HOLDS(lks_hash_bytes(frame.sha256, stored, stored_length, &err) == 0);
	HOLDS(lks_manifest_add_frame(made->builder, &frame, &err) == 0);
	HOLDS(lks_buffer_append(&made->file, stored, stored_length, &err) == 0);
	lks_buffer_clear(&made->raw);
	made->starts = true;
}

static void end_frame(struct made *made)
{
	struct lks_error err = {0};
	if (made->raw.length > 0) {
		HOLDS(lks_frame_pack(&made->packed, made->packer, made->raw.data, made->raw.length, &err) == 0);
		add_frame(made, made->packed.data, made->packed.length, made->raw.length);
	}
}

static void end_archive(struct made *made)
{
	static const char zeros[LKS_TAR_END];
	struct lks_error err = {0};
	struct lks_manifest_info info = {.label = "{}", .path = ".", .producer = "fuzz", .level = 1, .users = &made->owners, .groups = &made->owners};
	end_frame(made);
	HOLDS(lks_frame_pack(&made->packed, made->packer, zeros, sizeof zeros, &err) == 0);
	add_frame(made, made->packed.data, made->packed.length, sizeof zeros);
	made->manifest = made->file.length;
	HOLDS(lks_manifest_finish(&made->file, made->builder, &info, key, &err) == 0);
}

/* The trailer's keyed hash, over whatever stands there now. */
static void seal(struct made *made, size_t frames)
{
	struct lks_error err = {0};
	size_t trailer = made->file.length - lks_seek_length(frames) - LKS_MANIFEST_TRAILER;
	size_t head = lks_wire_get64((const uint8_t *)made->file.data + trailer + LKS_LAYOUT_HEAD_LENGTH);
	if (head <= trailer) {
		HOLDS(lks_hash_hmac((uint8_t *)made->file.data + trailer + LKS_LAYOUT_MAC, key, sizeof key, made->file.data + trailer - head, head + LKS_LAYOUT_MAC, &err) == 0);
	}
}

static void change(struct made *made, struct input *input, size_t frames)
{
	bool sealed = false;
	while (input->at < input->end) {
		unsigned what = byte(input);
		if (what == 'k') {
			sealed = true;
			continue;
		}
		size_t at = what << 8 | byte(input), length = made->file.length - made->manifest;
		made->file.data[made->file.length - 1 - at % length] ^= (char)byte(input); /* what is before the manifest has its hash there */
	}
	if (sealed) {
		seal(made, frames);
	}
}

static void make(struct made *made, struct input *input)
{
	struct lks_error err = {0};
	char some[TEXT_MAX + 1];
	size_t frames = 1;
	memset(made, 0, sizeof *made);
	made->starts = true;
	HOLDS(lks_manifest_builder_new(&made->builder, &err) == 0 && lks_packer_new(&made->packer, 1, &err) == 0);
	HOLDS(lks_owners_append(&made->owners, 0, "me", 2, &err) == 0);
	for (bool more = true; more && input->at < input->end;) {
		switch (byte(input)) {
		case 'm':
			add_member(made, input);
			break;
		case 't':
			HOLDS(lks_buffer_append(&made->raw, some, text(some, input), &err) == 0);
			break;
		case 'f':
			frames += made->raw.length > 0;
			end_frame(made);
			break;
		case 's':
			add_frame(made, some, text(some, input), byte(input) << 4);
			frames++;
			break;
		case '!':
			more = false;
			break;
		default:
			break;
		}
	}
	frames += made->raw.length > 0;
	end_archive(made);
	change(made, input, frames);
}

static void dispose(struct made *made)
{
	lks_manifest_builder_free(made->builder);
	lks_packer_free(made->packer);
	lks_owners_dispose(&made->owners);
	lks_buffer_dispose(&made->raw);
	lks_buffer_dispose(&made->packed);
	lks_buffer_dispose(&made->file);
}

static size_t count_entries(int fd)
{
	const struct lks_scan_options options = {.threads = 1};
	struct lks_error err = {0};
	struct lks_scan scan;
	HOLDS(lks_scan_tree(&scan, fd, ".", &options, NULL, &err) == 0);
	size_t count = scan.count - 1;
	lks_scan_dispose(&scan);
	return count;
}

static void read_all(void)
{
	struct lks_archive_verify_result result;
	struct lks_archive_members list;
	struct lks_archive_summary summary;
	struct lks_error err = {0};
	bool good = lks_archive_verify(&result, top, "archive", key, 1, NULL, &err) == 0;
	HOLDS(!good || result.bad.count == 0);
	lks_archive_verify_result_dispose(&result);
	lks_error_clear(&err);
	bool listed = lks_archive_list(&list, top, "archive", key, NULL, &err) == 0;
	HOLDS(!good || listed);
	if (listed) {
		lks_archive_members_dispose(&list);
	}
	lks_error_clear(&err);
	HOLDS(mkdirat(top, "to", 0700) == 0);
	int to = openat(top, "to", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct lks_archive_extract_options options = {.archive_dir_fd = top, .archive = "archive", .key = key, .to_fd = to, .threads = 1};
	int status = lks_archive_extract(&summary, &options, NULL, &err);
	HOLDS(status == 0 || count_entries(to) == 0);
	lks_archive_summary_dispose(&summary);
	close(to);
	lks_error_clear(&err);
	HOLDS(lks_fs_remove(top, "to", &err) == 0);
	HOLDS(count_entries(top) == 1); /* the archive alone: nothing else was made beside */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lks_error err = {0};
	struct input input = {.at = data, .end = data + size};
	struct made made;
	if (top < 0) {
		HOLDS(mkdtemp(path) != NULL);
		top = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		HOLDS(top >= 0);
		atexit(remove_top);
	}
	make(&made, &input);
	int file = openat(top, "archive", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	HOLDS(file >= 0 && lks_fs_write_all(file, made.file.data, made.file.length, "archive", &err) == 0);
	close(file);
	read_all();
	dispose(&made);
	return 0;
}

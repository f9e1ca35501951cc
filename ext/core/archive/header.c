/*
 * Tar headers written by hand: deterministic, 0.2 µs each, whatever the locale and the libraries' versions.
 */
#include "header.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define NAME_FIELD 100u
#define OCTAL_UID 07777777ull      /* the largest number of 7 octal digits */
#define OCTAL_SIZE 077777777777ull /* the largest number of 11 octal digits */

/* The fields of a header block, as POSIX and GNU tar name them. */
struct block {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8], type, link[100], magic[8], user[32], group[32], rest[183];
};
_Static_assert(sizeof(struct block) == LKS_TAR_BLOCK, "a tar header is one block");

/* digits octal digits and a NUL. */
static void octal(char *field, size_t digits, uint64_t value)
{
	for (size_t i = digits; i-- > 0; value >>= 3) {
		field[i] = (char)('0' + (value & 7));
	}
	field[digits] = '\0';
}

/* Octal where it fits, else GNU's base-256: two's complement, big-endian, the first bit set for "binary". */
static void number(char *field, size_t size, int64_t value, uint64_t most)
{
	if (value >= 0 && (uint64_t)value <= most) {
		octal(field, size - 1, (uint64_t)value);
		return;
	}
	uint64_t bits = (uint64_t)value;
	for (size_t i = size; i-- > 0;) {
		field[i] = (char)(bits & 0xff);
		bits = bits >> 8 | (value < 0 ? 0xffull << 56 : 0);
	}
	field[0] = (char)(value < 0 ? 0xff : 0x80);
}

static void seal(struct block *block)
{
	unsigned sum = 0;
	memset(block->checksum, ' ', sizeof block->checksum);
	for (size_t i = 0; i < sizeof *block; i++) {
		sum += ((const unsigned char *)block)[i];
	}
	octal(block->checksum, 6, sum);
}

static size_t rounded(size_t length)
{
	return length + lks_header_padding(length);
}

/* A header of its own before the member's: 'L' and 'K' hold a long name and link, 'x' pax records. */
static int extra(struct lks_buffer *out, char type, const void *data, size_t length, struct lks_error *err)
{
	static const char zeros[LKS_TAR_BLOCK];
	struct block block = {0};
	bool pax = type == 'x';
	const char *name = pax ? "././@PaxHeader" : "././@LongLink";
	memcpy(block.name, name, strlen(name));
	octal(block.mode, 7, 0644);
	octal(block.uid, 7, 0);
	octal(block.gid, 7, 0);
	number(block.size, sizeof block.size, (int64_t)length, OCTAL_SIZE);
	octal(block.mtime, 11, 0);
	block.type = type;
	memcpy(block.magic, pax ? "ustar\00000" : "ustar  ", 8);
	seal(&block);
	int status = lks_buffer_append(out, &block, sizeof block, err);
	if (status == 0) {
		status = lks_buffer_append(out, data, length, err);
	}
	return status == 0 ? lks_buffer_append(out, zeros, lks_header_padding(length), err) : status;
}

/* "<length> <key>=<value>\n" where length counts itself. */
static size_t record_length(size_t key, size_t value)
{
	size_t body = key + value + 3, length = body + 1;
	for (;;) {
		size_t digits = 1;
		for (size_t rest = length; rest >= 10; rest /= 10) {
			digits++;
		}
		if (body + digits == length) {
			return length;
		}
		length = body + digits;
	}
}

static int record(struct lks_buffer *out, const char *key, const void *value, size_t length, struct lks_error *err)
{
	int status = lks_buffer_printf(out, err, "%zu %s=", record_length(strlen(key), length), key);
	if (status == 0) {
		status = lks_buffer_append(out, value, length, err);
	}
	return status == 0 ? lks_buffer_append(out, "\n", 1, err) : status;
}

/* An attribute's pax key, with '%' and '=' written as GNU tar writes them. */
static void attribute_key(char key[static 1024], const char *name)
{
	size_t at = (size_t)sprintf(key, "SCHILY.xattr.");
	for (const char *c = name; *c && at < 1000; c++) {
		if (*c == '%' || *c == '=') {
			at += (size_t)sprintf(key + at, "%%%02X", *c);
		} else {
			key[at++] = *c;
		}
	}
	key[at] = '\0';
}

/* pax names are UTF-8 unless told otherwise; GNU tar, which takes them as they are, warns of being told. */
static bool needs_charset(const struct lks_member *member)
{
	for (const char *c = member->path; *c; c++) {
		if (*c & 0x80) {
			return true;
		}
	}
	return false;
}

static bool is_directory(const struct lks_member *member)
{
	return member->kind == LKS_MEMBER_DIRECTORY;
}

/* The member's name in tar: a directory's ends in a slash. Not NUL-terminated where the caller's size says so. */
static size_t tar_name(char name[static PATH_MAX + 2], const struct lks_member *member)
{
	size_t length = member->path_length;
	memcpy(name, member->path, length);
	if (is_directory(member)) {
		name[length++] = '/';
	}
	name[length] = '\0';
	return length;
}

static int pax(struct lks_buffer *out, const struct lks_member *member, const char *name, size_t length, struct lks_error *err)
{
	struct lks_buffer records = {0};
	char key[1024];
	int status = needs_charset(member) ? record(&records, "hdrcharset", "BINARY", 6, err) : 0;
	if (status == 0) {
		status = record(&records, "path", name, length, err);
	}
	for (size_t i = 0; status == 0 && i < member->attribute_count; i++) {
		attribute_key(key, member->attributes[i].name);
		status = record(&records, key, member->attributes[i].value, member->attributes[i].length, err);
	}
	if (status == 0) {
		status = extra(out, 'x', records.data, records.length, err);
	}
	lks_buffer_dispose(&records);
	return status;
}

int lks_header_write(struct lks_buffer *out, const struct lks_member *member, const char *user, const char *group, struct lks_error *err)
{
	struct block block = {0};
	char name[PATH_MAX + 2];
	size_t length = tar_name(name, member), link_length = member->link ? strlen(member->link) : 0;
	bool has_pax = member->attribute_count > 0;
	int status = 0;

	if (has_pax) {
		status = pax(out, member, name, length, err);
	} else {
		if (link_length > NAME_FIELD) {
			status = extra(out, 'K', member->link, link_length + 1, err);
		}
		if (status == 0 && length > NAME_FIELD) {
			status = extra(out, 'L', name, length + 1, err);
		}
	}
	if (status != 0) {
		return status;
	}
	memcpy(block.name, name, length < NAME_FIELD ? length : NAME_FIELD);
	octal(block.mode, 7, member->mode);
	number(block.uid, sizeof block.uid, member->uid, OCTAL_UID);
	number(block.gid, sizeof block.gid, member->gid, OCTAL_UID);
	number(block.size, sizeof block.size, (int64_t)member->size, OCTAL_SIZE);
	int64_t seconds = member->mtime / 1000000000 - (member->mtime % 1000000000 < 0);
	number(block.mtime, sizeof block.mtime, seconds, OCTAL_SIZE);
	block.type = is_directory(member) ? '5' : member->kind == LKS_MEMBER_SYMLINK ? '2' : member->kind == LKS_MEMBER_HARDLINK ? '1' : '0';
	if (link_length > 0) {
		memcpy(block.link, member->link, link_length < NAME_FIELD ? link_length : NAME_FIELD);
	}
	memcpy(block.magic, has_pax ? "ustar\00000" : "ustar  ", 8);
	memcpy(block.user, user, strnlen(user, sizeof block.user - 1));
	memcpy(block.group, group, strnlen(group, sizeof block.group - 1));
	seal(&block);
	return lks_buffer_append(out, &block, sizeof block, err);
}

size_t lks_header_length(const struct lks_member *member)
{
	size_t length = member->path_length + is_directory(member), link_length = member->link ? strlen(member->link) : 0;
	size_t total = LKS_TAR_BLOCK;
	if (member->attribute_count > 0) {
		char key[1024];
		size_t records = record_length(strlen("path"), length) + (needs_charset(member) ? record_length(strlen("hdrcharset"), 6) : 0);
		for (size_t i = 0; i < member->attribute_count; i++) {
			attribute_key(key, member->attributes[i].name);
			records += record_length(strlen(key), member->attributes[i].length);
		}
		return total + LKS_TAR_BLOCK + rounded(records);
	}
	if (link_length > NAME_FIELD) {
		total += LKS_TAR_BLOCK + rounded(link_length + 1);
	}
	if (length > NAME_FIELD) {
		total += LKS_TAR_BLOCK + rounded(length + 1);
	}
	return total;
}

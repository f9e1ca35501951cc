/*
 * Listing as text: one line a member as `tar -tvf` prints it, or one JSON object, made in pieces from the manifest alone.
 */
#include <stdlib.h>
#include <string.h>

#include "lockstep/archive.h"
#include "lockstep/buffer.h"
#include "manifest.h"

#define PIECE (256u * 1024)    /* bytes of a piece, the last line may exceed it */
#define ESCAPED 6u             /* bytes that a byte of a name takes at most: \u001f */
#define FIELDS 320u            /* bytes of a line without its names, at most */
#define NS INT64_C(1000000000) /* in a second */
#define OWNER_AND_SIZE 19u     /* columns that tar gives to owner, group and size before it widens them */

struct lks_archive_listing {
	struct lks_manifest manifest;
	struct lks_manifest_cursor cursor;
	bool json, opened, moved;
	bool some;        /* a member was given out already */
	unsigned columns; /* of owner, group and size */
	int64_t day;      /* the text of `date` is of this day since the epoch */
	char date[11];    /* 2026-11-24 */
};

/* A writer into memory that was reserved. */
struct text {
	char *at;
};

static void put(struct text *text, const char *bytes, size_t length)
{
	memcpy(text->at, bytes, length);
	text->at += length;
}

#define PUT(text, literal) put(text, literal, sizeof(literal) - 1)

static void put_char(struct text *text, char byte)
{
	*text->at++ = byte;
}

/* At least `width` digits. */
static void put_number(struct text *text, uint64_t number, unsigned width, unsigned base)
{
	char digits[24];
	unsigned count = 0;

	do {
		digits[sizeof digits - ++count] = (char)('0' + number % base);
		number /= base;
	} while (number > 0 || count < width);
	put(text, digits + sizeof digits - count, count);
}

/* Length of the UTF-8 sequence at `at` that may be shown as it is; 0 when it is none, or a control character. */
static size_t shown(const uint8_t *at, size_t left)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t length = at[0] < 0x80        ? 1
		: at[0] >= 0xC2 && at[0] < 0xE0 ? 2
		: at[0] >= 0xE0 && at[0] < 0xF0 ? 3
		: at[0] >= 0xF0 && at[0] < 0xF5 ? 4
										: 0;
	uint32_t code = length == 0 ? 0 : at[0] & (0xFFu >> (length == 1 ? 1 : length + 1));

	if (length == 0 || length > left) {
		return 0;
	}
	for (size_t i = 1; i < length; i++) {
		if ((at[i] & 0xC0) != 0x80) {
			return 0;
		}
		code = code << 6 | (at[i] & 0x3F);
	}
	return code < least[length] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000) || code < 0x20 || (code >= 0x7F && code < 0xA0)
		? 0
		: length;
}

/* A name without control characters: \n and \033 as tar does; in JSON \u001b, and U+FFFD for what is no UTF-8. */
static void put_name(struct text *text, const char *name, bool json)
{
	static const char hex[] = "0123456789abcdef";
	const uint8_t *at = (const uint8_t *)name;

	for (size_t left = strlen(name), length; left > 0; left -= length, at += length) {
		for (length = 0; length < left && at[length] >= 0x20 && at[length] < 0x7F && at[length] != '\\' && at[length] != '"';) {
			length++;
		}
		if (length > 0) {
			put(text, (const char *)at, length);
			continue;
		}
		length = shown(at, left);
		if (*at == '\\' || (json && *at == '"')) {
			put_char(text, '\\');
		}
		if (length > 0) {
			put(text, (const char *)at, length);
			continue;
		}
		length = 1;
		if (json && *at == 0xC2 && left > 1 && at[1] >= 0x80 && at[1] < 0xA0) {
			PUT(text, "\\u00"); /* U+0080 to U+009F */
			put_char(text, hex[at[1] >> 4]);
			put_char(text, hex[at[1] & 15]);
			length = 2;
		} else if (json && *at >= 0x80) {
			PUT(text, "\xEF\xBF\xBD");
		} else if (json) {
			PUT(text, "\\u00");
			put_char(text, hex[*at >> 4]);
			put_char(text, hex[*at & 15]);
		} else if (*at == '\n') {
			PUT(text, "\\n");
		} else {
			put_char(text, '\\');
			put_number(text, *at, 3, 8);
		}
	}
}

/* Howard Hinnant's civil_from_days, https://howardhinnant.github.io/date_algorithms.html; years 0 to 9999, others as those. */
static void set_day(struct lks_archive_listing *listing, int64_t day)
{
	int64_t shifted = day + 719468, era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	unsigned of_era = (unsigned)(shifted - era * 146097);
	unsigned year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	unsigned of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	unsigned month = (5 * of_year + 2) / 153, date = of_year - (153 * month + 2) / 5 + 1;
	int64_t year = (int64_t)year_of_era + era * 400 + (month >= 10);
	struct text text = {listing->date};

	month = month < 10 ? month + 3 : month - 9;
	put_number(&text, year < 0 ? 0 : year > 9999 ? 9999 : (uint64_t)year, 4, 10);
	put_char(&text, '-');
	put_number(&text, month, 2, 10);
	put_char(&text, '-');
	put_number(&text, date, 2, 10);
	listing->day = day;
}

/* In UTC, as the names of backup sets. */
static void put_time(struct lks_archive_listing *listing, struct text *text, int64_t time)
{
	int64_t second = time / NS - (time % NS < 0), day = second / 86400 - (second % 86400 < 0), of_day = second - day * 86400;

	if (day != listing->day) {
		set_day(listing, day);
	}
	put(text, listing->date, sizeof listing->date - 1);
	put_char(text, listing->json ? 'T' : ' ');
	put_number(text, (uint64_t)of_day / 3600, 2, 10);
	put_char(text, ':');
	put_number(text, (uint64_t)of_day / 60 % 60, 2, 10);
	if (listing->json) {
		put_char(text, ':');
		put_number(text, (uint64_t)of_day % 60, 2, 10);
		put_char(text, '.');
		put_number(text, (uint64_t)(time % NS < 0 ? time % NS + NS : time % NS), 9, 10);
		put_char(text, 'Z');
	}
}

static void put_mode(struct text *text, const struct lks_member *member)
{
	static const char kinds[] = "?-dlh";
	char mode[10] = "?rwxrwxrwx";

	mode[0] = kinds[member->kind];
	for (unsigned bit = 0; bit < 9; bit++) {
		if (!(member->mode >> (8 - bit) & 1)) {
			mode[1 + bit] = '-';
		}
	}
	if (member->mode & 04000) {
		mode[3] = mode[3] == 'x' ? 's' : 'S';
	}
	if (member->mode & 02000) {
		mode[6] = mode[6] == 'x' ? 's' : 'S';
	}
	if (member->mode & 01000) {
		mode[9] = mode[9] == 'x' ? 't' : 'T';
	}
	put(text, mode, sizeof mode);
}

static void put_owner(struct text *text, const struct lks_owners *owners, uint32_t id)
{
	const char *name = lks_owners_name(owners, id);

	if (name && *name) {
		put_name(text, name, false);
	} else {
		put_number(text, id, 1, 10);
	}
}

static void put_line(struct lks_archive_listing *listing, struct text *text, const struct lks_member *member)
{
	char digits[24], *begun;
	struct text size = {digits};
	unsigned taken;

	put_mode(text, member);
	put_char(text, ' ');
	begun = text->at;
	put_owner(text, &listing->manifest.users, member->uid);
	put_char(text, '/');
	put_owner(text, &listing->manifest.groups, member->gid);
	put_number(&size, member->size, 1, 10);
	taken = (unsigned)(text->at - begun) + 1 + (unsigned)(size.at - digits);
	if (taken > listing->columns) {
		listing->columns = taken;
	}
	memset(text->at, ' ', listing->columns - taken + 1);
	text->at += listing->columns - taken + 1;
	put(text, digits, (size_t)(size.at - digits));
	put_char(text, ' ');
	put_time(listing, text, member->mtime);
	put_char(text, ' ');
	put_name(text, member->path, false);
	if (member->kind == LKS_MEMBER_DIRECTORY) {
		put_char(text, '/');
	} else if (member->kind == LKS_MEMBER_SYMLINK) {
		PUT(text, " -> ");
		put_name(text, member->link, false);
	} else if (member->kind == LKS_MEMBER_HARDLINK) {
		PUT(text, " link to ");
		put_name(text, member->link, false);
	}
	put_char(text, '\n');
}

static void put_object(struct lks_archive_listing *listing, struct text *text, const struct lks_member *member)
{
	static const char *const kinds[] = {"", "file", "dir", "symlink", "hardlink"};
	static const char hex[] = "0123456789abcdef";

	if (listing->some) {
		PUT(text, ",\n");
	}
	PUT(text, "{\"path\":\"");
	put_name(text, member->path, true);
	PUT(text, "\",\"type\":\"");
	put(text, kinds[member->kind], strlen(kinds[member->kind]));
	PUT(text, "\",\"mode\":\"");
	put_number(text, member->mode, 4, 8);
	PUT(text, "\",\"uid\":");
	put_number(text, member->uid, 1, 10);
	PUT(text, ",\"gid\":");
	put_number(text, member->gid, 1, 10);
	PUT(text, ",\"size\":");
	put_number(text, member->size, 1, 10);
	PUT(text, ",\"mtime\":\"");
	put_time(listing, text, member->mtime);
	put_char(text, '"');
	if (member->link) {
		PUT(text, ",\"link\":\"");
		put_name(text, member->link, true);
		put_char(text, '"');
	}
	if (member->kind == LKS_MEMBER_FILE) {
		PUT(text, ",\"sha256\":\"");
		for (size_t i = 0; i < LKS_HASH_SIZE; i++) {
			put_char(text, hex[member->sha256[i] >> 4]);
			put_char(text, hex[member->sha256[i] & 15]);
		}
		put_char(text, '"');
	}
	put_char(text, '}');
}

int lks_archive_listing_open(
	struct lks_archive_listing **out, int dir_fd, const char *rel, const uint8_t *key, const char *path, bool json, struct lks_error *err)
{
	struct lks_archive_listing *listing = calloc(1, sizeof *listing);
	int status = listing ? lks_manifest_open(&listing->manifest, dir_fd, rel, key, err) : lks_error_nomem(err);

	if (status != 0) {
		free(listing);
		return status;
	}
	listing->opened = true;
	listing->json = json;
	listing->columns = OWNER_AND_SIZE;
	set_day(listing, 0);
	status = lks_manifest_load_frames(&listing->manifest, err);
	if (status == 0) {
		status = lks_manifest_cursor_init(&listing->cursor, &listing->manifest, err);
		listing->moved = status == 0;
	}
	if (status == 0 && path && strcmp(path, ".") != 0) {
		status = lks_manifest_seek(&listing->cursor, path, err);
	}
	if (status != 0) {
		lks_archive_listing_free(listing);
		return status;
	}
	*out = listing;
	return 0;
}

int lks_archive_listing_next(struct lks_buffer *out, struct lks_archive_listing *listing, struct lks_error *err)
{
	struct lks_member member;
	int status = 0;

	lks_buffer_clear(out);
	while (out->length < PIECE && (status = lks_manifest_next(&member, &listing->cursor, err)) > 0) {
		size_t names = member.path_length + (member.link ? strlen(member.link) : 0);
		status = lks_buffer_reserve(out, FIELDS + listing->columns + ESCAPED * names, err);
		if (status != 0) {
			break;
		}
		struct text text = {out->data + out->length};
		(listing->json ? put_object : put_line)(listing, &text, &member);
		out->length = (size_t)(text.at - out->data);
		listing->some = true;
	}
	return status < 0 ? status : out->length > 0;
}

void lks_archive_listing_free(struct lks_archive_listing *listing)
{
	if (!listing) {
		return;
	}
	if (listing->moved) {
		lks_manifest_cursor_dispose(&listing->cursor);
	}
	if (listing->opened) {
		lks_manifest_close(&listing->manifest);
	}
	free(listing);
}

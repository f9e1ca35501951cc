/*
 * The manifest: what an archive holds, written in blocks as the archive grows, and read back as a stream.
 *
 * docs/archive-format.md has the bytes. Builder, manifest and cursor each belong to one thread at a time; an opened manifest may
 * be read by several cursors in several threads.
 */
#ifndef LOCKSTEP_ARCHIVE_MANIFEST_H
#define LOCKSTEP_ARCHIVE_MANIFEST_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lockstep/archive.h"
#include "lockstep/buffer.h"
#include "lockstep/error.h"
#include "lockstep/frame.h"
#include "member.h"
#include "owners.h"

#define LKS_MANIFEST_SKIPPABLE 0x184D2A5Du /* magic of the skippable frame that holds it */
#define LKS_MANIFEST_BLOCK 4096u           /* members or frames in a block, at most */
#define LKS_MANIFEST_TRAILER 112u          /* bytes */
#define LKS_MANIFEST_LABEL_MAX 4096u       /* bytes */
#define LKS_MANIFEST_KEY_ID 16u            /* bytes */
#define LKS_MANIFEST_EXCLUDES_MAX 100000u  /* paths and patterns that are left out */
#define LKS_MANIFEST_PATTERN '/'           /* begins an entry of what is left out that is a pattern: no path begins so */

/* What is known of the archive as a whole. */
struct lks_manifest_info {
	const char *label;           /* free text; "" when none; borrowed, as all strings here */
	const char *path;            /* what was archived, from the root */
	const char *producer;        /* the program that wrote it */
	int64_t started;             /* ns since the epoch, before the first file was examined */
	uint32_t level;              /* of compression */
	const char *const *exclude;  /* NULL-terminated, or NULL */
	const char *const *patterns; /* NULL-terminated, or NULL */
	const struct lks_owners *users, *groups;
	const uint8_t *parent; /* SHA-256 of the archive whose frames were taken over; NULL when none */
};

struct lks_manifest_builder;

int lks_manifest_builder_new(struct lks_manifest_builder **out, struct lks_error *err);
void lks_manifest_builder_free(struct lks_manifest_builder *builder);
/* Members and frames come in their order in the archive; a member after the frame before it, before its own frame. */
int lks_manifest_add_member(struct lks_manifest_builder *builder, const struct lks_member *member, struct lks_error *err);
int lks_manifest_add_frame(struct lks_manifest_builder *builder, const struct lks_frame *frame, struct lks_error *err);
/* The skippable frame of the manifest and the seek table, appended to out. One call. */
int lks_manifest_finish(struct lks_buffer *out, struct lks_manifest_builder *builder, const struct lks_manifest_info *info,
	const uint8_t key[LKS_ARCHIVE_KEY_SIZE], struct lks_error *err);

/* A block of members or frames, as the manifest's index has it. */
struct lks_manifest_block {
	uint64_t first;          /* number of its first member or frame */
	uint64_t offset;         /* in the archive file */
	uint64_t frame, within;  /* members: where its first member's header begins; frames: offset of its first frame, 0 */
	uint32_t count;          /* of members or frames */
	uint32_t packed, length; /* bytes of the records: their zstd frame's, and unpacked */
	uint32_t hashes;         /* SHA-256 values that follow the records */
	const char *path;        /* of the first member; NULL for frames; borrowed from the manifest */
	size_t path_length;
	uint8_t sha256[LKS_HASH_SIZE]; /* of the stored block */
};

struct lks_manifest {
	int fd;                                      /* the archive; owned */
	uint64_t file_length;                        /* bytes of the archive */
	uint64_t offset;                             /* of the manifest's skippable frame = bytes of all data frames */
	uint64_t members, frames, bytes, raw_length; /* frames: with the closing one; bytes: of files; raw_length: of the tar stream */
	int64_t started;
	uint32_t level;
	char *label, *path, *producer; /* owned */
	struct lks_owners users, groups;
	const uint8_t *exclude; /* number and paths of what was left out, as the head has them; borrowed from head */
	size_t exclude_length;
	struct lks_buffer head;            /* what the authentication covers */
	struct lks_manifest_block *blocks; /* owned; members' blocks first */
	size_t member_blocks, block_count;
	struct lks_frame *table; /* owned; NULL until lks_manifest_load_frames */
};

/*
 * Opens and authenticates: the end of the file, the manifest's head and index. name is for errors. LKS_E_FORMAT, LKS_E_AUTH,
 * LKS_E_UNKNOWN_KEY, LKS_E_CORRUPT, LKS_E_LIMIT.
 */
int lks_manifest_open(
	struct lks_manifest *out, int dir_fd, const char *name, const uint8_t key[LKS_ARCHIVE_KEY_SIZE], struct lks_error *err);
/* Loads the table of frames and requires the seek table that follows from it, byte for byte. */
int lks_manifest_load_frames(struct lks_manifest *manifest, struct lks_error *err);
void lks_manifest_close(struct lks_manifest *manifest);

/* Members one after the other, with all rules of the format checked: order, parents, links, places. */
struct lks_manifest_cursor {
	const struct lks_manifest *manifest;
	struct lks_unpacker *unpacker;     /* owned */
	struct lks_buffer stored, records; /* of the block that is read */
	size_t block;                      /* the next to be read */
	uint64_t left;                     /* members not yet given out of the block that is read */
	const uint8_t *at, *end;           /* records */
	const uint8_t *hash, *hash_end;    /* hashes */
	char path[PATH_MAX + 1];           /* of the last member */
	size_t path_length;
	char link[PATH_MAX + 1];
	uint64_t inode, device, mtime, ctime; /* of the last member, for differences */
	uint32_t mode, uid, gid;
	struct lks_attribute *attributes; /* owned */
	char *names;                      /* owned; of the attributes */
	uint16_t *above;                  /* owned; lengths of path's prefixes that are directories of the archive */
	size_t above_count;
	char base[PATH_MAX + 1];              /* the member whose own parents need not be there */
	uint64_t frame, within;               /* where the next member's header would begin if it does not start a frame */
	uint64_t member_frame, member_within; /* place of the last member's header */
	bool seeking;                         /* members before the wanted one are passed: their parents may be unknown */
	bool bounded;                         /* only base and what is below it is given out */
	bool ended;
	bool has_pending; /* the next member is `pending` */
	struct lks_member pending;
};

/* Starts before the first member. The manifest's table of frames must be loaded. */
int lks_manifest_cursor_init(struct lks_manifest_cursor *out, const struct lks_manifest *manifest, struct lks_error *err);
/* 1: a member, borrowed until the next call; 0: the end; negative: the manifest breaks its rules. */
int lks_manifest_next(struct lks_member *out, struct lks_manifest_cursor *cursor, struct lks_error *err);
/* Goes to the member `path`: it and what is below it is what lks_manifest_next then gives. LKS_E_NOT_FOUND. */
int lks_manifest_seek(struct lks_manifest_cursor *cursor, const char *path, struct lks_error *err);
void lks_manifest_cursor_dispose(struct lks_manifest_cursor *cursor);

#endif

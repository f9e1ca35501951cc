/*
 * Archives: ordinary .tar.zst files made of independent zstd frames with a manifest inside (docs/archive-format.md).
 *
 * Each function is one blocking operation that uses threads of its own and reports to a task; a cancelled or failed write
 * leaves no file. Strings of options are borrowed for the time of the call; results are owned by the caller's struct.
 */
#ifndef LOCKSTEP_ARCHIVE_H
#define LOCKSTEP_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lockstep/buffer.h"
#include "lockstep/error.h"
#include "lockstep/hash.h"
#include "lockstep/job.h"
#include "lockstep/scan.h"

#define LKS_ARCHIVE_VERSION 1
#define LKS_ARCHIVE_KEY_SIZE 32 /* bytes of the key that authenticates manifests */

/* Warnings and bad members: a growing list of "path: what" lines. */
struct lks_notes {
	char **items; /* owned strings, owned array */
	size_t count;
};
void lks_notes_dispose(struct lks_notes *notes);

struct lks_archive_write_options {
	int root_fd;                  /* the site's root */
	const char *path;             /* what to archive, relative to the root; "." for all; members keep their path from the root */
	const char *const *exclude;   /* exact relative paths (from the root); NULL-terminated or NULL */
	const char *const *patterns;  /* lks_glob_check's; what they match is left out, too; NULL-terminated or NULL */
	bool cross_mounts;            /* archives what is mounted below path, too */
	int directory_fd;             /* where the archive goes: a 0700 directory */
	const char *name;             /* file name of the archive in it, ending in .tar.zst */
	int level;                    /* zstd level 1..19 */
	unsigned threads;             /* 0: one a CPU */
	const uint8_t *key;           /* LKS_ARCHIVE_KEY_SIZE bytes */
	const char *label;            /* free text kept in the manifest: JSON with Magento's and the tool's version; at most 4 KiB */
	int parent_fd;                /* a directory; looked at with parent alone */
	const char *parent;           /* path below it of an earlier archive whose frames may be taken over; NULL: none */
	const uint8_t *parent_sha256; /* of that whole file, kept in the manifest */
};

struct lks_archive_summary {
	uint64_t members;      /* all, directories too */
	uint64_t files;        /* regular files */
	uint64_t bytes;        /* their contents, uncompressed */
	uint64_t stored_bytes; /* length of the archive file */
	uint64_t frames;
	uint64_t frames_reused;        /* taken over from the parent */
	uint64_t frames_reread;        /* among them: whose files were read and hashed, as more than their contents had changed */
	uint8_t sha256[LKS_HASH_SIZE]; /* of the whole archive file, from the writer itself */
	struct lks_notes warnings;     /* files that changed while read, FIFOs skipped, … */
	char *no_parent;               /* why the given parent was not used; owned; NULL when it was, or none was given */
	uint64_t needed, free;         /* unpacking: estimated bytes on disk, and what was free before; 0 where that is not told */
};
void lks_archive_summary_dispose(struct lks_archive_summary *summary);

struct lks_paths {
	char **items; /* owned strings, owned array */
	size_t count;
};
void lks_paths_dispose(struct lks_paths *paths);

/*
 * The paths below root_fd/path that an archive written now would leave out because of a pattern; what is in them is not listed.
 * exclude as in the options. LKS_E_INVALID, LKS_E_NOT_FOUND.
 */
int lks_archive_left_out(
	struct lks_paths *out, int root_fd, const char *path, const char *const *exclude, const char *const *patterns, struct lks_error *err);

/*
 * Writes, fsyncs and renames an archive into place. It stands alone, whatever it took over from a parent; a parent that is missing,
 * damaged, or of another key, format version, path, exclude list or level is not used.
 */
int lks_archive_write(
	struct lks_archive_summary *out, const struct lks_archive_write_options *options, struct lks_task *task, struct lks_error *err);

struct lks_archive_verify_result {
	uint64_t members, bytes; /* read back and hashed */
	struct lks_notes bad;    /* one line a bad member or frame; empty when good */
	char *label;             /* owned */
};
void lks_archive_verify_result_dispose(struct lks_archive_verify_result *result);

/*
 * Reads back every byte: structure, keyed hash, each frame's and each member's hash; the hash of the whole file adds nothing to
 * these, and is not made. Returns 0 only when all is good;
 * LKS_E_CORRUPT with `bad` filled, LKS_E_FORMAT, LKS_E_AUTH, LKS_E_UNKNOWN_KEY. rel may be any relative path below dir_fd.
 */
int lks_archive_verify(struct lks_archive_verify_result *out, int dir_fd, const char *rel, const uint8_t *key, unsigned threads,
	struct lks_task *task, struct lks_error *err);

struct lks_archive_members {
	struct lks_entry *entries; /* in archive order; path, link borrowed from the arena; hash filled */
	size_t count;
	char *label; /* owned */
	void *arena; /* owned */
};
void lks_archive_members_dispose(struct lks_archive_members *members);

/* The label from the authenticated head of the manifest, which costs the same for any number of members. *out is the caller's. */
int lks_archive_label(char **out, int dir_fd, const char *rel, const uint8_t *key, struct lks_error *err);

/* Lists the members from the authenticated manifest alone. path: only this member and what is below it; NULL or ".": all. */
int lks_archive_list(
	struct lks_archive_members *out, int dir_fd, const char *rel, const uint8_t *key, const char *path, struct lks_error *err);

/*
 * The same as text, in pieces: one line a member as `tar -tvf` prints it, times in UTC, or with json objects with a comma and a
 * line's end between them. A hard link is told as one. Strings are borrowed for the time of the call; the listing is freed by the caller.
 */
struct lks_archive_listing;
int lks_archive_listing_open(
	struct lks_archive_listing **out, int dir_fd, const char *rel, const uint8_t *key, const char *path, bool json, struct lks_error *err);
/* Replaces what is in out by the next piece. 1: there was one; 0: the end; negative: the manifest breaks its rules. */
int lks_archive_listing_next(struct lks_buffer *out, struct lks_archive_listing *listing, struct lks_error *err);
void lks_archive_listing_free(struct lks_archive_listing *listing);

/* What a restore has to change in a live tree, so that it is what an archive holds. */
struct lks_archive_difference_options {
	int archive_dir_fd;
	const char *archive; /* relative path of the archive below it */
	const uint8_t *key;
	const char *path;            /* only this member and what is below it; NULL or ".": all */
	const char *pattern;         /* lks_glob_check's; only what it matches, and what is below that; NULL: all */
	int live_fd;                 /* the root of the live tree */
	const char *const *exclude;  /* exact paths that stay as they are; NULL-terminated or NULL */
	const char *const *patterns; /* what they match stays as it is, too; NULL-terminated or NULL */
	unsigned threads;
};

struct lks_archive_time {
	char *path; /* owned */
	int64_t mtime;
};

struct lks_archive_difference {
	struct lks_paths items;         /* subtrees to be swapped, in the order of paths, none in another */
	struct lks_archive_time *times; /* owned; directories that stay, and whose mtime is another or will be */
	size_t time_count;
	uint64_t members; /* of the archive, that were compared */
	uint64_t kept;    /* of them, what stays in its place */
	uint64_t hashed;  /* files that were read, as their metadata proved nothing */
	struct lks_notes warnings;
};
void lks_archive_difference_dispose(struct lks_archive_difference *difference);

/*
 * Compares, and changes nothing. Items are the smallest subtrees that differ, a directory of which much differs as a whole; what
 * an item has in the archive is to be unpacked (items below), what it has not is to go. With path or pattern, LKS_E_NOT_FOUND when
 * the archive has nothing of that. Mount points below the live root stay.
 */
int lks_archive_difference(
	struct lks_archive_difference *out, const struct lks_archive_difference_options *options, struct lks_task *task, struct lks_error *err);

/* Gives directories below root_fd their mtime; what is not there, or no directory, is passed over. */
int lks_archive_set_times(int root_fd, const struct lks_archive_time *times, size_t count, struct lks_error *err);

struct lks_archive_extract_options {
	int archive_dir_fd;
	const char *archive; /* relative path of the archive below it */
	const uint8_t *key;
	const char *path; /* only this member and what is below it; NULL or ".": all */
	int to_fd;        /* an existing directory; members are made below it with their whole path, or see strip */
	bool strip;       /* make `path` itself the directory to_fd: members are named relative to it */
	unsigned threads;
	const char *pattern;      /* only what it matches, and what is below that; NULL: all */
	const char *const *items; /* only these subtrees: lks_archive_difference's; NULL-terminated or NULL */
	int live_fd;              /* with items: where hard links find a file that is not among them */
};

/*
 * Unpacks beside: every file's hash is checked while it is written; parents of `path` are made 0700; directories' metadata last.
 * Nothing that exists is overwritten (LKS_E_EXISTS). On failure what was made is removed again. fsync is done before returning.
 * What does not fit is LKS_E_NO_SPACE before anything is written. With items or a pattern, to_fd is empty.
 */
int lks_archive_extract(
	struct lks_archive_summary *out, const struct lks_archive_extract_options *options, struct lks_task *task, struct lks_error *err);

/*
 * Unpacks a foreign zip or tar (gzip, zstd) as Composer's dists are, into an empty directory to_fd, with the limits and
 * refusals of docs/security.md. When all members lie in one top directory it is stripped, as Composer does.
 */
int lks_archive_unpack(int to_fd, int dir_fd, const char *rel, struct lks_task *task, struct lks_error *err);

#endif

/*
 * Foreign archives: what is known of one before anything of it is written.
 *
 * Private to the archive module: unpack_list.c looks at all members, unpack.c writes them. One thread an unpacking.
 */
#ifndef LKS_ARCHIVE_UNPACK_H
#define LKS_ARCHIVE_UNPACK_H

#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lockstep/error.h"
#include "lockstep/job.h"

#define LKS_UNPACK_BYTES_MAX ((uint64_t)1 << 30) /* all contents of an archive */
#define LKS_UNPACK_MEMBERS_MAX 200000u
#define LKS_UNPACK_RATIO_MAX 200u                  /* contents to archive file, once there are more than … */
#define LKS_UNPACK_RATIO_FREE ((uint64_t)16 << 20) /* … this many bytes of contents */

struct lks_unpack_member {
	char *path;    /* owned; "./" and a final slash taken off */
	uint32_t type; /* S_IFREG, S_IFDIR, S_IFLNK; a hard link is S_IFREG */
};

/* Opened anew for each pass over the file. */
struct lks_unpack {
	struct archive *reader;            /* owned; NULL between passes */
	int fd;                            /* borrowed: the archive file */
	const char *name;                  /* borrowed: for errors */
	uint64_t file_size;                /* bytes */
	struct lks_unpack_member *members; /* owned; sorted by lks_path_compare */
	size_t count, capacity;
	char *top; /* owned: the single top directory that is to be stripped, or NULL */
};

/* Begins a pass. LKS_E_FORMAT when it is no archive that we read. */
int lks_unpack_open(struct lks_unpack *unpack, struct lks_error *err);
void lks_unpack_close(struct lks_unpack *unpack);

/* The next member; *entry is NULL at the end. LKS_E_CORRUPT, LKS_E_FORMAT. */
int lks_unpack_next(struct archive_entry **entry, struct lks_unpack *unpack, struct lks_error *err);

/* A member's path, checked and without "./" and a final slash; empty for the root. Borrowed from buffer (PATH_MAX bytes). */
int lks_unpack_path(char *buffer, const struct lks_unpack *unpack, struct archive_entry *entry, struct lks_error *err);

/* Error of a read call of libarchive. */
int lks_unpack_failed(const struct lks_unpack *unpack, const char *path, struct lks_error *err);

/* Are so many bytes of contents too many for this archive? */
int lks_unpack_check_size(const struct lks_unpack *unpack, uint64_t bytes, struct lks_error *err);

/* The first pass: looks at every member, refuses what must not be unpacked, fills members and top. */
int lks_unpack_list(struct lks_unpack *unpack, struct lks_task *task, struct lks_error *err);

/* The member with this path, or NULL. */
const struct lks_unpack_member *lks_unpack_find(const struct lks_unpack *unpack, const char *path);

/* The regular file that a hard link names, or NULL. */
const struct lks_unpack_member *lks_unpack_target(const struct lks_unpack *unpack, const char *target);

/* Frees what it owns; fd stays the caller's. */
void lks_unpack_dispose(struct lks_unpack *unpack);

#endif

/*
 * A directory tree read into memory: every entry's metadata in path order, by several threads, optionally with hashes.
 *
 * A struct lks_scan is immutable once made and may be read by any thread.
 */
#ifndef LOCKSTEP_SCAN_H
#define LOCKSTEP_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lockstep/error.h"
#include "lockstep/hash.h"
#include "lockstep/job.h"

struct lks_entry {
	const char *path; /* relative to the scanned root; "." for the root itself; borrowed from the scan */
	const char *link; /* target of a symlink, else NULL; borrowed */
	uint32_t mode;    /* st_mode: type and permissions */
	uint32_t uid, gid;
	uint32_t nlink;
	uint64_t size; /* bytes; 0 for what is not a regular file */
	uint64_t device, inode;
	int64_t mtime, ctime;        /* ns since the epoch */
	uint8_t hash[LKS_HASH_SIZE]; /* of a regular file's bytes, when asked for; else zeros */
};

struct lks_scan_options {
	const char *const *exclude; /* exact relative paths that are not entered nor listed; NULL-terminated, or NULL */
	unsigned threads;           /* 0: one a CPU */
	bool hash;                  /* read and hash every regular file */
	bool cross_mounts;          /* enter mount points, bind mounts too; else they are listed and not entered */
};

struct lks_scan {
	struct lks_entry *entries; /* in the order of lks_path_compare, the root's own entry first */
	size_t count;
	void *arena; /* owns the strings */
};

/*
 * Scans the tree below dir_fd/rel (rel may be "."). Unreadable directories and files are errors that name the path (relative to
 * rel). What vanishes while it is listed is left out; with hash, what is replaced or changes its size is LKS_E_CHANGED.
 */
int lks_scan_tree(struct lks_scan *out, int dir_fd, const char *rel, const struct lks_scan_options *options, struct lks_task *task,
	struct lks_error *err);
/* Entry with this path, or NULL. O(log n). */
const struct lks_entry *lks_scan_find(const struct lks_scan *scan, const char *path);
void lks_scan_dispose(struct lks_scan *scan);

#endif

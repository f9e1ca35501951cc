/*
 * What differs between two scans of trees. Pure: no file is touched. Thread-safe.
 */
#ifndef LOCKSTEP_COMPARE_H
#define LOCKSTEP_COMPARE_H

#include <stddef.h>

#include "lockstep/scan.h"

enum lks_change_kind {
	LKS_CHANGE_ADDED,
	LKS_CHANGE_DELETED,
	LKS_CHANGE_CONTENT, /* bytes (by hash), size or link target */
	LKS_CHANGE_TYPE,    /* file, directory, symlink */
	LKS_CHANGE_META     /* mode or owner; with LKS_COMPARE_STAT also inode, mtime, ctime */
};

enum lks_compare_by {
	LKS_COMPARE_HASH, /* type, permissions, size, hash, link target: the same contents */
	LKS_COMPARE_STAT  /* all metadata of both: nothing touched the tree in between (the root's and directories' times too) */
};

struct lks_change {
	enum lks_change_kind kind;
	const char *path;                       /* borrowed from the scans */
	const struct lks_entry *before, *after; /* NULL where absent */
};

struct lks_changes {
	struct lks_change *items; /* owned; in path order */
	size_t count;
};

int lks_compare_scans(
	struct lks_changes *out, const struct lks_scan *before, const struct lks_scan *after, enum lks_compare_by by, struct lks_error *err);
void lks_changes_dispose(struct lks_changes *changes);

#endif

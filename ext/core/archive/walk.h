/*
 * A directory tree walked in the order of archives, one entry at a time, with memory for the open directories alone.
 *
 * Follows no symlink. One thread.
 */
#ifndef LOCKSTEP_ARCHIVE_WALK_H
#define LOCKSTEP_ARCHIVE_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "lockstep/error.h"

struct lks_walk;

struct lks_walk_entry {
	const char *path; /* from the root; borrowed until the next call, as the rest */
	size_t path_length;
	const char *name; /* its last component */
	int parent_fd;    /* the directory that holds it; the walk's */
	int fd;           /* a directory's own descriptor; the walk's; else -1 */
	bool is_mount;    /* a directory in which something else is mounted; it is not entered */
	struct stat st;
};

/* Strings and arrays are borrowed until _free. */
struct lks_walk_options {
	int root_fd;
	const char *path;            /* what to walk, from root_fd; its own entry comes first, but "." has none */
	const char *const *exclude;  /* exact paths, NULL-terminated, or NULL */
	const char *const *patterns; /* lks_glob_match's, NULL-terminated, or NULL; what they match is not entered */
	bool cross_mounts;           /* enters mount points below path, too */
};

/* LKS_E_NOT_FOUND, LKS_E_INVALID. */
int lks_walk_new(struct lks_walk **out, const struct lks_walk_options *options, struct lks_error *err);
/* 1: an entry; 0: the end; negative: failed, *err names the path. What vanishes meanwhile is passed over. */
int lks_walk_next(struct lks_walk_entry *out, struct lks_walk *walk, struct lks_error *err);
/* Does not enter the directory that was given last. */
void lks_walk_pass_over(struct lks_walk *walk);
/* Leaves out the entry with this device and inode (the archive that is being written). */
void lks_walk_skip(struct lks_walk *walk, dev_t device, ino_t inode);
void lks_walk_free(struct lks_walk *walk);

#endif

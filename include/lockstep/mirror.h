/*
 * The stage: a directory that looks like the site, in which what will be written is a real copy and the rest a symlink.
 *
 * A plan names some paths and how each is to be made; directories above a planned path are made real, and every other
 * entry in them becomes an absolute symlink to the live one. Blocks; one thread.
 */
#ifndef LOCKSTEP_MIRROR_H
#define LOCKSTEP_MIRROR_H

#include <stddef.h>

#include "lockstep/error.h"

enum lks_mirror_how {
	LKS_MIRROR_COPY,  /* a copy of the file or whole tree */
	LKS_MIRROR_OPEN,  /* a real directory; its files are copied, its subdirectories and symlinks are symlinks unless planned */
	LKS_MIRROR_SPLIT, /* a real directory; every entry in it is a symlink unless planned */
	LKS_MIRROR_EMPTY, /* an empty directory */
	LKS_MIRROR_LINK,  /* a symlink to the live one, also below a real directory */
	LKS_MIRROR_ABSENT /* left out */
};

struct lks_mirror_item {
	const char *path; /* relative to the root; borrowed */
	enum lks_mirror_how how;
};

/*
 * Makes the mirror of live_root (absolute path) in the existing, empty directory stage_fd. Items may come in any order and
 * may name what is absent in the live tree (COPY, OPEN, SPLIT, LINK: then nothing is made; EMPTY: the directory is made).
 * Entries of directories made here get the mode of their originals; the caller keeps stage_fd itself 0700.
 */
int lks_mirror_make(int stage_fd, const char *live_root, const struct lks_mirror_item *items, size_t count, struct lks_error *err);

#endif

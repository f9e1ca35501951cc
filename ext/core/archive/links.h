/*
 * Files with several names, by device and inode: the first name met is the file, later ones become hard links to it.
 *
 * Zero-initialised is empty. One thread.
 */
#ifndef LOCKSTEP_ARCHIVE_LINKS_H
#define LOCKSTEP_ARCHIVE_LINKS_H

#include <stddef.h>
#include <stdint.h>

#include "region.h"

struct lks_link {
	uint64_t device, inode;
	const char *path; /* in the region; NULL: a free place */
};

struct lks_links {
	struct lks_link *places; /* owned; open addressing, a power of two */
	size_t size, count;
	struct lks_region region;
};

/* *first is the path met first for this file, NULL when it is this one (which is then kept). LKS_E_NOMEM. */
int lks_links_meet(const char **first, struct lks_links *links, uint64_t device, uint64_t inode, const char *path, struct lks_error *err);
void lks_links_dispose(struct lks_links *links);

#endif

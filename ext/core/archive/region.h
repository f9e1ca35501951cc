/*
 * Memory that is given out piece by piece and taken back all at once. Zero-initialised is empty; one thread at a time.
 */
#ifndef LOCKSTEP_ARCHIVE_REGION_H
#define LOCKSTEP_ARCHIVE_REGION_H

#include <stddef.h>

#include "lockstep/error.h"

struct lks_region_chunk;

struct lks_region {
	struct lks_region_chunk *chunks; /* owned; the newest first */
};

/* length bytes, aligned for any type, not cleared. NULL with LKS_E_NOMEM in err. */
void *lks_region_take(struct lks_region *region, size_t length, struct lks_error *err);
/* A copy of length bytes and a NUL. */
char *lks_region_copy(struct lks_region *region, const void *bytes, size_t length, struct lks_error *err);
/* Forgets all pieces and keeps one chunk for the next round. */
void lks_region_clear(struct lks_region *region);
void lks_region_dispose(struct lks_region *region);

#endif

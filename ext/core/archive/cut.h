/*
 * Where frames end, decided by the members themselves, so that an added or removed file moves no far-away frame.
 *
 * After a member the frame ends with a probability of the member's bytes over the target, drawn from the hash of its path;
 * never below the minimum, never above the maximum. Pure; one thread.
 */
#ifndef LOCKSTEP_ARCHIVE_CUT_H
#define LOCKSTEP_ARCHIVE_CUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LKS_CUT_MIN (32u * 1024)  /* bytes of tar */
#define LKS_CUT_MAX (256u * 1024) /* bytes of tar; a larger member has frames of its own */
#define LKS_CUT_MEAN (128u * 1024)
#define LKS_CUT_PIECE (1024u * 1024) /* bytes of tar in each frame of a larger member, but the last */

/* Must the frame, now `bytes` long, end before a member of `extent` bytes? */
bool lks_cut_before(uint64_t bytes, uint64_t extent);
/* Does the frame, now `bytes` long with the member, end after it? */
bool lks_cut_after(uint64_t bytes, uint64_t extent, const char *path, size_t path_length);

#endif

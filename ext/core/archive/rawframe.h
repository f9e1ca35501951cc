/*
 * A zstd frame for a tar header whose contents are known only later: stored as they are, so that its length is known before.
 *
 * Source: RFC 8878. Pure.
 */
#ifndef LOCKSTEP_ARCHIVE_RAWFRAME_H
#define LOCKSTEP_ARCHIVE_RAWFRAME_H

#include <stdint.h>

#include "header.h"
#include "lockstep/frame.h"

#define LKS_RAWFRAME_HEAD 10u                                        /* magic, descriptor, content size, block header */
#define LKS_RAWFRAME_LENGTH (LKS_RAWFRAME_HEAD + LKS_TAR_BLOCK + 4u) /* and the checksum */

/* The frame of one block of tar. packer is used for its checksum alone. */
int lks_rawframe_write(uint8_t out[LKS_RAWFRAME_LENGTH], const void *block, struct lks_packer *packer, struct lks_error *err);

#endif

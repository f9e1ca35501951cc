/*
 * The seek table of zstd's seekable format, that stands at an archive's end and is rebuilt by the reader to compare.
 *
 * Source: zstd's contrib/seekable_format/zstd_seekable_compression_format.md, version 0.1.0. Pure; thread-safe.
 */
#ifndef LOCKSTEP_ARCHIVE_SEEK_H
#define LOCKSTEP_ARCHIVE_SEEK_H

#include <stddef.h>
#include <stdint.h>

#include "lockstep/error.h"
#include "lockstep/frame.h"

#define LKS_SEEK_FOOTER 9u /* bytes: number of frames, descriptor, magic */
#define LKS_SEEK_ENTRY 8u  /* bytes: compressed and decompressed size */

/* Bytes of the whole skippable frame for `frames` data frames and the manifest's entry. */
static inline uint64_t lks_seek_length(uint64_t frames)
{
	return 8 + (frames + 1) * LKS_SEEK_ENTRY + LKS_SEEK_FOOTER;
}

/* Reads the footer; *frames is the number of data frames. LKS_E_FORMAT. */
int lks_seek_read_footer(uint64_t *frames, const uint8_t footer[LKS_SEEK_FOOTER], struct lks_error *err);

/* Writes the frame's 8 bytes of header. */
void lks_seek_write_header(uint8_t at[8], uint64_t frames);
void lks_seek_write_entry(uint8_t at[LKS_SEEK_ENTRY], uint32_t stored, uint32_t length);
void lks_seek_write_footer(uint8_t at[LKS_SEEK_FOOTER], uint64_t frames);

#endif

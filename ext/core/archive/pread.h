/*
 * Reading an exact range of an archive, and one block of its manifest.
 */
#ifndef LOCKSTEP_ARCHIVE_PREAD_H
#define LOCKSTEP_ARCHIVE_PREAD_H

#include "manifest.h"

/* Exactly length bytes from offset on; LKS_E_CORRUPT when the file ends before. Blocks; thread-safe. */
int lks_pread(int fd, void *data, size_t length, uint64_t offset, struct lks_error *err);

/* A block's stored bytes (records' frame, then hashes), checked against the index, and its records unpacked. */
int lks_manifest_read_block(struct lks_buffer *stored, struct lks_buffer *records, const struct lks_manifest *manifest,
	const struct lks_manifest_block *block, struct lks_unpacker *unpacker, struct lks_error *err);

#endif

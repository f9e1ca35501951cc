/*
 * One zstd frame of an archive: made from, and read back into, one block of memory.
 *
 * Frames carry their content's size and zstd's checksum, no dictionary, and stay below LKS_FRAME_MAX. A packer or unpacker
 * belongs to one thread. Source: RFC 8878.
 */
#ifndef LOCKSTEP_FRAME_H
#define LOCKSTEP_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "lockstep/buffer.h"
#include "lockstep/error.h"
#include "lockstep/hash.h"

#define LKS_FRAME_MAX (4u * 1024 * 1024)                                 /* bytes of a frame's contents */
#define LKS_FRAME_STORED_MAX (LKS_FRAME_MAX + LKS_FRAME_MAX / 128 + 512) /* bytes of a frame: no more than zstd's own bound */
#define LKS_FRAMES_MAX (1u << 24)                                        /* frames of an archive */

/* What the manifest says of a frame. */
struct lks_frame {
	uint64_t offset;               /* of its first byte in the archive file */
	uint32_t stored;               /* bytes in the file */
	uint32_t length;               /* bytes of its contents */
	uint8_t sha256[LKS_HASH_SIZE]; /* of the stored bytes */
};

struct lks_packer;   /* a kept compression context */
struct lks_unpacker; /* a kept decompression context */

/* level: 1..19, else LKS_E_INVALID. */
int lks_packer_new(struct lks_packer **out, int level, struct lks_error *err);
void lks_packer_free(struct lks_packer *packer);
/* Replaces out's contents by one frame of data. LKS_E_LIMIT above LKS_FRAME_MAX. */
int lks_frame_pack(struct lks_buffer *out, struct lks_packer *packer, const void *data, size_t length, struct lks_error *err);

int lks_unpacker_new(struct lks_unpacker **out, struct lks_error *err);
void lks_unpacker_free(struct lks_unpacker *unpacker);
/*
 * Replaces out's contents by what exactly one frame holds: `length` bytes, no more, no fewer. Checked before anything is
 * decompressed: its kind, one frame only, declared size and window. The caller has compared the stored bytes' SHA-256; zstd's own
 * checksum is for other programs, and not looked at. LKS_E_CORRUPT, LKS_E_LIMIT.
 */
int lks_frame_unpack(
	struct lks_buffer *out, struct lks_unpacker *unpacker, const void *data, size_t stored, size_t length, struct lks_error *err);

#endif

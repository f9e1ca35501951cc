/*
 * Numbers that the manifest's writer and reader share; docs/archive-format.md explains them.
 */
#ifndef LOCKSTEP_ARCHIVE_LAYOUT_H
#define LOCKSTEP_ARCHIVE_LAYOUT_H

#include "lockstep/error.h"
#include "lockstep/hash.h"
#include "manifest.h"

#define LKS_LAYOUT_MAGIC "LOCKSTEP" /* 8 bytes at the manifest's beginning, and nowhere else */
#define LKS_LAYOUT_PROLOGUE 16u     /* bytes: skippable frame's header and magic */

enum lks_layout_block { LKS_LAYOUT_MEMBERS = 1, LKS_LAYOUT_FRAMES = 2 };

/* Bits of a member record's first byte, above its kind. */
enum lks_layout_tag {
	LKS_LAYOUT_KIND = 0x07,
	LKS_LAYOUT_STARTS = 0x08,
	LKS_LAYOUT_CHANGED = 0x10,
	LKS_LAYOUT_ATTRIBUTES = 0x20,
	LKS_LAYOUT_SPARSE = 0x40
};

/* Offsets in the trailer. */
enum lks_layout_trailer {
	LKS_LAYOUT_FILE_LENGTH = 0,
	LKS_LAYOUT_OFFSET = 8,
	LKS_LAYOUT_HEAD_LENGTH = 16,
	LKS_LAYOUT_MEMBER_COUNT = 24,
	LKS_LAYOUT_FRAME_COUNT = 32,
	LKS_LAYOUT_BYTES = 40,
	LKS_LAYOUT_RAW_LENGTH = 48,
	LKS_LAYOUT_KEY_ID = 56,
	LKS_LAYOUT_VERSION = 72,
	LKS_LAYOUT_RESERVED = 76, /* zero */
	LKS_LAYOUT_MAC = 80
};

/* The public name of a key: the first bytes of its keyed hash of a fixed text. */
static inline int lks_layout_key_id(uint8_t out[LKS_MANIFEST_KEY_ID], const uint8_t *key, struct lks_error *err)
{
	static const char text[] = "lockstep archive key";
	uint8_t hash[LKS_HASH_SIZE];
	int status = lks_hash_hmac(hash, key, LKS_ARCHIVE_KEY_SIZE, text, sizeof text - 1, err);
	if (status == 0) {
		memcpy(out, hash, LKS_MANIFEST_KEY_ID);
	}
	return status;
}

#endif

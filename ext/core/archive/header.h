/*
 * The tar headers of a member, byte for byte: GNU's format, with a pax header before it where there are extended attributes.
 *
 * The bytes follow from the member and its owners' names alone, so a reader makes them again and compares: the tar stream has
 * exactly one meaning, the manifest's. Source: GNU tar's "Basic Tar Format" and POSIX.1-2017, pax. Pure; thread-safe.
 */
#ifndef LOCKSTEP_ARCHIVE_HEADER_H
#define LOCKSTEP_ARCHIVE_HEADER_H

#include <stddef.h>
#include <stdint.h>

#include "lockstep/buffer.h"
#include "member.h"

#define LKS_TAR_BLOCK 512u
#define LKS_TAR_END 1024u /* bytes of zeros that end a tar stream */

/* Appends the headers. user and group: "" when nameless. LKS_E_NOMEM. */
int lks_header_write(struct lks_buffer *out, const struct lks_member *member, const char *user, const char *group, struct lks_error *err);

/* The number of bytes that lks_header_write appends. */
size_t lks_header_length(const struct lks_member *member);

/* Bytes of zeros after size bytes of contents. */
static inline size_t lks_header_padding(uint64_t size)
{
	return (size_t)((LKS_TAR_BLOCK - size % LKS_TAR_BLOCK) % LKS_TAR_BLOCK);
}

/* All bytes of a member in the tar stream. */
static inline uint64_t lks_header_extent(const struct lks_member *member)
{
	return lks_header_length(member) + member->size + lks_header_padding(member->size);
}

#endif

/*
 * Exact reads, and blocks of the manifest.
 */
#include "pread.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int lks_pread(int fd, void *data, size_t length, uint64_t offset, struct lks_error *err)
{
	size_t done = 0;
	while (done < length) {
		ssize_t got = pread(fd, (char *)data + done, length - done, (off_t)(offset + done));
		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got < 0) {
			return lks_error_sys(err, errno, NULL, "the archive cannot be read");
		}
		if (got == 0) {
			return lks_error_set(
				err, LKS_E_CORRUPT, 0, NULL, "the archive ends at %llu bytes, before its end", (unsigned long long)(offset + done));
		}
		done += (size_t)got;
	}
	return 0;
}

int lks_manifest_read_block(struct lks_buffer *stored, struct lks_buffer *records, const struct lks_manifest *manifest,
	const struct lks_manifest_block *block, struct lks_unpacker *unpacker, struct lks_error *err)
{
	size_t length = block->packed + (size_t)block->hashes * LKS_HASH_SIZE;
	uint8_t sha256[LKS_HASH_SIZE];
	lks_buffer_clear(stored);
	int status = lks_buffer_reserve(stored, length, err);
	status = status ? status : lks_pread(manifest->fd, stored->data, length, block->offset, err);
	if (status != 0) {
		return status;
	}
	stored->length = length;
	status = lks_hash_bytes(sha256, stored->data, length, err);
	if (status == 0 && memcmp(sha256, block->sha256, sizeof sha256) != 0) {
		return lks_error_set(
			err, LKS_E_CORRUPT, 0, NULL, "the manifest's block at byte %llu is damaged", (unsigned long long)block->offset);
	}
	return status ? status : lks_frame_unpack(records, unpacker, stored->data, block->packed, block->length, err);
}

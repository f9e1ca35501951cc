/*
 * One raw block in a frame of a single segment, with content size and checksum.
 */
#include "rawframe.h"

#include <string.h>

#include "wire.h"

#define MAGIC 0xFD2FB528u
#define DESCRIPTOR 0x64 /* content size in two bytes, single segment, checksum */
#define LAST_RAW 1u     /* the last block, stored raw; its size stands above these three bits */

int lks_rawframe_write(uint8_t out[LKS_RAWFRAME_LENGTH], const void *block, struct lks_packer *packer, struct lks_error *err)
{
	struct lks_buffer packed = {0};
	uint32_t size = LKS_TAR_BLOCK - 256, header = LAST_RAW | LKS_TAR_BLOCK << 3; /* a size of two bytes counts from 256 */
	int status = lks_frame_pack(&packed, packer, block, LKS_TAR_BLOCK, err);
	if (status == 0) {
		lks_wire_put32(out, MAGIC);
		out[4] = DESCRIPTOR;
		out[5] = (uint8_t)size;
		out[6] = (uint8_t)(size >> 8);
		out[7] = (uint8_t)header;
		out[8] = (uint8_t)(header >> 8);
		out[9] = (uint8_t)(header >> 16);
		memcpy(out + LKS_RAWFRAME_HEAD, block, LKS_TAR_BLOCK);
		/* a frame ends with the sum of its contents, however these are packed */
		memcpy(out + LKS_RAWFRAME_HEAD + LKS_TAR_BLOCK, packed.data + packed.length - 4, 4);
	}
	lks_buffer_dispose(&packed);
	return status;
}

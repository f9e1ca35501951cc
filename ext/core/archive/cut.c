/*
 * Content-defined frame cuts by the hash of a member's path.
 */
#include "cut.h"

/* FNV-1a, its high bits mixed by MurmurHash3's finalizer: paths differ little, the draw must not. */
static uint32_t draw(const char *path, size_t length)
{
	uint64_t hash = 0xcbf29ce484222325u;
	for (size_t i = 0; i < length; i++) {
		hash = (hash ^ (unsigned char)path[i]) * 0x100000001b3u;
	}
	hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdu;
	hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53u;
	return (uint32_t)(hash >> 32);
}

bool lks_cut_before(uint64_t bytes, uint64_t extent)
{
	return bytes > 0 && bytes + extent > LKS_CUT_MAX;
}

bool lks_cut_after(uint64_t bytes, uint64_t extent, const char *path, size_t path_length)
{
	if (bytes < LKS_CUT_MIN) {
		return false;
	}
	if (bytes >= LKS_CUT_MAX) {
		return true;
	}
	const uint64_t target = LKS_CUT_MEAN - LKS_CUT_MIN; /* what is expected beyond the minimum */
	return draw(path, path_length) * target < extent << 32;
}

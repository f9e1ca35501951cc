/*
 * One zstd frame at a time, with the caps checked on its header before a byte is decompressed.
 */
#define ZSTD_STATIC_LINKING_ONLY /* ZSTD_getFrameHeader, ZSTD_d_forceIgnoreChecksum */
#include "lockstep/frame.h"

#include <stdbool.h>
#include <stdlib.h>
#include <zstd.h>

#define SAMPLES 64       /* of a frame, spread over it */
#define SAMPLE 64        /* bytes of each */
#define LEVEL_INERT (-1) /* of what is not compressible: more than twice as fast, 0.1 % longer */

struct lks_packer {
	ZSTD_CCtx *context;
	int level, current; /* what was asked for, what the context is set to */
};

struct lks_unpacker {
	ZSTD_DCtx *context;
};

static int zstd_failed(struct lks_error *err, enum lks_status status, size_t code)
{
	return lks_error_set(err, status, 0, NULL, "zstd: %s", ZSTD_getErrorName(code));
}

int lks_packer_new(struct lks_packer **out, int level, struct lks_error *err)
{
	if (level < 1 || level > 19) {
		return lks_error_set(err, LKS_E_INVALID, 0, NULL, "the compression level is %d, and must be from 1 to 19", level);
	}
	struct lks_packer *packer = calloc(1, sizeof *packer);
	if (!packer || !(packer->context = ZSTD_createCCtx())) {
		free(packer);
		return lks_error_nomem(err);
	}
	packer->level = packer->current = level;
	ZSTD_CCtx_setParameter(packer->context, ZSTD_c_compressionLevel, level);
	ZSTD_CCtx_setParameter(packer->context, ZSTD_c_checksumFlag, 1);
	ZSTD_CCtx_setParameter(packer->context, ZSTD_c_contentSizeFlag, 1);
	*out = packer;
	return 0;
}

void lks_packer_free(struct lks_packer *packer)
{
	if (packer) {
		ZSTD_freeCCtx(packer->context);
		free(packer);
	}
}

/*
 * Is it of images, films, packed archives: are all byte values about as frequent? The sum of the squared counts of n samples is then
 * little above n² / 256; for text it is ten times that and more. The answer hangs on the data alone, as a frame's bytes must.
 */
static bool is_inert(const unsigned char *data, size_t length)
{
	uint32_t counts[256] = {0}, same = 0;
	const uint32_t samples = SAMPLES * SAMPLE;
	if (length < 4 * samples) {
		return false;
	}
	for (size_t i = 0; i < SAMPLES; i++) {
		const unsigned char *at = data + i * (length / SAMPLES);
		for (size_t k = 0; k < SAMPLE; k++) {
			counts[at[k]]++;
		}
	}
	for (size_t i = 0; i < 256; i++) {
		same += counts[i] * counts[i];
	}
	return same < samples * (samples / 256) * 5 / 2;
}

int lks_frame_pack(struct lks_buffer *out, struct lks_packer *packer, const void *data, size_t length, struct lks_error *err)
{
	if (length > LKS_FRAME_MAX) {
		return lks_error_set(err, LKS_E_LIMIT, 0, NULL, "a frame of %zu bytes is too large", length);
	}
	lks_buffer_clear(out);
	size_t bound = ZSTD_compressBound(length);
	int status = lks_buffer_reserve(out, bound, err);
	if (status != 0) {
		return status;
	}
	int level = is_inert(data, length) ? LEVEL_INERT : packer->level;
	if (level != packer->current) {
		ZSTD_CCtx_setParameter(packer->context, ZSTD_c_compressionLevel, level);
		packer->current = level;
	}
	size_t stored = ZSTD_compress2(packer->context, out->data, bound, data, length);
	if (ZSTD_isError(stored)) {
		return zstd_failed(err, LKS_E_NOMEM, stored);
	}
	out->length = stored;
	return 0;
}

int lks_unpacker_new(struct lks_unpacker **out, struct lks_error *err)
{
	struct lks_unpacker *unpacker = calloc(1, sizeof *unpacker);
	if (!unpacker || !(unpacker->context = ZSTD_createDCtx())) {
		free(unpacker);
		return lks_error_nomem(err);
	}
	/* SHA-256 of the stored bytes was compared before: zstd's weaker sum could add nothing but time. */
	ZSTD_DCtx_setParameter(unpacker->context, ZSTD_d_forceIgnoreChecksum, ZSTD_d_ignoreChecksum);
	*out = unpacker;
	return 0;
}

void lks_unpacker_free(struct lks_unpacker *unpacker)
{
	if (unpacker) {
		ZSTD_freeDCtx(unpacker->context);
		free(unpacker);
	}
}

static int check_header(const void *data, size_t stored, size_t length, struct lks_error *err)
{
	ZSTD_frameHeader header;
	if (length > LKS_FRAME_MAX || stored > LKS_FRAME_STORED_MAX) {
		return lks_error_set(err, LKS_E_LIMIT, 0, NULL, "a frame of %zu bytes is too large", length);
	}
	if (ZSTD_getFrameHeader(&header, data, stored) != 0 || header.frameType != ZSTD_frame) {
		return lks_error_set(err, LKS_E_CORRUPT, 0, NULL, "no zstd frame stands where one must");
	}
	if (header.windowSize > LKS_FRAME_MAX) {
		return lks_error_set(err, LKS_E_LIMIT, 0, NULL, "the frame asks for a window of %llu bytes", header.windowSize);
	}
	if (header.frameContentSize != length || header.dictID != 0 || header.checksumFlag != 1) {
		return lks_error_set(err, LKS_E_CORRUPT, 0, NULL, "the frame's own header differs from the manifest");
	}
	if (ZSTD_findFrameCompressedSize(data, stored) != stored) {
		return lks_error_set(err, LKS_E_CORRUPT, 0, NULL, "the frame ends before or after its place");
	}
	return 0;
}

int lks_frame_unpack(
	struct lks_buffer *out, struct lks_unpacker *unpacker, const void *data, size_t stored, size_t length, struct lks_error *err)
{
	int status = check_header(data, stored, length, err);
	if (status != 0) {
		return status;
	}
	lks_buffer_clear(out);
	status = lks_buffer_reserve(out, length, err);
	if (status != 0) {
		return status;
	}
	size_t got = ZSTD_decompressDCtx(unpacker->context, out->data, length, data, stored);
	if (ZSTD_isError(got)) {
		return zstd_failed(err, LKS_E_CORRUPT, got);
	}
	out->length = got;
	return got == length ? 0 : lks_error_set(err, LKS_E_CORRUPT, 0, NULL, "the frame holds %zu bytes instead of %zu", got, length);
}

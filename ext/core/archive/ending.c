/*
 * The end of the tar stream, a frame of its own; then manifest and seek table.
 */
#include "ending.h"

#include "header.h"

#define PRODUCER "lockstep"

int lks_ending_write(struct lks_archive_summary *out, struct lks_sink *sink, struct lks_manifest_builder *builder,
	struct lks_manifest_info *info, const uint8_t *key, struct lks_error *err)
{
	static const char zeros[LKS_TAR_END];
	struct lks_packer *packer = NULL;
	struct lks_buffer packed = {0}, manifest = {0};
	struct lks_frame frame = {.offset = lks_sink_length(sink), .length = sizeof zeros};
	info->producer = PRODUCER;
	int status = lks_packer_new(&packer, (int)info->level, err);
	status = status ? status : lks_frame_pack(&packed, packer, zeros, sizeof zeros, err);
	status = status ? status : lks_hash_bytes(frame.sha256, packed.data, packed.length, err);
	frame.stored = (uint32_t)packed.length;
	status = status ? status : lks_sink_write(sink, packed.data, packed.length, err);
	status = status ? status : lks_manifest_add_frame(builder, &frame, err);
	status = status ? status : lks_manifest_finish(&manifest, builder, info, key, err);
	status = status ? status : lks_sink_write(sink, manifest.data, manifest.length, err);
	status = status ? status : lks_sink_finish(out->sha256, sink, err);
	out->stored_bytes = lks_sink_length(sink);
	lks_buffer_dispose(&packed);
	lks_buffer_dispose(&manifest);
	lks_packer_free(packer);
	return status;
}

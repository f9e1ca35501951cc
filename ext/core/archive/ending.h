/*
 * How every archive ends: the frame that ends the tar stream, the manifest, the seek table, and the file's name.
 */
#ifndef LOCKSTEP_ARCHIVE_ENDING_H
#define LOCKSTEP_ARCHIVE_ENDING_H

#include "manifest.h"
#include "sink.h"

/* Writes the end; info's producer is set here. Fills hash and length of out. */
int lks_ending_write(struct lks_archive_summary *out, struct lks_sink *sink, struct lks_manifest_builder *builder,
	struct lks_manifest_info *info, const uint8_t *key, struct lks_error *err);

#endif

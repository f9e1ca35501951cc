/*
 * An archive's frames with the members that stand in them, one frame after the other: the work of reading, cut into pieces.
 *
 * One thread.
 */
#ifndef LOCKSTEP_ARCHIVE_PARTS_H
#define LOCKSTEP_ARCHIVE_PARTS_H

#include "chain.h"
#include "manifest.h"

/* One frame's work: whole members, or a piece of a larger file. */
struct lks_part {
	uint64_t frame;             /* number in the table */
	struct lks_member *members; /* owned array of deep copies in the region */
	uint64_t *places;           /* owned array: where each member's header begins in the frame's contents */
	size_t count, capacity;
	struct lks_region region;
	struct lks_chain *chain; /* a reference: a piece of a larger file */
	uint64_t piece, offset;  /* which piece, and where it begins in the file's tar bytes */
	bool last;               /* the chain's last piece */
};

struct lks_parts {
	struct lks_manifest_cursor cursor;
	struct lks_member member; /* the next member, read ahead */
	uint64_t frame, within;   /* and its place */
	bool ahead, ended;
	struct lks_chain *chain; /* a larger file whose pieces are being given out */
	uint64_t chain_frame, chain_piece, chain_offset, chain_extent;
};

/* below: only this member and what is below it; NULL or ".": all. LKS_E_NOT_FOUND. */
int lks_parts_init(struct lks_parts *parts, const struct lks_manifest *manifest, const char *below, struct lks_error *err);
/* 1: a part (its former contents are forgotten); 0: the end; negative: the manifest breaks its rules. */
int lks_parts_next(struct lks_part *out, struct lks_parts *parts, struct lks_error *err);
void lks_parts_dispose(struct lks_parts *parts);
void lks_part_dispose(struct lks_part *part);

#endif

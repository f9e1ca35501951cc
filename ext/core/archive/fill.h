/*
 * The tar bytes of one frame, made by a worker: headers, and files read straight into the frame's buffer and hashed while hot.
 *
 * A reader belongs to one thread at a time.
 */
#ifndef LOCKSTEP_ARCHIVE_FILL_H
#define LOCKSTEP_ARCHIVE_FILL_H

#include "chain.h"
#include "lockstep/archive.h"
#include "lockstep/buffer.h"
#include "lockstep/hash_many.h"
#include "member.h"

#define LKS_READER_LEVELS 16

/* What a worker keeps between frames. Zero-initialised is empty. */
struct lks_reader {
	int root_fd; /* borrowed */
	/* Directories that are open: that of the last member, and above it those of members before. */
	struct {
		int fd;        /* owned */
		size_t length; /* of its path; 0: the root */
	} levels[LKS_READER_LEVELS];
	unsigned depth;
	char directory[PATH_MAX];  /* path of the deepest */
	struct lks_hash *hash;     /* owned */
	struct lks_hash_job *jobs; /* owned array; used by lks_fill_hash */
	size_t job_capacity;
};

int lks_reader_init(struct lks_reader *out, int root_fd, struct lks_error *err);
void lks_reader_dispose(struct lks_reader *reader);

/* Opens what was a file when the walk passed. *fd is -1 when it is gone; it may be no file any more. */
int lks_fill_open(int *fd, struct lks_reader *reader, const char *path, struct lks_error *err);

/* A member that is planned for a frame; filling completes it. */
struct lks_planned {
	struct lks_member member;
	const char *user, *group; /* the owner's names; borrowed */
	bool linked;              /* later members may be hard links to it */
	bool dropped;             /* it vanished: it is not in the frame */
	bool filled;              /* its contents stand in raw, and are not hashed yet */
	size_t contents;          /* where they begin */
};

/*
 * Appends the member's tar bytes to raw. Contents get exactly member.size bytes, padded with zeros or cut when the file has
 * another size by now, with a warning; a file that vanished is dropped with a warning. Attributes go to the region.
 */
int lks_fill_member(struct lks_buffer *raw, struct lks_planned *planned, struct lks_reader *reader, struct lks_region *region,
	struct lks_notes *warnings, struct lks_error *err);

/* Hashes what was filled in, all at once: that is faster than one file after the other. raw is what they were appended to. */
int lks_fill_hash(
	struct lks_planned *members, size_t count, const struct lks_buffer *raw, struct lks_reader *reader, struct lks_error *err);

/* Replaces raw's contents by `length` bytes of the chained file's tar bytes from `offset` on, and tells whether the file gave all. */
int lks_fill_piece(
	struct lks_buffer *raw, bool *complete, const struct lks_chain *chain, uint64_t offset, size_t length, struct lks_error *err);

/* Is the open file still what the member says? */
bool lks_fill_unchanged(const struct lks_member *member, int fd);

#endif

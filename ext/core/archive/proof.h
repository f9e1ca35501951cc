/*
 * Is a live file what an archive's manifest says? By what stat(2) tells where that proves it, else by reading it.
 *
 * The proof by stat is the one by which a backup takes over frames (parent.h): same size, mode, owner, times, inode and device,
 * and no time so late that a change could hide behind it.
 */
#ifndef LOCKSTEP_ARCHIVE_PROOF_H
#define LOCKSTEP_ARCHIVE_PROOF_H

#include "lockstep/job.h"
#include "manifest.h"

/* Same mode and owner; of what is no directory also mtime, and of files the size. */
bool lks_proof_same_metadata(const struct lks_member *now, const struct lks_member *member);
/* Same metadata, and nothing has touched it since the manifest was written. */
bool lks_proof_untouched(const struct lks_member *now, const struct lks_member *member, int64_t started);
/* Has an open file or directory the member's extended attributes and ACLs? *same tells; region is scratch. */
int lks_proof_attributes(bool *same, int fd, const struct lks_member *member, struct lks_region *region, struct lks_error *err);

/* Files that are read by several threads, some hundred at a time. */
struct lks_proofs;

struct lks_proof {
	uint32_t index; /* the caller's */
	bool same;
};

int lks_proofs_new(struct lks_proofs **out, int root_fd, unsigned threads, struct lks_task *task, struct lks_error *err);
/*
 * Asks about one file, of which now is what stat told. `found` is called by the owner's thread, here or in _finish, for each file
 * once. What cannot be read or changes meanwhile is not the same.
 */
int lks_proofs_add(struct lks_proofs *proofs, const struct lks_member *member, const struct lks_member *now, uint32_t index,
	void (*found)(void *context, const struct lks_proof *proof), void *context, struct lks_error *err);
int lks_proofs_finish(
	struct lks_proofs *proofs, void (*found)(void *context, const struct lks_proof *proof), void *context, struct lks_error *err);
void lks_proofs_free(struct lks_proofs *proofs);

#endif

/*
 * Will what is to be unpacked fit? Told before the first file is made.
 */
#ifndef LOCKSTEP_ARCHIVE_ROOM_H
#define LOCKSTEP_ARCHIVE_ROOM_H

#include "lockstep/archive.h"
#include "lockstep/job.h"
#include "manifest.h"
#include "selection.h"

/*
 * Sets out's needed and free, and the task's totals. LKS_E_NO_SPACE; LKS_E_NOT_FOUND when a pattern selects nothing; LKS_E_FORMAT when
 * the manifest's sums are not those of its members.
 */
int lks_room_check(struct lks_archive_summary *out, const struct lks_manifest *manifest, const struct lks_selection *selection, int to_fd,
	struct lks_task *task, struct lks_error *err);

#endif

/*
 * The metadata of unpacked directories, set when nothing more is made in them.
 */
#ifndef LOCKSTEP_ARCHIVE_DIRECTORIES_H
#define LOCKSTEP_ARCHIVE_DIRECTORIES_H

#include "create.h"
#include "lockstep/job.h"
#include "manifest.h"

/* For all directories of the archive, or with below != NULL for those below it and itself; by several threads. */
int lks_directories_finish(struct lks_creator *creator, const struct lks_manifest *manifest, const char *below, unsigned threads,
	struct lks_task *task, struct lks_notes *warnings, struct lks_error *err);

#endif

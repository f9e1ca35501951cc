/*
 * The metadata of unpacked directories, set when nothing more is made in them.
 */
#ifndef LOCKSTEP_ARCHIVE_DIRECTORIES_H
#define LOCKSTEP_ARCHIVE_DIRECTORIES_H

#include "create.h"
#include "lockstep/job.h"
#include "manifest.h"
#include "selection.h"

/*
 * For the directories that are selected, by several threads. Parents of what a pattern selects get theirs, too, when they are
 * among the items.
 */
int lks_directories_finish(struct lks_creator *creator, const struct lks_manifest *manifest, const struct lks_selection *selection,
	unsigned threads, struct lks_task *task, struct lks_notes *warnings, struct lks_error *err);

#endif

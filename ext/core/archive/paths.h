/*
 * Adding to the lists of paths that callers get.
 */
#ifndef LOCKSTEP_ARCHIVE_PATHS_H
#define LOCKSTEP_ARCHIVE_PATHS_H

#include "lockstep/archive.h"

/* Appends a copy. LKS_E_NOMEM. */
int lks_paths_add(struct lks_paths *paths, const char *path, struct lks_error *err);

#endif

/*
 * Adding to the lists of warnings and findings that callers get.
 */
#ifndef LOCKSTEP_ARCHIVE_NOTES_H
#define LOCKSTEP_ARCHIVE_NOTES_H

#include "lockstep/archive.h"
#include "lockstep/error.h"

#define LKS_NOTES_MAX 1000u /* lines kept; one more says how it goes on */

/* Adds "path: text". LKS_E_NOMEM. */
int lks_notes_add(struct lks_notes *notes, struct lks_error *err, const char *path, const char *format, ...) LKS_PRINTF(4, 5);
/* Moves all lines of from to the end of notes. LKS_E_NOMEM leaves from as it is. */
int lks_notes_move(struct lks_notes *notes, struct lks_notes *from, struct lks_error *err);

#endif

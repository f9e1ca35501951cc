/*
 * What a user changed in the tool, against the pristine release it was installed from. Thread-safe.
 */
#ifndef LOCKSTEP_CLASSIFY_H
#define LOCKSTEP_CLASSIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "lockstep/error.h"
#include "lockstep/job.h"
#include "lockstep/noise.h"
#include "lockstep/scan.h"

enum lks_custom_kind {
	LKS_CUSTOM_MODIFIED, /* content, or the executable bit */
	LKS_CUSTOM_ADDED,
	LKS_CUSTOM_DELETED,
	LKS_CUSTOM_TYPE /* file, directory, symlink turned into one another */
};

struct lks_custom {
	enum lks_custom_kind kind;
	const char *path;     /* borrowed */
	const char *dist;     /* for an added X whose X.dist is in the pristine release: that path; else NULL; borrowed */
	bool unedited;        /* X has the bytes of X.dist; noise is COPY then, and also where it differs in form alone */
	enum lks_noise noise; /* not NONE: no customization to a person */
	mode_t before, after; /* type and permissions on both sides; 0 where absent */
};

struct lks_customs {
	struct lks_custom *items; /* owned; files and symlinks only, in path order */
	size_t count;
	struct lks_scan pristine, mine; /* owned, with hashes */
};

/*
 * Compares the two trees by content and executable bit; directories (unless a file became one) and other permissions are no
 * customization. A .git, .hg or .svn directory at the top is not looked at. Files that differ are read once more:
 * LKS_E_CHANGED when they have other bytes by then. The two directories stay the caller's.
 */
int lks_classify(struct lks_customs *out, int pristine_fd, int mine_fd, struct lks_task *task, struct lks_error *err);
void lks_customs_dispose(struct lks_customs *customs);
const char *lks_custom_kind_name(enum lks_custom_kind kind); /* "modified", "added", "deleted", "type" */

#endif

/*
 * Carrying customizations into a new release: the plan (what each file becomes), the three-way text merge, the result.
 * XML that conflicts by lines is merged by element and attribute.
 *
 * libgit2 is opened at the first text merge. One thread a plan.
 */
#ifndef LOCKSTEP_MERGE_H
#define LOCKSTEP_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lockstep/buffer.h"
#include "lockstep/classify.h"
#include "lockstep/error.h"
#include "lockstep/job.h"

/*
 * A three-way text merge (git's, style "merge"). *conflicts: number of conflict regions written with markers.
 * Line ends are merged like a fourth value when each side is wholly LF or wholly CRLF: a text that the user converted to CRLF
 * meets LF without a conflict and stays CRLF. LKS_E_LIMIT beyond LKS_MERGE_TEXT_MAX bytes a side, LKS_E_INVALID for bytes
 * that are no text (NUL), LKS_E_UNSUPPORTED without libgit2.
 */
#define LKS_MERGE_TEXT_MAX (16u << 20)
struct lks_text {
	const char *data;  /* NULL: the file is absent (lks_diff_text alone) */
	size_t length;     /* bytes */
	const char *label; /* stands in the markers; in a diff the file's path, to which "a/" and "b/" are put */
};
int lks_merge_text(struct lks_buffer *out, size_t *conflicts, const struct lks_text *base, const struct lks_text *mine,
	const struct lks_text *theirs, struct lks_error *err);

/*
 * A unified diff of two texts, in git's form. Equal ones give nothing; binary contents, or more than LKS_MERGE_TEXT_MAX
 * bytes, give one line that says so. Without libgit2 LKS_E_UNSUPPORTED.
 */
int lks_diff_text(struct lks_buffer *out, const struct lks_text *before, const struct lks_text *after, struct lks_error *err);

/*
 * The same to be read by a person: white space at the ends of lines does not count (a CR is such), in XML none does, so that what
 * was converted or indented anew drowns no edit. No patch. Texts that differ in nothing else give the exact diff.
 */
int lks_diff_readable(struct lks_buffer *out, const struct lks_text *before, const struct lks_text *after, struct lks_error *err);

/*
 * What keeps a text from being the resolution of a conflict at path: a line of <<<<<<<, ||||||| or >>>>>>>, or XML that is not
 * well-formed. Nothing is appended when it may be one. (A merge asks its sides too whether such a line is their own.)
 */
int lks_merge_fault(struct lks_buffer *out, const char *path, const char *data, size_t length, struct lks_error *err);

/* The version of libgit2 that is opened, "1.5.1"; opens it. */
int lks_merge_library(char version[32], struct lks_error *err);

enum lks_outcome {
	LKS_OUTCOME_CARRIED,  /* mine stands: only mine changed */
	LKS_OUTCOME_MERGED,   /* both changed, merged */
	LKS_OUTCOME_FOLLOWS,  /* no edit of the user was in it, but perhaps in form: the new release's content, mine's line ends */
	LKS_OUTCOME_RESOLVED, /* a resolution of the user was taken */
	LKS_OUTCOME_OBSOLETE, /* the new release has the same: nothing is left to carry */
	LKS_OUTCOME_DELETED,  /* deleted by the user, unchanged upstream (or moved from X.dist to X, or left out): stays deleted */
	LKS_OUTCOME_CONFLICT
};

enum lks_on_conflict {
	LKS_CONFLICT_STOP, /* leave the conflict files; with any conflict the release is not touched at all */
	LKS_CONFLICT_NEW,  /* the new release's file, mine beside as X.mine (X.mine.1, … when that is taken) */
	LKS_CONFLICT_MINE  /* my file, the new one beside as X.new (X.new.1, …) */
};

/* A path in an XML file of mine that named what stands elsewhere now. */
struct lks_repointed {
	char *from, *to;
};

struct lks_merge_item {
	enum lks_outcome outcome;
	const char *path;                      /* in the merged tool; borrowed from the result, as all that follows */
	const char *from;                      /* where it was in mine, when upstream renamed the file or a directory above it; else NULL */
	const char *origin;                    /* the shipped file, in pristine, that a copy under another name was made of; else NULL */
	const char *note;                      /* what a person should know of it, else NULL */
	const struct lks_repointed *repointed; /* what was rewritten in it */
	size_t repointed_count;
	enum lks_noise noise; /* of the customization, as lks_classify tells it */
	const char *reason; /* for a conflict: "both sides changed the same lines (2 places)", "deleted upstream, changed here", …; else NULL */
	uint8_t hash[32];   /* of the regular file that stands at path after the merge; zeros when none does */
};

struct lks_merge_result {
	struct lks_merge_item *items; /* owned; one a customization, in path order */
	size_t count;
	size_t conflicts; /* items with outcome CONFLICT, also those that on_conflict settled */
	void *owned;
};

/*
 * Renames. Files and directories that moved from pristine to release are told from the contents of both; customizations go along,
 * and XML of mine that names a moved file is rewritten there, as long as the name has nothing at the old path and the new one has.
 * An added PHP file stays: its path is its class's name. A copy of a shipped file under another name, which config.xml names in an
 * option, merges with what the releases name there.
 *
 * Conflicts and resolutions. A conflict at PATH leaves PATH.base, PATH.mine and PATH.theirs (each where that side has a file)
 * and, when texts were merged, PATH with markers; what lies beside has a "~" more where another conflict is at that very path.
 * The user resolves it by editing PATH, by copying a side to PATH, or by an empty PATH.delete: the file is not wanted. A PATH
 * that was left as written is no resolution; one whose sides beside are not this merge's is out of date, and the conflict is
 * reported again; so is one that lacks a side beside, unless that was moved to PATH, or all are gone. Resolutions that were taken
 * by a merge with further conflicts are copied to the new conflict directory, so that the newest one is always complete.
 */
struct lks_merge_options {
	int pristine_fd;       /* the installed release as released */
	int mine_fd;           /* the installed tool with its customizations */
	int release_fd;        /* the new release as released; changed in place into the merged tool */
	int conflicts_fd;      /* an empty 0700 directory for conflict files (0600); -1: nowhere */
	int resolutions_fd;    /* conflict directory of a former merge; -1: none */
	const char *from, *to; /* versions, for labels */
	enum lks_on_conflict on_conflict;
	char *const *broken; /* NULL-terminated paths whose merged text is of no use, as a former merge showed: conflicts; or NULL */
};

/*
 * Merges. Returns 0 also with conflicts (see result->conflicts); when on_conflict is STOP the release is then as it was.
 * Files that only mine changed keep their bytes and mode, merged ones the mode of mine. Merged X.xml and X.xml.dist must be
 * well-formed, and valid against the schema that they name as the new release has it, else they are conflicts: unless mine was
 * not so before, or the new release's own file is not. Resolutions with markers left, or XML that is not well-formed:
 * LKS_E_INVALID names file and line. LKS_E_CHANGED when a file of mine changes meanwhile. The caller syncs the release.
 */
int lks_merge_apply(struct lks_merge_result *out, const struct lks_merge_options *options, struct lks_task *task, struct lks_error *err);
void lks_merge_result_dispose(struct lks_merge_result *result);
const char *lks_outcome_name(enum lks_outcome outcome); /* "carried", "merged", "follows", "resolved", "obsolete", "deleted", "conflict" */

#endif

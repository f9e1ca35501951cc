/*
 * The plan of a merge: for each customization what it meets in the new release, and what shall stand at its path.
 *
 * Private to the custom module. A plan belongs to one thread. Files: plan.c (the rules), move.c (where each customization
 * stands, as upstream renames), origin.c (what copies were made of), both.c (both sides changed), follow.c (mine is none but in
 * form), left_out.c (directories that are not wanted), obstacle.c (paths that exclude one another), resolution.c (conflicts that
 * the user resolved), repoint.c (paths in config.xml that moved), conflict.c (conflict files), apply.c (writing the release),
 * aside.c (conflicts settled by choice), merge.c (the public function).
 */
#ifndef LKS_CUSTOM_PLAN_H
#define LKS_CUSTOM_PLAN_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "lockstep/buffer.h"
#include "lockstep/classify.h"
#include "lockstep/error.h"
#include "lockstep/job.h"
#include "lockstep/merge.h"
#include "lockstep/scan.h"
#include "renames.h"

/* What stands at a path when the plan has been applied. */
enum lks_stand {
	LKS_STAND_RELEASE, /* whatever the new release has there */
	LKS_STAND_NOTHING,
	LKS_STAND_MINE, /* a copy of mine: file, symlink, or a directory without its contents */
	LKS_STAND_TEXT, /* the bytes in text */
	LKS_STAND_LINK  /* a symlink to the target in text */
};

struct lks_planned {
	const struct lks_custom *custom;
	const char *path;                             /* where it stands in the merged tool; custom->path, or moved */
	char *moved;                                  /* owned; its new place, when it follows a rename; else NULL */
	char *taken;                                  /* owned; its new place, when it cannot go there as another file of mine has it */
	const struct lks_entry *origin, *shipped;     /* of an added file: what the user made it of, in the old and in the new release; or NULL.
	                                             Of a changed X that is shipped as X.dist from now on: shipped alone */
	const struct lks_entry *base, *mine, *theirs; /* the three sides; NULL where absent; base and theirs may be the origin's */
	bool unedited;                                /* mine is the origin, but perhaps for its form */
	bool copy;                                    /* theirs is shipped, which is to become this file */
	const char *note;                             /* static; what else is to be told, or NULL */
	struct lks_repointed *repointed;              /* owned; paths in the file that were rewritten */
	size_t repointed_count;
	enum lks_outcome outcome;
	enum lks_stand stand;
	bool obstructed;        /* the conflict is about the path itself, not about contents */
	struct lks_buffer text; /* owned; what stand says; of a conflict the merged text with markers, if texts were merged */
	bool has_text;
	struct lks_buffer kept; /* owned; of a copy's conflict settled by choice: theirs as released */
	char *reason;           /* owned; of a conflict, else NULL */
};

struct lks_plan {
	const struct lks_merge_options *options;
	struct lks_customs customs; /* owned */
	struct lks_scan release;    /* owned, with hashes; as it was before the merge */
	struct lks_renames renames; /* owned; from the old release to the new one */
	struct lks_planned *items;  /* owned; one a customization, in the order of their new paths */
	size_t count;
	size_t conflicts;
};

/* Adds what the new release has below directories that the shop leaves out whole to the customizations, as deleted. */
int lks_plan_leave_out(struct lks_plan *plan, struct lks_error *err);

/* Makes the whole plan; nothing is written. */
int lks_plan_make(struct lks_plan *out, const struct lks_merge_options *options, struct lks_task *task, struct lks_error *err);
void lks_plan_dispose(struct lks_plan *plan);

/* The item that stands at this path of the merged tool, or NULL. */
const struct lks_planned *lks_plan_find(const struct lks_plan *plan, const char *path);

/* The item that the user has, or removed, at this path of the installed tool; or NULL. Slow when there are many. */
const struct lks_planned *lks_plan_find_old(const struct lks_plan *plan, const char *path);

/* What the new release has of the old one's file: at its path, else where it was renamed to; or NULL. */
const struct lks_entry *lks_plan_successor(const struct lks_plan *plan, const struct lks_entry *old);

/* Decides where each customization stands, and sorts them by that; then their three sides and origins are known. */
int lks_plan_move(struct lks_plan *plan, struct lks_error *err);

/* Finds what copies under another name were made of: the file that the release names where the user's config.xml names the copy. */
int lks_plan_origins(struct lks_plan *plan, struct lks_task *task, struct lks_error *err);

/* Rewrites in mine, where it stands, the paths of what stands elsewhere now. */
int lks_plan_repoint(struct lks_plan *plan, struct lks_task *task, struct lks_error *err);

/* Is it the same content: both absent, files with equal bytes, symlinks with one target, directories? */
bool lks_plan_same(const struct lks_entry *left, const struct lks_entry *right);

/* Turns the item into a conflict. The reason is formatted and owned by the item. */
int lks_plan_conflict(struct lks_planned *item, struct lks_error *err, const char *format, ...) LKS_PRINTF(3, 4);

/* Reads a regular file whose entry is known; LKS_E_CHANGED when its bytes are no longer those. */
int lks_plan_read(struct lks_buffer *out, int dir_fd, const struct lks_entry *entry, struct lks_error *err);

/* Three regular files that all differ: MERGED, or a conflict. */
int lks_plan_both(const struct lks_plan *plan, struct lks_planned *item, struct lks_error *err);

/* Three regular files, the first two alike but for their form: the third stands, with the line ends that mine was given. */
int lks_plan_follow(const struct lks_plan *plan, struct lks_planned *item, struct lks_error *err);

/* Makes conflicts of the items whose path cannot be had in the new release, as another thing stands in the way. */
int lks_plan_obstacles(struct lks_plan *plan, struct lks_error *err);

/* Takes the user's resolution of a conflict, if there is one. */
int lks_plan_resolve(const struct lks_plan *plan, struct lks_planned *item, struct lks_error *err);

/* Leaves the files of all conflicts, and of taken resolutions when the merge stops, in options->conflicts_fd. */
int lks_plan_leave_conflicts(const struct lks_plan *plan, struct lks_error *err);

/* The name of what lies beside a conflict at path ("" is the path itself): path.suffix, with a "~" where another conflict has it. */
bool lks_plan_beside(char out[PATH_MAX], const struct lks_plan *plan, const char *path, const char *suffix);

/* Changes the release into what the plan says; conflicts are left to lks_plan_put_aside. */
int lks_plan_apply(const struct lks_plan *plan, struct lks_task *task, struct lks_error *err);

/* Settles a conflict in the release as options->on_conflict says, one side at its path and the other beside it. */
int lks_plan_put_aside(const struct lks_plan *plan, const struct lks_planned *item, struct lks_error *err);

/* Puts a copy of mine at `to` in the release, with the parents it needs; nothing may stand there. */
int lks_plan_place_mine(const struct lks_plan *plan, const struct lks_planned *item, const char *to, struct lks_error *err);

/* Puts bytes of an item at `to` in the release, with the parents it needs; nothing may stand there. Not synced. */
int lks_plan_place_text(
	const struct lks_plan *plan, const struct lks_planned *item, const char *to, const struct lks_buffer *text, struct lks_error *err);

/* The permissions that a file of this item gets when it is written anew. */
mode_t lks_plan_mode(const struct lks_planned *item);

#endif

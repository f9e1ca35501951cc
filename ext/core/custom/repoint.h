/*
 * What in mine names other files of the tool, and must name them where they are now. Private to the custom module.
 */
#ifndef LKS_CUSTOM_REPOINT_H
#define LKS_CUSTOM_REPOINT_H

#include "plan.h"

/* Where the file that had this path in the installed tool stands once all is merged; NULL when it did not move. */
const char *lks_plan_moved_to(const struct lks_plan *plan, const char *path);

/* Tells that the item names another path now; both are copied. */
int lks_plan_note_repointed(struct lks_planned *item, const char *from, const char *to, struct lks_error *err);

/* A symlink of mine: gives it the target that leads where it led. */
int lks_plan_repoint_link(const struct lks_plan *plan, struct lks_planned *item, struct lks_error *err);

#endif

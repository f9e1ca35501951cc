/*
 * A new tree that is to replace an old one gets the old one's modes, owners, groups, ACLs and labels. Blocks; one thread.
 */
#ifndef LOCKSTEP_ADOPT_H
#define LOCKSTEP_ADOPT_H

#include "lockstep/error.h"

/*
 * Gives every entry of to_fd/to what its counterpart (the same path, the same type) in from_fd/from has. An entry without one
 * takes after the nearest of its type: a sibling, else one in a directory above; a file prefers one that is executable as it
 * is itself, and stays executable. A symlink without one stays as it is. Both may be a single file. A pattern that is absent
 * changes nothing.
 */
int lks_adopt_tree(int from_fd, const char *from, int to_fd, const char *to, struct lks_error *err);

#endif

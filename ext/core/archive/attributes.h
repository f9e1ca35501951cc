/*
 * Extended attributes and ACLs of an open file: which of them an archive holds, reading and setting them.
 *
 * Kept: user.*, trusted.* (but overlayfs' own), security.capability, and POSIX ACLs as the kernel stores them. The labels of
 * SELinux and its like are the system's policy, not the tree's, and left out. Thread-safe; blocks.
 */
#ifndef LOCKSTEP_ARCHIVE_ATTRIBUTES_H
#define LOCKSTEP_ARCHIVE_ATTRIBUTES_H

#include "lockstep/archive.h"
#include "member.h"

/* Fills member's attributes, sorted by name, from the open file; memory is the region's. path is for errors. LKS_E_LIMIT. */
int lks_attributes_read(struct lks_member *member, int fd, const char *path, struct lks_region *region, struct lks_error *err);
/* Sets all attributes of member; what the file system or the rights do not allow becomes a warning. */
int lks_attributes_set(int fd, const struct lks_member *member, struct lks_notes *warnings, struct lks_error *err);
/* Does an archive hold an attribute of this name? */
bool lks_attributes_kept(const char *name);

#endif

/*
 * One member of an archive in memory: what the manifest says of it, and what its tar header is made from.
 */
#ifndef LOCKSTEP_ARCHIVE_MEMBER_H
#define LOCKSTEP_ARCHIVE_MEMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "region.h"
#include "lockstep/error.h"
#include "lockstep/hash.h"

/* Numbers of the format (docs/archive-format.md). */
enum lks_member_kind {
	LKS_MEMBER_FILE = 1,
	LKS_MEMBER_DIRECTORY = 2,
	LKS_MEMBER_SYMLINK = 3,
	LKS_MEMBER_HARDLINK = 4 /* another name of a regular file that stands earlier */
};

#define LKS_MEMBERS_MAX 8000000u        /* members of an archive */
#define LKS_MEMBER_ATTRIBUTES_MAX 64    /* extended attributes of a member */
#define LKS_MEMBER_ATTRIBUTE_MAX 65536u /* bytes of an attribute's value (the kernel's own limit) */

struct lks_attribute {
	const char *name;     /* borrowed; "user.x", "system.posix_acl_access", "security.capability" */
	const uint8_t *value; /* borrowed; may be NULL when empty */
	size_t length;        /* bytes of value */
};

struct lks_member {
	const char *path; /* from the archived root; borrowed */
	size_t path_length;
	const char *link; /* target of a symlink, path of a hard link's first name; else NULL; borrowed */
	enum lks_member_kind kind;
	bool starts;   /* its header is the first of a frame */
	bool changed;  /* changed while it was read: stored consistently, never to be reused */
	bool sparse;   /* the file had holes: its zeros are unpacked as holes */
	uint32_t mode; /* permissions: the lower 12 bits of st_mode */
	uint32_t uid, gid;
	uint64_t size; /* bytes stored; 0 for what is no regular file */
	uint64_t device, inode;
	int64_t mtime, ctime;                   /* ns since the epoch */
	uint8_t sha256[LKS_HASH_SIZE];          /* of a regular file's stored bytes */
	const struct lks_attribute *attributes; /* borrowed; in the order of their names */
	size_t attribute_count;
};

/* Deep copy into a region. LKS_E_NOMEM. */
int lks_member_copy(struct lks_member *out, const struct lks_member *member, struct lks_region *region, struct lks_error *err);

/* The same extended attributes and ACLs? */
bool lks_member_same_attributes(const struct lks_member *left, const struct lks_member *right);

/*
 * Has nothing touched the file since an archive noted it, whose writing began at `started` (ns)? Its times, inode and device are what
 * they were, and no time is so late that a change could hide behind it.
 */
bool lks_member_untouched(const struct lks_member *now, const struct lks_member *noted, int64_t started);

/* Fills all but path, link and attributes from stat data; kind is set by file type (0 for a type that is not archived). */
void lks_member_stat(struct lks_member *member, const struct stat *st);

#endif

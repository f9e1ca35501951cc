/*
 * Names of users and groups by number, in ascending order of the numbers: what tar headers need, kept in the manifest.
 *
 * Zero-initialised is empty. One thread at a time adds; lookups may go on in other threads only after the last one.
 */
#ifndef LOCKSTEP_ARCHIVE_OWNERS_H
#define LOCKSTEP_ARCHIVE_OWNERS_H

#include <stddef.h>
#include <stdint.h>

#include "lockstep/error.h"

#define LKS_OWNER_NAME 32 /* bytes of a name with its NUL: the field of a tar header */

struct lks_owner {
	uint32_t id;
	char name[LKS_OWNER_NAME]; /* "" when the system has none, or a longer one */
};

struct lks_owners {
	struct lks_owner *items; /* owned; ascending by id */
	size_t count;
};

enum lks_owner_kind { LKS_OWNER_USER, LKS_OWNER_GROUP };

/* Makes sure that id is there, with the name that the system knows. *out is borrowed until the next call. LKS_E_NOMEM. */
int lks_owners_learn(struct lks_owners *owners, enum lks_owner_kind kind, uint32_t id, const char **out, struct lks_error *err);
/* Appends a known pair; ids must ascend. LKS_E_FORMAT when they do not or the name does not fit. */
int lks_owners_append(struct lks_owners *owners, uint32_t id, const char *name, size_t length, struct lks_error *err);
/* The name of id, NULL when it is not there. */
const char *lks_owners_name(const struct lks_owners *owners, uint32_t id);
void lks_owners_dispose(struct lks_owners *owners);

#endif

/*
 * Which release of the tool a Magento needs. Pure; thread-safe.
 *
 * Rules, in this order (source: docs/versions.md): "hotfix" (X.Y.Z.N, the highest, when there is one), "exact" (the same
 * version), "patch-release" (X.Y.Z-pN takes what X.Y.Z takes by the former rules), "nearest" (the highest lower release of
 * the same minor, only with consent), "none". Never another minor, never a higher patch.
 */
#ifndef LOCKSTEP_RESOLVE_H
#define LOCKSTEP_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>

#include "lockstep/error.h"
#include "lockstep/version.h"

/* Released versions, ascending, only exact ones; what is not exact (dev-…, beta) is left out. */
struct lks_releases {
	struct lks_version *items; /* owned */
	size_t count;
};
/* From the output of `composer show --all --format=json`. LKS_E_INVALID when it is not that. */
int lks_releases_parse(struct lks_releases *out, const char *json, size_t length, struct lks_error *err);
/* From an array of texts; texts that are no exact version are left out. */
int lks_releases_from(struct lks_releases *out, const char *const *texts, size_t count, struct lks_error *err);
void lks_releases_dispose(struct lks_releases *releases);

enum lks_rule { LKS_RULE_EXACT, LKS_RULE_HOTFIX, LKS_RULE_PATCH, LKS_RULE_NEAREST, LKS_RULE_NONE };

enum lks_resolve_flags {
	LKS_RESOLVE_NEAREST = 1, /* consent to an inexact release */
	LKS_RESOLVE_NO_HOTFIX = 2
};

struct lks_target {
	char version[LKS_VERSION_TEXT]; /* "" with LKS_RULE_NONE and no candidate */
	enum lks_rule rule;
	bool exact;                       /* false only for nearest and none */
	char candidate[LKS_VERSION_TEXT]; /* with NONE: what --nearest would give, "" when nothing */
	char reason[256];                 /* a sentence for a person */
};

/* Always succeeds with rule NONE when nothing fits; LKS_E_INVALID for a version of Magento that is none. */
int lks_resolve(struct lks_target *out, const char *magento, const struct lks_releases *releases, unsigned flags, struct lks_error *err);
const char *lks_rule_name(enum lks_rule rule); /* "exact", "hotfix", "patch-release", "nearest", "none" */

#endif

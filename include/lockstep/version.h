/*
 * Exact version numbers of Magento and the tool: "2.4.6", "2.4.6.1", "2.4.6-p3". Pure and thread-safe.
 *
 * Anything else ("dev-master", "*", ">=2", "--foo", "2.4.6;id", a newline) is refused.
 */
#ifndef LOCKSTEP_VERSION_H
#define LOCKSTEP_VERSION_H

#include <stdbool.h>

#include "lockstep/error.h"

#define LKS_VERSION_TEXT 64 /* bytes that hold any version's text with its NUL */

struct lks_version {
	unsigned part[4];            /* major, minor, patch, hot fix */
	unsigned parts;              /* 3 or 4: how many were written */
	unsigned security;           /* N of -pN, 0 for none */
	char suffix[16];             /* "" or "alpha1", "beta2", "rc1": a pre-release */
	char text[LKS_VERSION_TEXT]; /* as given, without a leading "v" */
};

/* LKS_E_INVALID names the text (escaped). */
int lks_version_parse(struct lks_version *out, const char *text, struct lks_error *err);
/* <0, 0, >0. A pre-release is lower than its release; -pN higher; the hot fix counts before -pN. */
int lks_version_compare(const struct lks_version *left, const struct lks_version *right);

#endif

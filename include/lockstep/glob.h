/*
 * Patterns of paths, with the meaning that .gitignore gives them, but without "!".
 *
 * A pattern without a slash, but for one at its end, is matched against names at any depth; any other against the whole path from
 * the root. "*" and "?" match all but slashes, "[a-z]" and "[!a-z]" one byte of a set, "**" + "/" any number of directories, "/" +
 * "**" at the end all that is inside; a slash at the end matches directories alone; a backslash takes the next byte as it is.
 * Source: gitignore(5). Pure; thread-safe.
 */
#ifndef LOCKSTEP_GLOB_H
#define LOCKSTEP_GLOB_H

#include <stdbool.h>

#include "lockstep/error.h"

#define LKS_GLOB_MAX 1024u /* bytes of a pattern */

/* Is it a pattern? LKS_E_INVALID says why not. */
int lks_glob_check(const char *pattern, struct lks_error *err);

/* path: relative, without slashes at its ends. The pattern was checked. */
bool lks_glob_match(const char *pattern, const char *path, bool is_directory);

#endif

/*
 * Which of many files a copy was made from: how much each has in common with it. Thread-safe.
 */
#ifndef LOCKSTEP_SIMILAR_H
#define LOCKSTEP_SIMILAR_H

#include <stddef.h>

#include "lockstep/error.h"

#define LKS_SIMILAR_NOT (-1) /* absent, no regular file, binary, or of more than LKS_MERGE_TEXT_MAX bytes */

/*
 * Compares file_fd/file (a relative path) with each dir_fd/paths[i]: out[i] becomes 0 (no line in common) to 1000 (the same
 * lines), or LKS_SIMILAR_NOT. Order, indentation, empty lines and line ends count for nothing. All are LKS_SIMILAR_NOT when
 * file itself is. Fails with LKS_E_NOMEM alone. Reads every file.
 */
int lks_similar_files(int *out, int file_fd, const char *file, int dir_fd, const char *const *paths, size_t count, struct lks_error *err);

#endif

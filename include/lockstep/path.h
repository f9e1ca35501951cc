/*
 * Paths below a root, resolved so that nothing can lead out of it.
 *
 * A relative path here is "a/b/c": not empty, no leading, trailing or double slash, no "." or ".." component, no NUL,
 * each component at most 255 bytes. Bytes, not characters: any encoding. The root itself is written ".".
 * Resolution is by openat2(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS), component by component with
 * O_NOFOLLOW where the kernel lacks it. All functions are thread-safe and may block on the file system.
 */
#ifndef LOCKSTEP_PATH_H
#define LOCKSTEP_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "lockstep/error.h"

/* 0 when path (length bytes, need not be NUL-terminated) keeps the rules above, else LKS_E_UNSAFE with the reason. */
int lks_path_check(const char *path, size_t length, struct lks_error *err);

/* Opens rel below root_fd without following any symlink. flags: as open(2), O_CLOEXEC is added. The caller closes *fd. */
int lks_path_open(int *fd, int root_fd, const char *rel, int flags, mode_t mode, struct lks_error *err);

/*
 * Opens the directory that holds rel; *name points into rel. The caller closes *dir_fd (always a new descriptor).
 * For "." LKS_E_INVALID.
 */
int lks_path_parent(int *dir_fd, const char **name, int root_fd, const char *rel, struct lks_error *err);

/* Makes each missing directory of rel with mode (exact, whatever the umask). An existing directory is left as it is. */
int lks_path_mkdirs(int root_fd, const char *rel, mode_t mode, struct lks_error *err);

/* Opens a directory by an ordinary path (symlinks followed once): the root of everything else. The caller closes *fd. */
int lks_path_open_root(int *fd, const char *path, struct lks_error *err);

/* The same, but a symlink anywhere in the path is LKS_E_UNSAFE: for what removes. */
int lks_path_open_root_unlinked(int *fd, const char *path, struct lks_error *err);

/* Is path equal to, or below, the directory `above`? Both relative in the sense above. */
bool lks_path_is_below(const char *path, const char *above);

/* Order of archives and scans: depth first, names compared as bytes within a directory ("a" < "a/b" < "a.b"). */
int lks_path_compare(const char *left, const char *right);

#endif

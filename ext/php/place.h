/*
 * From the paths that PHP gives to what the core wants: a directory's descriptor and a name below it.
 *
 * open_basedir is respected. Nothing is done when err is set or an exception is under way; the first error stays.
 */
#ifndef PHP_LOCKSTEP_PLACE_H
#define PHP_LOCKSTEP_PLACE_H

#include "php_lockstep.h"

#include "lockstep/error.h"

/* A file or directory that may be absent, in a directory that is there. */
struct php_lks_place {
	int dir;    /* owned; -1: not open */
	char *name; /* owned; a single name */
};

#define PHP_LKS_PLACE_NONE ((struct php_lks_place){.dir = -1})

/* Is path not empty, and inside open_basedir? Else false, with err set. */
bool php_lks_path_allowed(const zend_string *path, struct lks_error *err);

/* Opens the directory that holds path. LKS_E_NOT_FOUND when it is absent. */
void php_lks_place_open(struct php_lks_place *place, const zend_string *path, struct lks_error *err);
/* The same, but a symlink anywhere above the name is LKS_E_UNSAFE. */
void php_lks_place_open_unlinked(struct php_lks_place *place, const zend_string *path, struct lks_error *err);
void php_lks_place_dispose(struct php_lks_place *place);

/* Opens a directory; the caller closes *fd, which starts as -1. */
void php_lks_directory_open(int *fd, const zend_string *path, struct lks_error *err);

/* Closes *fd when it is open. */
void php_lks_directory_close(int *fd);

/*
 * As php_lks_place_open, for the deepest directory above path that is there: rest gets the relative path from it,
 * "." when path itself is there.
 */
void php_lks_place_nearest(struct php_lks_place *place, const zend_string *path, struct lks_error *err);

#endif

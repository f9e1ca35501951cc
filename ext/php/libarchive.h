/*
 * libarchive, opened at its first use: linked, it and its own libraries would cost every start of PHP half a millisecond.
 */
#ifndef PHP_LOCKSTEP_LIBARCHIVE_H
#define PHP_LOCKSTEP_LIBARCHIVE_H

#include "lockstep/error.h"

#define PHP_LKS_LIBARCHIVE "libarchive.so.13" /* its name since version 3.0 */

/* Opens the library, once. LKS_E_UNSUPPORTED with the loader's words when that fails. Thread-safe. */
int php_lks_libarchive_open(struct lks_error *err);

#endif

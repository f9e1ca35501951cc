/*
 * From a core error to a PHP exception: the only place of the binding that throws.
 */
#ifndef PHP_LOCKSTEP_ERROR_H
#define PHP_LOCKSTEP_ERROR_H

#include "php_lockstep.h"

#include "lockstep/error.h"

/* Throws err as Lockstep\CoreException, unless an exception is under way already (that one came first). */
void php_lks_throw(const struct lks_error *err);

/* Throws \ValueError or \TypeError that names parameter number arg and goes on with "must …". */
void php_lks_bad_value(uint32_t arg, const char *must);
void php_lks_bad_type(uint32_t arg, const char *must);

#endif

/*
 * What the files of the binding share: the version and the class entries with the functions that register them.
 *
 * A binding method is: parse parameters, one core call, convert or throw (job.h). PHP runs on its own thread alone.
 */
#ifndef PHP_LOCKSTEP_H
#define PHP_LOCKSTEP_H

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "php.h"

#define PHP_LOCKSTEP_VERSION "0.1.0"

extern zend_module_entry lockstep_module_entry;

extern zend_class_entry *php_lks_exception_ce; /* Lockstep\CoreException */
extern zend_class_entry *php_lks_lock_ce;      /* Lockstep\Lock */
extern zend_class_entry *php_lks_process_ce;   /* Lockstep\Process */
extern zend_class_entry *php_lks_tree_ce;      /* Lockstep\Tree */

/* Register the classes; called once, when the module starts. */
void php_lks_archive_register(void);
void php_lks_commit_register(void);
void php_lks_database_register(void);
void php_lks_error_register(void);
void php_lks_lock_register(void);
void php_lks_merge_register(void);
void php_lks_platform_register(void);
void php_lks_process_register(void);
void php_lks_site_register(void);
void php_lks_tree_register(void);

#endif

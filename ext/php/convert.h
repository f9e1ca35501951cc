/*
 * Between PHP arrays and the core's structs.
 *
 * Lists for the core are copies in the core's own memory: a worker may read them while PHP code runs.
 */
#ifndef PHP_LOCKSTEP_CONVERT_H
#define PHP_LOCKSTEP_CONVERT_H

#include "php_lockstep.h"

#include "lockstep/archive.h"
#include "lockstep/error.h"

/* Strings for the core, NULL-terminated. Zero-initialised is empty: items is then NULL. */
struct php_lks_list {
	char **items; /* owned strings, owned array */
	size_t count;
};

/*
 * Copies a PHP list of strings without NUL bytes; \TypeError and \ValueError name parameter number arg. table NULL: nothing
 * is done, and items stays NULL. Does nothing when err is set or an exception is under way.
 */
void php_lks_list_take(struct php_lks_list *list, HashTable *table, uint32_t arg, struct lks_error *err);

/* As php_lks_list_take, from a map of strings to "key=value". */
void php_lks_list_take_pairs(struct php_lks_list *list, HashTable *table, uint32_t arg, struct lks_error *err);

/* Appends a copy of length bytes. LKS_E_NOMEM. */
int php_lks_list_add(struct php_lks_list *list, const char *text, size_t length, struct lks_error *err);

void php_lks_list_dispose(struct php_lks_list *list);

/* The key's own bytes, parameter number arg: the PHP string may be wiped by a callback while a worker reads. Else \ValueError. */
void php_lks_key_take(uint8_t key[LKS_ARCHIVE_KEY_SIZE], const zend_string *given, uint32_t arg);
void php_lks_key_wipe(uint8_t key[LKS_ARCHIVE_KEY_SIZE]);

/* Checks parameter number arg: a count of threads from 0 to 1,024. Else \ValueError, and 0. */
unsigned php_lks_threads(zend_long threads, uint32_t arg);

/* Adds to an array. A NULL text is "" with string, null with optional; a hash becomes hex. */
void php_lks_add_string(zval *array, const char *key, const char *text);
void php_lks_add_optional(zval *array, const char *key, const char *text);
void php_lks_add_hash(zval *array, const char *key, const uint8_t hash[LKS_HASH_SIZE]);
void php_lks_add_notes(zval *array, const char *key, const struct lks_notes *notes);

/* What a written archive holds: members, files, bytes, stored_bytes, frames. */
void php_lks_add_written(zval *array, const struct lks_archive_summary *summary);

/* Hex of a hash as a PHP string. */
zend_string *php_lks_hash_text(const uint8_t hash[LKS_HASH_SIZE]);

#endif

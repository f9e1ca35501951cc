/*
 * JSON read with limits: size, depth, number of values; duplicate keys, NUL and invalid UTF-8 refused, no BOM.
 *
 * The values are jansson's: the caller json_decref()s them. Thread-safe once lks_json_seed() has run in the first thread.
 */
#ifndef LOCKSTEP_JSON_H
#define LOCKSTEP_JSON_H

#include <jansson.h>
#include <stddef.h>

#include "lockstep/error.h"

/* Seeds jansson's hash function: once, before any thread starts. */
void lks_json_seed(void);

/* What one text may hold: a value costs up to 300 bytes of memory once parsed, and two bytes of text. A large shop's composer.lock has 50,000. */
#define LKS_JSON_DEPTH_MAX 2048
#define LKS_JSON_VALUES_MAX 400000

/* Parses a text. name: what it is called in the error's text. LKS_E_INVALID names line and column; LKS_E_LIMIT: too deep, too many values. */
int lks_json_parse(json_t **out, const char *text, size_t length, const char *name, struct lks_error *err);

/* Loads a file below dir_fd of at most cap bytes. LKS_E_NOT_FOUND, LKS_E_LIMIT, LKS_E_INVALID. */
int lks_json_load(json_t **out, int dir_fd, const char *rel, size_t cap, struct lks_error *err);

/* Member `key` of object as a string, or NULL when absent; LKS_E_INVALID when it is of another type. Borrowed. */
int lks_json_string(const char **out, const json_t *object, const char *key, const char *name, struct lks_error *err);

#endif

/*
 * Between PHP arrays and the core's structs.
 */
#include "convert.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"

static int list_append(struct php_lks_list *list, char *text, struct lks_error *err)
{
	char **grown;

	if (text == NULL)
		return lks_error_nomem(err);
	/* Grows by doubling: at each power of two, the closing NULL included. */
	if (((list->count + 1) & list->count) == 0) {
		grown = realloc(list->items, (list->count + 1) * 2 * sizeof(*grown));
		if (grown == NULL) {
			free(text);
			return lks_error_nomem(err);
		}
		list->items = grown;
	}
	list->items[list->count++] = text;
	list->items[list->count] = NULL;
	return 0;
}

static char *copy(const char *text, size_t length)
{
	char *made = malloc(length + 1);

	if (made != NULL) {
		memcpy(made, text, length);
		made[length] = '\0';
	}
	return made;
}

int php_lks_list_add(struct php_lks_list *list, const char *text, size_t length, struct lks_error *err)
{
	return list_append(list, copy(text, length), err);
}

void php_lks_list_take(struct php_lks_list *list, HashTable *table, uint32_t arg, struct lks_error *err)
{
	zval *value;

	if (table == NULL || err->status != LKS_OK || EG(exception) != NULL)
		return;
	/* An empty list is a list too: it has room for its closing NULL. */
	list->items = calloc(1, sizeof(*list->items));
	if (list->items == NULL) {
		lks_error_nomem(err);
		return;
	}
	ZEND_HASH_FOREACH_VAL (table, value) {
		ZVAL_DEREF(value);
		if (Z_TYPE_P(value) != IS_STRING) {
			php_lks_bad_type(arg, "must be a list of strings");
			return;
		}
		if (strlen(Z_STRVAL_P(value)) != Z_STRLEN_P(value)) {
			php_lks_bad_value(arg, "must contain only strings without null bytes");
			return;
		}
		if (php_lks_list_add(list, Z_STRVAL_P(value), Z_STRLEN_P(value), err) != 0)
			return;
	}
	ZEND_HASH_FOREACH_END();
}

static char *pair(const char *key, size_t key_length, const zend_string *value)
{
	char *made = malloc(key_length + 1 + ZSTR_LEN(value) + 1);

	if (made != NULL) {
		memcpy(made, key, key_length);
		made[key_length] = '=';
		memcpy(made + key_length + 1, ZSTR_VAL(value), ZSTR_LEN(value) + 1);
	}
	return made;
}

void php_lks_list_take_pairs(struct php_lks_list *list, HashTable *table, uint32_t arg, struct lks_error *err)
{
	zend_ulong index;
	zend_string *key;
	zval *value;
	char number[24];

	if (table == NULL || err->status != LKS_OK || EG(exception) != NULL)
		return;
	list->items = calloc(1, sizeof(*list->items));
	if (list->items == NULL) {
		lks_error_nomem(err);
		return;
	}
	ZEND_HASH_FOREACH_KEY_VAL (table, index, key, value) {
		const char *name = number;
		size_t length;

		ZVAL_DEREF(value);
		if (Z_TYPE_P(value) != IS_STRING) {
			php_lks_bad_type(arg, "must be a map of strings");
			return;
		}
		/* A name of digits became an integer key. */
		if (key == NULL) {
			length = (size_t)snprintf(number, sizeof(number), ZEND_LONG_FMT, (zend_long)index);
		} else {
			name = ZSTR_VAL(key);
			length = ZSTR_LEN(key);
		}
		if (strlen(name) != length || strlen(Z_STRVAL_P(value)) != Z_STRLEN_P(value)) {
			php_lks_bad_value(arg, "must contain only strings without null bytes");
			return;
		}
		if (length == 0 || memchr(name, '=', length) != NULL) {
			php_lks_bad_value(arg, "must have keys that are not empty and contain no \"=\"");
			return;
		}
		if (list_append(list, pair(name, length, Z_STR_P(value)), err) != 0)
			return;
	}
	ZEND_HASH_FOREACH_END();
}

void php_lks_list_dispose(struct php_lks_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	list->items = NULL;
	list->count = 0;
}

void php_lks_key_take(uint8_t key[LKS_ARCHIVE_KEY_SIZE], const zend_string *given, uint32_t arg)
{
	if (ZSTR_LEN(given) == LKS_ARCHIVE_KEY_SIZE)
		memcpy(key, ZSTR_VAL(given), LKS_ARCHIVE_KEY_SIZE);
	else
		php_lks_bad_value(arg, "must be a key of 32 bytes");
}

void php_lks_key_wipe(uint8_t key[LKS_ARCHIVE_KEY_SIZE])
{
	ZEND_SECURE_ZERO(key, LKS_ARCHIVE_KEY_SIZE);
}

unsigned php_lks_threads(zend_long threads, uint32_t arg)
{
	if (threads < 0 || threads > 1024) {
		php_lks_bad_value(arg, "must be between 0 and 1024");
		return 0;
	}
	return (unsigned)threads;
}

void php_lks_add_string(zval *array, const char *key, const char *text)
{
	add_assoc_string(array, key, text != NULL ? text : "");
}

void php_lks_add_optional(zval *array, const char *key, const char *text)
{
	if (text != NULL)
		add_assoc_string(array, key, text);
	else
		add_assoc_null(array, key);
}

zend_string *php_lks_hash_text(const uint8_t hash[LKS_HASH_SIZE])
{
	zend_string *text = zend_string_alloc(LKS_HASH_HEX_SIZE - 1, 0);

	lks_hash_hex(ZSTR_VAL(text), hash);
	return text;
}

void php_lks_add_hash(zval *array, const char *key, const uint8_t hash[LKS_HASH_SIZE])
{
	add_assoc_str(array, key, php_lks_hash_text(hash));
}

void php_lks_add_notes(zval *array, const char *key, const struct lks_notes *notes)
{
	zval list;

	array_init_size(&list, (uint32_t)notes->count);
	for (size_t i = 0; i < notes->count; i++)
		add_next_index_string(&list, notes->items[i]);
	add_assoc_zval(array, key, &list);
}

void php_lks_add_written(zval *array, const struct lks_archive_summary *summary)
{
	add_assoc_long(array, "members", (zend_long)summary->members);
	add_assoc_long(array, "files", (zend_long)summary->files);
	add_assoc_long(array, "bytes", (zend_long)summary->bytes);
	add_assoc_long(array, "stored_bytes", (zend_long)summary->stored_bytes);
	add_assoc_long(array, "frames", (zend_long)summary->frames);
}

/*
 * Lockstep\Archive: members listed, as arrays or as text; an archive's label.
 */
#include "php_lockstep.h"

#include <string.h>

#include "lockstep/archive.h"

#include "convert.h"
#include "error.h"
#include "job.h"
#include "place.h"
#include "progress.h"

ZEND_METHOD(Lockstep_Archive, members);
ZEND_METHOD(Lockstep_Archive, listing);
ZEND_METHOD(Lockstep_Archive, label);

struct list_call {
	struct php_lks_place archive;
	uint8_t key[LKS_ARCHIVE_KEY_SIZE];
	const char *path;
	struct lks_archive_members members; /* label has its label alone */
	struct lks_archive_listing *listing;
	bool json;
	struct lks_buffer piece;           /* of the listing */
	struct php_lks_callback *callback; /* that gets the pieces */
	struct lks_error *err;             /* of the method */
};

static void dispose(void *arg)
{
	struct list_call *call = arg;

	php_lks_place_dispose(&call->archive);
	lks_archive_members_dispose(&call->members);
	lks_archive_listing_free(call->listing);
	lks_buffer_dispose(&call->piece);
	php_lks_key_wipe(call->key);
}

static int run_list(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct list_call *call = arg;

	(void)task;
	return lks_archive_list(&call->members, call->archive.dir, call->archive.name, call->key, call->path, err);
}

/* Keys and type names are shared by all members: a site has a hundred thousand of them. */
enum { KEY_PATH, KEY_TYPE, KEY_MODE, KEY_SIZE, KEY_MTIME, KEY_LINK, KEY_SHA256, KEY_COUNT };
enum { TYPE_FILE, TYPE_DIR, TYPE_SYMLINK, TYPE_COUNT };

static void add_member(zval *list, const struct lks_entry *entry, zend_string *const *keys, zend_string *const *types)
{
	HashTable *table = zend_new_array(KEY_COUNT);
	bool is_file = S_ISREG(entry->mode);
	zval value, member;

	zend_hash_real_init_mixed(table);
	ZVAL_STRING(&value, entry->path);
	zend_hash_add_new(table, keys[KEY_PATH], &value);
	ZVAL_STR_COPY(&value, types[is_file ? TYPE_FILE : S_ISLNK(entry->mode) ? TYPE_SYMLINK : TYPE_DIR]);
	zend_hash_add_new(table, keys[KEY_TYPE], &value);
	ZVAL_LONG(&value, entry->mode & 07777);
	zend_hash_add_new(table, keys[KEY_MODE], &value);
	ZVAL_LONG(&value, (zend_long)entry->size);
	zend_hash_add_new(table, keys[KEY_SIZE], &value);
	ZVAL_LONG(&value, (zend_long)entry->mtime);
	zend_hash_add_new(table, keys[KEY_MTIME], &value);
	if (entry->link != NULL)
		ZVAL_STRING(&value, entry->link);
	else
		ZVAL_NULL(&value);
	zend_hash_add_new(table, keys[KEY_LINK], &value);
	if (is_file)
		ZVAL_STR(&value, php_lks_hash_text(entry->hash));
	else
		ZVAL_NULL(&value);
	zend_hash_add_new(table, keys[KEY_SHA256], &value);
	ZVAL_ARR(&member, table);
	zend_hash_next_index_insert_new(Z_ARRVAL_P(list), &member);
}

static void convert_members(zval *return_value, void *arg)
{
	static const char *const key_names[KEY_COUNT] = {"path", "type", "mode", "size", "mtime", "link", "sha256"};
	static const char *const type_names[TYPE_COUNT] = {"file", "dir", "symlink"};
	const struct lks_archive_members *members = &((struct list_call *)arg)->members;
	zend_string *keys[KEY_COUNT], *types[TYPE_COUNT];

	for (int i = 0; i < KEY_COUNT; i++)
		keys[i] = zend_string_init(key_names[i], strlen(key_names[i]), 0);
	for (int i = 0; i < TYPE_COUNT; i++)
		types[i] = zend_string_init(type_names[i], strlen(type_names[i]), 0);
	array_init_size(return_value, (uint32_t)members->count);
	zend_hash_real_init_packed(Z_ARRVAL_P(return_value));
	for (size_t i = 0; i < members->count; i++)
		add_member(return_value, &members->entries[i], keys, types);
	for (int i = 0; i < KEY_COUNT; i++)
		zend_string_release(keys[i]);
	for (int i = 0; i < TYPE_COUNT; i++)
		zend_string_release(types[i]);
}

ZEND_METHOD(Lockstep_Archive, members)
{
	static const struct php_lks_work work = {PHP_LKS_JOB, run_list, convert_members, dispose};
	struct list_call call = {.archive = PHP_LKS_PLACE_NONE};
	struct lks_error err = {0};
	zend_string *file, *key, *path = NULL;

	ZEND_PARSE_PARAMETERS_START(2, 3)
		Z_PARAM_PATH_STR(file)
		Z_PARAM_STR(key)
		Z_PARAM_OPTIONAL
		Z_PARAM_PATH_STR(path)
	ZEND_PARSE_PARAMETERS_END();

	php_lks_key_take(call.key, key, 2);
	call.path = path != NULL ? ZSTR_VAL(path) : ".";
	php_lks_place_open(&call.archive, file, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

static int run_listing(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct list_call *call = arg;

	(void)task;
	return lks_archive_listing_open(&call->listing, call->archive.dir, call->archive.name, call->key, call->path, call->json, err);
}

/* An error in the middle goes to err, which php_lks_perform looks at afterwards. */
static void hand_out(zval *return_value, void *arg)
{
	struct list_call *call = arg;
	enum php_lks_verdict verdict = PHP_LKS_GO_ON;
	zval text;

	(void)return_value;
	while (verdict == PHP_LKS_GO_ON && lks_archive_listing_next(&call->piece, call->listing, call->err) > 0) {
		ZVAL_STRINGL(&text, call->piece.data, call->piece.length);
		verdict = php_lks_callback_call(call->callback, 1, &text);
	}
	if (verdict == PHP_LKS_BAILOUT)
		zend_bailout();
}

ZEND_METHOD(Lockstep_Archive, listing)
{
	static const struct php_lks_work work = {PHP_LKS_DIRECT, run_listing, hand_out, dispose};
	struct php_lks_callback piece = {0};
	struct list_call call = {.archive = PHP_LKS_PLACE_NONE};
	struct lks_error err = {0};
	zend_string *file, *key, *path = NULL;

	ZEND_PARSE_PARAMETERS_START(3, 5)
		Z_PARAM_PATH_STR(file)
		Z_PARAM_STR(key)
		Z_PARAM_FUNC(piece.fci, piece.fcc)
		Z_PARAM_OPTIONAL
		Z_PARAM_PATH_STR(path)
		Z_PARAM_BOOL(call.json)
	ZEND_PARSE_PARAMETERS_END();

	php_lks_key_take(call.key, key, 2);
	call.path = path != NULL ? ZSTR_VAL(path) : ".";
	call.callback = &piece;
	call.err = &err;
	php_lks_place_open(&call.archive, file, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

static int run_label(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct list_call *call = arg;

	(void)task;
	return lks_archive_label(&call->members.label, call->archive.dir, call->archive.name, call->key, err);
}

static void convert_label(zval *return_value, void *arg)
{
	const char *label = ((struct list_call *)arg)->members.label;

	RETVAL_STRING(label != NULL ? label : "");
}

ZEND_METHOD(Lockstep_Archive, label)
{
	static const struct php_lks_work work = {PHP_LKS_DIRECT, run_label, convert_label, dispose};
	struct list_call call = {.archive = PHP_LKS_PLACE_NONE};
	struct lks_error err = {0};
	zend_string *file, *key;

	ZEND_PARSE_PARAMETERS_START(2, 2)
		Z_PARAM_PATH_STR(file)
		Z_PARAM_STR(key)
	ZEND_PARSE_PARAMETERS_END();

	php_lks_key_take(call.key, key, 2);
	php_lks_place_open(&call.archive, file, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

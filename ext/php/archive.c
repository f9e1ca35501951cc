/*
 * Lockstep\Archive: archives written, verified, listed, unpacked.
 */
#include "php_lockstep.h"

#include <string.h>

#include "lockstep/archive.h"

#include "convert.h"
#include "error.h"
#include "job.h"
#include "libarchive.h"
#include "place.h"
#include "progress.h"

#include "archive_arginfo.h"

void php_lks_archive_register(void)
{
	register_class_Lockstep_Archive();
}

/* What the methods have in common: an archive, the key, and another directory. */
struct archive_call {
	struct php_lks_place archive;
	int directory; /* the root that is archived, or where members go */
	int live;      /* the tree that is restored */
	uint8_t key[LKS_ARCHIVE_KEY_SIZE];
	struct php_lks_list exclude, patterns, items;
	struct php_lks_place parent; /* an earlier archive */
	uint8_t parent_sha256[LKS_HASH_SIZE];
	union {
		struct lks_archive_write_options write;
		struct lks_archive_extract_options extract;
		unsigned threads;
		const char *path;
	} options;
	struct lks_archive_summary summary;
	struct lks_archive_verify_result verified;
	struct lks_archive_members members;
	struct lks_paths paths;
	struct lks_archive_listing *listing;
	struct lks_buffer piece;           /* of the listing */
	struct php_lks_callback *callback; /* that gets the pieces */
	struct lks_error *err;             /* of the method */
	bool json;
	struct lks_error damage; /* what verify found, when that is an answer */
};

#define NO_CALL ((struct archive_call){.archive = PHP_LKS_PLACE_NONE, .parent = PHP_LKS_PLACE_NONE, .directory = -1, .live = -1})

static void dispose(void *arg)
{
	struct archive_call *call = arg;

	php_lks_place_dispose(&call->archive);
	php_lks_place_dispose(&call->parent);
	php_lks_directory_close(&call->directory);
	php_lks_directory_close(&call->live);
	php_lks_list_dispose(&call->exclude);
	php_lks_list_dispose(&call->patterns);
	php_lks_list_dispose(&call->items);
	lks_paths_dispose(&call->paths);
	lks_archive_summary_dispose(&call->summary);
	lks_archive_verify_result_dispose(&call->verified);
	lks_archive_members_dispose(&call->members);
	lks_archive_listing_free(call->listing);
	lks_buffer_dispose(&call->piece);
	php_lks_key_wipe(call->key);
}

static int run_write(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct archive_call *call = arg;

	return lks_archive_write(&call->summary, &call->options.write, task, err);
}

static void convert_write(zval *return_value, void *arg)
{
	const struct lks_archive_summary *summary = &((struct archive_call *)arg)->summary;

	array_init(return_value);
	php_lks_add_written(return_value, summary);
	add_assoc_long(return_value, "frames_reused", (zend_long)summary->frames_reused);
	add_assoc_long(return_value, "frames_reread", (zend_long)summary->frames_reread);
	php_lks_add_hash(return_value, "sha256", summary->sha256);
	php_lks_add_notes(return_value, "warnings", &summary->warnings);
	if (summary->no_parent)
		add_assoc_string(return_value, "no_parent", summary->no_parent);
	else
		add_assoc_null(return_value, "no_parent");
}

ZEND_METHOD(Lockstep_Archive, write)
{
	static const struct php_lks_work work = {PHP_LKS_JOB, run_write, convert_write, dispose};
	struct php_lks_callback progress = {0};
	struct archive_call call = NO_CALL;
	struct lks_error err = {0};
	zend_string *file, *root, *path, *key;
	HashTable *exclude = NULL, *patterns = NULL;
	zend_bool cross_mounts = false;
	zend_long level = 3, threads = 0;
	char *label = "", *parent_sha256 = "";
	size_t label_length = 0, sha256_length = 0;
	zend_string *parent = NULL;

	ZEND_PARSE_PARAMETERS_START(4, 13)
		Z_PARAM_PATH_STR(file)
		Z_PARAM_PATH_STR(root)
		Z_PARAM_PATH_STR(path)
		Z_PARAM_STR(key)
		Z_PARAM_OPTIONAL
		Z_PARAM_ARRAY_HT(exclude)
		Z_PARAM_LONG(level)
		Z_PARAM_LONG(threads)
		Z_PARAM_PATH(label, label_length)
		Z_PARAM_FUNC_OR_NULL(progress.fci, progress.fcc)
		Z_PARAM_PATH_STR_OR_NULL(parent)
		Z_PARAM_PATH(parent_sha256, sha256_length)
		Z_PARAM_ARRAY_HT(patterns)
		Z_PARAM_BOOL(cross_mounts)
	ZEND_PARSE_PARAMETERS_END();

	(void)label_length;
	(void)sha256_length;
	php_lks_key_take(call.key, key, 4);
	if (level < 1 || level > 19)
		php_lks_bad_value(6, "must be between 1 and 19");
	php_lks_place_open(&call.archive, file, &err);
	php_lks_directory_open(&call.directory, root, &err);
	php_lks_list_take(&call.exclude, exclude, 5, &err);
	php_lks_list_take(&call.patterns, patterns, 12, &err);
	if (parent) {
		php_lks_place_open(&call.parent, parent, &err);
		if (err.status == 0)
			lks_hash_parse(call.parent_sha256, parent_sha256, &err);
	}
	call.options.write = (struct lks_archive_write_options){
		.root_fd = call.directory,
		.path = ZSTR_VAL(path),
		.exclude = (const char *const *)call.exclude.items,
		.patterns = (const char *const *)call.patterns.items,
		.cross_mounts = cross_mounts,
		.directory_fd = call.archive.dir,
		.name = call.archive.name,
		.level = (int)level,
		.threads = php_lks_threads(threads, 7),
		.key = call.key,
		.label = label,
		.parent_fd = call.parent.dir,
		.parent = call.parent.name,
		.parent_sha256 = call.parent_sha256,
	};
	php_lks_perform(return_value, &work, &call, &progress, &err);
}

static int run_left_out(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct archive_call *call = arg;
	static const char *const none[] = {NULL};
	const char *const *patterns = call->patterns.items ? (const char *const *)call->patterns.items : none;

	(void)task;
	return lks_archive_left_out(&call->paths, call->directory, call->options.path, (const char *const *)call->exclude.items, patterns, err);
}

static void convert_left_out(zval *return_value, void *arg)
{
	const struct lks_paths *paths = &((struct archive_call *)arg)->paths;

	array_init_size(return_value, (uint32_t)paths->count);
	for (size_t i = 0; i < paths->count; i++)
		add_next_index_string(return_value, paths->items[i]);
}

ZEND_METHOD(Lockstep_Archive, leftOut)
{
	static const struct php_lks_work work = {PHP_LKS_JOB, run_left_out, convert_left_out, dispose};
	struct php_lks_callback progress = {0};
	struct archive_call call = NO_CALL;
	struct lks_error err = {0};
	zend_string *root, *path;
	HashTable *exclude, *patterns;

	ZEND_PARSE_PARAMETERS_START(4, 4)
		Z_PARAM_PATH_STR(root)
		Z_PARAM_PATH_STR(path)
		Z_PARAM_ARRAY_HT(exclude)
		Z_PARAM_ARRAY_HT(patterns)
	ZEND_PARSE_PARAMETERS_END();

	php_lks_directory_open(&call.directory, root, &err);
	php_lks_list_take(&call.exclude, exclude, 3, &err);
	php_lks_list_take(&call.patterns, patterns, 4, &err);
	call.options.path = ZSTR_VAL(path);
	php_lks_perform(return_value, &work, &call, &progress, &err);
}

/* Damage is an answer: it moves from err to the call. */
static int run_verify(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct archive_call *call = arg;

	(void)lks_archive_verify(&call->verified, call->archive.dir, call->archive.name, call->key, call->options.threads, task, &call->damage);
	switch (call->damage.status) {
	case LKS_OK:
	case LKS_E_CORRUPT:
	case LKS_E_FORMAT:
	case LKS_E_AUTH:
	case LKS_E_UNKNOWN_KEY:
	case LKS_E_UNSAFE:
	case LKS_E_LIMIT:
		return 0;
	default:
		*err = call->damage;
		return err->status;
	}
}

static void convert_verify(zval *return_value, void *arg)
{
	const struct archive_call *call = arg;
	const struct lks_archive_verify_result *verified = &call->verified;
	zval bad;

	array_init(return_value);
	add_assoc_bool(return_value, "ok", call->damage.status == LKS_OK);
	php_lks_add_string(return_value, "status", lks_status_name(call->damage.status));
	add_assoc_long(return_value, "members", (zend_long)verified->members);
	add_assoc_long(return_value, "bytes", (zend_long)verified->bytes);
	php_lks_add_string(return_value, "label", verified->label);
	php_lks_add_notes(return_value, "bad", &verified->bad);
	/* A file that is no archive at all has no bad members: then the error itself is what is bad. */
	if (call->damage.status != LKS_OK && verified->bad.count == 0) {
		array_init_size(&bad, 1);
		add_next_index_string(&bad, call->damage.message);
		zend_hash_str_update(Z_ARRVAL_P(return_value), ZEND_STRL("bad"), &bad);
	}
}

ZEND_METHOD(Lockstep_Archive, verify)
{
	static const struct php_lks_work work = {PHP_LKS_JOB, run_verify, convert_verify, dispose};
	struct php_lks_callback progress = {0};
	struct archive_call call = NO_CALL;
	struct lks_error err = {0};
	zend_string *file, *key;
	zend_long threads = 0;

	ZEND_PARSE_PARAMETERS_START(2, 4)
		Z_PARAM_PATH_STR(file)
		Z_PARAM_STR(key)
		Z_PARAM_OPTIONAL
		Z_PARAM_LONG(threads)
		Z_PARAM_FUNC_OR_NULL(progress.fci, progress.fcc)
	ZEND_PARSE_PARAMETERS_END();

	php_lks_key_take(call.key, key, 2);
	call.options.threads = php_lks_threads(threads, 3);
	php_lks_place_open(&call.archive, file, &err);
	php_lks_perform(return_value, &work, &call, &progress, &err);
}

static int run_list(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct archive_call *call = arg;

	(void)task;
	return lks_archive_list(&call->members, call->archive.dir, call->archive.name, call->key, call->options.path, err);
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
	const struct lks_archive_members *members = &((struct archive_call *)arg)->members;
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
	struct archive_call call = NO_CALL;
	struct lks_error err = {0};
	zend_string *file, *key, *path = NULL;

	ZEND_PARSE_PARAMETERS_START(2, 3)
		Z_PARAM_PATH_STR(file)
		Z_PARAM_STR(key)
		Z_PARAM_OPTIONAL
		Z_PARAM_PATH_STR(path)
	ZEND_PARSE_PARAMETERS_END();

	php_lks_key_take(call.key, key, 2);
	call.options.path = path != NULL ? ZSTR_VAL(path) : ".";
	php_lks_place_open(&call.archive, file, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

static int run_listing(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct archive_call *call = arg;

	(void)task;
	return lks_archive_listing_open(&call->listing, call->archive.dir, call->archive.name, call->key, call->options.path, call->json, err);
}

/* An error in the middle goes to err, which php_lks_perform looks at afterwards. */
static void hand_out(zval *return_value, void *arg)
{
	struct archive_call *call = arg;
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
	struct archive_call call = NO_CALL;
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
	call.options.path = path != NULL ? ZSTR_VAL(path) : ".";
	call.callback = &piece;
	call.err = &err;
	php_lks_place_open(&call.archive, file, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

static int run_label(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct archive_call *call = arg;

	(void)task;
	return lks_archive_label(&call->members.label, call->archive.dir, call->archive.name, call->key, err);
}

static void convert_label(zval *return_value, void *arg)
{
	const char *label = ((struct archive_call *)arg)->members.label;

	RETVAL_STRING(label != NULL ? label : "");
}

ZEND_METHOD(Lockstep_Archive, label)
{
	static const struct php_lks_work work = {PHP_LKS_DIRECT, run_label, convert_label, dispose};
	struct archive_call call = NO_CALL;
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

static int run_extract(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct archive_call *call = arg;

	return lks_archive_extract(&call->summary, &call->options.extract, task, err);
}

static void convert_extract(zval *return_value, void *arg)
{
	const struct lks_archive_summary *summary = &((struct archive_call *)arg)->summary;

	array_init(return_value);
	add_assoc_long(return_value, "members", (zend_long)summary->members);
	add_assoc_long(return_value, "files", (zend_long)summary->files);
	add_assoc_long(return_value, "bytes", (zend_long)summary->bytes);
	php_lks_add_notes(return_value, "warnings", &summary->warnings);
	add_assoc_long(return_value, "needed", (zend_long)summary->needed);
	add_assoc_long(return_value, "free", (zend_long)summary->free);
}

ZEND_METHOD(Lockstep_Archive, extract)
{
	static const struct php_lks_work work = {PHP_LKS_JOB, run_extract, convert_extract, dispose};
	struct php_lks_callback progress = {0};
	struct archive_call call = NO_CALL;
	struct lks_error err = {0};
	zend_string *file, *key, *to, *path = NULL, *pattern = NULL, *live = NULL;
	HashTable *items = NULL;
	zend_long threads = 0;
	bool strip = false;

	ZEND_PARSE_PARAMETERS_START(3, 10)
		Z_PARAM_PATH_STR(file)
		Z_PARAM_STR(key)
		Z_PARAM_PATH_STR(to)
		Z_PARAM_OPTIONAL
		Z_PARAM_PATH_STR(path)
		Z_PARAM_BOOL(strip)
		Z_PARAM_LONG(threads)
		Z_PARAM_FUNC_OR_NULL(progress.fci, progress.fcc)
		Z_PARAM_PATH_STR_OR_NULL(pattern)
		Z_PARAM_ARRAY_HT_OR_NULL(items)
		Z_PARAM_PATH_STR_OR_NULL(live)
	ZEND_PARSE_PARAMETERS_END();

	php_lks_key_take(call.key, key, 2);
	php_lks_place_open(&call.archive, file, &err);
	php_lks_directory_open(&call.directory, to, &err);
	if (items && zend_hash_num_elements(items) == 0)
		php_lks_bad_value(9, "must not be empty");
	php_lks_list_take(&call.items, items, 9, &err);
	if (live)
		php_lks_directory_open(&call.live, live, &err);
	call.options.extract = (struct lks_archive_extract_options){
		.archive_dir_fd = call.archive.dir,
		.archive = call.archive.name,
		.key = call.key,
		.path = path != NULL ? ZSTR_VAL(path) : ".",
		.to_fd = call.directory,
		.strip = strip,
		.threads = php_lks_threads(threads, 6),
		.pattern = pattern != NULL ? ZSTR_VAL(pattern) : NULL,
		.items = (const char *const *)call.items.items,
		.live_fd = call.live,
	};
	php_lks_perform(return_value, &work, &call, &progress, &err);
}

static int run_unpack(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct archive_call *call = arg;

	if (php_lks_libarchive_open(err) != 0)
		return err->status;
	return lks_archive_unpack(call->directory, call->archive.dir, call->archive.name, task, err);
}

ZEND_METHOD(Lockstep_Archive, unpack)
{
	static const struct php_lks_work work = {PHP_LKS_JOB, run_unpack, NULL, dispose};
	struct archive_call call = NO_CALL;
	struct lks_error err = {0};
	zend_string *file, *to;

	ZEND_PARSE_PARAMETERS_START(2, 2)
		Z_PARAM_PATH_STR(file)
		Z_PARAM_PATH_STR(to)
	ZEND_PARSE_PARAMETERS_END();

	php_lks_place_open(&call.archive, file, &err);
	php_lks_directory_open(&call.directory, to, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

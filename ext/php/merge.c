/*
 * Lockstep\Merge: the user's customizations of the tool found, shown, carried over.
 */
#include "php_lockstep.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "lockstep/classify.h"
#include "lockstep/fs.h"
#include "lockstep/merge.h"
#include "lockstep/patch.h"

#include "convert.h"
#include "error.h"
#include "job.h"
#include "place.h"

#include "merge_arginfo.h"

#define DIFF_CAP ((size_t)64 * 1024 * 1024) /* bytes of a file that is shown as a diff */

void php_lks_merge_register(void)
{
	register_class_Lockstep_Merge();
}

struct classify_call {
	int pristine, mine;
	struct lks_customs customs;
};

static int run_classify(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct classify_call *call = arg;

	return lks_classify(&call->customs, call->pristine, call->mine, task, err);
}

static void dispose_classify(void *arg)
{
	struct classify_call *call = arg;

	php_lks_directory_close(&call->pristine);
	php_lks_directory_close(&call->mine);
	lks_customs_dispose(&call->customs);
}

static void add_noise(zval *item, enum lks_noise noise)
{
	php_lks_add_optional(item, "noise", noise == LKS_NOISE_NONE ? NULL : lks_noise_name(noise));
}

static const char *type_of(mode_t mode)
{
	return S_ISREG(mode) ? "file" : S_ISLNK(mode) ? "symlink" : S_ISDIR(mode) ? "directory" : mode == 0 ? NULL : "other";
}

static void convert_classify(zval *return_value, void *arg)
{
	const struct lks_customs *customs = &((struct classify_call *)arg)->customs;

	array_init_size(return_value, (uint32_t)customs->count);
	for (size_t i = 0; i < customs->count; i++) {
		const struct lks_custom *custom = &customs->items[i];
		zval item;

		array_init_size(&item, 7);
		php_lks_add_string(&item, "path", custom->path);
		php_lks_add_string(&item, "kind", lks_custom_kind_name(custom->kind));
		php_lks_add_optional(&item, "dist", custom->dist);
		add_assoc_bool(&item, "unedited", custom->unedited);
		add_noise(&item, custom->noise);
		php_lks_add_optional(&item, "was", type_of(custom->before));
		php_lks_add_optional(&item, "is", type_of(custom->after));
		add_next_index_zval(return_value, &item);
	}
}

ZEND_METHOD(Lockstep_Merge, classify)
{
	static const struct php_lks_work work = {PHP_LKS_JOB, run_classify, convert_classify, dispose_classify};
	struct classify_call call = {.pristine = -1, .mine = -1};
	struct lks_error err = {0};
	zend_string *pristine, *mine;

	ZEND_PARSE_PARAMETERS_START(2, 2)
		Z_PARAM_PATH_STR(pristine)
		Z_PARAM_PATH_STR(mine)
	ZEND_PARSE_PARAMETERS_END();

	php_lks_directory_open(&call.pristine, pristine, &err);
	php_lks_directory_open(&call.mine, mine, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

struct apply_call {
	struct lks_merge_options options; /* its descriptors are owned here */
	struct lks_merge_result result;
	struct php_lks_list broken;
};

static int run_apply(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct apply_call *call = arg;

	return lks_merge_apply(&call->result, &call->options, task, err);
}

static void dispose_apply(void *arg)
{
	struct apply_call *call = arg;

	php_lks_directory_close(&call->options.pristine_fd);
	php_lks_directory_close(&call->options.mine_fd);
	php_lks_directory_close(&call->options.release_fd);
	php_lks_directory_close(&call->options.conflicts_fd);
	php_lks_directory_close(&call->options.resolutions_fd);
	lks_merge_result_dispose(&call->result);
	php_lks_list_dispose(&call->broken);
}

static void add_repointed(zval *item, const struct lks_merge_item *merged)
{
	zval list;

	array_init_size(&list, (uint32_t)merged->repointed_count);
	for (size_t i = 0; i < merged->repointed_count; i++) {
		zval path;

		array_init_size(&path, 2);
		php_lks_add_string(&path, "from", merged->repointed[i].from);
		php_lks_add_string(&path, "to", merged->repointed[i].to);
		add_next_index_zval(&list, &path);
	}
	add_assoc_zval(item, "repointed", &list);
}

static void add_item(zval *list, const struct lks_merge_item *merged)
{
	static const uint8_t nothing[LKS_HASH_SIZE];
	zval item;

	array_init_size(&item, 9);
	php_lks_add_string(&item, "path", merged->path);
	php_lks_add_string(&item, "outcome", lks_outcome_name(merged->outcome));
	php_lks_add_optional(&item, "from", merged->from);
	php_lks_add_optional(&item, "origin", merged->origin);
	add_noise(&item, merged->noise);
	php_lks_add_optional(&item, "reason", merged->reason);
	php_lks_add_optional(&item, "note", merged->note);
	add_repointed(&item, merged);
	if (memcmp(merged->hash, nothing, sizeof(nothing)) == 0)
		add_assoc_null(&item, "sha256");
	else
		php_lks_add_hash(&item, "sha256", merged->hash);
	add_next_index_zval(list, &item);
}

static void convert_apply(zval *return_value, void *arg)
{
	const struct lks_merge_result *result = &((struct apply_call *)arg)->result;
	zval items;

	array_init_size(&items, (uint32_t)result->count);
	for (size_t i = 0; i < result->count; i++)
		add_item(&items, &result->items[i]);
	array_init(return_value);
	add_assoc_zval(return_value, "items", &items);
	add_assoc_long(return_value, "conflicts", (zend_long)result->conflicts);
}

static enum lks_on_conflict take_on_conflict(const zend_string *given, uint32_t arg)
{
	if (given == NULL || zend_string_equals_literal(given, "stop"))
		return LKS_CONFLICT_STOP;
	if (zend_string_equals_literal(given, "new"))
		return LKS_CONFLICT_NEW;
	if (zend_string_equals_literal(given, "mine"))
		return LKS_CONFLICT_MINE;
	php_lks_bad_value(arg, "must be \"stop\", \"new\" or \"mine\"");
	return LKS_CONFLICT_STOP;
}

/* The directory for conflicts is made when it is missing: it is there only when it is needed. */
static void open_conflicts(int *fd, const zend_string *path, struct lks_error *err)
{
	struct php_lks_place place = PHP_LKS_PLACE_NONE;

	php_lks_place_open(&place, path, err);
	if (place.dir >= 0)
		lks_fs_private_dir(fd, place.dir, place.name, err);
	php_lks_place_dispose(&place);
}

ZEND_METHOD(Lockstep_Merge, apply)
{
	static const struct php_lks_work work = {PHP_LKS_JOB, run_apply, convert_apply, dispose_apply};
	struct apply_call call = {.options = {.pristine_fd = -1, .mine_fd = -1, .release_fd = -1, .conflicts_fd = -1, .resolutions_fd = -1}};
	struct lks_error err = {0};
	zend_string *pristine, *mine, *release, *from, *to, *conflicts = NULL, *resolutions = NULL, *on_conflict = NULL;
	HashTable *broken = NULL;

	ZEND_PARSE_PARAMETERS_START(5, 9)
		Z_PARAM_PATH_STR(pristine)
		Z_PARAM_PATH_STR(mine)
		Z_PARAM_PATH_STR(release)
		Z_PARAM_PATH_STR(from)
		Z_PARAM_PATH_STR(to)
		Z_PARAM_OPTIONAL
		Z_PARAM_PATH_STR_OR_NULL(conflicts)
		Z_PARAM_PATH_STR_OR_NULL(resolutions)
		Z_PARAM_STR(on_conflict)
		Z_PARAM_ARRAY_HT(broken)
	ZEND_PARSE_PARAMETERS_END();

	call.options.from = ZSTR_VAL(from);
	call.options.to = ZSTR_VAL(to);
	call.options.on_conflict = take_on_conflict(on_conflict, 8);
	php_lks_directory_open(&call.options.pristine_fd, pristine, &err);
	php_lks_directory_open(&call.options.mine_fd, mine, &err);
	php_lks_directory_open(&call.options.release_fd, release, &err);
	if (resolutions != NULL)
		php_lks_directory_open(&call.options.resolutions_fd, resolutions, &err);
	if (conflicts != NULL)
		open_conflicts(&call.options.conflicts_fd, conflicts, &err);
	php_lks_list_take(&call.broken, broken, 9, &err);
	call.options.broken = call.broken.items;
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

struct diff_call {
	struct php_lks_place before, after;
	struct lks_buffer before_text, after_text, diff;
	const char *label;
	bool readable;
};

/* An absent file is a text without data. */
static int read_side(struct lks_text *text, struct lks_buffer *buffer, const struct php_lks_place *place, struct lks_error *err)
{
	struct stat status;

	if (place->dir < 0 || (fstatat(place->dir, place->name, &status, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT))
		return 0;
	if (lks_fs_read(buffer, place->dir, place->name, DIFF_CAP, err) != 0)
		return err->status;
	text->data = lks_buffer_text(buffer);
	text->length = buffer->length;
	return 0;
}

static int run_diff(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct diff_call *call = arg;
	struct lks_text before = {.label = call->label}, after = {.label = call->label};

	(void)task;
	if (read_side(&before, &call->before_text, &call->before, err) != 0 || read_side(&after, &call->after_text, &call->after, err) != 0)
		return err->status;
	return (call->readable ? lks_diff_readable : lks_diff_text)(&call->diff, &before, &after, err);
}

static void dispose_diff(void *arg)
{
	struct diff_call *call = arg;

	php_lks_place_dispose(&call->before);
	php_lks_place_dispose(&call->after);
	lks_buffer_dispose(&call->before_text);
	lks_buffer_dispose(&call->after_text);
	lks_buffer_dispose(&call->diff);
}

static void convert_diff(zval *return_value, void *arg)
{
	const struct diff_call *call = arg;

	RETVAL_STRINGL(lks_buffer_text(&call->diff), call->diff.length);
}

/* An absent directory makes an absent file. */
static void open_side(struct php_lks_place *place, const zend_string *path, struct lks_error *err)
{
	if (path == NULL || err->status != LKS_OK)
		return;
	php_lks_place_open(place, path, err);
	if (err->status == LKS_E_NOT_FOUND)
		lks_error_clear(err);
}

ZEND_METHOD(Lockstep_Merge, diff)
{
	static const struct php_lks_work work = {PHP_LKS_DIRECT, run_diff, convert_diff, dispose_diff};
	struct diff_call call = {.before = PHP_LKS_PLACE_NONE, .after = PHP_LKS_PLACE_NONE};
	struct lks_error err = {0};
	zend_string *before, *after, *label;

	ZEND_PARSE_PARAMETERS_START(3, 4)
		Z_PARAM_PATH_STR_OR_NULL(before)
		Z_PARAM_PATH_STR_OR_NULL(after)
		Z_PARAM_PATH_STR(label)
		Z_PARAM_OPTIONAL
		Z_PARAM_BOOL(call.readable)
	ZEND_PARSE_PARAMETERS_END();

	call.label = ZSTR_VAL(label);
	open_side(&call.before, before, &err);
	open_side(&call.after, after, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

struct fault_call {
	struct php_lks_place file;
	const char *path;
	struct lks_buffer fault;
};

static int run_fault(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct fault_call *call = arg;
	struct lks_buffer text = {0};
	int status = lks_fs_read(&text, call->file.dir, call->file.name, DIFF_CAP, err);

	(void)task;
	if (status == 0)
		status = lks_merge_fault(&call->fault, call->path, lks_buffer_text(&text), text.length, err);
	lks_buffer_dispose(&text);
	return status;
}

static void dispose_fault(void *arg)
{
	struct fault_call *call = arg;

	php_lks_place_dispose(&call->file);
	lks_buffer_dispose(&call->fault);
}

static void convert_fault(zval *return_value, void *arg)
{
	const struct fault_call *call = arg;

	if (call->fault.length > 0)
		RETVAL_STRINGL(lks_buffer_text(&call->fault), call->fault.length);
}

ZEND_METHOD(Lockstep_Merge, fault)
{
	static const struct php_lks_work work = {PHP_LKS_DIRECT, run_fault, convert_fault, dispose_fault};
	struct fault_call call = {.file = PHP_LKS_PLACE_NONE};
	struct lks_error err = {0};
	zend_string *file, *path;

	ZEND_PARSE_PARAMETERS_START(2, 2)
		Z_PARAM_PATH_STR(file)
		Z_PARAM_PATH_STR(path)
	ZEND_PARSE_PARAMETERS_END();

	call.path = ZSTR_VAL(path);
	php_lks_place_open(&call.file, file, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

struct patch_call {
	int before, after;
	const char *prefix;
	struct lks_patch patch;
};

static int run_patch(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct patch_call *call = arg;

	return lks_patch_trees(&call->patch, call->before, call->after, call->prefix, task, err);
}

static void dispose_patch(void *arg)
{
	struct patch_call *call = arg;

	php_lks_directory_close(&call->before);
	php_lks_directory_close(&call->after);
	lks_patch_dispose(&call->patch);
}

static void convert_patch(zval *return_value, void *arg)
{
	const struct lks_patch *patch = &((struct patch_call *)arg)->patch;
	zval left_out;

	array_init_size(&left_out, (uint32_t)patch->left_out_count);
	for (size_t i = 0; i < patch->left_out_count; i++)
		add_next_index_string(&left_out, patch->left_out[i]);
	array_init_size(return_value, 2);
	add_assoc_stringl(return_value, "text", lks_buffer_text(&patch->text), patch->text.length);
	add_assoc_zval(return_value, "left_out", &left_out);
}

ZEND_METHOD(Lockstep_Merge, patch)
{
	static const struct php_lks_work work = {PHP_LKS_JOB, run_patch, convert_patch, dispose_patch};
	struct patch_call call = {.before = -1, .after = -1, .prefix = ""};
	struct lks_error err = {0};
	zend_string *before, *after, *prefix = NULL;

	ZEND_PARSE_PARAMETERS_START(2, 3)
		Z_PARAM_PATH_STR(before)
		Z_PARAM_PATH_STR(after)
		Z_PARAM_OPTIONAL
		Z_PARAM_PATH_STR(prefix)
	ZEND_PARSE_PARAMETERS_END();

	if (prefix != NULL)
		call.prefix = ZSTR_VAL(prefix);
	php_lks_directory_open(&call.before, before, &err);
	php_lks_directory_open(&call.after, after, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

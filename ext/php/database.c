/*
 * Lockstep\Database: dumps archived, and poured into a database's own client.
 */
#include "php_lockstep.h"

#include <stdlib.h>
#include <string.h>

#include "lockstep/buffer.h"
#include "lockstep/stream.h"

#include "convert.h"
#include "error.h"
#include "job.h"
#include "place.h"

#include "database_arginfo.h"

#define ENDING "-- Dump completed"
#define MARK "\n-- Table structure for table `"

void php_lks_database_register(void)
{
	register_class_Lockstep_Database();
}

/* One member's programs, in the core's own memory. */
struct member {
	struct php_lks_list name; /* one string */
	struct php_lks_list *arguments;
	struct lks_spawn_options *commands;
	size_t count;
	char *secret;
	size_t secret_length;
};

struct database_call {
	struct php_lks_place archive;
	uint8_t key[LKS_ARCHIVE_KEY_SIZE];
	struct php_lks_list environment, definers, member_name;
	struct member *members; /* owned array; pour has one */
	size_t count;
	struct lks_stream_source *sources; /* owned array */
	struct lks_stream_options stream;
	struct lks_stream_result streamed;
	struct lks_pour_options pour;
	struct lks_pour_result poured; /* or filtered */
	const zend_string *text;
	struct lks_buffer filtered;
};

#define NO_CALL ((struct database_call){.archive = PHP_LKS_PLACE_NONE})

static void dispose_member(struct member *member)
{
	for (size_t i = 0; i < member->count; i++)
		php_lks_list_dispose(&member->arguments[i]);
	free(member->arguments);
	free(member->commands);
	php_lks_list_dispose(&member->name);
	if (member->secret != NULL)
		ZEND_SECURE_ZERO(member->secret, member->secret_length);
	free(member->secret);
}

static void dispose(void *arg)
{
	struct database_call *call = arg;

	for (size_t i = 0; i < call->count; i++)
		dispose_member(&call->members[i]);
	free(call->members);
	free(call->sources);
	php_lks_place_dispose(&call->archive);
	php_lks_list_dispose(&call->environment);
	php_lks_list_dispose(&call->definers);
	php_lks_list_dispose(&call->member_name);
	lks_stream_result_dispose(&call->streamed);
	lks_pour_result_dispose(&call->poured);
	lks_buffer_dispose(&call->filtered);
	php_lks_key_wipe(call->key);
}

static void take_secret(struct member *member, const zend_string *secret, struct lks_error *err)
{
	if (ZSTR_LEN(secret) == 0)
		return;
	member->secret = malloc(ZSTR_LEN(secret));
	if (member->secret == NULL) {
		lks_error_nomem(err);
		return;
	}
	member->secret_length = ZSTR_LEN(secret);
	memcpy(member->secret, ZSTR_VAL(secret), member->secret_length);
}

/* Room for count programs. */
static bool take_room(struct member *member, size_t count, struct lks_error *err)
{
	member->arguments = calloc(count, sizeof(*member->arguments));
	member->commands = calloc(count, sizeof(*member->commands));
	if (member->arguments != NULL && member->commands != NULL)
		return true;
	lks_error_nomem(err);
	return false;
}

static void take_command(
	struct member *member, HashTable *command, uint32_t arg, const struct php_lks_list *environment, bool feed, struct lks_error *err)
{
	size_t at = member->count++;

	php_lks_list_take(&member->arguments[at], command, arg, err);
	if (member->arguments[at].count == 0)
		php_lks_bad_value(arg, "must not have an empty command");
	member->commands[at] = (struct lks_spawn_options){
		.argv = (const char *const *)member->arguments[at].items,
		.envp = (const char *const *)environment->items,
		.secret = member->secret,
		.secret_length = member->secret_length,
		.feed = feed,
		.bulk = true,
	};
}

static zval *field(HashTable *table, const char *name, size_t length, int type)
{
	zval *value = zend_hash_str_find(table, name, length);

	if (value != NULL)
		ZVAL_DEREF(value);
	return value != NULL && Z_TYPE_P(value) == type ? value : NULL;
}

static void take_member(struct database_call *call, zval *given, uint32_t arg, struct lks_error *err)
{
	struct member *member = &call->members[call->count++];
	zval *name = NULL, *commands = NULL, *secret = NULL, *command;

	ZVAL_DEREF(given);
	if (Z_TYPE_P(given) == IS_ARRAY) {
		name = field(Z_ARRVAL_P(given), ZEND_STRL("name"), IS_STRING);
		commands = field(Z_ARRVAL_P(given), ZEND_STRL("commands"), IS_ARRAY);
		secret = field(Z_ARRVAL_P(given), ZEND_STRL("secret"), IS_STRING);
	}
	if (name == NULL || commands == NULL || secret == NULL || strlen(Z_STRVAL_P(name)) != Z_STRLEN_P(name)) {
		php_lks_bad_type(arg, "must be a list of arrays with name, commands and secret");
		return;
	}
	php_lks_list_add(&member->name, Z_STRVAL_P(name), Z_STRLEN_P(name), err);
	take_secret(member, Z_STR_P(secret), err);
	if (err->status != LKS_OK || !take_room(member, zend_hash_num_elements(Z_ARRVAL_P(commands)) + 1, err))
		return;
	ZEND_HASH_FOREACH_VAL (Z_ARRVAL_P(commands), command) {
		ZVAL_DEREF(command);
		if (Z_TYPE_P(command) != IS_ARRAY) {
			php_lks_bad_type(arg, "must have lists of strings as commands");
			return;
		}
		take_command(member, Z_ARRVAL_P(command), arg, &call->environment, false, err);
	}
	ZEND_HASH_FOREACH_END();
}

static void take_members(struct database_call *call, HashTable *members, uint32_t arg, struct lks_error *err)
{
	size_t count = zend_hash_num_elements(members);
	zval *member;

	if (err->status != LKS_OK || EG(exception) != NULL)
		return;
	call->members = calloc(count + 1, sizeof(*call->members));
	call->sources = calloc(count + 1, sizeof(*call->sources));
	if (call->members == NULL || call->sources == NULL) {
		lks_error_nomem(err);
		return;
	}
	ZEND_HASH_FOREACH_VAL (members, member) {
		take_member(call, member, arg, err);
		if (err->status != LKS_OK || EG(exception) != NULL)
			return;
	}
	ZEND_HASH_FOREACH_END();
	for (size_t i = 0; i < count; i++) {
		call->sources[i] = (struct lks_stream_source){
			.name = call->members[i].name.items[0],
			.commands = call->members[i].commands,
			.count = call->members[i].count,
		};
	}
}

static int run_dump(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct database_call *call = arg;

	return lks_archive_stream(&call->streamed, &call->stream, task, err);
}

static void convert_dump(zval *return_value, void *arg)
{
	const struct lks_stream_result *streamed = &((struct database_call *)arg)->streamed;
	const struct lks_archive_summary *summary = &streamed->summary;

	array_init(return_value);
	php_lks_add_written(return_value, summary);
	add_assoc_long(return_value, "tables", (zend_long)streamed->marks);
	php_lks_add_hash(return_value, "sha256", summary->sha256);
}

ZEND_METHOD(Lockstep_Database, dump)
{
	static const struct php_lks_work work = {PHP_LKS_JOB, run_dump, convert_dump, dispose};
	struct php_lks_callback progress = {0};
	struct database_call call = NO_CALL;
	struct lks_error err = {0};
	zend_string *file, *key;
	HashTable *members, *environment;
	zend_long tables = 0, level = 3, threads = 0;
	char *label = "";
	size_t label_length = 0;

	ZEND_PARSE_PARAMETERS_START(4, 9)
		Z_PARAM_PATH_STR(file)
		Z_PARAM_STR(key)
		Z_PARAM_ARRAY_HT(members)
		Z_PARAM_ARRAY_HT(environment)
		Z_PARAM_OPTIONAL
		Z_PARAM_LONG(tables)
		Z_PARAM_LONG(level)
		Z_PARAM_LONG(threads)
		Z_PARAM_PATH(label, label_length)
		Z_PARAM_FUNC_OR_NULL(progress.fci, progress.fcc)
	ZEND_PARSE_PARAMETERS_END();

	(void)label_length;
	php_lks_key_take(call.key, key, 2);
	if (level < 1 || level > 19)
		php_lks_bad_value(6, "must be between 1 and 19");
	php_lks_list_take_pairs(&call.environment, environment, 4, &err);
	take_members(&call, members, 3, &err);
	php_lks_place_open(&call.archive, file, &err);
	call.stream = (struct lks_stream_options){
		.directory_fd = call.archive.dir,
		.name = call.archive.name,
		.level = (int)level,
		.threads = php_lks_threads(threads, 7),
		.key = call.key,
		.label = label,
		.sources = call.sources,
		.source_count = call.count,
		.ending = ENDING,
		.mark = MARK,
		.mark_total = tables > 0 ? (uint64_t)tables : 0,
	};
	php_lks_perform(return_value, &work, &call, &progress, &err);
}

static int run_pour(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct database_call *call = arg;

	return lks_archive_pour(&call->poured, &call->pour, task, err);
}

static void convert_pour(zval *return_value, void *arg)
{
	const struct lks_pour_result *poured = &((struct database_call *)arg)->poured;

	array_init(return_value);
	add_assoc_long(return_value, "bytes", (zend_long)poured->bytes);
	php_lks_add_notes(return_value, "definers", &poured->definers);
}

ZEND_METHOD(Lockstep_Database, pour)
{
	static const struct php_lks_work work = {PHP_LKS_JOB, run_pour, convert_pour, dispose};
	struct php_lks_callback progress = {0};
	struct database_call call = NO_CALL;
	struct lks_error err = {0};
	zend_string *file, *key, *member, *secret = NULL;
	HashTable *command, *environment, *definers = NULL;
	zend_long threads = 0;

	ZEND_PARSE_PARAMETERS_START(5, 9)
		Z_PARAM_PATH_STR(file)
		Z_PARAM_STR(key)
		Z_PARAM_PATH_STR(member)
		Z_PARAM_ARRAY_HT(command)
		Z_PARAM_ARRAY_HT(environment)
		Z_PARAM_OPTIONAL
		Z_PARAM_STR(secret)
		Z_PARAM_ARRAY_HT_OR_NULL(definers)
		Z_PARAM_LONG(threads)
		Z_PARAM_FUNC_OR_NULL(progress.fci, progress.fcc)
	ZEND_PARSE_PARAMETERS_END();

	php_lks_key_take(call.key, key, 2);
	php_lks_list_take_pairs(&call.environment, environment, 5, &err);
	php_lks_list_take(&call.definers, definers, 7, &err);
	php_lks_list_add(&call.member_name, ZSTR_VAL(member), ZSTR_LEN(member), &err);
	call.members = calloc(1, sizeof(*call.members));
	if (call.members == NULL) {
		lks_error_nomem(&err);
	} else {
		call.count = 1;
		if (secret != NULL)
			take_secret(call.members, secret, &err);
		if (take_room(call.members, 1, &err))
			take_command(call.members, command, 4, &call.environment, true, &err);
		call.pour.command = call.members->commands;
	}
	php_lks_place_open(&call.archive, file, &err);
	call.pour.archive_dir_fd = call.archive.dir;
	call.pour.archive = call.archive.name;
	call.pour.key = call.key;
	call.pour.member = call.member_name.count > 0 ? call.member_name.items[0] : NULL;
	call.pour.threads = php_lks_threads(threads, 8);
	call.pour.definers = (const char *const *)call.definers.items;
	php_lks_perform(return_value, &work, &call, &progress, &err);
}

static int run_filter(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct database_call *call = arg;

	(void)task;
	return lks_dump_filter_text(&call->filtered, &call->poured.definers, ZSTR_VAL(call->text), ZSTR_LEN(call->text),
		(const char *const *)call->definers.items, err);
}

static void convert_filter(zval *return_value, void *arg)
{
	const struct database_call *call = arg;

	array_init(return_value);
	add_assoc_stringl(return_value, "text", lks_buffer_text(&call->filtered), call->filtered.length);
	php_lks_add_notes(return_value, "definers", &call->poured.definers);
}

ZEND_METHOD(Lockstep_Database, filter)
{
	static const struct php_lks_work work = {PHP_LKS_DIRECT, run_filter, convert_filter, dispose};
	struct database_call call = NO_CALL;
	struct lks_error err = {0};
	zend_string *text;
	HashTable *definers = NULL;

	ZEND_PARSE_PARAMETERS_START(1, 2)
		Z_PARAM_STR(text)
		Z_PARAM_OPTIONAL
		Z_PARAM_ARRAY_HT_OR_NULL(definers)
	ZEND_PARSE_PARAMETERS_END();

	php_lks_list_take(&call.definers, definers, 2, &err);
	call.text = text;
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

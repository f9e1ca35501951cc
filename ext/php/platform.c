/*
 * Lockstep\Platform: what the extension runs on.
 */
#include "php_lockstep.h"

#include <archive.h>
#include <jansson.h>
#include <libxml/parser.h>
#include <openssl/crypto.h>
#include <zstd.h>

#include "lockstep/merge.h"
#include "lockstep/platform.h"

#include "convert.h"
#include "job.h"
#include "libarchive.h"
#include "place.h"

#include "platform_arginfo.h"

void php_lks_platform_register(void)
{
	register_class_Lockstep_Platform();
}

static void add_library(zval *list, const char *name, const char *version, const struct lks_error *err)
{
	zval item;

	array_init_size(&item, 4);
	php_lks_add_string(&item, "name", name);
	php_lks_add_string(&item, "version", err->status == LKS_OK ? version : "");
	php_lks_add_string(&item, "error", err->message);
	php_lks_add_string(&item, "hint", err->hint);
	add_next_index_zval(list, &item);
}

ZEND_METHOD(Lockstep_Platform, libraries)
{
	struct lks_error none = {0}, archive = {0}, git = {0};
	char version[32];

	ZEND_PARSE_PARAMETERS_NONE();

	php_lks_libarchive_open(&archive);
	lks_merge_library(version, &git);
	array_init_size(return_value, 6);
	add_library(return_value, "libarchive", archive.status == LKS_OK ? archive_version_details() : "", &archive);
	add_library(return_value, "libgit2", version, &git);
	add_library(return_value, "libzstd", ZSTD_versionString(), &none);
	add_library(return_value, "jansson", jansson_version_str(), &none);
	add_library(return_value, "libcrypto", OpenSSL_version(OPENSSL_VERSION), &none);
	add_library(return_value, "libxml2", xmlParserVersion, &none);
}

ZEND_METHOD(Lockstep_Platform, kernel)
{
	ZEND_PARSE_PARAMETERS_NONE();

	array_init_size(return_value, 2);
	add_assoc_bool(return_value, "openat2", lks_platform_has_openat2());
	add_assoc_bool(return_value, "rename_exchange", lks_platform_has_exchange());
}

struct space_call {
	int directory;
	struct lks_space space;
};

static int run_space(void *arg, struct lks_task *task, struct lks_error *err)
{
	struct space_call *call = arg;

	(void)task;
	return lks_platform_space(&call->space, call->directory, err);
}

static zend_long capped(uint64_t value)
{
	return value > (uint64_t)ZEND_LONG_MAX ? ZEND_LONG_MAX : (zend_long)value;
}

static void convert_space(zval *return_value, void *arg)
{
	const struct lks_space *space = &((struct space_call *)arg)->space;

	array_init_size(return_value, 2);
	add_assoc_long(return_value, "bytes", capped(space->bytes));
	if (space->inodes == UINT64_MAX)
		add_assoc_null(return_value, "inodes");
	else
		add_assoc_long(return_value, "inodes", capped(space->inodes));
}

static void dispose_space(void *arg)
{
	php_lks_directory_close(&((struct space_call *)arg)->directory);
}

ZEND_METHOD(Lockstep_Platform, space)
{
	static const struct php_lks_work work = {PHP_LKS_DIRECT, run_space, convert_space, dispose_space};
	struct space_call call = {.directory = -1};
	struct lks_error err = {0};
	zend_string *directory;

	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_PATH_STR(directory)
	ZEND_PARSE_PARAMETERS_END();

	php_lks_directory_open(&call.directory, directory, &err);
	php_lks_perform(return_value, &work, &call, NULL, &err);
}

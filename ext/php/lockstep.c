/*
 * The module's entry: registers the classes, and shows in `php --ri lockstep` what it runs with.
 */
#include "php_lockstep.h"

#include <archive.h>
#include <git2/version.h>
#include <jansson.h>
#include <libxml/parser.h>
#include <openssl/crypto.h>
#include <zstd.h>

#include "ext/standard/info.h"

#include "lockstep/json.h"
#include "lockstep/pool.h"
#include "lockstep/spawn.h"

static PHP_MINIT_FUNCTION(lockstep)
{
	(void)type;
	(void)module_number;
	lks_json_seed();
	php_lks_error_register();
	php_lks_archive_register();
	php_lks_commit_register();
	php_lks_database_register();
	php_lks_lock_register();
	php_lks_merge_register();
	php_lks_platform_register();
	php_lks_process_register();
	php_lks_site_register();
	php_lks_tree_register();
	return SUCCESS;
}

/* Versions are those that run, not those that were compiled against; libgit2 alone is not opened for this. */
static PHP_MINFO_FUNCTION(lockstep)
{
	char cpus[16];

	(void)zend_module;
	snprintf(cpus, sizeof(cpus), "%u", lks_pool_cpus());
	php_info_print_table_start();
	php_info_print_table_row(2, "Lockstep", "enabled");
	php_info_print_table_row(2, "Version", PHP_LOCKSTEP_VERSION);
	php_info_print_table_row(2, "libarchive", archive_version_details());
	php_info_print_table_row(2, "libzstd", ZSTD_versionString());
	php_info_print_table_row(2, "jansson", jansson_version_str());
	php_info_print_table_row(2, "libcrypto", OpenSSL_version(OPENSSL_VERSION));
	php_info_print_table_row(2, "libxml2", xmlParserVersion);
	php_info_print_table_row(2, "libgit2", "libgit2.so." LIBGIT2_SOVERSION ", opened at the first merge (built with " LIBGIT2_VERSION ")");
	php_info_print_table_row(2, "Write fence", lks_fence_available() == LKS_FENCE_LANDLOCK ? "Landlock" : "none");
	php_info_print_table_row(2, "CPUs", cpus);
	php_info_print_table_end();
}

zend_module_entry lockstep_module_entry = {STANDARD_MODULE_HEADER, "lockstep", NULL, PHP_MINIT(lockstep), NULL, NULL, NULL,
	PHP_MINFO(lockstep), PHP_LOCKSTEP_VERSION, STANDARD_MODULE_PROPERTIES};

#ifdef COMPILE_DL_LOCKSTEP
ZEND_GET_MODULE(lockstep)
#endif

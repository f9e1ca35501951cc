/*
 * libarchive, opened at its first use: the core's calls meet these functions, which pass them on.
 *
 * The core is written against libarchive's header and knows nothing of this. Only what it calls is here; a call that is
 * missing would be an undefined symbol of the module (tests/phpt/exported.phpt). archive_read_new and
 * archive_version_details may be the first to be called; all others are given what archive_read_new has made.
 */
#include "libarchive.h"

#include <archive.h>
#include <archive_entry.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define FUNCTIONS(X)                            \
	X(archive_entry_filetype)                   \
	X(archive_entry_hardlink)                   \
	X(archive_entry_is_encrypted)               \
	X(archive_entry_pathname)                   \
	X(archive_entry_perm)                       \
	X(archive_entry_size)                       \
	X(archive_entry_size_is_set)                \
	X(archive_entry_symlink)                    \
	X(archive_errno)                            \
	X(archive_error_string)                     \
	X(archive_file_count)                       \
	X(archive_read_data_block)                  \
	X(archive_read_free)                        \
	X(archive_read_new)                         \
	X(archive_read_next_header)                 \
	X(archive_read_open_fd)                     \
	X(archive_read_support_filter_gzip)         \
	X(archive_read_support_filter_zstd)         \
	X(archive_read_support_format_tar)          \
	X(archive_read_support_format_zip_seekable) \
	X(archive_version_details)

#define FIELD(name) __typeof__(&name) name;
#define ENTRY(name) {#name, offsetof(struct library, name)},

struct library {
	FUNCTIONS(FIELD)
};

static const struct {
	const char *name;
	size_t offset;
} entries[] = {FUNCTIONS(ENTRY)};

static struct library real;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static char problem[256]; /* "" when the library is open */

static void open_library(void)
{
	void *handle = dlopen(PHP_LKS_LIBARCHIVE, RTLD_LAZY | RTLD_LOCAL);

	for (size_t i = 0; handle != NULL && i < sizeof(entries) / sizeof(*entries); i++) {
		void *symbol = dlsym(handle, entries[i].name);

		if (symbol == NULL)
			handle = NULL;
		else
			memcpy((char *)&real + entries[i].offset, &symbol, sizeof(symbol));
	}
	if (handle == NULL) {
		const char *reason = dlerror();

		snprintf(problem, sizeof(problem), "%s", reason != NULL ? reason : "unknown");
	}
}

static bool is_open(void)
{
	pthread_once(&once, open_library);
	return problem[0] == '\0';
}

int php_lks_libarchive_open(struct lks_error *err)
{
	if (is_open())
		return 0;
	lks_error_set(err, LKS_E_UNSUPPORTED, 0, NULL, "libarchive cannot be opened: %s", problem);
	lks_error_hint(err, "Install libarchive 3 (%s).", PHP_LKS_LIBARCHIVE);
	return err->status;
}

struct archive *archive_read_new(void)
{
	return is_open() ? real.archive_read_new() : NULL;
}

const char *archive_version_details(void)
{
	return is_open() ? real.archive_version_details() : "not installed";
}

int archive_read_free(struct archive *archive)
{
	return real.archive_read_free(archive);
}

int archive_read_support_filter_gzip(struct archive *archive)
{
	return real.archive_read_support_filter_gzip(archive);
}

int archive_read_support_filter_zstd(struct archive *archive)
{
	return real.archive_read_support_filter_zstd(archive);
}

int archive_read_support_format_tar(struct archive *archive)
{
	return real.archive_read_support_format_tar(archive);
}

int archive_read_support_format_zip_seekable(struct archive *archive)
{
	return real.archive_read_support_format_zip_seekable(archive);
}

int archive_read_open_fd(struct archive *archive, int fd, size_t block_size)
{
	return real.archive_read_open_fd(archive, fd, block_size);
}

int archive_read_next_header(struct archive *archive, struct archive_entry **entry)
{
	return real.archive_read_next_header(archive, entry);
}

int archive_read_data_block(struct archive *archive, const void **data, size_t *size, la_int64_t *offset)
{
	return real.archive_read_data_block(archive, data, size, offset);
}

int archive_errno(struct archive *archive)
{
	return real.archive_errno(archive);
}

const char *archive_error_string(struct archive *archive)
{
	return real.archive_error_string(archive);
}

int archive_file_count(struct archive *archive)
{
	return real.archive_file_count(archive);
}

__LA_MODE_T archive_entry_filetype(struct archive_entry *entry)
{
	return real.archive_entry_filetype(entry);
}

const char *archive_entry_hardlink(struct archive_entry *entry)
{
	return real.archive_entry_hardlink(entry);
}

int archive_entry_is_encrypted(struct archive_entry *entry)
{
	return real.archive_entry_is_encrypted(entry);
}

const char *archive_entry_pathname(struct archive_entry *entry)
{
	return real.archive_entry_pathname(entry);
}

__LA_MODE_T archive_entry_perm(struct archive_entry *entry)
{
	return real.archive_entry_perm(entry);
}

la_int64_t archive_entry_size(struct archive_entry *entry)
{
	return real.archive_entry_size(entry);
}

int archive_entry_size_is_set(struct archive_entry *entry)
{
	return real.archive_entry_size_is_set(entry);
}

const char *archive_entry_symlink(struct archive_entry *entry)
{
	return real.archive_entry_symlink(entry);
}

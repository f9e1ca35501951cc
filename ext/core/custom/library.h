/*
 * The functions of libgit2 that merges and diffs need, opened at the first use.
 *
 * Private to the custom module. Thread-safe.
 */
#ifndef LKS_CUSTOM_LIBRARY_H
#define LKS_CUSTOM_LIBRARY_H

#include <git2/buffer.h>
#include <git2/diff.h>
#include <git2/errors.h>
#include <git2/global.h>
#include <git2/merge.h>
#include <git2/patch.h>
#include <git2/version.h>

#include "lockstep/error.h"

struct lks_git {
	__typeof__(git_libgit2_init) *init;
	__typeof__(git_libgit2_version) *version;
	__typeof__(git_error_last) *error_last;
	__typeof__(git_merge_file_input_init) *merge_file_input_init;
	__typeof__(git_merge_file_options_init) *merge_file_options_init;
	__typeof__(git_merge_file) *merge_file;
	__typeof__(git_merge_file_result_free) *merge_file_result_free;
	__typeof__(git_diff_options_init) *diff_options_init;
	__typeof__(git_patch_from_buffers) *patch_from_buffers;
	__typeof__(git_patch_to_buf) *patch_to_buf;
	__typeof__(git_patch_free) *patch_free;
	__typeof__(git_buf_dispose) *buf_dispose;
};

/* The opened library, the same for every thread and never closed. LKS_E_UNSUPPORTED with the package's name when it is missing. */
int lks_git_library(const struct lks_git **out, struct lks_error *err);

/* Opens and initialises the library called soname; what lks_git_library does once. */
int lks_git_open(struct lks_git *out, const char *soname, struct lks_error *err);

/* Turns a return value of libgit2 into an error, with the library's own words. */
int lks_git_error(const struct lks_git *git, int result, const char *what, struct lks_error *err);

#endif

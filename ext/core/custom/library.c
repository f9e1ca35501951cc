/*
 * libgit2, opened with dlopen at the first merge or diff: linked, it would bring four libraries into every start of PHP.
 *
 * The name is that of the headers we were built with: another SONAME would be another ABI. The library is never closed,
 * since threads that used it may still have their thread-local data destroyed by it.
 */
#include "library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "lockstep/merge.h"

#ifndef LKS_LIBGIT2_SONAME
#define LKS_LIBGIT2_SONAME "libgit2.so." LIBGIT2_SOVERSION
#endif

static const struct {
	const char *name;
	size_t offset;
} symbols[] = {
	{"git_libgit2_init", offsetof(struct lks_git, init)},
	{"git_libgit2_version", offsetof(struct lks_git, version)},
	{"git_error_last", offsetof(struct lks_git, error_last)},
	{"git_merge_file_input_init", offsetof(struct lks_git, merge_file_input_init)},
	{"git_merge_file_options_init", offsetof(struct lks_git, merge_file_options_init)},
	{"git_merge_file", offsetof(struct lks_git, merge_file)},
	{"git_merge_file_result_free", offsetof(struct lks_git, merge_file_result_free)},
	{"git_diff_options_init", offsetof(struct lks_git, diff_options_init)},
	{"git_patch_from_buffers", offsetof(struct lks_git, patch_from_buffers)},
	{"git_patch_to_buf", offsetof(struct lks_git, patch_to_buf)},
	{"git_patch_free", offsetof(struct lks_git, patch_free)},
	{"git_buf_dispose", offsetof(struct lks_git, buf_dispose)},
};

static int missing(const char *soname, const char *why, struct lks_error *err)
{
	lks_error_set(err, LKS_E_UNSUPPORTED, 0, NULL, "libgit2, which merges texts, cannot be used: %s", why ? why : soname);
	lks_error_hint(err, "Install it (%s), for instance with: apt-get install libgit2-%s", soname, LIBGIT2_SOVERSION);
	return LKS_E_UNSUPPORTED;
}

int lks_git_open(struct lks_git *out, const char *soname, struct lks_error *err)
{
	memset(out, 0, sizeof *out);
	void *handle = dlopen(soname, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (!handle) {
		return missing(soname, dlerror(), err);
	}
	for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
		void *address = dlsym(handle, symbols[i].name);
		if (!address) {
			return missing(soname, dlerror(), err);
		}
		memcpy((char *)out + symbols[i].offset, &address, sizeof address);
	}
	if (out->init() < 0) {
		return missing(soname, "its initialisation failed", err);
	}
	return 0;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct lks_git library;
static struct lks_error failure;

static void open_once(void)
{
	lks_git_open(&library, LKS_LIBGIT2_SONAME, &failure);
}

int lks_git_library(const struct lks_git **out, struct lks_error *err)
{
	*out = NULL;
	pthread_once(&once, open_once);
	if (failure.status) {
		lks_error_set(err, failure.status, 0, NULL, "%s", failure.message);
		lks_error_hint(err, "%s", failure.hint);
		return failure.status;
	}
	*out = &library;
	return 0;
}

int lks_git_error(const struct lks_git *git, int result, const char *what, struct lks_error *err)
{
	const git_error *last = git->error_last();
	if (last && last->klass == GIT_ERROR_NOMEMORY) {
		return lks_error_nomem(err);
	}
	return lks_error_set(err, LKS_E_UNSUPPORTED, 0, NULL, "libgit2 cannot %s: %s (%d)", what,
		last && last->message ? last->message : "no reason given", result);
}

int lks_merge_library(char version[32], struct lks_error *err)
{
	const struct lks_git *git = NULL;
	int major = 0, minor = 0, revision = 0;
	version[0] = '\0';
	int status = lks_git_library(&git, err);
	if (status) {
		return status;
	}
	git->version(&major, &minor, &revision);
	snprintf(version, 32, "%d.%d.%d", major, minor, revision);
	return 0;
}

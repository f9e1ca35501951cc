/*
 * Memory runs out at every single allocation in turn: each time a clean error, nothing left open, nothing half made.
 *
 * The program's own malloc is counted and told to fail; glibc's stands behind it. Sanitizers bring a malloc of their own:
 * under them the test is skipped.
 */
#include "support.h"

#include <dirent.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "lockstep/compare.h"
#include "lockstep/fs.h"
#include "lockstep/json.h"
#include "lockstep/mirror.h"
#include "lockstep/path.h"
#include "lockstep/pool.h"
#include "lockstep/spawn.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

static atomic_long until_failure = -1; /* allocations that still succeed; below 0: all of them */
static atomic_bool failed;

#ifndef SANITIZED
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

#define EXPORTED __attribute__((visibility("default"))) /* the libraries are to meet them too */

static bool fails(void)
{
	if (atomic_load(&until_failure) < 0 || atomic_fetch_sub(&until_failure, 1) != 0) {
		return false;
	}
	atomic_store(&failed, true);
	errno = ENOMEM;
	return true;
}

EXPORTED void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

EXPORTED void *calloc(size_t count, size_t size)
{
	return fails() ? NULL : __libc_calloc(count, size);
}

EXPORTED void *realloc(void *old, size_t size)
{
	return fails() ? NULL : __libc_realloc(old, size);
}
#endif

static int count_descriptors(void)
{
	int count = 0;
	DIR *dir = opendir("/proc/self/fd");
	while (readdir(dir)) {
		count++;
	}
	closedir(dir);
	return count;
}

typedef int (*operation)(const struct place *place, struct lks_error *err);

/* Lets each allocation of the operation fail once; cleans up with `clean` (may be NULL) between. */
static void fail_each(const struct place *place, operation run, operation clean)
{
	int descriptors = count_descriptors();
#ifdef SANITIZED
	skip();
#endif
	for (long n = 0; n < 5000; n++) {
		static struct lks_error err;
		lks_error_clear(&err);
		atomic_store(&failed, false);
		atomic_store(&until_failure, n);
		int status = run(place, &err);
		atomic_store(&until_failure, -1);
		bool reached = atomic_load(&failed);
		if (clean) {
			struct lks_error ignored = {0};
			assert_int_equal(clean(place, &ignored), 0);
		}
		assert_int_equal(count_descriptors(), descriptors);
		if (!reached) {
			assert_ok(status);
			assert_true(n > 0);
			return;
		}
		/* an allocation inside a library may be one that it can do without */
		if (status != 0 && (err.status == LKS_OK || err.message[0] == '\0')) {
			fail_msg("allocation %ld: %d without a word", n, status);
		}
	}
	fail_msg("no end of allocations");
}

static void fill(const struct place *place)
{
	make_dir(place->fd, "live", 0755);
	make_dir(place->fd, "live/a", 0755);
	make_dir(place->fd, "live/a/b", 0755);
	put(place->fd, "live/a/file", "file", 0644);
	put(place->fd, "live/a/b/file", "file", 0644);
	assert_int_equal(symlinkat("a", place->fd, "live/link"), 0);
}

static int scan(const struct place *place, struct lks_error *err)
{
	const char *exclude[] = {"none", NULL};
	struct lks_scan_options options = {.hash = true, .threads = 2, .exclude = exclude};
	struct lks_scan before = {0};
	struct lks_changes changes = {0};
	struct lks_scan none = {0};
	int status = lks_scan_tree(&before, place->fd, "live", &options, NULL, err);
	if (status == 0) {
		status = lks_compare_scans(&changes, &none, &before, LKS_COMPARE_HASH, err);
	}
	lks_changes_dispose(&changes);
	lks_scan_dispose(&before);
	return status;
}

static int copy(const struct place *place, struct lks_error *err)
{
	int status = lks_fs_copy_tree(place->fd, "live", place->fd, "copy", LKS_COPY_OWNER, err);
	if (status) {
		/* half a copy is none, unless memory for the removal was missing too: only one allocation fails here */
		assert_false(exists(place->fd, "copy"));
		return status;
	}
	return lks_fs_sync_tree(place->fd, "copy", err);
}

static int remove_copy(const struct place *place, struct lks_error *err)
{
	return lks_fs_remove(place->fd, "copy", err);
}

static int copy_and_remove(const struct place *place, struct lks_error *err)
{
	atomic_long left = atomic_exchange(&until_failure, -1);
	int status = lks_fs_copy_tree(place->fd, "live", place->fd, "copy", 0, err);
	atomic_store(&until_failure, left);
	return status ? status : lks_fs_remove(place->fd, "copy", err);
}

static int mirror(const struct place *place, struct lks_error *err)
{
	char live[300];
	int stage = -1;
	const struct lks_mirror_item items[] = {{"a/file", LKS_MIRROR_COPY}, {"a/b", LKS_MIRROR_COPY}, {"var", LKS_MIRROR_EMPTY}};
	snprintf(live, sizeof live, "%s/live", place->path);
	int status = lks_fs_private_dir(&stage, place->fd, "copy", err);
	if (status == 0) {
		status = lks_mirror_make(stage, live, items, 3, err);
		close(stage);
	}
	return status;
}

static int json(const struct place *place UNUSED, struct lks_error *err)
{
	static const char text[] = "{\"packages\": [{\"name\": \"a/b\", \"version\": \"1.0\"}, {\"name\": \"c/d\", \"n\": [1, 2.5, null]}]}";
	json_t *value = NULL;
	int status = lks_json_parse(&value, text, sizeof text - 1, "text", err);
	if (status == 0) {
		json_decref(value);
	}
	return status;
}

static void work(void *arg UNUSED) {}

static int pool(const struct place *place UNUSED, struct lks_error *err)
{
	struct lks_pool *made = NULL;
	int status = lks_pool_new(&made, 3, err);
	if (status == 0) {
		lks_pool_submit(made, work, NULL);
		lks_pool_free(made);
	}
	return status;
}

static int spawn(const struct place *place, struct lks_error *err)
{
	const char *argv[] = {"/bin/echo", "out", NULL}, *envp[] = {NULL}, *writable[] = {place->path, NULL};
	struct lks_spawn_options options = {.argv = argv, .envp = envp, .input = "x", .input_length = 1};
	struct lks_spawn *started = NULL;
	struct lks_buffer output = {0}, errors = {0};
	bool ended = false;
	options.writable = lks_fence_available() ? writable : NULL;
	int status = lks_spawn_start(&started, &options, err);
	while (status == 0 && !ended) {
		status = lks_spawn_poll(started, 1000, &output, &errors, &ended, err);
	}
	lks_spawn_free(started);
	lks_buffer_dispose(&output);
	lks_buffer_dispose(&errors);
	return status;
}

static void scanning(void **state)
{
	fill(*state);
	fail_each(*state, scan, NULL);
}

static void copying(void **state)
{
	fill(*state);
	fail_each(*state, copy, remove_copy);
}

static void removing(void **state)
{
	fill(*state);
	fail_each(*state, copy_and_remove, remove_copy);
}

static void mirroring(void **state)
{
	fill(*state);
	fail_each(*state, mirror, remove_copy);
}

static void parsing(void **state)
{
	fail_each(*state, json, NULL);
}

static void pooling(void **state)
{
	fail_each(*state, pool, NULL);
}

static void spawning(void **state)
{
	fail_each(*state, spawn, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_place(scanning), in_place(copying), in_place(removing), in_place(mirroring), in_place(parsing), in_place(pooling), in_place(spawning),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

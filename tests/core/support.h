/*
 * What tests of the core share: a temporary directory of the test's own, and files made and read in one line.
 */
#ifndef LOCKSTEP_TESTS_SUPPORT_H
#define LOCKSTEP_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lockstep/error.h"

#define UNUSED __attribute__((unused))

/* Fails with the core's own words. */
#define assert_ok(call)                                                                                                 \
	do {                                                                                                                \
		int status_ = (call);                                                                                           \
		if (status_) {                                                                                                  \
			fail_msg("%s: %d (%s) %s", #call, status_, err.path, err.message);                                          \
		}                                                                                                               \
	} while (0)

/* The call must fail with this status, and say so in the error too; the error is emptied for the next. */
#define assert_status(call, wanted)                                                                                     \
	do {                                                                                                                \
		assert_int_equal((call), (wanted));                                                                             \
		assert_int_equal(err.status, (wanted));                                                                         \
		assert_true(err.message[0] != '\0');                                                                            \
		lks_error_clear(&err);                                                                                          \
	} while (0)

struct place {
	char path[256];
	int fd;
};

static int make_place(void **state) UNUSED;
static int make_place(void **state)
{
	struct place *place = calloc(1, sizeof *place);
	const char *base = getenv("TMPDIR");
	snprintf(place->path, sizeof place->path, "%s/lockstep-test-XXXXXX", base && *base ? base : "/tmp");
	if (!mkdtemp(place->path) || (place->fd = open(place->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0) {
		perror(place->path);
		return -1;
	}
	*state = place;
	return 0;
}

static int remove_one(const char *path, const struct stat *st UNUSED, int kind UNUSED, struct FTW *ftw UNUSED)
{
	return remove(path);
}

static int open_up(const char *path, const struct stat *st UNUSED, int kind, struct FTW *ftw UNUSED)
{
	return kind == FTW_D || kind == FTW_DNR ? chmod(path, 0700) : 0;
}

static int remove_place(void **state) UNUSED;
static int remove_place(void **state)
{
	struct place *place = *state;
	close(place->fd);
	nftw(place->path, open_up, 16, FTW_PHYS);
	int failed = nftw(place->path, remove_one, 16, FTW_PHYS | FTW_DEPTH);
	free(place);
	return failed;
}

/* A file with these contents and this mode. */
static void put(int dir, const char *rel, const char *text, mode_t mode) UNUSED;
static void put(int dir, const char *rel, const char *text, mode_t mode)
{
	int fd = openat(dir, rel, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

/* The contents as a string, to be freed; NULL when it is not there. */
static char *get(int dir, const char *rel) UNUSED;
static char *get(int dir, const char *rel)
{
	int fd = openat(dir, rel, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return NULL;
	}
	char *text = calloc(1, 65536);
	ssize_t length = read(fd, text, 65535);
	assert_true(length >= 0);
	close(fd);
	return text;
}

static void assert_file(int dir, const char *rel, const char *text) UNUSED;
static void assert_file(int dir, const char *rel, const char *text)
{
	char *is = get(dir, rel);
	assert_non_null(is);
	assert_string_equal(is, text);
	free(is);
}

static void make_dir(int dir, const char *rel, mode_t mode) UNUSED;
static void make_dir(int dir, const char *rel, mode_t mode)
{
	assert_int_equal(mkdirat(dir, rel, 0700), 0);
	assert_int_equal(fchmodat(dir, rel, mode, 0), 0);
}

static int exists(int dir, const char *rel) UNUSED;
static int exists(int dir, const char *rel)
{
	struct stat st;
	return fstatat(dir, rel, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static mode_t mode_of(int dir, const char *rel) UNUSED;
static mode_t mode_of(int dir, const char *rel)
{
	struct stat st;
	assert_int_equal(fstatat(dir, rel, &st, AT_SYMLINK_NOFOLLOW), 0);
	return st.st_mode & 07777;
}

#define in_place(function) cmocka_unit_test_setup_teardown(function, make_place, remove_place)

#endif

/*
 * A small site with a stage, one item of each kind and type, for the tests and the kill hunt of the commit: what it looks
 * like is told by one letter an item, o for old, n for new, x for anything else.
 */
#ifndef LOCKSTEP_TESTS_COMMIT_SITE_H
#define LOCKSTEP_TESTS_COMMIT_SITE_H

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lockstep/commit.h"
#include "lockstep/fs.h"
#include "lockstep/path.h"

#define SITE_STATE "var/lockstep"
#define SITE_STAGE "var/lockstep/stage/run"
#define SITE_LABEL "{\"job\":\"upgrade\",\"note\":\"\\n \xc3\xa9\"}"
#define SITE_ITEMS 8

#define SITE_ITEM(path) {path, SITE_STAGE "/" path}
static const struct lks_commit_item site_items[SITE_ITEMS] = {
	SITE_ITEM("vendor/magento/tool"),    /* directories exchanged */
	SITE_ITEM("vendor/magento/added"),   /* a directory that is new */
	SITE_ITEM("vendor/composer/a.php"),  /* files exchanged, two in one directory */
	SITE_ITEM("vendor/composer/b.php"),
	SITE_ITEM("vendor/composer/add me\n.php"),
	SITE_ITEM("vendor/gone"),            /* a directory that goes */
	SITE_ITEM("vendor/magento/gone.php"),
	SITE_ITEM("composer.json"),
};
/* D, F: directory or file; upper case letters of the sides that exist before the commit. */
static const struct {
	char type;
	bool live, staged;
} site_kinds[SITE_ITEMS] = {{'D', true, true}, {'D', false, true}, {'F', true, true}, {'F', true, true}, {'F', false, true}, {'D', true, false}, {'F', true, false}, {'F', true, true}};

/* "<path>/id" for a directory, the path itself for a file: where the one line stands that tells the side. */
static inline void site_marker(char out[256], const char *path, char type)
{
	snprintf(out, 256, "%s%s", path, type == 'D' ? "/id" : "");
}

static inline int site_put(int root_fd, const char *path, char type, const char *text)
{
	struct lks_error err = {0};
	char marker[256];
	int fd;

	site_marker(marker, path, type);
	if (type == 'D' && lks_path_mkdirs(root_fd, path, 0755, &err) != 0) {
		return -1;
	}
	fd = openat(root_fd, marker, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text)) {
		return -1;
	}
	return close(fd);
}

/* Fills the empty directory root_fd. */
static inline int site_make(int root_fd)
{
	static const char *const directories[] = {"vendor/magento", "vendor/composer", SITE_STAGE "/vendor/magento", SITE_STAGE "/vendor/composer", SITE_STATE "/undo/run"};
	struct lks_error err = {0};

	for (size_t i = 0; i < sizeof directories / sizeof *directories; i++) {
		if (lks_path_mkdirs(root_fd, directories[i], 0755, &err) != 0) {
			return -1;
		}
	}
	for (size_t i = 0; i < SITE_ITEMS; i++) {
		if ((site_kinds[i].live && site_put(root_fd, site_items[i].live, site_kinds[i].type, "old") != 0) ||
			(site_kinds[i].staged && site_put(root_fd, site_items[i].staged, site_kinds[i].type, "new") != 0)) {
			return -1;
		}
	}
	return 0;
}

/* 'o', 'n', '-' when absent, 'x' when neither. */
static inline char site_look(int root_fd, const char *path, char type)
{
	char marker[256], text[8] = "";
	ssize_t got;
	int fd;

	site_marker(marker, path, type);
	fd = openat(root_fd, marker, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		return faccessat(root_fd, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0 ? 'x' : '-';
	}
	got = read(fd, text, sizeof text - 1);
	close(fd);
	return got == 3 && strcmp(text, "old") == 0 ? 'o' : got == 3 && strcmp(text, "new") == 0 ? 'n' : 'x';
}

/* One letter an item: o when both its sides are as before the commit, n when both are as after it. */
static inline void site_tell(char out[SITE_ITEMS + 1], int root_fd)
{
	for (size_t i = 0; i < SITE_ITEMS; i++) {
		char live = site_look(root_fd, site_items[i].live, site_kinds[i].type), staged = site_look(root_fd, site_items[i].staged, site_kinds[i].type);
		char old = site_kinds[i].live ? 'o' : '-', new = site_kinds[i].staged ? 'n' : '-';

		out[i] = live == old && staged == new ? 'o' : live == new && staged == old ? 'n' : 'x';
	}
	out[SITE_ITEMS] = '\0';
}

static const char site_old[] = "oooooooo";
static const char site_new[] = "nnnnnnnn";

#endif

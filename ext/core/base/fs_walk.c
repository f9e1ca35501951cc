/*
 * Walking a tree that may change: all names of a directory are read before anything is done to them.
 */
#include "fs_walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int lks_walk_push(struct lks_walk_path *path, const char *name, size_t *before, struct lks_error *err)
{
	size_t length = strlen(name);
	if (path->text[0] == '.' && path->text[1] == '\0' && length < sizeof path->text) { /* below the root paths do not begin with "." */
		*before = 0;
		path->length = length;
		memcpy(path->text, name, length + 1);
		return 0;
	}
	*before = path->length;
	if (path->length + 1 + length >= sizeof path->text) {
		return lks_error_set(err, LKS_E_LIMIT, 0, path->text, "a path below it is longer than %d bytes", PATH_MAX - 1);
	}
	path->text[path->length] = '/';
	memcpy(path->text + path->length + 1, name, length + 1);
	path->length += 1 + length;
	return 0;
}

void lks_walk_pop(struct lks_walk_path *path, size_t before)
{
	path->length = before > 0 ? before : 1;
	if (before == 0) {
		path->text[0] = '.';
	}
	path->text[path->length] = '\0';
}

int lks_walk_names(struct lks_buffer *out, int fd, const char *path, struct lks_error *err)
{
	int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC); /* a position of its own, closed with the stream */
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	if (!dir) {
		int sys = errno;
		if (copy >= 0) {
			close(copy);
		}
		return lks_error_sys(err, sys, path, "the directory cannot be read");
	}
	int status = 0;
	while (status == 0) {
		errno = 0;
		struct dirent *entry = readdir(dir);
		if (!entry) {
			if (errno != 0) {
				status = lks_error_sys(err, errno, path, "the directory cannot be read");
			}
			break;
		}
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
			status = lks_buffer_append(out, entry->d_name, strlen(entry->d_name) + 1, err);
		}
	}
	closedir(dir);
	return status;
}

/*
 * A stack of open directories.
 */
#include "place.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lockstep/path.h"

void lks_place_init(struct lks_place *place)
{
	place->depth = 0;
}

void lks_place_dispose(struct lks_place *place)
{
	while (place->depth > 0) {
		close(place->fds[--place->depth]);
	}
}

/* Is the directory the one of so many bytes, or below it? */
static bool holds(const struct lks_place *place, size_t held, const char *directory, size_t length)
{
	return length >= held && memcmp(place->directory, directory, held) == 0 && (length == held || directory[held] == '/');
}

int lks_place_enter(int *fd, const char **last, struct lks_place *place, int root_fd, const char *name, struct lks_error *err)
{
	const char *slash = strrchr(name, '/');
	size_t length = slash ? (size_t)(slash - name) : 0, held = 0;
	*last = slash ? slash + 1 : name;
	while (place->depth > 0 && !holds(place, place->lengths[place->depth - 1], name, length)) {
		close(place->fds[--place->depth]);
	}
	if (place->depth > 0) {
		held = place->lengths[place->depth - 1];
	}
	*fd = place->depth > 0 ? place->fds[place->depth - 1] : root_fd;
	if (held == length) {
		return 0;
	}
	memcpy(place->directory, name, length);
	place->directory[length] = '\0';
	int opened = -1;
	int status = lks_path_open(&opened, *fd, place->directory + held + (held > 0), O_PATH | O_DIRECTORY, 0, err);
	if (status != 0) {
		snprintf(err->path, sizeof err->path, "%s", place->directory);
		return status;
	}
	if (place->depth == LKS_PLACE_DEPTH) {
		close(place->fds[--place->depth]);
	}
	place->fds[place->depth] = *fd = opened;
	place->lengths[place->depth++] = length;
	return 0;
}

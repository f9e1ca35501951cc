/*
 * What root made in somebody's tree is given to them, who could otherwise swap a directory for a link meanwhile: every step is
 * taken by descriptor, from the tree's root on.
 */
#include "lockstep/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "fs_walk.h"
#include "lockstep/path.h"

struct gift {
	int root_fd;
	uid_t from, to;
	gid_t group;
	struct lks_walk_path path;
};

/* A file with several names may have one where its giver has no business. */
static int give_one(bool *is_directory, const struct gift *gift, int fd, struct lks_error *err)
{
	struct stat st;
	if (fstat(fd, &st) != 0) {
		return lks_error_sys(err, errno, gift->path.text, "cannot be examined");
	}
	*is_directory = S_ISDIR(st.st_mode);
	if (st.st_uid != gift->from || (S_ISREG(st.st_mode) && st.st_nlink > 1)) {
		return 0;
	}
	return fchownat(fd, "", gift->to, gift->group, AT_EMPTY_PATH) == 0 ? 0
																	   : lks_error_sys(err, errno, gift->path.text, "cannot be given away");
}

static int give(struct gift *gift, struct lks_error *err)
{
	struct lks_buffer names = {0};
	bool is_directory = false;
	int fd = -1, status = lks_path_open(&fd, gift->root_fd, gift->path.text, O_PATH | O_NOFOLLOW, 0, err);
	if (status == LKS_E_NOT_FOUND) { /* removed meanwhile */
		lks_error_clear(err);
		return 0;
	}
	status = status ? status : give_one(&is_directory, gift, fd, err);
	if (status == 0 && is_directory) {
		int listed = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		status = listed < 0 ? lks_error_sys(err, errno, gift->path.text, "the directory cannot be opened")
							: lks_walk_names(&names, listed, gift->path.text, err);
		if (listed >= 0) {
			close(listed);
		}
	}
	if (fd >= 0) {
		close(fd);
	}
	for (size_t at = 0; status == 0 && at < names.length; at += strlen(names.data + at) + 1) {
		size_t before;
		status = lks_walk_push(&gift->path, names.data + at, &before, err);
		if (status == 0) {
			status = give(gift, err);
			lks_walk_pop(&gift->path, before);
		}
	}
	lks_buffer_dispose(&names);
	return status;
}

int lks_fs_give(int root_fd, const char *rel, uid_t from, uid_t to, gid_t group, struct lks_error *err)
{
	struct gift gift = {.root_fd = root_fd, .from = from, .to = to, .group = group};
	size_t length = strlen(rel);
	int status = lks_path_check(rel, length, err);
	if (status != 0) {
		return status;
	}
	memcpy(gift.path.text, rel, length + 1);
	gift.path.length = length;
	return give(&gift, err);
}

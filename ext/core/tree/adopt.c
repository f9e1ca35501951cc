/*
 * A new tree gets the modes, owners, ACLs and labels of the old one that it is to replace.
 */
#include "lockstep/adopt.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lockstep/fs.h"
#include "lockstep/path.h"
#include "lockstep/scan.h"

struct trees {
	int from_fd, to_fd; /* the two roots */
	struct lks_scan from, to;
};

static bool is_type(const struct lks_entry *entry, const struct lks_entry *as)
{
	return (entry->mode & S_IFMT) == (as->mode & S_IFMT);
}

static bool is_executable(const struct lks_entry *entry)
{
	return (entry->mode & S_IXUSR) != 0;
}

/* The first entry in the pattern's directory (and below it) that is like entry; `alike` wants the same executable bit too. */
static const struct lks_entry *first_below(const struct lks_scan *scan, const char *directory, const struct lks_entry *entry, bool alike)
{
	const struct lks_entry *at = lks_scan_find(scan, directory);

	if (at == NULL || !S_ISDIR(at->mode))
		return NULL;
	for (at++; at < scan->entries + scan->count && lks_path_is_below(at->path, directory); at++) {
		if (is_type(at, entry) && (!alike || is_executable(at) == is_executable(entry)))
			return at;
	}
	return NULL;
}

/* Cuts the last component off; "." above the first level, false above ".". */
static bool go_up(char *directory)
{
	char *slash;

	if (strcmp(directory, ".") == 0)
		return false;
	slash = strrchr(directory, '/');
	if (slash != NULL)
		*slash = '\0';
	else
		strcpy(directory, ".");
	return true;
}

static const struct lks_entry *nearest(const struct lks_scan *scan, const struct lks_entry *entry)
{
	char directory[PATH_MAX];
	const struct lks_entry *found;

	if (S_ISLNK(entry->mode) || strlen(entry->path) >= sizeof(directory))
		return NULL;
	for (int alike = 1; alike >= 0; alike--) {
		strcpy(directory, entry->path);
		while (go_up(directory)) {
			found = S_ISDIR(entry->mode) ? lks_scan_find(scan, directory) : first_below(scan, directory, entry, alike);
			if (found != NULL && is_type(found, entry))
				return found;
		}
	}
	return NULL;
}

/* A file that only takes after others keeps being executable: for whom it is readable. */
static int keep_executable(int fd, const char *path, const struct lks_entry *entry, struct lks_error *err)
{
	struct stat status;
	int file = -1, rc = 0;

	if (!S_ISREG(entry->mode) || !is_executable(entry))
		return 0;
	if (lks_path_open(&file, fd, path, O_RDONLY | O_NONBLOCK, 0, err) != 0)
		return err->status;
	if (fstat(file, &status) != 0 || fchmod(file, (status.st_mode & 07777) | ((status.st_mode & 0444) >> 2)) != 0)
		rc = lks_error_sys(err, errno, path, "Cannot change the mode");
	close(file);
	return rc;
}

static int adopt_entry(const struct trees *trees, const struct lks_entry *entry, struct lks_error *err)
{
	const struct lks_entry *pattern = lks_scan_find(&trees->from, entry->path);
	bool counterpart = pattern != NULL && is_type(pattern, entry);

	if (!counterpart)
		pattern = nearest(&trees->from, entry);
	if (pattern == NULL)
		return 0;
	if (lks_fs_adopt(trees->from_fd, pattern->path, trees->to_fd, entry->path, err) != 0)
		return err->status;
	return counterpart ? 0 : keep_executable(trees->to_fd, entry->path, entry, err);
}

static int adopt_directory(int from_fd, const char *from, int to_fd, const char *to, struct lks_error *err)
{
	const struct lks_scan_options options = {.cross_mounts = false};
	struct trees trees = {.from_fd = -1, .to_fd = -1};
	int rc;

	if ((rc = lks_path_open(&trees.from_fd, from_fd, from, O_RDONLY | O_DIRECTORY, 0, err)) != 0 ||
		(rc = lks_path_open(&trees.to_fd, to_fd, to, O_RDONLY | O_DIRECTORY, 0, err)) != 0 ||
		(rc = lks_scan_tree(&trees.from, trees.from_fd, ".", &options, NULL, err)) != 0 ||
		(rc = lks_scan_tree(&trees.to, trees.to_fd, ".", &options, NULL, err)) != 0)
		goto out;
	/* Contents before their directory, which may become one that cannot be entered. */
	for (size_t i = trees.to.count; i > 0 && rc == 0; i--)
		rc = adopt_entry(&trees, &trees.to.entries[i - 1], err);
out:
	lks_scan_dispose(&trees.from);
	lks_scan_dispose(&trees.to);
	if (trees.from_fd >= 0)
		close(trees.from_fd);
	if (trees.to_fd >= 0)
		close(trees.to_fd);
	return rc;
}

int lks_adopt_tree(int from_fd, const char *from, int to_fd, const char *to, struct lks_error *err)
{
	struct stat pattern, target;

	if (fstatat(from_fd, from, &pattern, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? 0 : lks_error_sys(err, errno, from, "Cannot read the metadata");
	if (fstatat(to_fd, to, &target, AT_SYMLINK_NOFOLLOW) != 0)
		return lks_error_sys(err, errno, to, "Cannot read the metadata");
	if ((pattern.st_mode & S_IFMT) != (target.st_mode & S_IFMT))
		return 0;
	if (S_ISDIR(target.st_mode))
		return adopt_directory(from_fd, from, to_fd, to, err);
	return lks_fs_adopt(from_fd, from, to_fd, to, err);
}

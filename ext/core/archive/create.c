/*
 * openat, mkdirat, symlinkat, linkat below a directory, each exclusive.
 */
#include "create.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "attributes.h"
#include "lockstep/fs.h"
#include "lockstep/path.h"
#include "notes.h"

#define SECOND 1000000000

int lks_creator_init(struct lks_creator *out, int to_fd, const char *strip, struct lks_error *err)
{
	struct stat st;
	memset(out, 0, sizeof *out);
	pthread_mutex_init(&out->mutex, NULL);
	out->to_fd = to_fd;
	out->strip = strip;
	out->uid = geteuid();
	out->gid = getegid();
	out->owners = out->uid == 0;
	if (fstat(to_fd, &st) != 0) {
		return lks_error_sys(err, errno, NULL, "the directory to unpack to cannot be examined");
	}
	out->inherits = st.st_mode & S_ISGID;
	out->acls = fgetxattr(to_fd, "system.posix_acl_default", NULL, 0) > 0;
	return S_ISDIR(st.st_mode) ? 0 : lks_error_set(err, LKS_E_INVALID, 0, NULL, "archives are unpacked to a directory");
}

void lks_creator_undo(struct lks_creator *creator)
{
	for (size_t i = creator->made.count; i-- > 0;) {
		struct lks_error ignored = {0}; /* the first error is the one to tell */
		lks_fs_remove(creator->to_fd, creator->made.items[i], &ignored);
	}
	lks_notes_dispose(&creator->made);
}

void lks_creator_dispose(struct lks_creator *creator)
{
	lks_notes_dispose(&creator->made);
	pthread_mutex_destroy(&creator->mutex);
}

void lks_place_init(struct lks_place *place)
{
	place->fd = -1;
	place->directory[0] = '\0';
}

void lks_place_dispose(struct lks_place *place)
{
	if (place->fd >= 0) {
		close(place->fd);
		place->fd = -1;
	}
}

const char *lks_creator_name(const struct lks_creator *creator, const char *path)
{
	if (creator->as || !creator->strip) {
		return creator->as ? creator->as : path;
	}
	size_t length = strlen(creator->strip);
	return path[length] ? path + length + 1 : ".";
}

/* What has to be removed after a failure. */
static int remember_it(struct lks_creator *creator, const char *name, struct lks_error *err)
{
	pthread_mutex_lock(&creator->mutex);
	char **items = realloc(creator->made.items, (creator->made.count + 1) * sizeof *items);
	char *copy = strdup(name);
	if (items) {
		creator->made.items = items;
	}
	if (items && copy) {
		items[creator->made.count++] = copy;
	}
	pthread_mutex_unlock(&creator->mutex);
	if (!items || !copy) {
		free(copy);
		struct lks_error ignored = {0};
		lks_fs_remove(creator->to_fd, name, &ignored);
		return lks_error_nomem(err);
	}
	return 0;
}

static int remember(struct lks_creator *creator, const char *name, struct lks_error *err)
{
	bool has_parent = creator->top ? strcmp(name, creator->top) != 0 : strchr(name, '/') != NULL;
	return has_parent ? 0 : remember_it(creator, name, err);
}

/* Opens the directory of name, unless it still is; *last is the last component. */
static int enter(const char **last, struct lks_creator *creator, struct lks_place *place, const char *name, struct lks_error *err)
{
	const char *slash = strrchr(name, '/');
	size_t length = slash ? (size_t)(slash - name) : 1;
	const char *directory = slash ? name : ".";
	*last = slash ? slash + 1 : name;
	if (place->fd >= 0 && strncmp(place->directory, directory, length) == 0 && place->directory[length] == '\0') {
		return 0;
	}
	lks_place_dispose(place);
	memcpy(place->directory, directory, length);
	place->directory[length] = '\0';
	return lks_path_open(&place->fd, creator->to_fd, place->directory, O_PATH | O_DIRECTORY, 0, err);
}

int lks_create_parents(struct lks_creator *creator, const char *name, struct lks_error *err)
{
	char path[PATH_MAX];
	struct lks_place place;
	const char *last;
	int status = 0;
	lks_place_init(&place);
	for (const char *slash = strchr(name, '/'); status == 0 && slash; slash = strchr(slash + 1, '/')) {
		memcpy(path, name, (size_t)(slash - name));
		path[slash - name] = '\0';
		status = enter(&last, creator, &place, path, err);
		if (status == 0 && mkdirat(place.fd, last, 0700) != 0) {
			status = errno == EEXIST ? 0 : lks_error_sys(err, errno, path, "the directory cannot be made");
		} else if (status == 0 && (creator->top || !strchr(path, '/'))) {
			creator->top = NULL; /* what is made now holds it */
			status = remember_it(creator, path, err);
		}
	}
	lks_place_dispose(&place);
	return status;
}

int lks_create_directory(struct lks_creator *creator, struct lks_place *place, const char *name, struct lks_error *err)
{
	const char *last;
	int status = enter(&last, creator, place, name, err);
	if (status != 0) {
		return status;
	}
	if (mkdirat(place->fd, last, 0700) != 0) {
		return lks_error_sys(err, errno, name, "the directory cannot be made");
	}
	return remember(creator, name, err);
}

int lks_create_file(int *fd, struct lks_creator *creator, struct lks_place *place, const char *name, struct lks_error *err)
{
	const char *last;
	int status = enter(&last, creator, place, name, err);
	if (status != 0) {
		return status;
	}
	*fd = openat(place->fd, last, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (*fd < 0) {
		return lks_error_sys(err, errno, name, "the file cannot be made");
	}
	return remember(creator, name, err);
}

struct timespec lks_create_timespec(int64_t ns)
{
	struct timespec time = {.tv_sec = ns / SECOND, .tv_nsec = ns % SECOND};
	if (time.tv_nsec < 0) {
		time.tv_nsec += SECOND;
		time.tv_sec--;
	}
	return time;
}

static bool owner_differs(const struct lks_creator *creator, const struct lks_member *member)
{
	return member->uid != creator->uid || member->gid != creator->gid || creator->inherits;
}

int lks_create_symlink(struct lks_creator *creator, struct lks_place *place, const char *name, const struct lks_member *member,
	struct lks_notes *warnings, struct lks_error *err)
{
	const char *last;
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, lks_create_timespec(member->mtime)};
	int status = enter(&last, creator, place, name, err);
	if (status != 0) {
		return status;
	}
	if (symlinkat(member->link, place->fd, last) != 0) {
		return lks_error_sys(err, errno, name, "the symlink cannot be made");
	}
	status = remember(creator, name, err);
	uid_t uid = creator->owners ? member->uid : (uid_t)-1;
	if (status == 0 && owner_differs(creator, member) && fchownat(place->fd, last, uid, member->gid, AT_SYMLINK_NOFOLLOW) != 0) {
		status = lks_notes_add(warnings, err, name, "the %s cannot be set: %s", creator->owners ? "owner" : "group", strerror(errno));
	}
	if (status == 0 && utimensat(place->fd, last, times, AT_SYMLINK_NOFOLLOW) != 0 && errno != EOPNOTSUPP) {
		status = lks_error_sys(err, errno, name, "the symlink's times cannot be set");
	}
	return status;
}

int lks_create_hardlink(
	struct lks_creator *creator, struct lks_place *place, const char *name, int from_fd, const char *first, struct lks_error *err)
{
	const char *last, *from_last;
	struct lks_place from;
	struct stat st;
	lks_place_init(&from);
	int status = enter(&last, creator, place, name, err);
	status = status ? status : lks_path_parent(&from.fd, &from_last, from_fd, first, err);
	if (status == 0 && (fstatat(from.fd, from_last, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode))) {
		status = lks_error_set(err, LKS_E_UNSAFE, 0, name, "a hard link to what is no file of the archive");
	}
	if (status == 0 && linkat(from.fd, from_last, place->fd, last, 0) != 0) {
		status = lks_error_sys(err, errno, name, "the hard link cannot be made");
	}
	lks_place_dispose(&from);
	return status ? status : remember(creator, name, err);
}

/* Takes away the ACLs that came from the place and not from the archive. */
static int drop_acls(const struct lks_creator *creator, int fd, const struct lks_member *member, struct lks_error *err)
{
	static const char *const names[] = {"system.posix_acl_access", "system.posix_acl_default"};
	for (size_t i = 0; creator->acls && i < sizeof names / sizeof *names; i++) {
		bool own = false;
		for (size_t j = 0; j < member->attribute_count; j++) {
			own = own || strcmp(member->attributes[j].name, names[i]) == 0;
		}
		if (!own && fremovexattr(fd, names[i]) != 0 && errno != ENODATA && errno != EOPNOTSUPP) {
			return lks_error_sys(err, errno, member->path, "the ACL of its place cannot be taken away");
		}
	}
	return 0;
}

int lks_create_metadata(
	struct lks_creator *creator, int fd, const struct lks_member *member, struct lks_notes *warnings, struct lks_error *err)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, lks_create_timespec(member->mtime)};
	mode_t mode = member->mode;
	bool owned = !owner_differs(creator, member);
	int status = 0;
	if (!owned) { /* who is not root may still give a file to a group of its own: the web server's, in many shops */
		owned = fchown(fd, creator->owners ? member->uid : (uid_t)-1, member->gid) == 0;
		if (!owned) {
			status = lks_notes_add(
				warnings, err, member->path, "the %s cannot be set: %s", creator->owners ? "owner" : "group", strerror(errno));
		}
		owned = owned && (creator->owners || member->uid == creator->uid);
	}
	if (!owned && member->kind != LKS_MEMBER_DIRECTORY && (mode & (S_ISUID | S_ISGID))) { /* never the rights of another owner */
		mode &= ~(mode_t)(S_ISUID | S_ISGID);
		status = status ? status : lks_notes_add(warnings, err, member->path, "setuid and setgid are left out, as the owner is another");
	}
	status = status ? status : drop_acls(creator, fd, member, err);
	status = status ? status : lks_attributes_set(fd, member, warnings, err);
	if (status == 0 && fchmod(fd, mode) != 0) {
		status = lks_error_sys(err, errno, member->path, "the mode cannot be set");
	}
	if (status == 0 && futimens(fd, times) != 0) {
		status = lks_error_sys(err, errno, member->path, "the times cannot be set");
	}
	return status;
}

/*
 * openat, mkdirat, symlinkat, linkat below a directory, each exclusive.
 */
#include "create.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
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

/* Asked of /proc, as umask() would change it for all threads. When it cannot be read, no mode is made at once. */
static mode_t read_umask(void)
{
	char line[128];
	unsigned mask = 0777;
	FILE *file = fopen("/proc/self/status", "re");
	while (file && fgets(line, sizeof line, file) && sscanf(line, "Umask: %o", &mask) != 1) {}
	if (file) {
		fclose(file);
	}
	return mask;
}

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
	out->umask = read_umask();
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

int lks_create_parents(struct lks_creator *creator, const char *name, struct lks_error *err)
{
	char path[PATH_MAX];
	struct lks_place place;
	const char *last;
	int status = 0, at;
	lks_place_init(&place);
	for (const char *slash = strchr(name, '/'); status == 0 && slash; slash = strchr(slash + 1, '/')) {
		memcpy(path, name, (size_t)(slash - name));
		path[slash - name] = '\0';
		status = lks_place_enter(&at, &last, &place, creator->to_fd, path, err);
		if (status == 0 && mkdirat(at, last, 0700) != 0) {
			status = errno == EEXIST ? 0 : lks_error_sys(err, errno, path, "the directory cannot be made");
		} else if (status == 0 && (creator->top || !strchr(path, '/'))) {
			creator->top = NULL; /* what is made now holds it */
			status = remember_it(creator, path, err);
		}
	}
	lks_place_dispose(&place);
	return status;
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

/* Is all that metadata has to set, but the times, right from the beginning, when it is made with its own mode? */
static bool is_plain(const struct lks_creator *creator, const struct lks_member *member)
{
	return !owner_differs(creator, member) && !creator->acls && member->attribute_count == 0 &&
		(member->mode & (S_ISUID | S_ISGID | S_ISVTX)) == 0 && (member->mode & creator->umask) == 0;
}

bool lks_create_wants_times(const struct lks_creator *creator, const char *name, const struct lks_member *member)
{
	return creator->shielded && strchr(name, '/') && is_plain(creator, member) && (member->mode & S_IRWXU) == S_IRWXU;
}

int lks_create_directory(
	struct lks_creator *creator, struct lks_place *place, const char *name, const struct lks_member *member, struct lks_error *err)
{
	const char *last;
	int at, status = lks_place_enter(&at, &last, place, creator->to_fd, name, err);
	if (status != 0) {
		return status;
	}
	if (mkdirat(at, last, lks_create_wants_times(creator, name, member) ? member->mode : 0700) != 0) {
		return lks_error_sys(err, errno, name, "the directory cannot be made");
	}
	return remember(creator, name, err);
}

int lks_create_times(
	struct lks_creator *creator, struct lks_place *place, const char *name, const struct lks_member *member, struct lks_error *err)
{
	const char *last;
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, lks_create_timespec(member->mtime)};
	int at, status = lks_place_enter(&at, &last, place, creator->to_fd, name, err);
	if (status == 0 && utimensat(at, last, times, AT_SYMLINK_NOFOLLOW) != 0) {
		status = lks_error_sys(err, errno, name, "the times cannot be set");
	}
	return status;
}

int lks_create_file(
	int *fd, struct lks_creator *creator, struct lks_place *place, const char *name, const struct lks_member *member, struct lks_error *err)
{
	const char *last;
	int at, status = lks_place_enter(&at, &last, place, creator->to_fd, name, err);
	if (status != 0) {
		return status;
	}
	*fd = openat(at, last, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, is_plain(creator, member) ? member->mode : 0600);
	if (*fd < 0) {
		return lks_error_sys(err, errno, name, "the file cannot be made");
	}
	return remember(creator, name, err);
}

int lks_create_symlink(struct lks_creator *creator, struct lks_place *place, const char *name, const struct lks_member *member,
	struct lks_notes *warnings, struct lks_error *err)
{
	const char *last;
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, lks_create_timespec(member->mtime)};
	int at, status = lks_place_enter(&at, &last, place, creator->to_fd, name, err);
	if (status != 0) {
		return status;
	}
	if (symlinkat(member->link, at, last) != 0) {
		return lks_error_sys(err, errno, name, "the symlink cannot be made");
	}
	status = remember(creator, name, err);
	uid_t uid = creator->owners ? member->uid : (uid_t)-1;
	if (status == 0 && owner_differs(creator, member) && fchownat(at, last, uid, member->gid, AT_SYMLINK_NOFOLLOW) != 0) {
		status = lks_notes_add(warnings, err, name, "the %s cannot be set: %s", creator->owners ? "owner" : "group", strerror(errno));
	}
	if (status == 0 && utimensat(at, last, times, AT_SYMLINK_NOFOLLOW) != 0 && errno != EOPNOTSUPP) {
		status = lks_error_sys(err, errno, name, "the symlink's times cannot be set");
	}
	return status;
}

int lks_create_hardlink(
	struct lks_creator *creator, struct lks_place *place, const char *name, int from_fd, const char *first, struct lks_error *err)
{
	const char *last, *from_last;
	struct stat st;
	int at, from = -1, status = lks_place_enter(&at, &last, place, creator->to_fd, name, err);
	status = status ? status : lks_path_parent(&from, &from_last, from_fd, first, err);
	if (status == 0 && (fstatat(from, from_last, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode))) {
		status = lks_error_set(err, LKS_E_UNSAFE, 0, name, "a hard link to what is no file of the archive");
	}
	if (status == 0 && linkat(from, from_last, at, last, 0) != 0) {
		status = lks_error_sys(err, errno, name, "the hard link cannot be made");
	}
	if (from >= 0) {
		close(from);
	}
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
	bool owned = !owner_differs(creator, member), made_so = member->kind == LKS_MEMBER_FILE && is_plain(creator, member);
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
	if (status == 0 && !made_so && fchmod(fd, mode) != 0) {
		status = lks_error_sys(err, errno, member->path, "the mode cannot be set");
	}
	if (status == 0 && futimens(fd, times) != 0) {
		status = lks_error_sys(err, errno, member->path, "the times cannot be set");
	}
	return status;
}

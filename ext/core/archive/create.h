/*
 * Members made on disk, below one directory, which nothing in an archive can leave and nothing that exists is overwritten.
 *
 * Names are resolved as lks_path_open does, so a symlink planted or swapped on the way is an error. A creator is shared by threads.
 */
#ifndef LOCKSTEP_ARCHIVE_CREATE_H
#define LOCKSTEP_ARCHIVE_CREATE_H

#include <limits.h>
#include <pthread.h>
#include <time.h>

#include "lockstep/archive.h"
#include "member.h"
#include "place.h"

struct lks_creator {
	int to_fd;         /* borrowed */
	const char *strip; /* members' names lose this prefix; NULL: none; borrowed */
	const char *as;    /* the name of whatever is made; NULL: by its path; borrowed */
	const char *top;   /* where what is made begins: a path below to_fd; NULL: every first component; borrowed */
	bool owners;       /* root: owners are set */
	bool inherits;     /* to_fd is setgid: the group of what is made is not the process's */
	bool acls;         /* to_fd has a default ACL, which whatever is made below it gets */
	bool shielded;     /* every first component of a name is made here, 0700 until the end: nobody else looks at what is below */
	mode_t umask;      /* the process's */
	uid_t uid;
	gid_t gid;
	pthread_mutex_t mutex; /* guards the list of what was made */
	struct lks_notes made; /* paths below to_fd that were made and whose parent was not */
};

int lks_creator_init(struct lks_creator *out, int to_fd, const char *strip, struct lks_error *err);
/* Removes all that was made, after a failure. */
void lks_creator_undo(struct lks_creator *creator);
void lks_creator_dispose(struct lks_creator *creator);

/* The member's path below to_fd: "." for the stripped directory itself. Borrowed from path. */
const char *lks_creator_name(const struct lks_creator *creator, const char *path);

struct timespec lks_create_timespec(int64_t ns);

/* Makes the missing parents of a member, mode 0700. */
int lks_create_parents(struct lks_creator *creator, const char *name, struct lks_error *err);
/* Makes a directory with mode 0700, or its own when lks_create_wants_times; its metadata come last. LKS_E_EXISTS. */
int lks_create_directory(
	struct lks_creator *creator, struct lks_place *place, const char *name, const struct lks_member *member, struct lks_error *err);
/* Makes an empty file, mode 0600 or its own, and gives its descriptor, the caller's. LKS_E_EXISTS. */
int lks_create_file(int *fd, struct lks_creator *creator, struct lks_place *place, const char *name, const struct lks_member *member,
	struct lks_error *err);
int lks_create_symlink(struct lks_creator *creator, struct lks_place *place, const char *name, const struct lks_member *member,
	struct lks_notes *warnings, struct lks_error *err);
/* A hard link to the regular file `first` below from_fd. LKS_E_NOT_FOUND; LKS_E_UNSAFE when it is none. */
int lks_create_hardlink(
	struct lks_creator *creator, struct lks_place *place, const char *name, int from_fd, const char *first, struct lks_error *err);
/* Owner, extended attributes, mode and times of what fd is: in this order, as each may undo the next ones. */
int lks_create_metadata(
	struct lks_creator *creator, int fd, const struct lks_member *member, struct lks_notes *warnings, struct lks_error *err);
/* Does a directory that lks_create_directory made need nothing but its times? Then the rest of its metadata is as it must be. */
bool lks_create_wants_times(const struct lks_creator *creator, const char *name, const struct lks_member *member);
int lks_create_times(
	struct lks_creator *creator, struct lks_place *place, const char *name, const struct lks_member *member, struct lks_error *err);

#endif

/*
 * What the parts of a scan share: the crew of threads, and the directories as the walk leaves them.
 */
#ifndef LOCKSTEP_TREE_SCAN_PARTS_H
#define LOCKSTEP_TREE_SCAN_PARTS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "arena.h"
#include "lockstep/pool.h"
#include "lockstep/scan.h"

struct lks_scan_directory;

/* An entry as the walk notes it: without the room for a hash, since both forms live at the same time for a moment. */
struct lks_scan_note {
	const char *path;                     /* in an arena of the crew */
	const char *link;                     /* target of a symlink, or NULL */
	struct lks_scan_directory *directory; /* its contents, or NULL */
	uint64_t size, device, inode;
	int64_t mtime, ctime;
	uint32_t mode, uid, gid, nlink;
};

struct lks_scan_directory {
	struct lks_scan_directory *next; /* in the stack of those still to be read */
	const char *path;                /* "" for the scanned root */
	struct lks_scan_note *notes;     /* sorted by name; in an arena of the crew */
	size_t count;
};

/* All threads of one scan and what they share. The mutex guards error. */
struct lks_scan_crew {
	int root_fd; /* of the scanned root; borrowed */
	const struct lks_scan_options *options;
	struct lks_task *task; /* may be NULL */
	struct lks_pool *pool;
	const char **excluded; /* sorted by strcmp */
	size_t excluded_count;
	pthread_mutex_t mutex;
	atomic_bool stopped;    /* somebody failed: the others need not go on */
	struct lks_error error; /* the first one */
	struct lks_arena strings, notes;
};

/* Notes the first failure and stops the crew. */
void lks_scan_fail(struct lks_scan_crew *crew, const struct lks_error *error);
/* True when there is no use in going on: failed or cancelled. */
bool lks_scan_stopped(struct lks_scan_crew *crew);

/* Reads all directories below top. *entries is the number of notes made. */
int lks_scan_walk(struct lks_scan_crew *crew, struct lks_scan_directory *top, size_t *entries, struct lks_error *err);
/* Fills in the hashes of the regular files. */
int lks_scan_hash(struct lks_scan_crew *crew, struct lks_entry *entries, size_t count, struct lks_error *err);

#endif

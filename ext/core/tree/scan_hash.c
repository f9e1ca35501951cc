/*
 * Hashes of a scan's files: threads take short runs of entries, so that neighbours share an open directory.
 */
#include "scan_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/beneath.h"

#define RUN 16                     /* entries taken at once */
#define CHUNK (size_t)(128 * 1024) /* bytes read at once */

struct hashing {
	struct lks_scan_crew *crew;
	struct lks_entry *entries;
	size_t count;
	atomic_size_t next; /* the first entry that nobody has taken */
};

struct hasher {
	struct hashing *hashing;
	struct lks_hash *hash;
	char *data;           /* CHUNK bytes */
	char above[PATH_MAX]; /* the directory that dir_fd is, "" for the root; only when dir_fd is open */
	int dir_fd;
	struct lks_error error;
};

/* The directory of path, kept open for the next entry. Returns a descriptor or -errno. */
static int directory_of(struct hasher *hasher, const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	size_t length = slash ? (size_t)(slash - path) : 0;
	*name = slash ? slash + 1 : path;
	if (length == 0) {
		return hasher->hashing->crew->root_fd;
	}
	if (hasher->dir_fd >= 0) {
		if (strncmp(hasher->above, path, length) == 0 && hasher->above[length] == '\0') {
			return hasher->dir_fd;
		}
		close(hasher->dir_fd);
	}
	memcpy(hasher->above, path, length);
	hasher->above[length] = '\0';
	hasher->dir_fd = lks_open_beneath(hasher->hashing->crew->root_fd, hasher->above, O_PATH | O_DIRECTORY, 0, false);
	return hasher->dir_fd;
}

static int hash_content(struct hasher *hasher, int fd, struct lks_entry *entry, struct lks_error *err)
{
	uint64_t total = 0;
	int status = lks_hash_reset(hasher->hash, err);
	while (status == 0) {
		ssize_t got = read(fd, hasher->data, CHUNK);
		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got < 0) {
			return lks_error_sys(err, errno, entry->path, "cannot be read");
		}
		total += (uint64_t)got;
		status = lks_hash_update(hasher->hash, hasher->data, (size_t)got, err);
		/* a short read at the expected end is the end: no second call for most files */
		if (got == 0 || ((size_t)got < CHUNK && total == entry->size)) {
			break;
		}
		if (lks_scan_stopped(hasher->hashing->crew)) {
			return lks_error_set(err, LKS_E_CANCELLED, 0, NULL, "cancelled");
		}
	}
	if (status == 0) {
		status = lks_hash_final(entry->hash, hasher->hash, err);
	}
	if (status == 0 && total != entry->size) {
		status = lks_error_set(err, LKS_E_CHANGED, 0, entry->path, "changed its size while it was read");
	}
	return status;
}

static int hash_entry(struct hasher *hasher, struct lks_entry *entry, struct lks_error *err)
{
	const char *name;
	struct stat st;
	int dir = directory_of(hasher, entry->path, &name);
	if (dir < 0) {
		return lks_error_sys(err, -dir, entry->path, "its directory cannot be opened");
	}
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0) {
		return lks_error_sys(err, errno, entry->path, "cannot be opened");
	}
	int status = 0;
	if (fstat(fd, &st) != 0) {
		status = lks_error_sys(err, errno, entry->path, "cannot be examined");
	} else if (!S_ISREG(st.st_mode) || st.st_ino != entry->inode) {
		status = lks_error_set(err, LKS_E_CHANGED, 0, entry->path, "was replaced while it was read");
	} else {
		status = hash_content(hasher, fd, entry, err);
	}
	close(fd);
	return status;
}

static void hash_entries(void *arg)
{
	struct hasher *hasher = arg;
	struct hashing *hashing = hasher->hashing;
	struct lks_scan_crew *crew = hashing->crew;
	int status = lks_hash_new(&hasher->hash, &hasher->error);
	if (status == 0 && !(hasher->data = malloc(CHUNK))) {
		status = lks_error_nomem(&hasher->error);
	}
	while (status == 0 && !lks_scan_stopped(crew)) {
		size_t first = atomic_fetch_add_explicit(&hashing->next, RUN, memory_order_relaxed);
		if (first >= hashing->count) {
			break;
		}
		for (size_t i = first; status == 0 && i < first + RUN && i < hashing->count; i++) {
			struct lks_entry *entry = &hashing->entries[i];
			if (S_ISREG(entry->mode)) {
				status = hash_entry(hasher, entry, &hasher->error);
				lks_task_add(crew->task, 1, entry->size);
			}
		}
	}
	if (status) {
		lks_scan_fail(crew, &hasher->error);
	}
	if (hasher->dir_fd >= 0) {
		close(hasher->dir_fd);
	}
	free(hasher->data);
	lks_hash_free(hasher->hash);
}

int lks_scan_hash(struct lks_scan_crew *crew, struct lks_entry *entries, size_t count, struct lks_error *err)
{
	struct hashing hashing = {.crew = crew, .entries = entries, .count = count};
	unsigned threads = lks_pool_threads(crew->pool);
	struct hasher *hashers = calloc(threads, sizeof *hashers);
	if (!hashers) {
		return lks_error_nomem(err);
	}
	for (unsigned i = 0; i < threads; i++) {
		hashers[i].hashing = &hashing;
		hashers[i].dir_fd = -1;
		lks_pool_submit(crew->pool, hash_entries, &hashers[i]);
	}
	lks_pool_wait(crew->pool);
	free(hashers);
	return 0;
}

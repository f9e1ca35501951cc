/*
 * The commit: a handful of atomic renames between the stage and the live tree, under a journal, with its exact inverse.
 *
 * Each item has a live path and a staged path, both relative to the root and on one file system. An item is
 *   EXCHANGE  both sides exist: renameat2(RENAME_EXCHANGE)
 *   ADD       only the staged side exists: renameat2(RENAME_NOREPLACE) into place
 *   REMOVE    only the live side exists: renameat2(RENAME_NOREPLACE) to the staged path
 * A file system that does not know these flags (many in FUSE, NFS) is tried before the journal is written, and then EXCHANGE is made
 * of plain renames: the live side goes to a third name beside the staged one, the staged side takes its place. A file is linked to
 * that name first, so it is never absent; a directory is, for a moment that is measured.
 * The journal (var/lockstep/journal) is written and fsynced before the first rename, with device and inode of both sides; what
 * lies on disk decides, never a count: recovery can itself be killed and run again. The caller holds the site's lock. Thread-safe, and
 * every function blocks on the disk. A path must not be equal to, or below, another path of the same side.
 */
#ifndef LOCKSTEP_COMMIT_H
#define LOCKSTEP_COMMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lockstep/error.h"

enum lks_commit_kind { LKS_COMMIT_EXCHANGE, LKS_COMMIT_ADD, LKS_COMMIT_REMOVE };

struct lks_commit_item {
	const char *live;   /* relative to the root; borrowed */
	const char *staged; /* relative to the root; borrowed */
};

enum lks_commit_method { LKS_METHOD_EXCHANGE, LKS_METHOD_TWO_RENAMES };

/* How a commit went. Times in ns, 0 where nothing was absent. */
struct lks_commit_report {
	enum lks_commit_method method;
	size_t items;
	int64_t longest_ns; /* the longest time for which one live path was absent */
	int64_t total_ns;   /* the sum over all items */
};

/*
 * Does all items in their order, all or nothing. state: relative path of the private state directory ("var/lockstep"); stage: relative path of the stage's
 * directory, kept in the journal for whoever cleans up. label: JSON kept in the journal (what this commit is), at most 64 KiB.
 * The staged sides must be fsynced already (lks_fs_sync_tree). On failure every done item is undone before returning the first
 * error; LKS_E_RECOVERY when that was not possible either. The journal stays, with state "committed", until lks_commit_close.
 * out may be NULL.
 */
int lks_commit_run(struct lks_commit_report *out, int root_fd, const char *state, const char *stage, const struct lks_commit_item *items,
	size_t count, const char *label, struct lks_error *err);

/*
 * Undoes a committed, not yet closed commit (Confirm failed). The journal is then gone. LKS_E_NOT_FOUND without one; LKS_E_RECOVERY,
 * and nothing is touched, when an item was changed by somebody else meanwhile.
 */
int lks_commit_revert(int root_fd, const char *state, struct lks_error *err);

/*
 * Ends the journal of a committed run: it is renamed to `to` (relative to state, whose directory must be there; for a later undo) or
 * removed when NULL. On failure the commit stays open and can still be reverted.
 */
int lks_commit_close(int root_fd, const char *state, const char *to, struct lks_error *err);

/*
 * Does a closed commit backwards, days later too, as a commit of its own: same guarantees, and it is to be closed like one.
 * from: the closed journal, relative to state. LKS_E_CHANGED, and nothing is touched, when an item is not as that commit left it. out may be NULL.
 */
int lks_commit_undo(
	struct lks_commit_report *out, int root_fd, const char *state, const char *from, const char *label, struct lks_error *err);

/* Only looks whether lks_commit_undo would go: 0, LKS_E_CHANGED naming the item, LKS_E_NOT_FOUND without that journal. */
int lks_commit_undo_check(int root_fd, const char *state, const char *from, struct lks_error *err);

enum lks_pending_state {
	LKS_PENDING_NONE,
	LKS_PENDING_BEGUN,    /* some items done, or none */
	LKS_PENDING_COMMITTED /* all items done, not closed */
};

struct lks_pending {
	enum lks_pending_state state;
	size_t items, done; /* done: in their new place, or on the way there */
	char *stage;        /* owned; relative path; NULL with NONE */
	char *label;        /* owned */
};

/* Looks only. A journal that cannot be read is LKS_E_RECOVERY with the reason. */
int lks_commit_pending(struct lks_pending *out, int root_fd, const char *state, struct lks_error *err);
void lks_pending_dispose(struct lks_pending *pending);

enum lks_recovered { LKS_RECOVERED_NOTHING, LKS_RECOVERED_UNDONE, LKS_RECOVERED_FINISHED };

/*
 * Brings the site to exactly old or exactly new: all items done → finished (journal kept as committed for close), else → undone.
 * Idempotent. LKS_E_RECOVERY names the item that is neither side.
 */
int lks_commit_recover(enum lks_recovered *out, int root_fd, const char *state, struct lks_error *err);

enum lks_exchange_problem {
	LKS_EXCHANGE_OK,
	LKS_EXCHANGE_TWO_RENAMES, /* no problem: the file system has no RENAME_EXCHANGE, but can rename */
	LKS_EXCHANGE_SYMLINK,     /* the live path is a symlink */
	LKS_EXCHANGE_MOUNT,       /* the live path is a mount point */
	LKS_EXCHANGE_DEVICE,      /* live path and stage are on different devices */
	LKS_EXCHANGE_UNSUPPORTED, /* an entry cannot be recognised after it was renamed: no interrupted commit could be recovered */
	LKS_EXCHANGE_READ_ONLY,   /* the file system is mounted read-only */
	LKS_EXCHANGE_LOWER        /* overlayfs: a directory of a lower layer */
};

/*
 * Can live (may be absent) be exchanged with something in the directory stage? Two scratch entries are made beside the real
 * ones, exchanged and removed. *problem tells; the error is for unexpected failures alone.
 */
int lks_commit_probe(enum lks_exchange_problem *problem, int root_fd, const char *live, const char *stage, struct lks_error *err);

#endif

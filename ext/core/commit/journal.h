/*
 * The record of one commit on disk, private to the commit module.
 *
 * The file is text, so that a person can read what a machine could not finish:
 *
 *   lockstep-journal 2 <bytes of the body> <SHA-256 of the body, hex>
 *   state begun|committed|reverting
 *   method exchange|two-renames
 *   root <device>
 *   stage <length> <path>
 *   label <length> <JSON>
 *   items <count>
 *   exchange|add|remove <old> <new> <length> <live path> <length> <staged path>
 *
 * old and new are the live and the staged side as they were before the commit: <device> <inode> <type, octal> <ns of birth, 0 when
 * unknown>, all 0 where there is none. Paths are relative to the root and may hold any byte but NUL: their length counts. A journal
 * is only ever replaced whole (written beside, synced, renamed), never appended to, so it is never seen half written. Version 1 has no
 * line "method": it was always "exchange".
 */
#ifndef LOCKSTEP_COMMIT_JOURNAL_H
#define LOCKSTEP_COMMIT_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lockstep/commit.h"
#include "lockstep/error.h"

#define LKS_JOURNAL_NAME "journal"

enum lks_journal_state {
	LKS_JOURNAL_BEGUN,
	LKS_JOURNAL_COMMITTED, /* all items were done and synced when this was written */
	LKS_JOURNAL_REVERTING  /* Confirm failed: whatever is done is to be undone */
};

/* What makes an entry recognisable after it was renamed, and after a reboot. */
struct lks_identity {
	bool present;
	uint64_t device, inode;
	uint32_t type; /* S_IFMT part of the mode */
	int64_t born;  /* ns since the epoch; 0 where the file system does not tell */
};

struct lks_journal_item {
	enum lks_commit_kind kind;
	char *live, *staged;          /* owned */
	struct lks_identity old, new; /* the live and the staged side before the commit */
};

struct lks_journal {
	enum lks_journal_state state;
	enum lks_commit_method method;
	uint64_t root_device;
	char *stage, *label;            /* owned */
	struct lks_journal_item *items; /* owned */
	size_t count;
};

/* Replaces the journal in the directory state_fd, durably. */
int lks_journal_write(int state_fd, const struct lks_journal *journal, struct lks_error *err);

/* Reads a journal below state_fd. LKS_E_NOT_FOUND; LKS_E_RECOVERY with the reason when it cannot be read or believed. */
int lks_journal_read(struct lks_journal *out, int state_fd, const char *rel, struct lks_error *err);

/* Removes the journal, durably. */
int lks_journal_remove(int state_fd, struct lks_error *err);

/* Removes what a killed write of a file left in the directory state_fd. What cannot be removed is only untidy. */
void lks_journal_sweep(int state_fd);

void lks_journal_dispose(struct lks_journal *journal);

#endif

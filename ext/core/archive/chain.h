/*
 * A file larger than a frame: its frames are worked on side by side, but its hash and its file need them one after the other.
 *
 * Whoever works on piece n waits for its turn, does what must be in order, and passes the turn on, also after a failure.
 * Work is handed out in order, so whoever is waited for is at work already. Thread-safe.
 */
#ifndef LOCKSTEP_ARCHIVE_CHAIN_H
#define LOCKSTEP_ARCHIVE_CHAIN_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "lockstep/error.h"
#include "lockstep/hash.h"
#include "member.h"

struct lks_chain {
	struct lks_member member; /* deep copy */
	const char *user, *group; /* the owner's names; copies */
	size_t header_length;     /* bytes of the member's headers */
	struct lks_region region;
	int fd;                /* the file that is read or written; owned; -1 */
	struct lks_hash *hash; /* used in turn only; reset at first */
	bool short_read;       /* used in turn only */
	pthread_mutex_t mutex; /* guards the rest */
	pthread_cond_t turned;
	uint64_t turn; /* the piece whose turn it is */
	unsigned references;
	bool failed;
};

/* One reference is the caller's. */
int lks_chain_new(struct lks_chain **out, const struct lks_member *member, const char *user, const char *group, struct lks_error *err);
void lks_chain_hold(struct lks_chain *chain);
/* The last one frees. NULL is allowed. */
void lks_chain_release(struct lks_chain *chain);
/* Blocks until it is piece's turn; false when an earlier piece failed. */
bool lks_chain_wait(struct lks_chain *chain, uint64_t piece);
/* Ends piece's turn, waiting for it if need be. */
void lks_chain_pass(struct lks_chain *chain, uint64_t piece, bool good);

#endif

/*
 * SHA-256 of many pieces of memory at once, which takes less time than one after the other.
 *
 * A single SHA-256 waits for itself: each step of the CPU's SHA instructions needs the one before. Two that have nothing to do with
 * each other fill the gaps. Thread-safe; blocks for as long as the hashing takes.
 */
#ifndef LOCKSTEP_HASH_MANY_H
#define LOCKSTEP_HASH_MANY_H

#include "lockstep/hash.h"

struct lks_hash_job {
	const void *data;              /* borrowed; may be NULL when length is 0 */
	size_t length;                 /* bytes */
	uint8_t sha256[LKS_HASH_SIZE]; /* out */
};

/* Fills the hash of each job. The order of jobs matters to nobody, but neighbours of like length go well together. */
int lks_hash_many(struct lks_hash_job *jobs, size_t count, struct lks_error *err);

#endif

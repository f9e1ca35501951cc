/*
 * Two SHA-256 side by side by the CPU's SHA instructions, where it has them.
 */
#ifndef LOCKSTEP_BASE_HASH_LANES_H
#define LOCKSTEP_BASE_HASH_LANES_H

#include <stdbool.h>

#include "lockstep/hash_many.h"

/* Does this CPU have what lks_hash_lanes needs? */
bool lks_hash_lanes_work(void);

/* As lks_hash_many. Only where lks_hash_lanes_work. */
void lks_hash_lanes(struct lks_hash_job *jobs, size_t count);

#endif

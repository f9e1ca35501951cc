/*
 * Many SHA-256: in two lanes where the CPU can, else one after the other by libcrypto.
 */
#include "lockstep/hash_many.h"

#include "hash_lanes.h"

int lks_hash_many(struct lks_hash_job *jobs, size_t count, struct lks_error *err)
{
	if (count > 1 && lks_hash_lanes_work()) {
		lks_hash_lanes(jobs, count);
		return 0;
	}
	int status = 0;
	for (size_t i = 0; status == 0 && i < count; i++) {
		status = lks_hash_bytes(jobs[i].sha256, jobs[i].data, jobs[i].length, err);
	}
	return status;
}

/*
 * The archive's file while it grows: written in order, hashed as a whole, pushed to the disk early, and named at the very end.
 *
 * One thread at a time.
 */
#ifndef LOCKSTEP_ARCHIVE_SINK_H
#define LOCKSTEP_ARCHIVE_SINK_H

#include <stddef.h>
#include <stdint.h>

#include "lockstep/error.h"
#include "lockstep/hash.h"

struct lks_sink;

/* Makes a temporary file with a random name and mode 0600 beside the future `name`. Both borrowed until _free. LKS_E_EXISTS. */
int lks_sink_new(struct lks_sink **out, int directory_fd, const char *name, struct lks_error *err);
int lks_sink_fd(const struct lks_sink *sink);
uint64_t lks_sink_length(const struct lks_sink *sink);
int lks_sink_write(struct lks_sink *sink, const void *data, size_t length, struct lks_error *err);
/* Leaves length bytes free, to be filled by lks_sink_fill before the end. The file is then hashed by reading it back. */
int lks_sink_reserve(struct lks_sink *sink, size_t length, struct lks_error *err);
int lks_sink_fill(struct lks_sink *sink, uint64_t offset, const void *data, size_t length, struct lks_error *err);
/* fsync, rename, fsync of the directory; gives the hash of all bytes. An archive that exists is never replaced. */
int lks_sink_finish(uint8_t sha256[LKS_HASH_SIZE], struct lks_sink *sink, struct lks_error *err);
/* Removes the temporary file unless it was finished. NULL is allowed. */
void lks_sink_free(struct lks_sink *sink);

#endif

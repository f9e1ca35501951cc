/*
 * SHA-256 and HMAC-SHA-256 by OpenSSL's libcrypto, which uses the CPU's own instructions.
 *
 * A struct lks_hash belongs to one thread; the functions without one are thread-safe.
 */
#ifndef LOCKSTEP_HASH_H
#define LOCKSTEP_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "lockstep/error.h"

#define LKS_HASH_SIZE 32     /* bytes of a SHA-256 */
#define LKS_HASH_HEX_SIZE 65 /* bytes of its lower-case hex text with the closing NUL */

struct lks_hash; /* a running SHA-256 */

int lks_hash_new(struct lks_hash **out, struct lks_error *err);
void lks_hash_free(struct lks_hash *hash);

/* Starts anew; must be called before the first update. */
int lks_hash_reset(struct lks_hash *hash, struct lks_error *err);
int lks_hash_update(struct lks_hash *hash, const void *data, size_t length, struct lks_error *err);
int lks_hash_final(uint8_t out[LKS_HASH_SIZE], struct lks_hash *hash, struct lks_error *err);

/* Hash of a block of memory. */
int lks_hash_bytes(uint8_t out[LKS_HASH_SIZE], const void *data, size_t length, struct lks_error *err);

/* Hash of what fd still has to read; *size (may be NULL) is the number of bytes. path is for the error's text. */
int lks_hash_fd(uint8_t out[LKS_HASH_SIZE], uint64_t *size, int fd, const char *path, struct lks_error *err);

/* Keyed hash (RFC 2104). */
int lks_hash_hmac(uint8_t out[LKS_HASH_SIZE], const void *key, size_t key_length, const void *data, size_t length, struct lks_error *err);

/* Hex text and back. parse: LKS_E_INVALID unless exactly 64 hex digits. */
void lks_hash_hex(char out[LKS_HASH_HEX_SIZE], const uint8_t hash[LKS_HASH_SIZE]);
int lks_hash_parse(uint8_t out[LKS_HASH_SIZE], const char *hex, struct lks_error *err);

#endif

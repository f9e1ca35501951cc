/*
 * SHA-256 through libcrypto's EVP, with the algorithm fetched once: the fetch costs more than hashing a small file.
 */
#include "lockstep/hash.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK (64 * 1024) /* bytes read at a time: in the CPU's second cache, and below where malloc calls mmap */

struct lks_hash {
	EVP_MD_CTX *context;
};

static EVP_MD *sha256; /* never freed: lives as long as the process, as libcrypto's own tables do */
static pthread_once_t fetched = PTHREAD_ONCE_INIT;

static void fetch(void)
{
	sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
}

static int failed(struct lks_error *err)
{
	return lks_error_set(err, LKS_E_UNSUPPORTED, 0, NULL, "OpenSSL cannot compute SHA-256");
}

int lks_hash_new(struct lks_hash **out, struct lks_error *err)
{
	pthread_once(&fetched, fetch);
	struct lks_hash *hash = calloc(1, sizeof *hash);
	if (!hash || !(hash->context = EVP_MD_CTX_new())) {
		free(hash);
		return lks_error_nomem(err);
	}
	*out = hash;
	return 0;
}

void lks_hash_free(struct lks_hash *hash)
{
	if (hash) {
		EVP_MD_CTX_free(hash->context);
		free(hash);
	}
}

int lks_hash_reset(struct lks_hash *hash, struct lks_error *err)
{
	return sha256 && EVP_DigestInit_ex2(hash->context, sha256, NULL) == 1 ? 0 : failed(err);
}

int lks_hash_update(struct lks_hash *hash, const void *data, size_t length, struct lks_error *err)
{
	return EVP_DigestUpdate(hash->context, data, length) == 1 ? 0 : failed(err);
}

int lks_hash_final(uint8_t out[LKS_HASH_SIZE], struct lks_hash *hash, struct lks_error *err)
{
	return EVP_DigestFinal_ex(hash->context, out, NULL) == 1 ? 0 : failed(err);
}

int lks_hash_bytes(uint8_t out[LKS_HASH_SIZE], const void *data, size_t length, struct lks_error *err)
{
	pthread_once(&fetched, fetch);
	return sha256 && EVP_Digest(data, length, out, NULL, sha256, NULL) == 1 ? 0 : failed(err);
}

int lks_hash_fd(uint8_t out[LKS_HASH_SIZE], uint64_t *size, int fd, const char *path, struct lks_error *err)
{
	struct lks_hash *hash = NULL;
	uint64_t total = 0;
	char *data = malloc(CHUNK);
	int status = data ? lks_hash_new(&hash, err) : lks_error_nomem(err);
	if (status == 0) {
		status = lks_hash_reset(hash, err);
	}
	while (status == 0) {
		ssize_t got = read(fd, data, CHUNK);
		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got < 0) {
			status = lks_error_sys(err, errno, path, "cannot be read");
		} else if (got == 0) {
			break;
		} else {
			total += (uint64_t)got;
			status = lks_hash_update(hash, data, (size_t)got, err);
		}
	}
	if (status == 0) {
		status = lks_hash_final(out, hash, err);
	}
	if (status == 0 && size) {
		*size = total;
	}
	lks_hash_free(hash);
	free(data);
	return status;
}

int lks_hash_hmac(uint8_t out[LKS_HASH_SIZE], const void *key, size_t key_length, const void *data, size_t length, struct lks_error *err)
{
	/* libcrypto takes a NULL key for "the key of before", so that an empty key needs an address */
	size_t got = 0;
	unsigned char *done = EVP_Q_mac(
		NULL, "HMAC", NULL, "SHA256", NULL, key_length ? key : "", key_length, data, length, out, LKS_HASH_SIZE, &got);
	return done && got == LKS_HASH_SIZE ? 0 : failed(err);
}

void lks_hash_hex(char out[LKS_HASH_HEX_SIZE], const uint8_t hash[LKS_HASH_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < LKS_HASH_SIZE; i++) {
		out[2 * i] = digits[hash[i] >> 4];
		out[2 * i + 1] = digits[hash[i] & 15];
	}
	out[2 * LKS_HASH_SIZE] = '\0';
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int lks_hash_parse(uint8_t out[LKS_HASH_SIZE], const char *hex, struct lks_error *err)
{
	uint8_t parsed[LKS_HASH_SIZE];
	for (size_t i = 0; i < LKS_HASH_SIZE; i++) {
		int high = digit(hex[2 * i]);
		int low = high < 0 ? -1 : digit(hex[2 * i + 1]);
		if (low < 0) {
			return lks_error_set(err, LKS_E_INVALID, 0, NULL, "not a SHA-256 in hex");
		}
		parsed[i] = (uint8_t)(high << 4 | low);
	}
	if (hex[LKS_HASH_HEX_SIZE - 1] != '\0') {
		return lks_error_set(err, LKS_E_INVALID, 0, NULL, "not a SHA-256 in hex");
	}
	memcpy(out, parsed, sizeof parsed);
	return 0;
}

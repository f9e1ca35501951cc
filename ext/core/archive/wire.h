/*
 * The manifest's numbers and strings: LEB128 for what is not negative, zigzag LEB128 for differences, a length before bytes.
 *
 * The writer's functions need room that the caller made (LKS_WIRE_NUMBER bytes a number). The reader never passes its end:
 * what would is remembered in `bad`, and every later read gives zeros, so a record is checked once, at its end.
 */
#ifndef LOCKSTEP_ARCHIVE_WIRE_H
#define LOCKSTEP_ARCHIVE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define LKS_WIRE_NUMBER 10 /* bytes of the longest LEB128 number of 64 bits */

static inline uint8_t *lks_wire_put(uint8_t *at, uint64_t value)
{
	while (value >= 0x80) {
		*at++ = (uint8_t)(value | 0x80);
		value >>= 7;
	}
	*at++ = (uint8_t)value;
	return at;
}

/* The difference of two 64-bit numbers, modulo 2^64, read as signed: small steps either way take few bytes. */
static inline uint8_t *lks_wire_put_step(uint8_t *at, uint64_t value, uint64_t before)
{
	uint64_t step = value - before;
	return lks_wire_put(at, (step << 1) ^ (0 - (step >> 63)));
}

static inline uint8_t *lks_wire_put_bytes(uint8_t *at, const void *bytes, size_t length)
{
	at = lks_wire_put(at, length);
	if (length > 0) {
		memcpy(at, bytes, length);
	}
	return at + length;
}

struct lks_wire {
	const uint8_t *at, *end;
	bool bad; /* something was cut or no number */
};

static inline uint64_t lks_wire_get(struct lks_wire *wire)
{
	uint64_t value = 0;
	for (unsigned shift = 0; shift < 64 && wire->at < wire->end; shift += 7) {
		uint8_t byte = *wire->at++;
		if (shift == 63 && byte > 1) {
			break;
		}
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			if (byte == 0 && shift > 0) {
				break; /* one spelling a number: no padding */
			}
			return value;
		}
	}
	wire->bad = true;
	wire->at = wire->end;
	return 0;
}

static inline uint64_t lks_wire_get_step(struct lks_wire *wire, uint64_t before)
{
	uint64_t folded = lks_wire_get(wire);
	return before + ((folded >> 1) ^ (0 - (folded & 1)));
}

/* Borrowed from the wire's memory; NULL and *length 0 when it would pass the end. */
static inline const uint8_t *lks_wire_get_raw(struct lks_wire *wire, uint64_t length)
{
	if (length > (uint64_t)(wire->end - wire->at)) {
		wire->bad = true;
		wire->at = wire->end;
		return NULL;
	}
	const uint8_t *bytes = wire->at;
	wire->at += length;
	return bytes;
}

static inline const uint8_t *lks_wire_get_bytes(struct lks_wire *wire, size_t *length)
{
	uint64_t size = lks_wire_get(wire);
	const uint8_t *bytes = lks_wire_get_raw(wire, size);
	*length = wire->bad ? 0 : (size_t)size;
	return bytes;
}

static inline void lks_wire_put32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++) {
		at[i] = (uint8_t)(value >> (8 * i));
	}
}

static inline void lks_wire_put64(uint8_t *at, uint64_t value)
{
	for (int i = 0; i < 8; i++) {
		at[i] = (uint8_t)(value >> (8 * i));
	}
}

static inline uint32_t lks_wire_get32(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline uint64_t lks_wire_get64(const uint8_t *at)
{
	return lks_wire_get32(at) | (uint64_t)lks_wire_get32(at + 4) << 32;
}

#endif

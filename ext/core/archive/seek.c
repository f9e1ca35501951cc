/*
 * The pieces of the seek table.
 */
#include "seek.h"

#include "wire.h"

#define SKIPPABLE 0x184D2A5Eu
#define SEEKABLE 0x8F92EAB1u

int lks_seek_read_footer(uint64_t *frames, const uint8_t footer[LKS_SEEK_FOOTER], struct lks_error *err)
{
	uint64_t entries = lks_wire_get32(footer);
	if (lks_wire_get32(footer + 5) != SEEKABLE || footer[4] != 0 || entries < 2 || entries > LKS_FRAMES_MAX) {
		return lks_error_set(err, LKS_E_FORMAT, 0, NULL, "the file does not end in the seek table of a Lockstep archive");
	}
	*frames = entries - 1;
	return 0;
}

void lks_seek_write_header(uint8_t at[8], uint64_t frames)
{
	lks_wire_put32(at, SKIPPABLE);
	lks_wire_put32(at + 4, (uint32_t)(lks_seek_length(frames) - 8));
}

void lks_seek_write_entry(uint8_t at[LKS_SEEK_ENTRY], uint32_t stored, uint32_t length)
{
	lks_wire_put32(at, stored);
	lks_wire_put32(at + 4, length);
}

void lks_seek_write_footer(uint8_t at[LKS_SEEK_FOOTER], uint64_t frames)
{
	lks_wire_put32(at, (uint32_t)(frames + 1));
	at[4] = 0; /* no checksums: the manifest has SHA-256 */
	lks_wire_put32(at + 5, SEEKABLE);
}

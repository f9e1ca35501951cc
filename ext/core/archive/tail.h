/*
 * The end of a text that comes in pieces, and the lines in it that name a table.
 *
 * Zero-initialised is the beginning of a text. One thread.
 */
#ifndef LOCKSTEP_ARCHIVE_TAIL_H
#define LOCKSTEP_ARCHIVE_TAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lockstep/buffer.h"
#include "region.h"

#define LKS_TAIL_SIZE 256u

struct lks_tail {
	char bytes[LKS_TAIL_SIZE]; /* the last ones */
	size_t length;
};

/*
 * Goes on with `length` bytes. Occurrences of mark (shorter than the tail; NULL: none) that end in them are counted in *marks;
 * *name is what stands behind the last one, up to a backtick: a copy in the region, NULL when there was none.
 */
int lks_tail_add(struct lks_tail *tail, uint64_t *marks, const char **name, const char *mark, const char *data, size_t length,
	struct lks_region *region, struct lks_error *err);
/* Does the last line begin with text? Newlines at the very end do not count. */
bool lks_tail_ends(const struct lks_tail *tail, const char *text);

#define LKS_WORDS_MAX (64u * 1024) /* bytes of a program's errors that are kept */

/* Forgets all but the last bytes of a program's errors: the end says why it stopped. */
void lks_words_bound(struct lks_buffer *words);
/* Makes one line of them; a statement that MariaDB's client quotes between lines of dashes, with the data in it, is left out. */
void lks_words_tidy(struct lks_buffer *words);

#endif

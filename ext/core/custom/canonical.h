/*
 * XML and PHP without the white space that means nothing, so that two texts can be compared. What comes out is no XML or PHP any
 * more, and only good for that. Text that is broken keeps more of its white space, never less of its other characters.
 *
 * Private to the custom module. Pure; thread-safe. Lines end with LF.
 */
#ifndef LKS_CUSTOM_CANONICAL_H
#define LKS_CUSTOM_CANONICAL_H

#include <stdbool.h>
#include <stddef.h>

#include "lockstep/buffer.h"
#include "lockstep/error.h"

int lks_canonical_xml(struct lks_buffer *out, const char *data, size_t length, struct lks_error *err);
int lks_canonical_php(struct lks_buffer *out, const char *data, size_t length, struct lks_error *err);

bool lks_canonical_is_space(char c);

/* Does the text from `at` on begin with what? */
bool lks_canonical_begins(const char *at, const char *end, const char *what);

/* Behind the next what; end where there is none. */
const char *lks_canonical_find(const char *at, const char *end, const char *what);

/* Appends it with each run of white space as one blank, and none at its end. */
int lks_canonical_words(struct lks_buffer *out, const char *at, const char *end, struct lks_error *err);

#endif

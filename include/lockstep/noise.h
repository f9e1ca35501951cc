/*
 * Differences that are no customization of content: what a shop's repository, editor or deployment does to whole trees.
 *
 * The listing and the merge ask the same functions. Pure; thread-safe.
 */
#ifndef LOCKSTEP_NOISE_H
#define LOCKSTEP_NOISE_H

#include <stdbool.h>
#include <stddef.h>

#include "lockstep/error.h"

enum lks_noise {
	LKS_NOISE_NONE,          /* equal, or an edit */
	LKS_NOISE_LINE_ENDS,     /* CRLF against LF */
	LKS_NOISE_FINAL_NEWLINE, /* one newline at the end, there or not (and perhaps line ends) */
	LKS_NOISE_WHITE_SPACE,   /* white space that means nothing in XML or PHP (and perhaps the above) */
	LKS_NOISE_LEFT_OUT,      /* deleted, and nothing that runs: dot files, tests, documents */
	LKS_NOISE_MODE,          /* the same content, another executable bit */
	LKS_NOISE_COPY           /* an X made from X.dist without an edit */
};

/*
 * How two different texts of one file differ, when it is in form alone. XML and PHP are told by path (X.dist as X); there white
 * space counts in attribute values, in text beside other characters, in strings, heredocs and outside of <?php. In any other file
 * it always counts. Contents with a NUL differ in no form. LKS_E_NOMEM alone.
 */
int lks_noise_compare(enum lks_noise *out, const char *path, const char *left, size_t left_length, const char *right, size_t right_length,
	struct lks_error *err);

/* Is path one that repositories leave out of what they ship: .gitignore, .github/…, tests/…, README.md, phpunit.xml.dist? */
bool lks_noise_is_left_out(const char *path);

const char *lks_noise_name(enum lks_noise kind); /* "line_ends", "final_newline", "white_space", "left_out", "mode", "copy"; "" for none */

#endif

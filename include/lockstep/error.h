/*
 * What went wrong, once, in the words of the place where it went wrong.
 *
 * Every core function that can fail returns 0 or a negative enum lks_status and fills the caller's struct lks_error.
 * The error is set at its origin and passed up untouched. Thread rule: an error belongs to one thread at a time.
 */
#ifndef LOCKSTEP_ERROR_H
#define LOCKSTEP_ERROR_H

#include <limits.h>

#if defined(__GNUC__)
#define LKS_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define LKS_PRINTF(text, first)
#endif

/* Stable: the PHP binding and the exit codes of the commands are made from these. */
enum lks_status {
	LKS_OK = 0,
	LKS_E_NOMEM = -1,        /* an allocation failed */
	LKS_E_IO = -2,           /* a system call failed; sys holds errno */
	LKS_E_NOT_FOUND = -3,    /* a file, member, key that must be there is not */
	LKS_E_EXISTS = -4,       /* something is already there */
	LKS_E_ACCESS = -5,       /* permission denied, read-only file system */
	LKS_E_NO_SPACE = -6,     /* no space, no inodes, quota or file-size limit */
	LKS_E_INVALID = -7,      /* an argument or an input file breaks its rules */
	LKS_E_UNSAFE = -8,       /* a path, link or member that would leave its root */
	LKS_E_CORRUPT = -9,      /* stored bytes differ from their hash, or are cut */
	LKS_E_FORMAT = -10,      /* not the format it should be, or another version of it */
	LKS_E_LIMIT = -11,       /* a cap on size, depth, count or ratio was reached */
	LKS_E_CANCELLED = -12,   /* the caller cancelled the job */
	LKS_E_LOCKED = -13,      /* another run holds the lock */
	LKS_E_UNSUPPORTED = -14, /* the kernel, file system or a library cannot do it */
	LKS_E_CHANGED = -15,     /* something changed that must not have changed meanwhile */
	LKS_E_RECOVERY = -16,    /* the state on disk needs a person */
	LKS_E_NO_RELEASE = -17,  /* no release fits */
	LKS_E_CHILD = -18,       /* a started program failed or could not be started */
	LKS_E_AUTH = -19,        /* tampered: the keyed hash is wrong */
	LKS_E_UNKNOWN_KEY = -20  /* authenticated with a key that is not here */
};

struct lks_error {
	enum lks_status status; /* LKS_OK when nothing happened */
	int sys;                /* errno at the origin, 0 where none was involved */
	char message[512];      /* one sentence for a person, UTF-8, no final newline */
	char hint[512];         /* what to do next; "" when nothing can be said */
	char path[PATH_MAX];    /* the file or member concerned; "" when none */
};

/*
 * Fills err and returns status, so that "return lks_error_set(…)" reads well.
 * sys: errno or 0; its text is appended to the message. path: NULL when no file is concerned.
 * Nothing is overwritten: the first error of an lks_error stays.
 */
int lks_error_set(struct lks_error *err, enum lks_status status, int sys, const char *path, const char *format, ...) LKS_PRINTF(5, 6);

/* As lks_error_set, with the status that belongs to errno sys (ENOENT → LKS_E_NOT_FOUND, ENOSPC → LKS_E_NO_SPACE, …). */
int lks_error_sys(struct lks_error *err, int sys, const char *path, const char *format, ...) LKS_PRINTF(4, 5);

/* Out of memory, in one word. Returns LKS_E_NOMEM. */
int lks_error_nomem(struct lks_error *err);

/* Adds the next step for a person; the first hint stays. */
void lks_error_hint(struct lks_error *err, const char *format, ...) LKS_PRINTF(2, 3);

/* Empties err for another use. */
void lks_error_clear(struct lks_error *err);

/* The stable lower-case name of a status: "ok", "no-space", … Static storage; "unknown" for a foreign number. */
const char *lks_status_name(int status);

#endif

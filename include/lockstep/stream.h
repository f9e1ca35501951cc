/*
 * What programs print as members of an archive, compressed on all cores as it comes; and a member as a program's input.
 *
 * Made for dumps of databases: a dump counts only when its program ended well and its last line says that it is complete.
 * Memory is bounded in both directions: the program waits for its pipe. Blocks; one thread, which is the program's parent.
 */
#ifndef LOCKSTEP_STREAM_H
#define LOCKSTEP_STREAM_H

#include "lockstep/archive.h"
#include "lockstep/spawn.h"

/* One member: the outputs of some programs, one behind the other. */
struct lks_stream_source {
	const char *name;                         /* of the member: a single name */
	const struct lks_spawn_options *commands; /* borrowed */
	size_t count;
};

struct lks_stream_options {
	int directory_fd;                        /* where the archive goes: a 0700 directory */
	const char *name;                        /* file name of the archive in it */
	int level;                               /* zstd level 1..19 */
	unsigned threads;                        /* 0: one a CPU */
	const uint8_t *key;                      /* LKS_ARCHIVE_KEY_SIZE bytes */
	const char *label;                       /* as lks_archive_write's */
	const struct lks_stream_source *sources; /* in the order of their names */
	size_t source_count;
	const char *ending;  /* what the last line of each program's output begins with; NULL: anything */
	const char *mark;    /* a newline and what begins a line that names the next table, which ends with `; NULL: none */
	uint64_t mark_total; /* tables that there will be; 0: unknown */
};

struct lks_stream_result {
	struct lks_archive_summary summary;
	uint64_t marks; /* tables met */
	void *arena;    /* owned: their names, which the task's phase may point to */
};
void lks_stream_result_dispose(struct lks_stream_result *result);

/*
 * Runs the programs and writes, fsyncs and renames the archive. LKS_E_CHILD when a program fails, or its output does not end as
 * it must: the message has the program's own last words. The task's phase is the name of the table that is being read.
 */
int lks_archive_stream(
	struct lks_stream_result *out, const struct lks_stream_options *options, struct lks_task *task, struct lks_error *err);

struct lks_pour_options {
	int archive_dir_fd;
	const char *archive; /* relative path of the archive below it */
	const uint8_t *key;
	const char *member; /* a file */
	unsigned threads;
	const struct lks_spawn_options *command; /* feed is set */
	const char *const *definers;             /* `user`@`host` as the dump writes them: others become CURRENT_USER; NULL: all stay */
};

struct lks_pour_result {
	uint64_t bytes;            /* of the member */
	struct lks_notes definers; /* which became CURRENT_USER, each once */
};
void lks_pour_result_dispose(struct lks_pour_result *result);

/*
 * Feeds a member to the program; nothing reaches it that was not checked against the authenticated manifest. MariaDB's line that
 * enables the sandbox mode, which other clients refuse, is left out. LKS_E_CHILD with the program's last words.
 */
int lks_archive_pour(struct lks_pour_result *out, const struct lks_pour_options *options, struct lks_task *task, struct lks_error *err);

/* The same changes to a dump in memory: appended to out; changed is the caller's to dispose. */
int lks_dump_filter_text(
	struct lks_buffer *out, struct lks_notes *changed, const char *text, size_t length, const char *const *definers, struct lks_error *err);

#endif

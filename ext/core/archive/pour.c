/*
 * A member as a program's input: frames are loaded and checked side by side, and fed in their order.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dump_filter.h"
#include "lockstep/stream.h"
#include "manifest.h"
#include "reading.h"
#include "tail.h"

#define POLL_MS 50 /* how soon a cancellation is seen */

/* Used by one thread at a time: by workers in their turn, then by the owner. */
struct pour {
	const struct lks_pour_options *options;
	struct lks_task *task;
	struct lks_spawn *spawn;
	struct lks_dump_filter filter;
	struct lks_buffer text; /* filtered */
	struct lks_buffer output, words;
	bool ended; /* the program */
};

static int poll_program(struct pour *pour, struct lks_error *err)
{
	int status = lks_spawn_poll(pour->spawn, POLL_MS, &pour->output, &pour->words, &pour->ended, err);
	lks_words_bound(&pour->output);
	lks_words_bound(&pour->words);
	return status ? status : lks_task_check(pour->task, err);
}

/* The program's end, and its verdict; fed: it got everything. */
static int finish(struct pour *pour, bool fed, struct lks_error *err)
{
	const char *program = pour->options->command->argv[0];
	int status = 0;
	lks_spawn_feed_end(pour->spawn);
	while (status == 0 && !pour->ended) {
		status = poll_program(pour, err);
	}
	int ended = status == 0 ? lks_spawn_status(pour->spawn) : 0;
	if (status == 0 && (ended != 0 || !fed)) {
		lks_words_tidy(&pour->words);
		status = lks_error_set(err, LKS_E_CHILD, 0, program, "the program ended with status %d%s%.400s", ended,
			pour->words.length > 0 ? ": " : " before it had read everything", lks_buffer_text(&pour->words));
	}
	return status;
}

static int feed(struct pour *pour, const char *data, size_t length, struct lks_error *err)
{
	while (length > 0) {
		size_t fed;
		struct lks_error why = {0};
		if (lks_spawn_feed(&fed, pour->spawn, data, length, &why) != 0) {
			return finish(pour, false, err); /* its own words say more */
		}
		data += fed;
		length -= fed;
		int status = length > 0 ? poll_program(pour, err) : lks_task_check(pour->task, err);
		if (status != 0) {
			return status;
		}
	}
	return 0;
}

static int feed_text(struct pour *pour, const char *data, size_t length, bool last, struct lks_error *err)
{
	lks_buffer_clear(&pour->text);
	int status = lks_dump_filter_run(&pour->text, &pour->filter, data, length, last, err);
	return status ? status : feed(pour, pour->text.data, pour->text.length, err);
}

static int damaged(const char *path, struct lks_error *err)
{
	return lks_error_set(err, LKS_E_CORRUPT, 0, path, "the contents differ from their SHA-256");
}

/* In turn. The last piece waits for the hash of the whole: what is damaged is never complete. */
static int feed_piece(struct pour *pour, struct lks_reading_frame *frame, const char *contents, size_t length, struct lks_error *err)
{
	struct lks_chain *chain = frame->part->chain;
	uint8_t sha256[LKS_HASH_SIZE];
	int status = lks_hash_update(chain->hash, contents, length, err);
	if (status == 0 && frame->part->last) {
		status = lks_hash_final(sha256, chain->hash, err);
		if (status == 0 && memcmp(sha256, chain->member.sha256, sizeof sha256) != 0) {
			status = damaged(chain->member.path, err);
		}
	}
	return status ? status : feed_text(pour, contents, length, frame->part->last, err);
}

static int pour_piece(struct pour *pour, struct lks_reading_frame *frame, struct lks_error *err)
{
	struct lks_chain *chain = frame->part->chain;
	const char *contents;
	size_t length = 0;
	int status = lks_reading_piece(&contents, &length, frame, err);
	bool good = lks_chain_wait(chain, frame->part->piece);
	if (status == 0 && good) {
		status = feed_piece(pour, frame, contents, length, err);
		frame->bytes += length;
	}
	lks_chain_pass(chain, frame->part->piece, good && status == 0);
	return status;
}

static int pour_member(struct pour *pour, struct lks_reading_frame *frame, struct lks_error *err)
{
	const struct lks_member *member = &frame->part->members[0];
	const struct lks_hash_job *job = &frame->jobs[0];
	const char *contents;
	int status = 0;
	if (!job->data) {
		return lks_reading_contents(&contents, frame, 0, err);
	}
	if (memcmp(job->sha256, member->sha256, LKS_HASH_SIZE) != 0) {
		status = damaged(member->path, err);
	}
	frame->bytes += member->size;
	return status ? status : feed_text(pour, job->data, (size_t)member->size, true, err);
}

static int pour_frame(void *context, struct lks_reading_frame *frame, const struct lks_error *damage, struct lks_error *err)
{
	struct pour *pour = context;
	const struct lks_part *part = frame->part;
	int status = 0;
	if (damage) {
		if (part->chain) {
			lks_chain_pass(part->chain, part->piece, false);
		}
		return lks_error_set(err, damage->status, 0, pour->options->member, "%s", damage->message);
	}
	if (part->chain) {
		status = pour_piece(pour, frame, err);
	} else if (part->count != 1 || part->members[0].kind != LKS_MEMBER_FILE) {
		status = lks_error_set(err, LKS_E_INVALID, 0, pour->options->member, "only a file can be poured");
	} else {
		status = pour_member(pour, frame, err);
	}
	return status;
}

static int pour_all(struct pour *pour, struct lks_pour_result *out, const struct lks_manifest *manifest, struct lks_error *err)
{
	struct lks_reading_sum sum = {0};
	struct lks_reading reading = {
		.manifest = manifest,
		.below = pour->options->member,
		.threads = pour->options->threads,
		.task = pour->task,
		.handle = pour_frame,
		.context = pour,
	};
	int status = lks_spawn_start(&pour->spawn, pour->options->command, err);
	status = status ? status : lks_reading_run(&sum, &reading, err);
	status = status ? status : finish(pour, true, err);
	lks_notes_dispose(&sum.notes);
	out->bytes = sum.bytes;
	return status;
}

int lks_archive_pour(struct lks_pour_result *out, const struct lks_pour_options *options, struct lks_task *task, struct lks_error *err)
{
	struct lks_manifest manifest;
	struct pour pour = {.options = options, .task = task, .filter = {.definers = options->definers, .changed = &out->definers}};
	memset(out, 0, sizeof *out);
	lks_task_phase(task, "restore");
	int status = lks_manifest_open(&manifest, options->archive_dir_fd, options->archive, options->key, err);
	if (status != 0) {
		return status;
	}
	status = lks_manifest_load_frames(&manifest, err);
	if (status == 0) {
		lks_task_total(task, 0, manifest.bytes);
		status = pour_all(&pour, out, &manifest, err);
	}
	lks_spawn_free(pour.spawn);
	lks_dump_filter_dispose(&pour.filter);
	lks_buffer_dispose(&pour.text);
	lks_buffer_dispose(&pour.output);
	lks_buffer_dispose(&pour.words);
	lks_manifest_close(&manifest);
	return status;
}

void lks_pour_result_dispose(struct lks_pour_result *result)
{
	lks_notes_dispose(&result->definers);
	memset(result, 0, sizeof *result);
}

/*
 * Programs' output into an archive: one thread reads and hashes, workers compress, and frames are written in their order.
 *
 * A member's size is known at its end, its header stands at its beginning: so the header has a frame of its own, whose length
 * does not depend on what it says, and which is written last.
 */
#include "lockstep/stream.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ending.h"
#include "header.h"
#include "lockstep/fs.h"
#include "lockstep/path.h"
#include "lockstep/pool.h"
#include "rawframe.h"
#include "tail.h"

#define FRAME (1024u * 1024) /* bytes of output in a frame */
#define THREADS_MAX 16u      /* more than any program's output needs: memory stays small on many cores */
#define POLL_MS 50           /* how soon a cancellation is seen */
#define SPARE 6u             /* frames beside those that are worked on: who reads waits for no worker that is late */

struct stream;

/* One frame on its way. */
struct slot {
	struct stream *stream;
	struct lks_buffer raw, packed;
	struct lks_frame frame;
	bool busy, done; /* guarded by the stream's mutex */
};

/* What a worker needs for a frame; there is one for each thread, kept between frames. */
struct kit {
	struct kit *next;
	struct lks_packer *packer;
};

struct stream {
	const struct lks_stream_options *options;
	struct lks_task *task;
	struct lks_stream_result *out;
	struct lks_sink *sink;
	struct lks_manifest_builder *builder;
	struct lks_pool *pool;
	struct lks_owners users, groups;
	struct slot *slots; /* owned; used round and round */
	size_t size;
	uint64_t sent, written; /* slots handed out, and of these written */
	struct slot *slot;      /* being filled; NULL: none */

	struct lks_member member; /* the member that is being made */
	struct lks_hash *hash;    /* of its contents */
	struct lks_frame *frames; /* owned; of the member, its header's first */
	size_t frame_count, frame_capacity;
	struct lks_tail tail;    /* of the program's output */
	struct lks_buffer words; /* its errors */

	pthread_mutex_t mutex; /* guards the rest, and the slots' busy and done */
	pthread_cond_t built;
	struct kit *kits; /* not in use */
	bool failed;
	struct lks_error error; /* of a worker */
};

static void work(void *arg)
{
	struct slot *slot = arg;
	struct stream *stream = slot->stream;
	struct lks_error err = {0};

	pthread_mutex_lock(&stream->mutex);
	struct kit *kit = stream->kits; /* never none: one a thread */
	stream->kits = kit->next;
	pthread_mutex_unlock(&stream->mutex);

	int status = lks_frame_pack(&slot->packed, kit->packer, slot->raw.data, slot->raw.length, &err);
	slot->frame.length = (uint32_t)slot->raw.length;
	slot->frame.stored = (uint32_t)slot->packed.length;
	status = status ? status : lks_hash_bytes(slot->frame.sha256, slot->packed.data, slot->packed.length, &err);

	pthread_mutex_lock(&stream->mutex);
	kit->next = stream->kits;
	stream->kits = kit;
	slot->done = true;
	if (status != 0 && !stream->failed) {
		stream->failed = true;
		stream->error = err;
	}
	pthread_cond_signal(&stream->built);
	pthread_mutex_unlock(&stream->mutex);
}

static int keep_frame(struct stream *stream, const struct lks_frame *frame, struct lks_error *err)
{
	if (stream->frame_count == stream->frame_capacity) {
		size_t capacity = stream->frame_capacity ? 2 * stream->frame_capacity : 64;
		struct lks_frame *frames = realloc(stream->frames, capacity * sizeof *frames);
		if (!frames) {
			return lks_error_nomem(err);
		}
		stream->frames = frames;
		stream->frame_capacity = capacity;
	}
	stream->frames[stream->frame_count++] = *frame;
	return 0;
}

/* Writes what is built, in order; waits for it until `left` slots are on their way. */
static int write_built(struct stream *stream, uint64_t left, struct lks_error *err)
{
	while (stream->written < stream->sent) {
		struct slot *slot = &stream->slots[stream->written % stream->size];
		pthread_mutex_lock(&stream->mutex);
		while (!slot->done && stream->sent - stream->written > left) {
			pthread_cond_wait(&stream->built, &stream->mutex);
		}
		bool done = slot->done, failed = stream->failed;
		pthread_mutex_unlock(&stream->mutex);
		if (failed) {
			*err = stream->error;
			return err->status;
		}
		if (!done) {
			return 0;
		}
		slot->frame.offset = lks_sink_length(stream->sink);
		int status = lks_sink_write(stream->sink, slot->packed.data, slot->packed.length, err);
		status = status ? status : keep_frame(stream, &slot->frame, err);
		if (status != 0) {
			return status;
		}
		slot->done = slot->busy = false;
		stream->written++;
	}
	return 0;
}

static int take_slot(struct stream *stream, struct lks_error *err)
{
	int status = stream->slot ? 0 : write_built(stream, stream->size - 1, err);
	if (status == 0 && !stream->slot) {
		stream->slot = &stream->slots[stream->sent % stream->size];
		lks_buffer_clear(&stream->slot->raw);
	}
	return status;
}

static void send(struct stream *stream)
{
	struct slot *slot = stream->slot;
	slot->busy = true;
	slot->done = false;
	stream->slot = NULL;
	stream->sent++;
	lks_pool_submit(stream->pool, work, slot);
}

/* New output at data: hashed while hot, and looked through for tables. */
static int take_output(struct stream *stream, const char *data, size_t length, struct lks_error *err)
{
	const struct lks_stream_options *options = stream->options;
	const char *name = NULL;
	uint64_t marks = 0;
	int status = lks_hash_update(stream->hash, data, length, err);
	status = status ? status : lks_tail_add(&stream->tail, &marks, &name, options->mark, data, length, stream->out->arena, err);
	if (status != 0) {
		return status;
	}
	if (name) {
		lks_task_phase(stream->task, name);
	}
	stream->out->marks += marks;
	stream->member.size += length;
	lks_task_add(stream->task, marks, length);
	return 0;
}

/* Its last words, on one line. */
static int program_failed(struct stream *stream, const char *program, const char *what, struct lks_error *err)
{
	lks_words_tidy(&stream->words);
	return lks_error_set(
		err, LKS_E_CHILD, 0, program, "%s%s%.400s", what, stream->words.length > 0 ? ": " : "", lks_buffer_text(&stream->words));
}

static int judge(struct stream *stream, const char *program, int ended, struct lks_error *err)
{
	char what[64];
	if (ended != 0) {
		snprintf(what, sizeof what, "the program ended with status %d", ended);
		return program_failed(stream, program, what, err);
	}
	if (stream->options->ending && !lks_tail_ends(&stream->tail, stream->options->ending)) {
		return program_failed(stream, program, "the program's output is cut: its last line is missing", err);
	}
	return 0;
}

/* Reads one program's output to its end. */
static int run(struct stream *stream, const struct lks_spawn_options *command, struct lks_error *err)
{
	struct lks_spawn *spawn = NULL;
	bool ended = false;
	stream->tail = (struct lks_tail){0};
	lks_buffer_clear(&stream->words);
	int status = lks_spawn_start(&spawn, command, err);
	while (status == 0 && !ended) {
		status = lks_task_check(stream->task, err);
		status = status ? status : take_slot(stream, err);
		if (status != 0) {
			break;
		}
		struct lks_buffer *raw = &stream->slot->raw;
		size_t before = raw->length;
		status = lks_spawn_poll_some(spawn, POLL_MS, raw, FRAME - before, &stream->words, &ended, err);
		lks_words_bound(&stream->words);
		if (status == 0 && raw->length > before) {
			status = take_output(stream, raw->data + before, raw->length - before, err);
		}
		if (status == 0 && raw->length == FRAME) {
			send(stream);
			status = write_built(stream, stream->size, err);
		}
	}
	status = status ? status : judge(stream, command->argv[0], lks_spawn_status(spawn), err);
	lks_spawn_free(spawn);
	return status;
}

static int begin_member(struct stream *stream, const char *name, struct lks_error *err)
{
	struct lks_frame header = {.offset = lks_sink_length(stream->sink), .length = LKS_TAR_BLOCK, .stored = LKS_RAWFRAME_LENGTH};
	int64_t now = lks_fs_now();
	stream->member = (struct lks_member){
		.path = name,
		.path_length = strlen(name),
		.kind = LKS_MEMBER_FILE,
		.starts = true,
		.mode = 0600,
		.uid = geteuid(),
		.gid = getegid(),
		.mtime = now,
		.ctime = now,
	};
	stream->frame_count = 0;
	if (lks_header_length(&stream->member) != LKS_TAR_BLOCK) {
		return lks_error_set(err, LKS_E_LIMIT, 0, name, "the name is too long");
	}
	int status = lks_hash_reset(stream->hash, err);
	status = status ? status : lks_sink_reserve(stream->sink, LKS_RAWFRAME_LENGTH, err);
	return status ? status : keep_frame(stream, &header, err);
}

/* The size is known: the header's frame is made. */
static int fill_header(struct stream *stream, struct lks_error *err)
{
	const char *user, *group;
	uint8_t bytes[LKS_RAWFRAME_LENGTH];
	struct lks_buffer header = {0};
	struct lks_frame *frame = &stream->frames[0];
	int status = lks_owners_learn(&stream->users, LKS_OWNER_USER, stream->member.uid, &user, err);
	status = status ? status : lks_owners_learn(&stream->groups, LKS_OWNER_GROUP, stream->member.gid, &group, err);
	status = status ? status : lks_header_write(&header, &stream->member, user, group, err);
	status = status ? status : lks_rawframe_write(bytes, header.data, stream->kits->packer, err);
	status = status ? status : lks_hash_bytes(frame->sha256, bytes, sizeof bytes, err);
	status = status ? status : lks_sink_fill(stream->sink, frame->offset, bytes, sizeof bytes, err);
	lks_buffer_dispose(&header);
	return status;
}

static int end_member(struct stream *stream, struct lks_error *err)
{
	static const char zeros[LKS_TAR_BLOCK];
	size_t padding = lks_header_padding(stream->member.size);
	int status = lks_hash_final(stream->member.sha256, stream->hash, err);
	if (status == 0 && padding > 0) {
		status = take_slot(stream, err);
		status = status ? status : lks_buffer_append(&stream->slot->raw, zeros, padding, err);
	}
	if (status == 0 && stream->slot && stream->slot->raw.length > 0) {
		send(stream);
	}
	stream->slot = NULL;
	status = status ? status : write_built(stream, 0, err);
	status = status ? status : fill_header(stream, err);
	status = status ? status : lks_manifest_add_member(stream->builder, &stream->member, err);
	for (size_t i = 0; status == 0 && i < stream->frame_count; i++) {
		status = lks_manifest_add_frame(stream->builder, &stream->frames[i], err);
	}
	struct lks_archive_summary *summary = &stream->out->summary;
	summary->members++;
	summary->files++;
	summary->bytes += stream->member.size;
	summary->frames += stream->frame_count;
	return status;
}

static int write_sources(struct stream *stream, struct lks_error *err)
{
	const struct lks_stream_options *options = stream->options;
	for (size_t i = 0; i < options->source_count; i++) {
		const struct lks_stream_source *source = &options->sources[i];
		int status = begin_member(stream, source->name, err);
		for (size_t j = 0; status == 0 && j < source->count; j++) {
			status = run(stream, &source->commands[j], err);
		}
		status = status ? status : end_member(stream, err);
		if (status != 0) {
			return status;
		}
	}
	return 0;
}

static int end_archive(struct stream *stream, int64_t started, struct lks_error *err)
{
	const struct lks_stream_options *options = stream->options;
	struct lks_manifest_info info = {
		.label = options->label ? options->label : "",
		.path = ".",
		.started = started,
		.level = (uint32_t)options->level,
		.users = &stream->users,
		.groups = &stream->groups,
	};
	stream->out->summary.frames++;
	return lks_ending_write(&stream->out->summary, stream->sink, stream->builder, &info, options->key, err);
}

static int check_options(const struct lks_stream_options *options, struct lks_error *err)
{
	if (options->label && strlen(options->label) > LKS_MANIFEST_LABEL_MAX) {
		return lks_error_set(err, LKS_E_INVALID, 0, NULL, "an archive's label is longer than %u bytes", LKS_MANIFEST_LABEL_MAX);
	}
	for (size_t i = 0; i < options->source_count; i++) {
		const char *name = options->sources[i].name;
		int status = lks_path_check(name, strlen(name), err);
		if (status != 0) {
			return status;
		}
		if (strchr(name, '/') || strcmp(name, ".") == 0 || (i > 0 && lks_path_compare(options->sources[i - 1].name, name) >= 0)) {
			return lks_error_set(err, LKS_E_INVALID, 0, name, "members are single names in their order");
		}
	}
	return 0;
}

static int prepare(struct stream *stream, struct lks_error *err)
{
	unsigned threads = stream->options->threads ? stream->options->threads : lks_pool_cpus();
	int status = lks_sink_new(&stream->sink, stream->options->directory_fd, stream->options->name, err);
	status = status ? status : lks_manifest_builder_new(&stream->builder, err);
	status = status ? status : lks_hash_new(&stream->hash, err);
	status = status ? status : lks_pool_new(&stream->pool, threads < THREADS_MAX ? threads : THREADS_MAX, err);
	if (status != 0) {
		return status;
	}
	stream->size = (size_t)lks_pool_threads(stream->pool) + SPARE;
	stream->slots = calloc(stream->size, sizeof *stream->slots);
	stream->out->arena = calloc(1, sizeof(struct lks_region));
	if (!stream->slots || !stream->out->arena) {
		return lks_error_nomem(err);
	}
	for (size_t i = 0; status == 0 && i < stream->size; i++) {
		stream->slots[i].stream = stream;
		status = lks_buffer_reserve(&stream->slots[i].raw, FRAME + LKS_TAR_BLOCK, err);
	}
	for (unsigned i = 0; status == 0 && i < lks_pool_threads(stream->pool); i++) {
		struct kit *kit = calloc(1, sizeof *kit);
		if (!kit) {
			return lks_error_nomem(err);
		}
		kit->next = stream->kits;
		stream->kits = kit;
		status = lks_packer_new(&kit->packer, stream->options->level, err);
	}
	return status;
}

static void dispose(struct stream *stream)
{
	lks_pool_free(stream->pool); /* waits for the workers */
	for (size_t i = 0; stream->slots && i < stream->size; i++) {
		lks_buffer_dispose(&stream->slots[i].raw);
		lks_buffer_dispose(&stream->slots[i].packed);
	}
	free(stream->slots);
	while (stream->kits) {
		struct kit *next = stream->kits->next;
		lks_packer_free(stream->kits->packer);
		free(stream->kits);
		stream->kits = next;
	}
	free(stream->frames);
	lks_hash_free(stream->hash);
	lks_buffer_dispose(&stream->words);
	lks_manifest_builder_free(stream->builder);
	lks_sink_free(stream->sink);
	lks_owners_dispose(&stream->users);
	lks_owners_dispose(&stream->groups);
	pthread_cond_destroy(&stream->built);
	pthread_mutex_destroy(&stream->mutex);
}

int lks_archive_stream(
	struct lks_stream_result *out, const struct lks_stream_options *options, struct lks_task *task, struct lks_error *err)
{
	struct stream stream = {.options = options, .task = task, .out = out};
	int64_t started = lks_fs_now();
	memset(out, 0, sizeof *out);
	pthread_mutex_init(&stream.mutex, NULL);
	pthread_cond_init(&stream.built, NULL);
	lks_task_phase(task, "dump");
	lks_task_total(task, options->mark_total, 0);
	int status = check_options(options, err);
	status = status ? status : prepare(&stream, err);
	status = status ? status : write_sources(&stream, err);
	status = status ? status : lks_task_check(task, err);
	status = status ? status : end_archive(&stream, started, err);
	dispose(&stream);
	return status;
}

void lks_stream_result_dispose(struct lks_stream_result *result)
{
	lks_archive_summary_dispose(&result->summary);
	if (result->arena) {
		lks_region_dispose(result->arena);
		free(result->arena);
	}
	memset(result, 0, sizeof *result);
}

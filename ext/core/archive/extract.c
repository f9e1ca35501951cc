/*
 * Unpacking: directories made in order by one thread, files by all, then hard links, then the directories' own metadata.
 * Frames in which nothing is wanted are not read.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "create.h"
#include "directories.h"
#include "flusher.h"
#include "lockstep/archive.h"
#include "lockstep/fs.h"
#include "lockstep/glob.h"
#include "lockstep/path.h"
#include "manifest.h"
#include "notes.h"
#include "reading.h"
#include "room.h"
#include "selection.h"

/* A hard link to be made when all files are there. */
struct link {
	const char *path, *first; /* of the archive; in the region */
};

struct extract {
	const struct lks_manifest *manifest;
	struct lks_selection selection;
	int live_fd; /* borrowed; where hard links find what is not selected; -1: there is no such tree */
	struct lks_creator creator;
	struct lks_place place; /* of the owner's thread */
	char parent[PATH_MAX];  /* made last for a member whose directory is not selected */
	struct link *links;     /* owned array */
	size_t link_count, link_capacity;
	struct lks_region region;
	uint64_t files; /* regular files; the owner's thread counts */
	struct lks_task *task;
};

static int keep_link(struct extract *extract, const struct lks_member *member, struct lks_error *err)
{
	if (extract->link_count == extract->link_capacity) {
		size_t capacity = extract->link_capacity ? 2 * extract->link_capacity : 64;
		struct link *links = realloc(extract->links, capacity * sizeof *links);
		if (!links) {
			return lks_error_nomem(err);
		}
		extract->links = links;
		extract->link_capacity = capacity;
	}
	struct link *link = &extract->links[extract->link_count];
	link->path = lks_region_copy(&extract->region, member->path, member->path_length, err);
	link->first = lks_region_copy(&extract->region, member->link, strlen(member->link), err);
	if (!link->path || !link->first) {
		return LKS_E_NOMEM;
	}
	extract->link_count++;
	return 0;
}

static bool is_wanted(void *context, const struct lks_member *member)
{
	const struct extract *extract = context;
	return lks_selection_has(&extract->selection, member->path, member->kind == LKS_MEMBER_DIRECTORY);
}

/* A member whose directory is not selected itself needs one all the same. */
static int make_parents(struct extract *extract, const struct lks_member *member, struct lks_error *err)
{
	const char *slash = strrchr(member->path, '/');
	char parent[PATH_MAX];
	if (!slash || (!extract->selection.items && !extract->selection.pattern)) {
		return 0;
	}
	memcpy(parent, member->path, (size_t)(slash - member->path));
	parent[slash - member->path] = '\0';
	if (strcmp(parent, extract->parent) == 0 || lks_selection_has(&extract->selection, parent, true)) {
		return 0;
	}
	strcpy(extract->parent, parent);
	return lks_create_parents(&extract->creator, member->path, err);
}

/* In the order of the archive, before any worker sees the part: its directories, so that files find theirs. */
static int make_directories(void *context, const struct lks_part *part, struct lks_error *err)
{
	struct extract *extract = context;
	size_t wanted = 0;
	int status = 0;
	if (part->chain) {
		if (!is_wanted(extract, &part->chain->member)) {
			return 1;
		}
		extract->files += part->last;
		return part->piece == 0 ? make_parents(extract, &part->chain->member, err) : 0;
	}
	for (size_t i = 0; status == 0 && i < part->count; i++) {
		const struct lks_member *member = &part->members[i];
		const char *name = lks_creator_name(&extract->creator, member->path);
		if (!is_wanted(extract, member)) {
			continue;
		}
		wanted++;
		status = make_parents(extract, member, err);
		if (status == 0 && member->kind == LKS_MEMBER_DIRECTORY && strcmp(name, ".") != 0) {
			status = lks_create_directory(&extract->creator, &extract->place, name, member, err);
		} else if (status == 0 && member->kind == LKS_MEMBER_HARDLINK) {
			status = keep_link(extract, member, err);
		}
		extract->files += member->kind == LKS_MEMBER_FILE;
	}
	return status ? status : wanted == 0;
}

static int damaged(const char *path, struct lks_error *err)
{
	return lks_error_set(err, LKS_E_CORRUPT, 0, path, "the contents differ from their SHA-256");
}

static int write_contents(int fd, const struct lks_member *member, const char *contents, size_t length, struct lks_error *err)
{
	return member->sparse ? lks_fs_write_sparse(fd, contents, length, member->path, err)
						  : lks_fs_write_all(fd, contents, length, member->path, err);
}

/* What ends in a hole has no length yet. */
static int end_contents(int fd, const struct lks_member *member, struct lks_error *err)
{
	if (member->sparse && ftruncate(fd, (off_t)member->size) != 0) {
		return lks_error_sys(err, errno, member->path, "the file cannot be given its length");
	}
	return 0;
}

static int extract_file(struct extract *extract, struct lks_reading_frame *frame, struct lks_place *place, const struct lks_member *member,
	const struct lks_hash_job *job, struct lks_error *err)
{
	int fd = -1, status = 0;
	if (memcmp(job->sha256, member->sha256, LKS_HASH_SIZE) != 0) {
		status = damaged(member->path, err); /* nothing of it reaches the disk */
	}
	const char *name = lks_creator_name(&extract->creator, member->path);
	status = status ? status : lks_create_file(&fd, &extract->creator, place, name, member, err);
	if (status == 0 && job->length > 0) {
		status = write_contents(fd, member, job->data, job->length, err);
	}
	status = status ? status : end_contents(fd, member, err);
	status = status ? status : lks_create_metadata(&extract->creator, fd, member, &frame->notes, err);
	if (fd >= 0 && close(fd) != 0 && status == 0) {
		status = lks_error_sys(err, errno, member->path, "the file cannot be written");
	}
	return status;
}

static int extract_member(
	struct extract *extract, struct lks_reading_frame *frame, struct lks_place *place, size_t index, struct lks_error *err)
{
	const struct lks_member *member = &frame->part->members[index];
	const char *contents;
	int status = 0;
	if (!is_wanted(extract, member)) {
		return 0;
	}
	if (!frame->jobs[index].data) {
		return lks_reading_contents(&contents, frame, index, err);
	}
	if (member->kind == LKS_MEMBER_FILE) {
		status = extract_file(extract, frame, place, member, &frame->jobs[index], err);
	} else if (member->kind == LKS_MEMBER_SYMLINK) {
		status = lks_create_symlink(
			&extract->creator, place, lks_creator_name(&extract->creator, member->path), member, &frame->notes, err);
	}
	if (status == 0) {
		frame->members++;
		frame->bytes += member->size;
	}
	return status;
}

/* In turn: the file grows piece by piece, and counts when its hash is right. */
static int write_piece(struct extract *extract, struct lks_reading_frame *frame, struct lks_place *place, const char *contents,
	size_t length, struct lks_error *err)
{
	struct lks_chain *chain = frame->part->chain;
	const struct lks_member *member = &chain->member;
	uint8_t sha256[LKS_HASH_SIZE];
	int status = 0;
	if (frame->part->piece == 0) {
		status = lks_create_file(&chain->fd, &extract->creator, place, lks_creator_name(&extract->creator, member->path), member, err);
	}
	status = status ? status : lks_hash_update(chain->hash, contents, length, err);
	status = status ? status : write_contents(chain->fd, member, contents, length, err);
	if (status != 0 || !frame->part->last) {
		return status;
	}
	status = lks_hash_final(sha256, chain->hash, err);
	if (status == 0 && memcmp(sha256, member->sha256, sizeof sha256) != 0) {
		status = damaged(member->path, err);
	}
	status = status ? status : end_contents(chain->fd, member, err);
	status = status ? status : lks_create_metadata(&extract->creator, chain->fd, member, &frame->notes, err);
	if (status == 0) {
		int fd = chain->fd;
		chain->fd = -1;
		status = close(fd) == 0 ? 0 : lks_error_sys(err, errno, member->path, "the file cannot be written");
		frame->members++;
	}
	return status;
}

static int extract_piece(struct extract *extract, struct lks_reading_frame *frame, struct lks_place *place, struct lks_error *err)
{
	struct lks_chain *chain = frame->part->chain;
	const char *contents;
	size_t length = 0;
	int status = lks_reading_piece(&contents, &length, frame, err);
	bool good = lks_chain_wait(chain, frame->part->piece);
	if (status == 0 && good) {
		status = write_piece(extract, frame, place, contents, length, err);
		frame->bytes += length;
	}
	lks_chain_pass(chain, frame->part->piece, good && status == 0);
	return status;
}

static int extract_frame(void *context, struct lks_reading_frame *frame, const struct lks_error *damage, struct lks_error *err)
{
	struct extract *extract = context;
	const struct lks_part *part = frame->part;
	struct lks_place place;
	int status = 0;
	if (damage) {
		if (part->chain) {
			lks_chain_pass(part->chain, part->piece, false);
		}
		return lks_error_set(err, damage->status, 0, part->chain ? part->chain->member.path : part->members[0].path, "%s", damage->message);
	}
	lks_place_init(&place);
	status = part->chain ? extract_piece(extract, frame, &place, err) : 0;
	for (size_t i = 0; status == 0 && i < part->count; i++) {
		status = extract_member(extract, frame, &place, i, err);
	}
	lks_place_dispose(&place);
	return status;
}

static int read_all(struct extract *extract, struct lks_archive_summary *out, unsigned threads, struct lks_error *err)
{
	struct lks_reading_sum sum = {0};
	struct lks_reading reading = {
		.manifest = extract->manifest,
		.below = extract->selection.below,
		.threads = threads,
		.task = extract->task,
		.before = make_directories,
		.wants = is_wanted,
		.handle = extract_frame,
		.context = extract,
	};
	int status = lks_reading_run(&sum, &reading, err);
	int moved = lks_notes_move(&out->warnings, &sum.notes, err);
	lks_notes_dispose(&sum.notes);
	out->members += sum.members;
	out->bytes += sum.bytes;
	return status ? status : moved;
}

/* A link whose first name is not unpacked becomes the file itself; its other names then link to it. */
static int extract_first(struct extract *extract, struct lks_archive_summary *out, const struct link *link, struct lks_error *err)
{
	struct lks_manifest_cursor cursor;
	struct lks_member member = {0};
	int status = lks_manifest_cursor_init(&cursor, extract->manifest, err);
	status = status ? status : lks_manifest_seek(&cursor, link->first, err);
	if (status == 0) {
		int more = lks_manifest_next(&member, &cursor, err);
		status = more < 0 ? more : 0;
	}
	if (status == LKS_E_NOT_FOUND || (status == 0 && member.kind != LKS_MEMBER_FILE)) {
		lks_error_clear(err);
		status = lks_error_set(err, LKS_E_UNSAFE, 0, link->path, "a hard link to what is no file of the archive");
	}
	lks_manifest_cursor_dispose(&cursor);
	if (status != 0) {
		return status;
	}
	/* Read it as an archive of this one member, whose name is the link's. */
	struct lks_creator *creator = &extract->creator;
	struct lks_selection selection = extract->selection;
	extract->selection = (struct lks_selection){.below = link->first};
	creator->as = lks_creator_name(creator, link->path);
	out->members--; /* the link was counted, the file is next */
	status = read_all(extract, out, 1, err);
	creator->as = NULL;
	extract->selection = selection;
	return status;
}

/* To a name of the file that was made, or that lies in the live tree; else the link becomes the file. */
static int make_link(struct extract *extract, struct lks_archive_summary *out, size_t index, struct lks_error *err)
{
	struct lks_creator *creator = &extract->creator;
	const struct link *link = &extract->links[index];
	const char *name = lks_creator_name(creator, link->path), *first = NULL;
	if (lks_selection_has(&extract->selection, link->first, false)) {
		first = link->first;
	}
	for (size_t i = 0; !first && i < index; i++) {
		first = strcmp(extract->links[i].first, link->first) == 0 ? extract->links[i].path : NULL;
	}
	if (first) {
		return lks_create_hardlink(creator, &extract->place, name, creator->to_fd, lks_creator_name(creator, first), err);
	}
	if (extract->live_fd >= 0) {
		int status = lks_create_hardlink(creator, &extract->place, name, extract->live_fd, link->first, err);
		if (status != LKS_E_NOT_FOUND) {
			return status;
		}
		lks_error_clear(err);
	}
	return extract_first(extract, out, link, err);
}

static int make_links(struct extract *extract, struct lks_archive_summary *out, struct lks_error *err)
{
	int status = 0;
	size_t count = extract->link_count; /* extract_first adds none */
	for (size_t i = 0; status == 0 && i < count; i++) {
		status = lks_task_check(extract->task, err);
		status = status ? status : make_link(extract, out, i, err);
	}
	return status;
}

/* What `path` is decides what can be stripped, and where what is made begins. */
static int prepare(struct extract *extract, const struct lks_archive_extract_options *options, struct lks_error *err)
{
	const char *path = options->path && strcmp(options->path, ".") != 0 ? options->path : NULL;
	struct lks_manifest_cursor cursor;
	struct lks_member member = {0};
	int status = lks_creator_init(&extract->creator, options->to_fd, options->strip ? path : NULL, err);
	extract->selection = (struct lks_selection){.below = path, .pattern = options->pattern, .items = options->items};
	while (options->items && options->items[extract->selection.count]) {
		extract->selection.count++;
	}
	if (status == 0 && options->pattern) {
		status = lks_glob_check(options->pattern, err);
	}
	bool whole = !path && strcmp(extract->manifest->path, ".") == 0;
	extract->creator.shielded = !options->pattern && (whole || options->items || options->strip);
	if (status == 0 && (options->pattern || options->items)) {
		return 0; /* parents are made as members need them */
	}
	if (status == 0 && !path && strcmp(extract->manifest->path, ".") != 0 && extract->manifest->members > 0) {
		extract->creator.top = extract->manifest->path; /* an archive of a part: its members' parents are not in it */
		return lks_create_parents(&extract->creator, extract->manifest->path, err);
	}
	if (status != 0 || !path) {
		return status;
	}
	status = lks_manifest_cursor_init(&cursor, extract->manifest, err);
	status = status ? status : lks_manifest_seek(&cursor, path, err);
	if (status == 0) {
		int more = lks_manifest_next(&member, &cursor, err);
		status = more < 0 ? more : 0;
	}
	bool directory = member.kind == LKS_MEMBER_DIRECTORY;
	lks_manifest_cursor_dispose(&cursor);
	if (status == 0 && options->strip && !directory) {
		return lks_error_set(err, LKS_E_INVALID, 0, path, "only a directory's path can be stripped");
	}
	if (status == 0 && !options->strip) {
		extract->creator.top = path;
		status = lks_create_parents(&extract->creator, path, err);
	}
	return status;
}

int lks_archive_extract(
	struct lks_archive_summary *out, const struct lks_archive_extract_options *options, struct lks_task *task, struct lks_error *err)
{
	struct lks_manifest manifest;
	struct extract extract = {.manifest = &manifest, .task = task, .live_fd = options->items ? options->live_fd : -1};
	struct lks_flusher flusher;
	memset(out, 0, sizeof *out);
	lks_task_phase(task, "restore");
	int status = lks_manifest_open(&manifest, options->archive_dir_fd, options->archive, options->key, err);
	if (status != 0) {
		return status;
	}
	lks_place_init(&extract.place);
	status = lks_manifest_load_frames(&manifest, err);
	if (status == 0) {
		lks_flusher_start(&flusher, options->to_fd);
		status = prepare(&extract, options, err);
		status = status ? status : lks_room_check(out, &manifest, &extract.selection, options->to_fd, task, err);
		status = status ? status : read_all(&extract, out, options->threads, err);
		status = status ? status : make_links(&extract, out, err);
		status = status
			? status
			: lks_directories_finish(&extract.creator, &manifest, &extract.selection, options->threads, task, &out->warnings, err);
		int synced = lks_flusher_stop(&flusher, status == 0, err);
		status = status ? status : synced;
		lks_place_dispose(&extract.place);
		if (status != 0) {
			lks_creator_undo(&extract.creator);
		}
		lks_creator_dispose(&extract.creator);
	}
	if (status == 0) {
		out->files = extract.files;
		out->stored_bytes = manifest.file_length;
		out->frames = manifest.frames;
	} else {
		lks_archive_summary_dispose(out);
	}
	free(extract.links);
	lks_region_dispose(&extract.region);
	lks_manifest_close(&manifest);
	return status;
}

/*
 * A full backup: the planner. It walks the tree in order, cuts frames, and ends the archive.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ahead.h"
#include "attributes.h"
#include "cut.h"
#include "ending.h"
#include "header.h"
#include "links.h"
#include "lockstep/archive.h"
#include "lockstep/fs.h"
#include "lockstep/glob.h"
#include "lockstep/path.h"
#include "manifest.h"
#include "notes.h"
#include "parent.h"
#include "pipeline.h"
#include "sink.h"
#include "walk.h"

/* The planner's state. */
struct plan {
	const struct lks_archive_write_options *options;
	struct lks_pipeline *pipeline;
	struct lks_parent *parent; /* NULL when there is none */
	bool parent_failed;        /* its manifest turned out to be damaged */
	struct lks_slot *slot;     /* being planned; NULL when none is begun */
	struct lks_owners users, groups;
	struct lks_links links;
	struct lks_reader reader;  /* for larger files */
	struct lks_region region;  /* of one larger file */
	struct lks_notes warnings; /* the planner's own */
	uint64_t members;
};

/* The pipeline knows the error. */
static int stopped(void)
{
	return LKS_E_CANCELLED;
}

static int flush(struct plan *plan, struct lks_error *err)
{
	struct lks_slot *slot = plan->slot;
	int status = 0;
	if (!slot) {
		return 0;
	}
	if (plan->parent) {
		status = lks_parent_match(&slot->reuse, &slot->earlier, plan->parent, slot->members, slot->count, err);
		slot->earlier_frame = slot->earlier.frame;
		plan->parent_failed = status != 0;
	}
	if (status == 0) {
		lks_pipeline_send(slot);
		plan->slot = NULL;
	}
	return status;
}

static int owner_names(const char **user, const char **group, struct plan *plan, const struct lks_member *member, struct lks_error *err)
{
	int status = lks_owners_learn(&plan->users, LKS_OWNER_USER, member->uid, user, err);
	return status ? status : lks_owners_learn(&plan->groups, LKS_OWNER_GROUP, member->gid, group, err);
}

/* A file larger than a frame: a slot for each of its pieces. */
static int plan_large(struct plan *plan, struct lks_member *member, bool linked, struct lks_error *err)
{
	const char *user, *group;
	struct lks_chain *chain = NULL;
	struct lks_earlier_file earlier = {.reuse = LKS_REUSE_NONE};
	struct stat st;
	int fd, status = lks_fill_open(&fd, &plan->reader, member->path, err);
	if (status != 0) {
		return status;
	}
	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		if (fd >= 0) {
			close(fd);
		}
		if (linked) { /* its other names would have nothing to point to */
			return lks_error_set(err, LKS_E_CHANGED, 0, member->path, "a file with several names vanished while it was read");
		}
		return lks_notes_add(&plan->warnings, err, member->path, "vanished while it was read; it is not in the archive");
	}
	lks_region_clear(&plan->region);
	status = flush(plan, err);
	status = status ? status : lks_attributes_read(member, fd, member->path, &plan->region, err);
	status = status ? status : owner_names(&user, &group, plan, member, err);
	if (status == 0 && plan->parent) {
		status = lks_parent_match_file(&earlier, plan->parent, member, user, group, err);
		plan->parent_failed = status != 0;
		if (earlier.reuse == LKS_REUSE_BY_STAT) {
			memcpy(member->sha256, earlier.sha256, sizeof member->sha256);
		}
	}
	status = status ? status : lks_chain_new(&chain, member, user, group, err);
	if (status != 0) {
		close(fd);
		return status;
	}
	chain->fd = fd;
	uint64_t extent = lks_header_extent(member), piece = 0;
	for (uint64_t offset = 0; offset < extent; offset += LKS_CUT_PIECE, piece++) {
		struct lks_slot *slot = lks_pipeline_slot(plan->pipeline);
		if (!slot) {
			status = stopped();
			break;
		}
		uint64_t left = extent - offset;
		lks_chain_hold(chain);
		slot->chain = chain;
		slot->piece = piece;
		slot->offset = offset;
		slot->bytes = left < LKS_CUT_PIECE ? left : LKS_CUT_PIECE;
		slot->last = left <= LKS_CUT_PIECE;
		slot->reuse = piece < earlier.pieces ? earlier.reuse : LKS_REUSE_NONE;
		slot->earlier_frame = earlier.frame + piece;
		lks_pipeline_send(slot);
	}
	lks_chain_release(chain);
	return status;
}

static int plan_small(struct plan *plan, const struct lks_member *member, bool linked, struct lks_error *err)
{
	const char *user, *group;
	uint64_t extent = lks_header_extent(member);
	int status = owner_names(&user, &group, plan, member, err);
	if (status != 0) {
		return status;
	}
	if (plan->slot && lks_cut_before(plan->slot->bytes, extent) && (status = flush(plan, err)) != 0) {
		return status;
	}
	if (!plan->slot && !(plan->slot = lks_pipeline_slot(plan->pipeline))) {
		return stopped();
	}
	status = lks_pipeline_plan(plan->slot, member, user, group, linked, err);
	if (status == 0 && lks_cut_after(plan->slot->bytes, extent, member->path, member->path_length)) {
		status = flush(plan, err);
	}
	return status;
}

static int plan_found(struct plan *plan, struct lks_found *found, struct lks_error *err)
{
	struct lks_member *member = &found->member;
	bool linked = false;
	int status = 0;

	if (member->kind == 0) {
		return lks_notes_add(&plan->warnings, err, member->path, "%s is not archived",
			S_ISFIFO(found->mode)       ? "a FIFO"
				: S_ISSOCK(found->mode) ? "a socket"
										: "a device");
	}
	if (plan->members++ == LKS_MEMBERS_MAX) {
		return lks_error_set(err, LKS_E_LIMIT, 0, member->path, "an archive holds %u members at most", LKS_MEMBERS_MAX);
	}
	if (found->vanished) {
		return lks_notes_add(&plan->warnings, err, member->path, "vanished while it was read; it is not in the archive");
	}
	if (found->is_mount) {
		status = lks_notes_add(&plan->warnings, err, member->path, "something is mounted here; it is not archived");
	}
	if (status == 0 && member->kind == LKS_MEMBER_FILE && found->names > 1) {
		status = lks_links_meet(&member->link, &plan->links, member->device, member->inode, member->path, err);
		if (member->link) {
			member->kind = LKS_MEMBER_HARDLINK;
			member->size = 0;
		}
		linked = !member->link;
	}
	if (status != 0) {
		return status;
	}
	if (member->kind == LKS_MEMBER_FILE && lks_header_extent(member) > LKS_CUT_MAX) {
		return plan_large(plan, member, linked, err);
	}
	return plan_small(plan, member, linked, err);
}

static int plan_tree(struct plan *plan, struct lks_walk *walk, struct lks_error *err)
{
	struct lks_ahead *ahead = NULL;
	struct lks_found *found;
	int more, status = lks_ahead_new(&ahead, walk, err);
	while (status == 0 && (more = lks_ahead_next(&found, ahead, err)) != 0) {
		status = more < 0 ? more : plan_found(plan, found, err);
	}
	lks_ahead_free(ahead);
	return status ? status : flush(plan, err);
}

static int end_archive(struct lks_archive_summary *out, const struct plan *plan, struct lks_sink *sink,
	struct lks_manifest_builder *builder, int64_t started, struct lks_error *err)
{
	const struct lks_archive_write_options *options = plan->options;
	struct lks_manifest_info info = {
		.label = options->label ? options->label : "",
		.path = options->path,
		.started = started,
		.level = (uint32_t)options->level,
		.exclude = options->exclude,
		.patterns = options->patterns,
		.users = &plan->users,
		.groups = &plan->groups,
		.parent = plan->parent ? options->parent_sha256 : NULL,
	};
	return lks_ending_write(out, sink, builder, &info, options->key, err);
}

static int check_options(const struct lks_archive_write_options *options, struct lks_error *err)
{
	if (!options->key || !options->path || !options->name) {
		return lks_error_set(err, LKS_E_INVALID, 0, NULL, "an archive needs a path, a name and a key");
	}
	if (options->label && strlen(options->label) > LKS_MANIFEST_LABEL_MAX) {
		return lks_error_set(err, LKS_E_INVALID, 0, NULL, "an archive's label is longer than %u bytes", LKS_MANIFEST_LABEL_MAX);
	}
	size_t excluded = 0;
	int status = 0;
	for (; status == 0 && options->exclude && options->exclude[excluded]; excluded++) {
		status = lks_path_check(options->exclude[excluded], strlen(options->exclude[excluded]), err);
	}
	for (size_t i = 0; status == 0 && options->patterns && options->patterns[i]; i++, excluded++) {
		status = lks_glob_check(options->patterns[i], err);
	}
	if (status == 0 && excluded > LKS_MANIFEST_EXCLUDES_MAX) {
		return lks_error_set(err, LKS_E_LIMIT, 0, NULL, "more than %u paths are to be left out", LKS_MANIFEST_EXCLUDES_MAX);
	}
	return status;
}

/* Writes the archive, with the frames of parent where they serve. *parent_failed: it is damaged, which is the error. */
static int write_archive(struct lks_archive_summary *out, bool *parent_failed, const struct lks_archive_write_options *options,
	struct lks_parent *parent, struct lks_task *task, struct lks_error *err)
{
	struct lks_sink *sink = NULL;
	struct lks_walk *walk = NULL;
	struct lks_manifest_builder *builder = NULL;
	struct plan plan = {.options = options, .parent = parent};
	struct lks_record_counts counts;
	struct lks_error inner = {0};
	struct stat st;
	int64_t started = lks_fs_now();

	const struct lks_walk_options walked = {
		.root_fd = options->root_fd,
		.path = options->path,
		.exclude = options->exclude,
		.patterns = options->patterns,
		.cross_mounts = options->cross_mounts,
	};
	int status = lks_walk_new(&walk, &walked, err);
	status = status ? status : lks_reader_init(&plan.reader, options->root_fd, err);
	status = status ? status : lks_sink_new(&sink, options->directory_fd, options->name, err);
	status = status ? status : lks_manifest_builder_new(&builder, err);
	status = status ? status
					: lks_pipeline_new(&plan.pipeline, options->root_fd, options->level, options->threads, sink, builder, parent,
						  &out->warnings, task, err);
	if (status != 0) {
		goto out;
	}
	if (fstat(lks_sink_fd(sink), &st) == 0) {
		lks_walk_skip(walk, st.st_dev, st.st_ino);
	}
	status = plan_tree(&plan, walk, &inner);
	int built = lks_pipeline_finish(&counts, plan.pipeline, err);
	*parent_failed = plan.parent_failed || lks_pipeline_parent_failed(plan.pipeline);
	if (built != 0) {
		status = built;
	} else if (status != 0) {
		*err = inner;
	}
	status = status ? status : lks_notes_move(&out->warnings, &plan.warnings, err);
	status = status ? status : lks_task_check(task, err);
	status = status ? status : end_archive(out, &plan, sink, builder, started, err);
	if (status == 0) {
		out->members = counts.members;
		out->files = counts.files;
		out->bytes = counts.bytes;
		out->frames = counts.frames + 1;
		out->frames_reused = counts.frames_reused;
		out->frames_reread = counts.frames_reread;
	}
out:
	lks_pipeline_free(plan.pipeline);
	lks_manifest_builder_free(builder);
	lks_sink_free(sink);
	lks_walk_free(walk);
	lks_owners_dispose(&plan.users);
	lks_owners_dispose(&plan.groups);
	lks_links_dispose(&plan.links);
	lks_reader_dispose(&plan.reader);
	lks_region_dispose(&plan.region);
	lks_notes_dispose(&plan.warnings);
	return status;
}

/* A parent that cannot be used is no failure: *why says so in the summary. */
static int no_parent(struct lks_archive_summary *out, struct lks_error *why, struct lks_error *err)
{
	int status = why->status == LKS_E_NOMEM || why->status == LKS_E_CANCELLED ? why->status : 0;
	if (status != 0) {
		*err = *why;
		return status;
	}
	out->no_parent = strdup(why->message);
	lks_error_clear(why);
	return out->no_parent ? 0 : lks_error_nomem(err);
}

int lks_archive_write(
	struct lks_archive_summary *out, const struct lks_archive_write_options *options, struct lks_task *task, struct lks_error *err)
{
	struct lks_parent *parent = NULL;
	struct lks_error why = {0};
	bool parent_failed = false;

	memset(out, 0, sizeof *out);
	int status = check_options(options, err);
	lks_task_phase(task, "write");
	status = status ? status : lks_task_check(task, err);
	if (status == 0 && options->parent && lks_parent_open(&parent, options, &why) != 0) {
		status = no_parent(out, &why, err);
	}
	status = status ? status : write_archive(out, &parent_failed, options, parent, task, err);
	lks_parent_free(parent);
	if (status != 0 && parent_failed) { /* once more, all of it by ourselves */
		why = *err;
		lks_error_clear(err);
		lks_archive_summary_dispose(out);
		status = no_parent(out, &why, err);
		status = status ? status : write_archive(out, &parent_failed, options, NULL, task, err);
	}
	if (status != 0) {
		lks_archive_summary_dispose(out);
	}
	return status;
}

void lks_archive_summary_dispose(struct lks_archive_summary *summary)
{
	lks_notes_dispose(&summary->warnings);
	free(summary->no_parent);
	memset(summary, 0, sizeof *summary);
}

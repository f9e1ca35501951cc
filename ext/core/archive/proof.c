/*
 * Live files compared with members of a manifest, batch by batch.
 */
#include "proof.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attributes.h"
#include "fill.h"
#include "lockstep/path.h"
#include "lockstep/pool.h"

#define BATCH 128 /* files that one thread takes at a time */

bool lks_proof_same_metadata(const struct lks_member *now, const struct lks_member *member)
{
	return now->mode == member->mode && now->uid == member->uid && now->gid == member->gid &&
		(member->kind == LKS_MEMBER_DIRECTORY || now->mtime == member->mtime) &&
		(member->kind != LKS_MEMBER_FILE || now->size == member->size);
}

bool lks_proof_untouched(const struct lks_member *now, const struct lks_member *member, int64_t started)
{
	return lks_proof_same_metadata(now, member) && lks_member_untouched(now, member, started);
}

int lks_proof_attributes(bool *same, int fd, const struct lks_member *member, struct lks_region *region, struct lks_error *err)
{
	struct lks_member now = {.kind = member->kind};
	int status = lks_attributes_read(&now, fd, member->path, region, err);
	*same = status == 0 && lks_member_same_attributes(&now, member);
	return status;
}

struct file {
	struct lks_member member;
	struct lks_member now; /* its path is the member's */
	struct lks_proof proof;
};

struct batch {
	struct lks_proofs *proofs;
	struct lks_region region;
	struct file files[BATCH];
	size_t count;
	int status;
	struct lks_error error;
};

struct lks_proofs {
	int root_fd;
	struct lks_task *task;
	struct lks_pool *pool;
	struct batch *batches; /* owned */
	size_t size, filling;  /* batches are filled in turn and harvested in rounds */
};

int lks_proofs_new(struct lks_proofs **out, int root_fd, unsigned threads, struct lks_task *task, struct lks_error *err)
{
	struct lks_proofs *proofs = calloc(1, sizeof *proofs);
	if (!proofs) {
		return lks_error_nomem(err);
	}
	proofs->root_fd = root_fd;
	proofs->task = task;
	int status = lks_pool_new(&proofs->pool, threads, err);
	if (status == 0) {
		proofs->size = 2 * (size_t)lks_pool_threads(proofs->pool);
		proofs->batches = calloc(proofs->size, sizeof *proofs->batches);
		status = proofs->batches ? 0 : lks_error_nomem(err);
	}
	if (status != 0) {
		lks_proofs_free(proofs);
		return status;
	}
	*out = proofs;
	return 0;
}

void lks_proofs_free(struct lks_proofs *proofs)
{
	if (!proofs) {
		return;
	}
	lks_pool_free(proofs->pool);
	for (size_t i = 0; proofs->batches && i < proofs->size; i++) {
		lks_region_dispose(&proofs->batches[i].region);
	}
	free(proofs->batches);
	free(proofs);
}

static int prove(struct file *file, struct batch *batch, struct lks_error *err)
{
	struct lks_error why = {0};
	uint8_t sha256[LKS_HASH_SIZE];
	bool attributes = false;
	int fd = -1;
	int status = lks_path_open(&fd, batch->proofs->root_fd, file->member.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0, &why);
	if (status == 0 && lks_fill_unchanged(&file->now, fd)) {
		status = lks_hash_fd(sha256, NULL, fd, file->member.path, &why);
		status = status ? status : lks_proof_attributes(&attributes, fd, &file->member, &batch->region, &why);
		file->proof.same = status == 0 && attributes && memcmp(sha256, file->member.sha256, sizeof sha256) == 0 &&
			lks_fill_unchanged(&file->now, fd);
	}
	if (fd >= 0) {
		close(fd);
	}
	if (status == LKS_E_NOMEM) {
		*err = why;
		return status;
	}
	lks_task_add(batch->proofs->task, 0, file->member.size);
	return 0;
}

static void work(void *arg)
{
	struct batch *batch = arg;
	for (size_t i = 0; i < batch->count && batch->status == 0; i++) {
		batch->status = prove(&batch->files[i], batch, &batch->error);
	}
}

static int harvest(
	struct lks_proofs *proofs, void (*found)(void *context, const struct lks_proof *proof), void *context, struct lks_error *err)
{
	int status = 0;
	lks_pool_wait(proofs->pool);
	for (size_t i = 0; i < proofs->size; i++) {
		struct batch *batch = &proofs->batches[i];
		if (status == 0 && batch->status != 0) {
			*err = batch->error;
			status = batch->status;
		}
		for (size_t j = 0; status == 0 && j < batch->count; j++) {
			found(context, &batch->files[j].proof);
		}
		batch->count = 0;
		lks_region_clear(&batch->region);
	}
	proofs->filling = 0;
	return status;
}

int lks_proofs_add(struct lks_proofs *proofs, const struct lks_member *member, const struct lks_member *now, uint32_t index,
	void (*found)(void *context, const struct lks_proof *proof), void *context, struct lks_error *err)
{
	struct batch *batch = &proofs->batches[proofs->filling];
	struct file *file = &batch->files[batch->count];
	batch->proofs = proofs;
	file->now = *now;
	file->proof = (struct lks_proof){.index = index};
	int status = lks_member_copy(&file->member, member, &batch->region, err);
	if (status != 0) {
		return status;
	}
	if (++batch->count == BATCH) {
		lks_pool_submit(proofs->pool, work, batch);
		if (++proofs->filling == proofs->size) {
			status = harvest(proofs, found, context, err);
		}
	}
	return status;
}

int lks_proofs_finish(
	struct lks_proofs *proofs, void (*found)(void *context, const struct lks_proof *proof), void *context, struct lks_error *err)
{
	if (proofs->batches[proofs->filling].count > 0) {
		lks_pool_submit(proofs->pool, work, &proofs->batches[proofs->filling]);
	}
	return harvest(proofs, found, context, err);
}

/* A merge from beginning to end: plan, conflict files, the release, and what is told about each customization. */
#include "lockstep/merge.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lockstep/hash.h"
#include "plan.h"

/* The side that stands at the item's path after the merge, when it is a side. */
static const struct lks_entry *standing(const struct lks_plan *plan, const struct lks_planned *item)
{
	if (item->outcome == LKS_OUTCOME_CONFLICT) {
		switch (plan->options->on_conflict) {
		case LKS_CONFLICT_MINE:
			return item->mine;
		case LKS_CONFLICT_NEW:
			return item->theirs;
		case LKS_CONFLICT_STOP:
			break;
		}
	}
	switch (item->stand) {
	case LKS_STAND_MINE:
		return item->mine;
	case LKS_STAND_RELEASE:
		return item->copy ? NULL : item->theirs;
	case LKS_STAND_NOTHING:
	case LKS_STAND_TEXT:
	case LKS_STAND_LINK:
		break;
	}
	return NULL;
}

static int tell(struct lks_merge_item *out, const struct lks_plan *plan, const struct lks_planned *item, struct lks_error *err)
{
	out->outcome = item->outcome;
	out->path = item->path;
	out->noise = item->custom->noise;
	out->from = item->moved ? item->custom->path : NULL;
	out->origin = item->origin && !item->custom->dist ? item->origin->path : NULL;
	out->note = item->note;
	out->repointed = item->repointed;
	out->repointed_count = item->repointed_count;
	out->reason = item->reason;
	if (item->outcome != LKS_OUTCOME_CONFLICT && item->stand == LKS_STAND_TEXT) {
		return lks_hash_bytes(out->hash, lks_buffer_text(&item->text), item->text.length, err);
	}
	const struct lks_entry *entry = standing(plan, item);
	if (entry && S_ISREG(entry->mode)) {
		memcpy(out->hash, entry->hash, sizeof out->hash);
	}
	return 0;
}

static int fill(struct lks_merge_result *out, const struct lks_plan *plan, struct lks_error *err)
{
	int status = 0;
	out->items = calloc(plan->count + 1, sizeof *out->items);
	if (!out->items) {
		return lks_error_nomem(err);
	}
	for (size_t i = 0; i < plan->count && !status; i++) {
		status = tell(&out->items[i], plan, &plan->items[i], err);
	}
	out->count = plan->count;
	out->conflicts = plan->conflicts;
	return status;
}

/* Keeps each new X.dist that a conflict at X needs: the merge may change or remove it at its own path. */
static int keep_origins(struct lks_plan *plan, struct lks_error *err)
{
	int status = 0;
	for (size_t i = 0; i < plan->count && !status; i++) {
		struct lks_planned *item = &plan->items[i];
		if (item->outcome == LKS_OUTCOME_CONFLICT && item->copy) {
			status = lks_plan_read(&item->kept, plan->options->release_fd, item->theirs, err);
		}
	}
	return status;
}

static int settle_conflicts(const struct lks_plan *plan, struct lks_task *task, struct lks_error *err)
{
	int status = 0;
	for (size_t i = 0; i < plan->count && !status; i++) {
		if (plan->items[i].outcome == LKS_OUTCOME_CONFLICT && (status = lks_task_check(task, err)) == 0) {
			status = lks_plan_put_aside(plan, &plan->items[i], err);
		}
	}
	return status;
}

int lks_merge_apply(struct lks_merge_result *out, const struct lks_merge_options *options, struct lks_task *task, struct lks_error *err)
{
	memset(out, 0, sizeof *out);
	struct lks_plan *plan = calloc(1, sizeof *plan);
	if (!plan) {
		return lks_error_nomem(err);
	}
	out->owned = plan;
	int status = lks_plan_make(plan, options, task, err);
	if (status || (status = fill(out, plan, err)) || (status = lks_plan_leave_conflicts(plan, err))) {
		goto done;
	}
	if (plan->conflicts == 0 || options->on_conflict != LKS_CONFLICT_STOP) {
		status = keep_origins(plan, err);
		if (!status && (status = lks_plan_apply(plan, task, err)) == 0) {
			status = settle_conflicts(plan, task, err);
		}
	}
done:
	plan->options = NULL; /* the caller's, and of no use any more */
	if (status) {
		lks_merge_result_dispose(out);
	}
	return status;
}

void lks_merge_result_dispose(struct lks_merge_result *result)
{
	struct lks_plan *plan = result->owned;
	if (plan) {
		lks_plan_dispose(plan);
		free(plan);
	}
	free(result->items);
	memset(result, 0, sizeof *result);
}

const char *lks_outcome_name(enum lks_outcome outcome)
{
	switch (outcome) {
	case LKS_OUTCOME_CARRIED:
		return "carried";
	case LKS_OUTCOME_MERGED:
		return "merged";
	case LKS_OUTCOME_FOLLOWS:
		return "follows";
	case LKS_OUTCOME_RESOLVED:
		return "resolved";
	case LKS_OUTCOME_OBSOLETE:
		return "obsolete";
	case LKS_OUTCOME_DELETED:
		return "deleted";
	case LKS_OUTCOME_CONFLICT:
		return "conflict";
	}
	return "unknown";
}

/*
 * Paths that the user's XML names, and that moved: config.xml says etc/ce-to-ce/map.xml where etc/opensource-to-opensource/map.xml is
 * after the merge. Everything else in the file stays byte for byte.
 *
 * What the user resolved by hand is left as it is.
 */
#include "repoint.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "xml.h"
#include "xml_edit.h"
#include "xml_tree.h"
#include "xml_value.h"

/* Is there a file at path once all is merged? */
static bool stands(const struct lks_plan *plan, const char *path)
{
	const struct lks_planned *item = lks_plan_find(plan, path);
	const struct lks_entry *entry = lks_scan_find(&plan->release, path);
	if (item && item->outcome == LKS_OUTCOME_CONFLICT) {
		return true; /* one side or the other */
	}
	if (item && item->stand != LKS_STAND_RELEASE) {
		return item->stand != LKS_STAND_NOTHING;
	}
	return entry && !S_ISDIR(entry->mode);
}

const char *lks_plan_moved_to(const struct lks_plan *plan, const char *path)
{
	const struct lks_planned *item = lks_plan_find_old(plan, path);
	const char *to = item ? item->moved : lks_renames_file(&plan->renames, path);
	return to && !stands(plan, path) && stands(plan, to) ? to : NULL;
}

int lks_plan_note_repointed(struct lks_planned *item, const char *from, const char *to, struct lks_error *err)
{
	struct lks_repointed *items = realloc(item->repointed, (item->repointed_count + 1) * sizeof *items);
	if (!items) {
		return lks_error_nomem(err);
	}
	item->repointed = items;
	struct lks_repointed *added = &items[item->repointed_count];
	added->from = strdup(from);
	added->to = strdup(to);
	if (!added->from || !added->to) {
		free(added->from);
		free(added->to);
		return lks_error_nomem(err);
	}
	item->repointed_count++;
	return 0;
}

/* Notes an edit for each element whose value is a path that moved. */
static int find_paths(struct lks_xml_edits *edits, const struct lks_plan *plan, struct lks_planned *item, const struct lks_xml_tree *tree,
	struct lks_error *err)
{
	char path[PATH_MAX];
	struct lks_xml_range range;
	int status = 0;
	for (uint32_t i = 1; i < tree->count && !status; i++) {
		const struct lks_xml_node *node = &tree->nodes[i];
		if (node->kind != LKS_XML_ELEMENT || !node->leaf || !lks_xml_value_path(&range, tree, node->inner) ||
			range.end - range.start >= sizeof path) {
			continue;
		}
		memcpy(path, tree->data + range.start, range.end - range.start);
		path[range.end - range.start] = '\0';
		const char *to = lks_plan_moved_to(plan, path);
		if (to && (status = lks_xml_edit_add(edits, range, to, strlen(to), err)) == 0) {
			status = lks_plan_note_repointed(item, path, to, err);
		}
	}
	return status;
}

static int repoint(struct lks_plan *plan, struct lks_planned *item, struct lks_error *err)
{
	struct lks_error ignored = {0};
	struct lks_buffer read = {0}, text = {0};
	struct lks_xml_edits edits = {0};
	struct lks_xml_tree tree = {0};
	const struct lks_buffer *old = &item->text;
	size_t line = 0;
	int status = 0;

	if (item->stand == LKS_STAND_MINE) {
		old = &read;
		status = lks_plan_read(&read, plan->options->mine_fd, item->mine, err);
	}
	if (status || !memmem(lks_buffer_text(old), old->length, ".xml", strlen(".xml"))) {
		goto done;
	}
	status = lks_xml_check(lks_buffer_text(old), old->length, "", &line, &ignored);
	status = status ? status : lks_xml_tree_parse(&tree, lks_buffer_text(old), old->length, &ignored);
	if (status) { /* broken XML names nothing */
		status = status == LKS_E_NOMEM ? lks_error_nomem(err) : 0;
		goto done;
	}
	if ((status = find_paths(&edits, plan, item, &tree, err)) || edits.count == 0 ||
		(status = lks_xml_edit_apply(&text, &edits, &tree, err))) {
		goto done;
	}
	lks_buffer_dispose(&item->text);
	item->text = text;
	text = (struct lks_buffer){0};
	item->has_text = true;
	item->stand = LKS_STAND_TEXT;
done:
	lks_xml_tree_dispose(&tree);
	lks_xml_edits_dispose(&edits);
	lks_buffer_dispose(&read);
	lks_buffer_dispose(&text);
	return status;
}

int lks_plan_repoint(struct lks_plan *plan, struct lks_task *task, struct lks_error *err)
{
	int status = 0;
	if (plan->renames.file_count == 0) {
		return 0;
	}
	for (size_t i = 0; i < plan->count && !status; i++) {
		struct lks_planned *item = &plan->items[i];
		bool is_mine = item->outcome == LKS_OUTCOME_CARRIED || item->outcome == LKS_OUTCOME_MERGED;
		bool is_link = item->stand == LKS_STAND_MINE && S_ISLNK(item->mine->mode);
		bool is_file = item->stand == LKS_STAND_TEXT ||
			(item->stand == LKS_STAND_MINE && S_ISREG(item->mine->mode) && item->mine->size <= LKS_MERGE_TEXT_MAX);
		if (is_mine && is_link) {
			status = lks_plan_repoint_link(plan, item, err);
		} else if (is_mine && is_file && lks_xml_is_path(item->path) && (status = lks_task_check(task, err)) == 0) {
			status = repoint(plan, item, err);
		}
	}
	return status;
}

/*
 * Both sides changed one file: what is text is merged, and must still be what it was.
 *
 * A merge that knows XML by its elements comes before the merge by lines here.
 */
#include "plan.h"

#include <stdio.h>
#include <string.h>

#include "text.h"
#include "xml.h"

#define LABEL_SIZE 160

/* Reads the three sides; *is_text is false, and nothing more is read, when one of them is too large or binary. */
static int read_sides(
	struct lks_buffer sides[3], bool *is_text, const struct lks_plan *plan, const struct lks_planned *item, struct lks_error *err)
{
	const struct lks_merge_options *options = plan->options;
	const struct lks_entry *entries[3] = {item->base, item->mine, item->theirs};
	const int fds[3] = {options->pristine_fd, options->mine_fd, options->release_fd};

	*is_text = false;
	for (int i = 0; i < 3; i++) {
		if (entries[i]->size > LKS_MERGE_TEXT_MAX) {
			return 0;
		}
	}
	for (int i = 0; i < 3; i++) {
		int status = lks_plan_read(&sides[i], fds[i], entries[i], err);
		if (status || lks_text_is_binary(lks_buffer_text(&sides[i]), sides[i].length)) {
			return status;
		}
	}
	*is_text = true;
	return 0;
}

static int merge_texts(struct lks_planned *item, const struct lks_merge_options *options, const struct lks_buffer sides[3], size_t *places,
	struct lks_error *err)
{
	char labels[3][LABEL_SIZE];
	struct lks_text texts[3];

	snprintf(labels[0], LABEL_SIZE, "%s as released", options->from ? options->from : "old");
	snprintf(labels[1], LABEL_SIZE, "%s with your changes", options->from ? options->from : "old");
	snprintf(labels[2], LABEL_SIZE, "%s as released", options->to ? options->to : "new");
	for (int i = 0; i < 3; i++) {
		texts[i] = (struct lks_text){.data = lks_buffer_text(&sides[i]), .length = sides[i].length, .label = labels[i]};
	}
	return lks_merge_text(&item->text, places, &texts[0], &texts[1], &texts[2], err);
}

/*
 * Did the merge break the XML of mine? What was broken before is as it was, and where mine adds nothing to the new release it
 * is the release's own affair (one was shipped broken).
 */
static int check_xml(struct lks_planned *item, const struct lks_buffer sides[3], struct lks_error *err)
{
	struct lks_error syntax = {0}, before = {0};
	const char *path = item->custom->path;
	size_t line = 0;

	if (!lks_xml_is_path(path) || lks_xml_check(lks_buffer_text(&item->text), item->text.length, path, &line, &syntax) == 0) {
		return 0;
	}
	if (syntax.status == LKS_E_NOMEM) {
		return lks_error_nomem(err);
	}
	bool is_theirs = lks_text_same_lines(lks_buffer_text(&item->text), item->text.length, lks_buffer_text(&sides[2]), sides[2].length);
	if (is_theirs || lks_xml_check(lks_buffer_text(&sides[1]), sides[1].length, path, &line, &before) == LKS_E_FORMAT) {
		return 0;
	}
	return lks_plan_conflict(item, err, "the merged file is %s", syntax.message);
}

int lks_plan_both(const struct lks_plan *plan, struct lks_planned *item, struct lks_error *err)
{
	struct lks_buffer sides[3] = {{0}};
	bool is_text = false;
	size_t places = 0;

	int status = read_sides(sides, &is_text, plan, item, err);
	if (status) {
		goto done;
	}
	if (!is_text) {
		status = lks_plan_conflict(item, err, "both sides changed a file that is binary or larger than %u MiB", LKS_MERGE_TEXT_MAX >> 20);
		goto done;
	}
	if ((status = merge_texts(item, plan->options, sides, &places, err))) {
		goto done;
	}
	item->has_text = true;
	if (places > 0) {
		status = lks_plan_conflict(item, err, "both sides changed the same lines (%zu place%s)", places, places == 1 ? "" : "s");
		goto done;
	}
	item->outcome = LKS_OUTCOME_MERGED;
	item->stand = LKS_STAND_TEXT;
	status = check_xml(item, sides, err);
done:
	for (int i = 0; i < 3; i++) {
		lks_buffer_dispose(&sides[i]);
	}
	return status;
}

/*
 * Both sides changed one file: what is text is merged, and must still be what it was.
 *
 * XML that a merge by lines leaves in conflict, broken, or with what no side wanted is merged by element; the lines in conflict
 * are what a person sees when that does not help either.
 */
#include "plan.h"

#include <stdio.h>
#include <string.h>

#include "text.h"
#include "xml.h"
#include "xml_merge.h"
#include "xml_schema.h"
#include "xml_suspect.h"

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

/* Is what the release itself has broken, but for line ends, the release's own affair? */
static bool is_theirs(const struct lks_buffer *text, const struct lks_buffer sides[3])
{
	return lks_text_same_lines(lks_buffer_text(text), text->length, lks_buffer_text(&sides[2]), sides[2].length);
}

static int check(struct lks_xml_verdict *out, int fd, const char *path, const struct lks_buffer *text, struct lks_error *err)
{
	return lks_xml_validate(out, fd, path, lks_buffer_text(text), text->length, err);
}

/* Is the merged XML invalid, where mine was valid and the new release is? Its schema is the new release's. */
static int check_schema(struct lks_buffer *fault, const struct lks_plan *plan, const struct lks_planned *item,
	const struct lks_buffer *text, const struct lks_buffer sides[3], struct lks_error *err)
{
	const int release = plan->options->release_fd;
	struct lks_xml_verdict verdict, other;
	int status = check(&verdict, release, item->path, text, err);
	if (status || verdict.validity != LKS_XML_INVALID) {
		return status;
	}
	status = check(&other, release, item->theirs->path, &sides[2], err);
	if (status || other.validity == LKS_XML_INVALID) {
		return status;
	}
	status = check(&other, plan->options->pristine_fd, item->mine->path, &sides[1], err);
	if (!status && other.validity == LKS_XML_UNKNOWN) {
		status = check(&other, release, item->path, &sides[1], err);
	}
	if (status || other.validity == LKS_XML_INVALID) {
		return status;
	}
	return lks_buffer_printf(
		fault, err, "the merged file is not valid against %s, line %zu: <%s>", verdict.schema, verdict.line, verdict.element);
}

/*
 * Did the merge break the XML of mine? Then *fault says how. What was broken before is as it was, and where mine adds nothing to
 * the new release it is the release's own affair (one was shipped broken).
 */
static int check_xml(struct lks_buffer *fault, const struct lks_plan *plan, const struct lks_planned *item, const struct lks_buffer *text,
	const struct lks_buffer sides[3], struct lks_error *err)
{
	struct lks_error syntax = {0}, before = {0};
	const char *path = item->path;
	size_t line = 0;

	if (!lks_xml_is_path(path) || is_theirs(text, sides)) {
		return 0;
	}
	if (lks_xml_check(lks_buffer_text(text), text->length, path, &line, &syntax) == 0) {
		return check_schema(fault, plan, item, text, sides, err);
	}
	if (syntax.status == LKS_E_NOMEM) {
		return lks_error_nomem(err);
	}
	if (lks_xml_check(lks_buffer_text(&sides[1]), sides[1].length, path, &line, &before) == LKS_E_FORMAT) {
		return 0;
	}
	return lks_buffer_printf(fault, err, "the merged file is %s", syntax.message);
}

/* A merge by element, where the one by lines was of no use. *clean: it is taken; else *fault says why not, if it could be tried. */
static int merge_elements(bool *clean, struct lks_buffer *fault, const struct lks_plan *plan, struct lks_planned *item,
	const struct lks_buffer sides[3], struct lks_error *err)
{
	struct lks_error refused = {0};
	struct lks_xml_conflicts conflicts;
	struct lks_buffer merged = {0};
	struct lks_text texts[3];

	*clean = false;
	for (int i = 0; i < 3; i++) {
		texts[i] = (struct lks_text){.data = lks_buffer_text(&sides[i]), .length = sides[i].length};
	}
	int status = lks_xml_merge(&merged, &conflicts, &texts[0], &texts[1], &texts[2], &refused);
	if (status) {
		status = status == LKS_E_NOMEM ? lks_error_nomem(err) : 0;
	} else if (conflicts.count > 1) {
		lks_buffer_clear(fault);
		status = lks_buffer_printf(fault, err, "%s, and %zu more", conflicts.first, conflicts.count - 1);
	} else if (conflicts.count == 1) {
		lks_buffer_clear(fault);
		status = lks_buffer_puts(fault, conflicts.first, err);
	} else {
		struct lks_buffer broken = {0};
		status = check_xml(&broken, plan, item, &merged, sides, err);
		*clean = !status && broken.length == 0;
		struct lks_buffer *kept = *clean ? &item->text : fault, *taken = *clean ? &merged : &broken;
		if (!status) {
			struct lks_buffer swap = *kept;
			*kept = *taken;
			*taken = swap;
		}
		lks_buffer_dispose(&broken);
	}
	lks_buffer_dispose(&merged);
	return status;
}

/* Did the caller find the merged text to be broken? */
static bool is_refused(const struct lks_plan *plan, const char *path)
{
	for (char *const *broken = plan->options->broken; broken && *broken; broken++) {
		if (strcmp(*broken, path) == 0) {
			return true;
		}
	}
	return false;
}

/* XML that merges by lines to what no side wanted is merged by element, where that can be tried. */
static int check_suspect(bool *clean, struct lks_buffer *fault, const struct lks_plan *plan, struct lks_planned *item,
	const struct lks_buffer sides[3], struct lks_error *err)
{
	bool suspect = false;
	int status = lks_xml_suspect(&suspect, sides, &item->text, err);
	if (!status && suspect) {
		status = merge_elements(clean, fault, plan, item, sides, err);
		*clean = *clean || fault->length == 0;
	}
	return status;
}

int lks_plan_both(const struct lks_plan *plan, struct lks_planned *item, struct lks_error *err)
{
	struct lks_buffer sides[3] = {{0}}, fault = {0};
	bool is_text = false, clean = false;
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
	status = places > 0 ? lks_buffer_printf(&fault, err, "both sides changed the same lines (%zu place%s)", places, places == 1 ? "" : "s")
						: check_xml(&fault, plan, item, &item->text, sides, err);
	clean = fault.length == 0;
	if (!status && lks_xml_is_path(item->path)) {
		status = clean ? check_suspect(&clean, &fault, plan, item, sides, err) : merge_elements(&clean, &fault, plan, item, sides, err);
	}
	if (status || !clean) {
		status = status ? status : lks_plan_conflict(item, err, "%s", lks_buffer_text(&fault));
		goto done;
	}
	if (is_refused(plan, item->path)) {
		status = lks_plan_conflict(item, err, "both sides changed it, and what merges of that is broken");
		goto done;
	}
	item->outcome = !item->copy && is_theirs(&item->text, sides) ? LKS_OUTCOME_OBSOLETE : LKS_OUTCOME_MERGED;
	item->stand = LKS_STAND_TEXT;
done:
	for (int i = 0; i < 3; i++) {
		lks_buffer_dispose(&sides[i]);
	}
	lks_buffer_dispose(&fault);
	return status;
}

/*
 * What a copy under a name of the user's own was made of.
 *
 * His config.xml names the copy in an option; what the release's config.xml.dist of that edition names there is its base, and what
 * the new release's names is its successor. Where no config.xml tells, or several tell different things, the shipped file that is
 * clearly the most similar decides; else the copy is carried as it is.
 */
#include "plan.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "options.h"
#include "similar.h"
#include "text.h"
#include "xml.h"

#define ALIKE 700u   /* thousandths in common with a shipped file, for a copy that nothing else tells the origin of */
#define RELATED 500u /* of the smaller one, for a file that config.xml names: less is the user's own work */

static const char disputed[] =
	"config.xml names it where different files are shipped, and no shipped file is clearly what it was made of: carried as it is";
static const char unknown[] = "no shipped file is clearly what it was made of: carried as it is";
static const char gone[] = "the new release has nothing in its place: carried as it is";
static const char unrelated[] = "not made of the file that the release names there: carried as it is";

/* Lines of the old release's XML files, read when they are first asked for. */
struct shelf {
	const struct lks_plan *plan;
	struct lks_similar_lines *lines; /* owned; one an entry of the old release */
	bool *read;                      /* owned */
};

static int lines_of(struct lks_similar_lines *out, int fd, const struct lks_entry *entry, struct lks_error *err)
{
	struct lks_buffer text = {0};
	int status = lks_plan_read(&text, fd, entry, err);
	if (!status && !lks_text_is_binary(lks_buffer_text(&text), text.length)) {
		status = lks_similar_read(out, lks_buffer_text(&text), text.length, err);
	}
	lks_buffer_dispose(&text);
	return status;
}

static int shelf_lines(const struct lks_similar_lines **out, struct shelf *shelf, const struct lks_entry *entry, struct lks_error *err)
{
	size_t index = (size_t)(entry - shelf->plan->customs.pristine.entries);
	int status = 0;
	if (!shelf->read[index]) {
		status = lines_of(&shelf->lines[index], shelf->plan->options->pristine_fd, entry, err);
		shelf->read[index] = !status;
	}
	*out = &shelf->lines[index];
	return status;
}

static void shelf_dispose(struct shelf *shelf)
{
	for (size_t i = 0; shelf->lines && i < shelf->plan->customs.pristine.count; i++) {
		lks_similar_dispose(&shelf->lines[i]);
	}
	free(shelf->lines);
	free(shelf->read);
}

static bool is_xml(const struct lks_entry *entry)
{
	return entry && S_ISREG(entry->mode) && entry->size <= LKS_MERGE_TEXT_MAX && lks_xml_is_path(entry->path);
}

/* An added XML file that is no X of an X.dist, and that the new release does not ship. */
static bool is_copy(const struct lks_planned *item)
{
	return item->custom->kind == LKS_CUSTOM_ADDED && !item->custom->dist && !item->theirs && !item->taken && is_xml(item->mine);
}

static bool same_bytes(const struct lks_entry *left, const struct lks_entry *right)
{
	return left == right || lks_plan_same(left, right);
}

/* Does the file share enough with what it is said to be made of? */
static int is_related(bool *out, struct shelf *shelf, const struct lks_planned *item, const struct lks_entry *origin, struct lks_error *err)
{
	const struct lks_similar_lines *old = NULL;
	struct lks_similar_lines own = {0};
	int status = lines_of(&own, shelf->plan->options->mine_fd, item->mine, err);
	if (!status && (status = shelf_lines(&old, shelf, origin, err)) == 0) {
		uint64_t smaller = own.weight < old->weight ? own.weight : old->weight;
		*out = lks_similar_common(&own, old) * 1000 >= smaller * RELATED;
	}
	lks_similar_dispose(&own);
	return status;
}

/* The shipped file that has the most in common with this one, if it is alike and no other has as much. */
static int find_alike(struct lks_planned *item, struct shelf *shelf, struct lks_error *err)
{
	const struct lks_scan *pristine = &shelf->plan->customs.pristine;
	const struct lks_entry *best = NULL;
	struct lks_similar_lines own = {0};
	uint64_t most = 0;
	bool tied = false;
	int status = lines_of(&own, shelf->plan->options->mine_fd, item->mine, err);

	for (size_t i = 0; i < pristine->count && !status; i++) {
		const struct lks_entry *entry = &pristine->entries[i];
		const struct lks_similar_lines *lines = NULL;
		if (!is_xml(entry) || (status = shelf_lines(&lines, shelf, entry, err)) != 0 || lks_similar_compare(&own, lines) < ALIKE) {
			continue;
		}
		uint64_t common = lks_similar_common(&own, lines) * 2 - lines->weight; /* what the file lacks counts against it */
		if (best == NULL || common > most) {
			best = entry;
			most = common;
			tied = false;
		} else if (common == most) {
			tied = tied || !same_bytes(best, entry) ||
				!same_bytes(lks_plan_successor(shelf->plan, best), lks_plan_successor(shelf->plan, entry));
		}
	}
	if (!status && best && !tied) {
		item->origin = best;
		item->shipped = lks_plan_successor(shelf->plan, best);
	} else if (!status && tied && !item->note) {
		item->note = unknown;
	}
	lks_similar_dispose(&own);
	return status;
}

/* Is there any edit in it? */
static int compare_form(const struct lks_plan *plan, struct lks_planned *item, struct lks_error *err)
{
	struct lks_buffer old = {0}, own = {0};
	enum lks_noise noise = LKS_NOISE_NONE;
	int status = 0;

	item->unedited = lks_plan_same(item->origin, item->mine);
	if (item->unedited) {
		return 0;
	}
	status = lks_plan_read(&old, plan->options->pristine_fd, item->origin, err);
	if (!status && (status = lks_plan_read(&own, plan->options->mine_fd, item->mine, err)) == 0) {
		status = lks_noise_compare(&noise, item->origin->path, lks_buffer_text(&old), old.length, lks_buffer_text(&own), own.length, err);
		item->unedited = noise != LKS_NOISE_NONE;
	}
	lks_buffer_dispose(&old);
	lks_buffer_dispose(&own);
	return status;
}

/* What one side's config.xml names; nothing when there is none. */
static int read_options(struct lks_options *out, int fd, const struct lks_entry *entry, struct lks_error *err)
{
	struct lks_buffer text = {0};
	int status = 0;
	if (is_xml(entry)) {
		status = lks_plan_read(&text, fd, entry, err);
		status = status ? status : lks_options_read(out, lks_buffer_text(&text), text.length, err);
		lks_buffer_dispose(&text);
	}
	return status;
}

/* The user's config.xml, and what the releases' files are that it is of or was made of. */
struct config {
	const struct lks_entry *base, *theirs;
	struct lks_options mine, old, new;
};

static struct lks_planned *find_copy(struct lks_plan *plan, const char *path)
{
	const struct lks_planned *item = lks_plan_find_old(plan, path);
	return item && is_copy(item) ? &plan->items[item - plan->items] : NULL;
}

/* An option of a config.xml says what a copy was made of. Two that differ cancel one another out. */
static int claim(
	struct lks_plan *plan, struct shelf *shelf, const struct config *config, const struct lks_option *option, struct lks_error *err)
{
	struct lks_planned *copy = find_copy(plan, option->path);
	const char *old = copy ? lks_options_find(&config->old, option->name) : NULL;
	const char *new = lks_options_find(&config->new, option->name);
	const struct lks_entry *origin = old ? lks_scan_find(&plan->customs.pristine, old) : NULL;
	const struct lks_entry *shipped = new ? lks_scan_find(&plan->release, new) : NULL;
	bool related = false;

	if (!copy) {
		return 0;
	}
	if (copy->note == disputed) {
		return 0;
	}
	copy->note = copy->origin || copy->note ? copy->note : unknown;
	if (!is_xml(origin)) {
		return 0;
	}
	if (copy->origin && !same_bytes(copy->origin, origin)) {
		copy->origin = copy->shipped = NULL;
		copy->note = disputed;
		return 0;
	}
	int status = is_related(&related, shelf, copy, origin, err);
	if (!status && !related) {
		copy->note = unrelated;
	} else if (!status) {
		copy->origin = origin;
		copy->shipped = is_xml(shipped) ? shipped : lks_plan_successor(plan, origin);
		copy->note = NULL;
	}
	return status;
}

static bool names_copies(struct lks_plan *plan, const struct lks_options *options)
{
	for (size_t i = 0; i < options->count; i++) {
		if (find_copy(plan, options->items[i].path)) {
			return true;
		}
	}
	return false;
}

/* Learns from one file of mine, when it is a config.xml. */
static int learn(struct lks_plan *plan, struct shelf *shelf, struct lks_planned *item, struct lks_error *err)
{
	const struct lks_merge_options *fds = plan->options;
	struct config config = {.base = item->base, .theirs = item->theirs};
	int status = read_options(&config.mine, fds->mine_fd, item->mine, err);

	if (status || config.mine.count == 0) {
		goto done;
	}
	if (is_copy(item) && (status = find_alike(item, shelf, err))) { /* a config.xml of an edition directory of his own */
		goto done;
	}
	if (!names_copies(plan, &config.mine)) {
		goto done;
	}
	if (item->origin) {
		config.base = item->origin;
		config.theirs = item->shipped;
	}
	if ((status = read_options(&config.old, fds->pristine_fd, config.base, err)) ||
		(status = read_options(&config.new, fds->release_fd, config.theirs, err))) {
		goto done;
	}
	for (size_t i = 0; i < config.mine.count && !status; i++) {
		status = claim(plan, shelf, &config, &config.mine.items[i], err);
	}
done:
	lks_options_dispose(&config.mine);
	lks_options_dispose(&config.old);
	lks_options_dispose(&config.new);
	return status;
}

int lks_plan_origins(struct lks_plan *plan, struct lks_task *task, struct lks_error *err)
{
	struct shelf shelf = {.plan = plan};
	size_t copies = 0;
	int status = 0;

	for (size_t i = 0; i < plan->count; i++) {
		copies += is_copy(&plan->items[i]);
	}
	if (copies == 0) {
		return 0;
	}
	shelf.lines = calloc(plan->customs.pristine.count + 1, sizeof *shelf.lines);
	shelf.read = calloc(plan->customs.pristine.count + 1, sizeof *shelf.read);
	if (!shelf.lines || !shelf.read) {
		status = lks_error_nomem(err);
	}
	for (size_t i = 0; i < plan->count && !status; i++) {
		if (is_xml(plan->items[i].mine) && (status = lks_task_check(task, err)) == 0) {
			status = learn(plan, &shelf, &plan->items[i], err);
		}
	}
	for (size_t i = 0; i < plan->count && !status; i++) {
		struct lks_planned *item = &plan->items[i];
		bool is_open = is_copy(item) && (item->note == unknown || item->note == disputed);
		if (is_open && (status = find_alike(item, &shelf, err)) == 0 && item->origin) {
			item->note = NULL;
		}
		if (!status && is_copy(item) && item->origin) {
			item->note = item->shipped ? item->note : gone;
			status = compare_form(plan, item, err);
		}
	}
	shelf_dispose(&shelf);
	return status;
}

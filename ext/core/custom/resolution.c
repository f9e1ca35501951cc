/*
 * Conflicts that the user resolved in the conflict directory of a former merge.
 *
 * A resolution counts only for the very files it was made for, and only when it is done: no marker left, XML well-formed.
 */
#include "plan.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lockstep/fs.h"
#include "lockstep/hash.h"
#include "lockstep/path.h"
#include "text.h"
#include "xml.h"

#define RESOLUTION_MAX (64u << 20) /* bytes: a user may resolve what is too large to be merged */

/* What stands at path.suffix below the resolutions: *found is false when nothing does. */
static int examine(struct stat *st, bool *found, const struct lks_plan *plan, const char *path, const char *suffix, char name[PATH_MAX],
	struct lks_error *err)
{
	struct lks_error absent = {0};
	const char *last = NULL;
	int dir = -1;

	*found = false;
	if (!lks_plan_beside(name, plan, path, suffix)) {
		return 0; /* nothing can stand at a path that long */
	}
	int status = lks_path_parent(&dir, &last, plan->options->resolutions_fd, name, &absent);
	if (status == LKS_E_NOT_FOUND) {
		return 0;
	}
	if (status) {
		return lks_error_set(err, absent.status, 0, name, "the resolution cannot be read: %s", absent.message);
	}
	if (fstatat(dir, last, st, AT_SYMLINK_NOFOLLOW) == 0) {
		*found = true;
	} else if (errno != ENOENT && errno != ENAMETOOLONG) {
		status = lks_error_sys(err, errno, name, "the resolution cannot be examined");
	}
	close(dir);
	return status;
}

static int read_link(struct lks_buffer *out, const struct lks_plan *plan, const char *path, struct lks_error *err)
{
	char target[PATH_MAX];
	const char *last = NULL;
	int dir = -1;
	int status = lks_path_parent(&dir, &last, plan->options->resolutions_fd, path, err);
	if (status) {
		return status;
	}
	ssize_t length = readlinkat(dir, last, target, sizeof target);
	status = length < 0 ? lks_error_sys(err, errno, path, "the resolution cannot be read")
						: lks_buffer_append(out, target, (size_t)length, err);
	close(dir);
	return status;
}

/* Is what stands at name, as examined, the very content of a side? */
static int is_side(
	bool *same, const struct lks_plan *plan, const char *name, const struct stat *st, const struct lks_entry *side, struct lks_error *err)
{
	struct lks_buffer target = {0};
	uint8_t hash[LKS_HASH_SIZE];
	int fd = -1, status = 0;

	*same = false;
	if (!side || (st->st_mode & S_IFMT) != (side->mode & S_IFMT)) {
		return 0;
	}
	if (S_ISLNK(st->st_mode)) {
		status = read_link(&target, plan, name, err);
		*same = !status && strcmp(lks_buffer_text(&target), side->link) == 0;
		lks_buffer_dispose(&target);
	} else if (S_ISREG(st->st_mode) &&
		(status = lks_path_open(&fd, plan->options->resolutions_fd, name, O_RDONLY | O_NONBLOCK, 0, err)) == 0) {
		status = lks_hash_fd(hash, NULL, fd, name, err);
		*same = !status && memcmp(hash, side->hash, LKS_HASH_SIZE) == 0;
		close(fd);
	}
	return status;
}

/*
 * Were the sides that lie beside the resolution others than today's? Where none lies there they were taken away, and are not
 * asked; where only one lacks, there was none, unless it was moved to the path itself.
 */
static int is_stale(bool *stale, const struct lks_plan *plan, const struct lks_planned *item, struct lks_error *err)
{
	static const char *const suffixes[3] = {".base", ".mine", ".theirs"};
	const struct lks_entry *entries[3] = {item->base, item->mine, item->theirs};
	bool found[3] = {false}, taken = false, same = false, any = false;
	char name[PATH_MAX], path[PATH_MAX];
	struct stat sides[3], st;

	*stale = false;
	int status = examine(&st, &taken, plan, item->path, "", path, err);
	for (int i = 0; i < 3 && !status; i++) {
		status = examine(&sides[i], &found[i], plan, item->path, suffixes[i], name, err);
		any |= found[i];
	}
	for (int i = 0; i < 3 && !status && any && !*stale; i++) {
		bool has = entries[i] && (S_ISREG(entries[i]->mode) || S_ISLNK(entries[i]->mode));
		if (found[i]) {
			lks_plan_beside(name, plan, item->path, suffixes[i]);
			status = is_side(&same, plan, name, &sides[i], entries[i], err);
			*stale = !status && !same;
		} else if (has) {
			same = false;
			status = taken ? is_side(&same, plan, path, &st, entries[i], err) : 0;
			*stale = !status && !same;
		}
	}
	return status;
}

/* Kinds of marker lines that a side has of its own (a heading underlined in a text file looks like one). */
static int own_markers(unsigned *kinds, const struct lks_plan *plan, const struct lks_planned *item, struct lks_error *err)
{
	const struct lks_merge_options *options = plan->options;
	const struct lks_entry *entries[3] = {item->base, item->mine, item->theirs};
	const int fds[3] = {options->pristine_fd, options->mine_fd, options->release_fd};
	struct lks_buffer side = {0};
	int status = 0;

	*kinds = 0;
	for (int i = 0; i < 3 && !status; i++) {
		if (entries[i] && S_ISREG(entries[i]->mode) && entries[i]->size <= LKS_MERGE_TEXT_MAX) {
			lks_buffer_clear(&side);
			status = lks_plan_read(&side, fds[i], entries[i], err);
			*kinds |= lks_text_markers(lks_buffer_text(&side), side.length, 0, NULL);
		}
	}
	lks_buffer_dispose(&side);
	return status;
}

/* Is the text fit to be taken? */
static int check_text(const struct lks_plan *plan, const struct lks_planned *item, const struct lks_buffer *text, struct lks_error *err)
{
	struct lks_error syntax = {0};
	const char *path = item->path;
	unsigned own = 0;
	size_t line = 0;

	if (lks_text_is_binary(lks_buffer_text(text), text->length)) {
		return 0;
	}
	int status = own_markers(&own, plan, item, err);
	if (status) {
		return status;
	}
	lks_text_markers(lks_buffer_text(text), text->length, ~own, &line);
	if (line > 0) {
		status = lks_error_set(err, LKS_E_INVALID, 0, path, "%s: a conflict marker is left in line %zu of the resolution", path, line);
		lks_error_hint(err, "Edit the file until no line of <<<<<<<, ======= or >>>>>>> is left, then run the command again.");
		return status;
	}
	if (lks_xml_is_path(path) && lks_xml_check(lks_buffer_text(text), text->length, path, &line, &syntax) != 0) {
		return syntax.status == LKS_E_NOMEM ? lks_error_nomem(err)
											: lks_error_set(err, LKS_E_INVALID, 0, path, "%s: the resolution is %s", path, syntax.message);
	}
	return 0;
}

static void take(struct lks_planned *item, enum lks_stand stand, struct lks_buffer *text)
{
	lks_buffer_dispose(&item->text);
	item->text = *text;
	*text = (struct lks_buffer){0};
	item->has_text = stand == LKS_STAND_TEXT || stand == LKS_STAND_LINK;
	item->outcome = LKS_OUTCOME_RESOLVED;
	item->stand = stand;
	free(item->reason);
	item->reason = NULL;
}

int lks_plan_resolve(const struct lks_plan *plan, struct lks_planned *item, struct lks_error *err)
{
	const char *path = item->path;
	struct lks_buffer text = {0};
	char name[PATH_MAX];
	struct stat st;
	bool unwanted = false, found = false, stale = false;

	if (plan->options->resolutions_fd < 0) {
		return 0;
	}
	int status = examine(&st, &unwanted, plan, path, ".delete", name, err);
	if (status || (status = examine(&st, &found, plan, path, "", name, err)) || (!unwanted && !found)) {
		return status;
	}
	if ((status = is_stale(&stale, plan, item, err)) != 0 || stale) {
		return status;
	}
	if (unwanted) { /* what is mine is dropped; with it what the release has at the very path, unless that is something else */
		take(item, item->obstructed ? LKS_STAND_RELEASE : LKS_STAND_NOTHING, &text);
	} else if (item->obstructed) {
		status = 0; /* no content of PATH can help */
	} else if (S_ISLNK(st.st_mode)) {
		if ((status = read_link(&text, plan, path, err)) == 0) {
			take(item, LKS_STAND_LINK, &text);
		}
	} else if (S_ISREG(st.st_mode) && (status = lks_fs_read(&text, plan->options->resolutions_fd, path, RESOLUTION_MAX, err)) == 0) {
		bool untouched = item->has_text && text.length == item->text.length &&
			memcmp(lks_buffer_text(&text), lks_buffer_text(&item->text), text.length) == 0;
		if (!untouched && (status = check_text(plan, item, &text, err)) == 0) {
			take(item, LKS_STAND_TEXT, &text);
		}
	}
	lks_buffer_dispose(&text);
	return status;
}

/*
 * Symlinks of mine whose target stands elsewhere now, as it moved, or as the link did: they lead to the same file as before.
 */
#include "repoint.h"

#include <string.h>
#include <sys/stat.h>

/* Adds a component to a path that may begin with "../"; "..", takes the last one away, or leads above. */
static bool step(char path[PATH_MAX], const char *name, size_t length)
{
	size_t used = strlen(path);
	char *slash = strrchr(path, '/');
	const char *last = slash ? slash + 1 : path;

	if (length == 0 || (length == 1 && *name == '.')) {
		return true;
	}
	if (length == 2 && memcmp(name, "..", 2) == 0 && *last && strcmp(last, "..") != 0) {
		*(slash ? slash : path) = '\0';
		return true;
	}
	if (used + length + 2 > PATH_MAX) {
		return false;
	}
	if (used > 0) {
		path[used++] = '/';
	}
	memcpy(path + used, name, length);
	path[used + length] = '\0';
	return true;
}

/* Where a relative target leads from a link, below the tool, or with leading "../" beside it. By the text alone. */
static bool resolve(char out[PATH_MAX], const char *link, const char *target)
{
	const char *slash = strrchr(link, '/');
	size_t length = slash ? (size_t)(slash - link) : 0;
	memcpy(out, link, length);
	out[length] = '\0';
	for (const char *at = target; *at;) {
		size_t name = strcspn(at, "/");
		if (!step(out, at, name)) {
			return false;
		}
		at += name + (at[name] == '/');
	}
	return true;
}

/* The target that leads from a link to path. */
static int relate(struct lks_buffer *out, const char *link, const char *path, struct lks_error *err)
{
	size_t common = 0;
	int status = 0;
	for (size_t i = 0; path[i] && path[i] == link[i]; i++) {
		common = path[i] == '/' ? i + 1 : common;
	}
	for (const char *at = link + common; (at = strchr(at, '/')) != NULL && !status; at++) {
		status = lks_buffer_puts(out, "../", err);
	}
	return status ? status : lks_buffer_puts(out, path + common, err);
}

int lks_plan_repoint_link(const struct lks_plan *plan, struct lks_planned *item, struct lks_error *err)
{
	char old[PATH_MAX], now[PATH_MAX], place[PATH_MAX];
	const char *target = item->mine->link;

	if (*target == '/' || !resolve(old, item->custom->path, target) || !resolve(now, item->path, target)) {
		return 0;
	}
	const char *to = *old && strncmp(old, "..", 2) != 0 ? lks_plan_moved_to(plan, old) : NULL;
	if (!to && lks_scan_find(&plan->customs.mine, old) && lks_renames_place(place, &plan->renames, old)) {
		to = place; /* a directory */
	}
	to = to ? to : old;
	if (strcmp(to, now) == 0) {
		return 0;
	}
	int status = relate(&item->text, item->path, to, err);
	if (!status && (status = lks_plan_note_repointed(item, target, lks_buffer_text(&item->text), err)) == 0) {
		item->has_text = true;
		item->stand = LKS_STAND_LINK;
	}
	return status;
}

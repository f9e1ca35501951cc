/*
 * The rules of durability, checked on a trace of one commit, undo, recovery or close (see order.h).
 */
#include "order.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "commit_site.h"
#include "trace.h"

#define EVENTS_MAX 4096
#define JOURNAL SITE_STATE "/journal"

enum kind { WRITE, SYNC, RENAME, UNLINK };

static struct event {
	enum kind kind;
	bool exchanges; /* RENAME_EXCHANGE */
	char path[512], to[512]; /* relative to the root, "." for it; `to` of a rename */
} events[EVENTS_MAX];
static size_t count;

struct place {
	const char *root;
};

static void shorten(char *out, size_t size, const char *root, const char *path)
{
	size_t length = strlen(root);

	if (strncmp(path, root, length) == 0) {
		path += length;
		path += *path == '/';
	}
	snprintf(out, size, "%.*s", (int)size - 1, *path == '\0' ? "." : path);
}

static void path_of_fd(char *out, size_t size, const char *root, pid_t child, int fd)
{
	char link[64], path[PATH_MAX];
	ssize_t length;

	snprintf(link, sizeof link, "/proc/%d/fd/%d", (int)child, fd);
	length = readlink(link, path, sizeof path - 1);
	path[length < 0 ? 0 : length] = '\0';
	shorten(out, size, root, path);
}

static void path_at(char *out, size_t size, const char *root, pid_t child, int dir, uint64_t name)
{
	char directory[256], text[256];

	path_of_fd(directory, sizeof directory, root, child, dir);
	trace_string(text, sizeof text, child, name);
	if (strcmp(directory, ".") == 0) {
		snprintf(out, size, "%s", text);
	} else {
		snprintf(out, size, "%s/%s", directory, text);
	}
}

static void watch(void *arg, pid_t child, long nr, const uint64_t args[6])
{
	const struct place *place = arg;
	struct event *event = &events[count];

	if (count == EVENTS_MAX) {
		return;
	}
	switch (nr) {
	case SYS_write:
		event->kind = WRITE;
		path_of_fd(event->path, sizeof event->path, place->root, child, (int)args[0]);
		break;
	case SYS_fsync:
		event->kind = SYNC;
		path_of_fd(event->path, sizeof event->path, place->root, child, (int)args[0]);
		break;
#ifdef SYS_renameat
	case SYS_renameat:
#endif
	case SYS_renameat2:
		event->kind = RENAME;
		event->exchanges = nr == SYS_renameat2 && args[4] == RENAME_EXCHANGE;
		path_at(event->path, sizeof event->path, place->root, child, (int)args[0], args[1]);
		path_at(event->to, sizeof event->to, place->root, child, (int)args[2], args[3]);
		if (strstr(event->path, "/.lockstep-probe/") != NULL) { /* a trial of what the file system can do */
			return;
		}
		break;
	case SYS_unlinkat:
		event->kind = UNLINK;
		path_at(event->path, sizeof event->path, place->root, child, (int)args[0], args[1]);
		break;
	default:
		return;
	}
	count++;
}

static const char *parent(const char *path)
{
	static char out[512];
	const char *slash = strrchr(path, '/');

	snprintf(out, sizeof out, "%.*s", slash == NULL ? 1 : (int)(slash - path), slash == NULL ? "." : path);
	return out;
}

static bool synced(size_t from, size_t to, const char *path)
{
	for (size_t i = from; i < to; i++) {
		if (events[i].kind == SYNC && strcmp(events[i].path, path) == 0) {
			return true;
		}
	}
	return false;
}

static bool is_journal_written(const struct event *event)
{
	return event->kind == RENAME && strcmp(event->to, JOURNAL) == 0;
}

/* The journal says something new: written, removed, kept elsewhere. */
static bool is_journal_event(const struct event *event)
{
	return is_journal_written(event) || ((event->kind == UNLINK || event->kind == RENAME) && strcmp(event->path, JOURNAL) == 0);
}

static const char *check_journal_event(size_t i)
{
	const struct event *event = &events[i];
	size_t next = i + 1, last_write = 0;

	if (is_journal_written(event)) {
		for (size_t k = 0; k < i; k++) {
			if (events[k].kind == WRITE && strcmp(events[k].path, event->path) == 0) {
				last_write = k + 1;
			}
		}
		if (last_write == 0 || !synced(last_write, i, event->path)) {
			return "the journal was renamed into place before its bytes were synced";
		}
	}
	while (next < count && events[next].kind == SYNC) {
		next++;
	}
	if (!synced(i + 1, next, SITE_STATE)) {
		return "the state directory was not synced after the journal changed";
	}
	if (event->kind == RENAME && !is_journal_written(event) && !synced(i + 1, next, parent(event->to))) {
		return "the directory that keeps the closed journal was not synced";
	}
	return NULL;
}

/* An item's rename: the journal came before it, its parents are synced before the journal changes again. */
static const char *check_item(size_t i, enum order_mode mode)
{
	size_t next = i + 1;
	bool announced = mode == ORDER_GOES_ON || mode == ORDER_RECOVERS;

	for (size_t k = 0; k < i; k++) {
		announced = announced || is_journal_written(&events[k]);
	}
	if (!announced) {
		return "an item was renamed before the journal said so";
	}
	while (next < count && !is_journal_event(&events[next])) {
		next++;
	}
	if (next == count) {
		return "an item was renamed and the journal tells no end";
	}
	if (!synced(i + 1, next, parent(events[i].path)) || !synced(i + 1, next, parent(events[i].to))) {
		return "a parent was not synced between an item's rename and the journal's end";
	}
	return NULL;
}

/* A new commit relies on the directories down to the state and the stage. */
static const char *check_begin(void)
{
	static const char *const chain[] = {".", "var", "var/lockstep", "var/lockstep/stage", "var/lockstep/stage/run"};
	size_t first = 0;

	while (first < count && !is_journal_written(&events[first])) {
		first++;
	}
	for (size_t i = 0; i < sizeof chain / sizeof *chain; i++) {
		if (!synced(0, first, chain[i])) {
			return "a directory above the stage was not synced before the journal was written";
		}
	}
	return NULL;
}

/* What a killed run renamed is synced before the journal says how it ended. */
static const char *check_recovery(void)
{
	size_t first = 0;

	while (first < count && !is_journal_event(&events[first])) {
		first++;
	}
	for (size_t i = 0; i < SITE_ITEMS; i++) {
		if (!synced(0, first, parent(site_items[i].live)) || !synced(0, first, parent(site_items[i].staged))) {
			return "a parent was not synced before the recovered journal's end";
		}
	}
	return NULL;
}

/* Which item a rename moves; SITE_ITEMS for none. */
static size_t item_of(const struct event *event)
{
	size_t i = 0;

	while (i < SITE_ITEMS && (event->kind != RENAME || (strcmp(event->path, site_items[i].live) != 0 && strcmp(event->to, site_items[i].live) != 0))) {
		i++;
	}
	return i;
}

/* After each single rename the site must boot: that is the caller's order, and backwards its reverse. */
static const char *check_sequence(enum order_mode mode)
{
	size_t last = SITE_ITEMS;

	for (size_t i = 0; i < count; i++) {
		size_t item = item_of(&events[i]);

		if (item == SITE_ITEMS) {
			continue;
		}
		if (last != SITE_ITEMS && item != last && (mode == ORDER_BEGINS ? item != last + 1 : item + 1 != last)) {
			return "the items are not renamed in their order";
		}
		last = item;
	}
	return last != SITE_ITEMS || mode == ORDER_GOES_ON || mode == ORDER_RECOVERS ? NULL : "no item was renamed";
}

/*
 * Of two renames: what left a live path is durable in its new place before another entry takes the name. On a file system that
 * writes directories in any order it would else be lost in a power cut.
 */
static const char *check_put_aside(void)
{
	for (size_t i = 0; i < count; i++) {
		size_t item = item_of(&events[i]), next = i + 1;

		if (item == SITE_ITEMS || strcmp(events[i].path, site_items[item].live) != 0 || events[i].exchanges || site_kinds[item].type != 'D') {
			continue;
		}
		while (next < count && (events[next].kind != RENAME || strcmp(events[next].to, site_items[item].live) != 0)) {
			next++;
		}
		if (next < count && !synced(i + 1, next, parent(events[i].to))) {
			return "a directory was not synced in its new place before its name was taken";
		}
	}
	return NULL;
}

const char *order_check(int (*body)(void *arg), const char *root, enum order_mode mode)
{
	struct fault none = {.how = FAULT_NONE, .kind = KIND_ALL};
	struct place place = {root};
	struct outcome outcome;
	const char *broken = NULL;

	count = 0;
	if (!trace_run(&outcome, body, NULL, &none, watch, &place) || outcome.killed || outcome.status != 0 || count == 0 || count == EVENTS_MAX) {
		return "the trace failed";
	}
	if (mode == ORDER_BEGINS || mode == ORDER_UNDOES) {
		broken = check_begin();
	} else if (mode == ORDER_RECOVERS) {
		broken = check_recovery();
	}
	if (broken == NULL) {
		broken = check_sequence(mode);
	}
	if (broken == NULL) {
		broken = check_put_aside();
	}
	for (size_t i = 0; i < count && broken == NULL; i++) {
		if (is_journal_event(&events[i])) {
			broken = check_journal_event(i);
		} else if (events[i].kind == RENAME) {
			broken = check_item(i, mode);
		}
	}
	return broken;
}

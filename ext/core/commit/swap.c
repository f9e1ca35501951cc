/*
 * Two entries change places by plain renames, each state on the way being one that recovery knows:
 *
 *            live   staged  side          live   staged  side
 *   file     old    new     –     →dir    old    new     –
 *   link     old    new     old   rename  –      new     old    the window; old is synced at its side before its name is taken
 *   rename   new    –       old   rename  new    –       old
 *   rename   new    old     –     rename  new    old     –
 *
 * The way back is the same with old and new in each other's place. What is done next follows from what lies on disk alone.
 */
#include "swap.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "entry.h"
#include "lockstep/fs.h"

#define STEPS_MAX 5 /* the longest way has three */

enum { LIVE, STAGED, SIDE };
enum who { NONE, OLD, NEW, OTHER };

struct scene {
	const char *path[3];
	enum who at[3];
	bool is_file; /* what stands at the live path */
	char side[PATH_MAX];
};

enum act { DONE, MOVE, REPLACE, PUT_ASIDE, UNLINK, IMPOSSIBLE };

struct move {
	enum act act;
	int from, to;
};

/* The third name: beside the staged one, so in a private directory on the same file system. */
static int set_paths(struct scene *out, const struct lks_journal_item *item, size_t index, struct lks_error *err)
{
	const char *slash = strrchr(item->staged, '/');
	int length = slash == NULL ? 0 : (int)(slash + 1 - item->staged);

	if (snprintf(out->side, sizeof out->side, "%.*s.lockstep-side-%zu", length, item->staged, index) >= (int)sizeof out->side) {
		return lks_error_set(err, LKS_E_LIMIT, 0, item->staged, "the path is too long");
	}
	out->path[LIVE] = item->live;
	out->path[STAGED] = item->staged;
	out->path[SIDE] = out->side;
	return 0;
}

static int look(struct scene *out, int root_fd, const struct lks_journal *journal, size_t index, struct lks_error *err)
{
	const struct lks_journal_item *item = &journal->items[index];
	struct stat root;
	int status;

	if (fstat(root_fd, &root) != 0) {
		return lks_error_sys(err, errno, ".", "cannot be examined");
	}
	if ((status = set_paths(out, item, index, err)) != 0) {
		return status;
	}
	for (int place = LIVE; place <= SIDE; place++) {
		bool same_devices = (uint64_t)root.st_dev == journal->root_device;
		struct lks_identity now;

		if ((status = lks_entry_look(&now, root_fd, out->path[place], err)) != 0) {
			return status;
		}
		if (!now.present) {
			out->at[place] = NONE;
		} else if (lks_entry_same(&item->old, &now, same_devices)) {
			out->at[place] = OLD;
		} else {
			out->at[place] = lks_entry_same(&item->new, &now, same_devices) ? NEW : OTHER;
		}
		if (place == LIVE) {
			out->is_file = S_ISREG(now.type);
		}
	}
	return 0;
}

/* What brings `first` to the live path and `second` to the staged one. */
static struct move next(const struct scene *scene, enum who first, enum who second)
{
	enum who live = scene->at[LIVE], staged = scene->at[STAGED], side = scene->at[SIDE];
	int source = staged == first ? STAGED : SIDE;
	int spare = source == STAGED ? SIDE : STAGED;

	if (live == OTHER || staged == OTHER || side == OTHER) {
		return (struct move){.act = IMPOSSIBLE};
	}
	if (live == first) {
		if (staged == second) {
			return side == NONE ? (struct move){.act = DONE} : (struct move){.act = UNLINK, .from = SIDE};
		}
		return staged == NONE && side == second ? (struct move){MOVE, SIDE, STAGED} : (struct move){.act = IMPOSSIBLE};
	}
	if (scene->at[source] != first || scene->at[spare] == first) {
		return (struct move){.act = IMPOSSIBLE};
	}
	if (live == NONE) {
		return scene->at[spare] == second ? (struct move){MOVE, source, LIVE} : (struct move){.act = IMPOSSIBLE};
	}
	return scene->at[spare] == NONE ? (struct move){PUT_ASIDE, LIVE, spare} : (struct move){REPLACE, source, LIVE};
}

int lks_swap_place(enum lks_place *out, int root_fd, const struct lks_journal *journal, size_t index, struct lks_error *err)
{
	struct scene scene;
	int status = look(&scene, root_fd, journal, index, err);

	if (status != 0) {
		return status;
	}
	if (next(&scene, NEW, OLD).act == DONE) {
		*out = LKS_PLACE_NEW;
	} else {
		switch (next(&scene, OLD, NEW).act) {
		case DONE:
			*out = LKS_PLACE_OLD;
			break;
		case IMPOSSIBLE:
			*out = LKS_PLACE_OTHER;
			break;
		default:
			*out = LKS_PLACE_BETWEEN;
		}
	}
	return 0;
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return lks_fs_ns(now);
}

/* A file gets a second name; what cannot have one is moved, and is durable there before its name is taken by the other. */
static int put_aside(int root_fd, const struct scene *scene, struct move move, struct lks_error *err)
{
	const char *from = scene->path[move.from], *to = scene->path[move.to];
	int status;

	if (scene->is_file && lks_entry_link(root_fd, from, to)) {
		return 0;
	}
	if ((status = lks_entry_move(root_fd, from, to, RENAME_NOREPLACE, err)) != 0) {
		return status;
	}
	return lks_entry_sync(root_fd, to, err);
}

static int carry_out(int root_fd, const struct scene *scene, struct move move, struct lks_error *err)
{
	switch (move.act) {
	case MOVE:
		return lks_entry_move(root_fd, scene->path[move.from], scene->path[move.to], RENAME_NOREPLACE, err);
	case REPLACE:
		return lks_entry_move(root_fd, scene->path[move.from], scene->path[move.to], 0, err);
	case PUT_ASIDE:
		return put_aside(root_fd, scene, move, err);
	case UNLINK:
		return lks_entry_unlink(root_fd, scene->path[move.from], err);
	default:
		return lks_error_set(err, LKS_E_CHANGED, 0, scene->path[LIVE], "somebody else changed it while it was being swapped");
	}
}

int lks_swap_to(int root_fd, const struct lks_journal *journal, size_t index, enum lks_place target, struct lks_commit_report *window,
	struct lks_error *err)
{
	enum who first = target == LKS_PLACE_NEW ? NEW : OLD, second = target == LKS_PLACE_NEW ? OLD : NEW;
	int64_t absent_since = 0;

	for (int step = 0; step < STEPS_MAX; step++) {
		int64_t before = now_ns();
		struct scene scene;
		struct move move;
		int status = look(&scene, root_fd, journal, index, err);

		if (status != 0) {
			return status;
		}
		move = next(&scene, first, second);
		if (move.act == DONE) {
			return 0;
		}
		if ((status = carry_out(root_fd, &scene, move, err)) != 0) {
			return status;
		}
		if (move.act == PUT_ASIDE) {
			absent_since = before;
		} else if (move.act == MOVE && move.to == LIVE && window != NULL) {
			int64_t absent = now_ns() - absent_since;

			window->total_ns += absent;
			window->longest_ns = absent > window->longest_ns ? absent : window->longest_ns;
		}
	}
	return lks_error_set(err, LKS_E_CHANGED, 0, journal->items[index].live, "somebody else changes it while it is being swapped");
}

int lks_swap_check(int root_fd, const struct lks_journal *journal, size_t index, struct lks_error *err)
{
	struct lks_identity there;
	struct scene scene;
	int status = set_paths(&scene, &journal->items[index], index, err);

	if (status != 0 || (status = lks_entry_look(&there, root_fd, scene.side, err)) != 0) {
		return status;
	}
	return there.present ? lks_error_set(err, LKS_E_EXISTS, 0, scene.side, "it is in the way of the swap") : 0;
}

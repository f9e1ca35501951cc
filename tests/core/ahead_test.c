/* The walk that runs ahead: all entries in the walk's order, however slow either side is; its end, its failures, and stopping midway. */
#include "support.h"

#include <limits.h>
#include <time.h>

#include "archive/ahead.h"

enum { DIRECTORIES = 60, FILES = 60 }; /* more than the ring of chunks takes */

static void nap(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
}

static void make_tree(const struct place *place)
{
	char name[64];
	for (int i = 0; i < DIRECTORIES; i++) {
		snprintf(name, sizeof name, "d%02d", i);
		make_dir(place->fd, name, 0755);
		for (int k = 0; k < FILES; k++) {
			snprintf(name, sizeof name, "d%02d/f%02d", i, k);
			put(place->fd, name, "", 0644);
		}
	}
	assert_int_equal(symlinkat("d00/f00", place->fd, "link"), 0);
	assert_int_equal(mkfifoat(place->fd, "pipe", 0600), 0);
}

static struct lks_walk *start_walk(const struct place *place, struct lks_error *err)
{
	struct lks_walk *walk = NULL;
	const struct lks_walk_options options = {.root_fd = place->fd, .path = "."};
	assert_int_equal(lks_walk_new(&walk, &options, err), 0);
	return walk;
}

static void all_in_order(void **state)
{
	struct place *place = *state;
	struct lks_error err = {0};
	make_tree(place);
	for (int slow = 0; slow < 2; slow++) {
		struct lks_walk *plain = start_walk(place, &err), *walk = start_walk(place, &err);
		struct lks_ahead *ahead = NULL;
		struct lks_walk_entry entry;
		struct lks_found *found;
		int count = 0;
		assert_ok(lks_ahead_new(&ahead, walk, &err));
		while (lks_walk_next(&entry, plain, &err) == 1) {
			assert_int_equal(lks_ahead_next(&found, ahead, &err), 1);
			assert_string_equal(found->member.path, entry.path);
			assert_int_equal(found->member.path_length, entry.path_length);
			assert_int_equal(found->member.inode, entry.st.st_ino);
			assert_int_equal(found->mode, entry.st.st_mode);
			assert_false(found->vanished || found->is_mount);
			if (S_ISLNK(found->mode)) {
				assert_string_equal(found->member.link, "d00/f00");
			}
			assert_int_equal(found->member.kind == 0, S_ISFIFO(found->mode));
			if (slow && ++count % 300 == 0) {
				nap();
			}
		}
		for (int i = 0; i < 3; i++) { /* the end stays the end */
			assert_int_equal(lks_ahead_next(&found, ahead, &err), 0);
		}
		lks_ahead_free(ahead);
		lks_walk_free(walk);
		lks_walk_free(plain);
	}
}

static void stops_midway(void **state)
{
	struct place *place = *state;
	struct lks_error err = {0};
	make_tree(place);
	for (int count = 0; count < 2000; count = 3 * count + 1) {
		struct lks_walk *walk = start_walk(place, &err);
		struct lks_ahead *ahead = NULL;
		struct lks_found *found;
		assert_ok(lks_ahead_new(&ahead, walk, &err));
		for (int i = 0; i < count; i++) {
			assert_int_equal(lks_ahead_next(&found, ahead, &err), 1);
		}
		nap(); /* the walk fills the ring and waits */
		lks_ahead_free(ahead);
		lks_walk_free(walk);
	}
	lks_ahead_free(NULL);
}

/* What stands before the failure is given, and the failure names its place. */
static void fails_where_the_walk_fails(void **state)
{
	struct place *place = *state;
	struct lks_error err = {0};
	struct lks_ahead *ahead = NULL;
	struct lks_found *found;
	char path[PATH_MAX], name[NAME_MAX + 1];
	int fd = dup(place->fd), depth = 0;
	memset(name, 'n', NAME_MAX);
	name[NAME_MAX] = '\0';
	for (; depth < PATH_MAX / (NAME_MAX + 1) + 1; depth++) { /* the last is too deep */
		make_dir(fd, name, 0755);
		int next = openat(fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		assert_true(next >= 0);
		close(fd);
		fd = next;
	}
	struct lks_walk *walk = start_walk(place, &err);
	assert_ok(lks_ahead_new(&ahead, walk, &err));
	int more, count = 0;
	path[0] = '\0';
	while ((more = lks_ahead_next(&found, ahead, &err)) == 1) {
		snprintf(path, sizeof path, "%s", found->member.path);
		count++;
	}
	assert_int_equal(more, LKS_E_LIMIT);
	assert_int_equal(count, depth - 1);
	assert_string_equal(err.path, path);
	lks_ahead_free(ahead);
	lks_walk_free(walk);
	for (int i = depth; i > 0; i--) { /* too deep for remove_place */
		int above = openat(fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		assert_true(above >= 0);
		close(fd);
		fd = above;
		assert_int_equal(unlinkat(fd, name, AT_REMOVEDIR), 0);
	}
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_place(all_in_order),
		in_place(stops_midway),
		in_place(fails_where_the_walk_fails),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

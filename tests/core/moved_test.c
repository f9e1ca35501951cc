/* Where files of one release are in another one. */
#include "support.h"

#include "lockstep/moved.h"

static void files_are_followed(void **state)
{
	struct place *place = *state;
	const char *paths[] = {"stays.xml", "old/a.xml", "old/b.xml", "single.xml", "gone.xml"};
	const char *places[] = {"stays.xml", "new/a.xml", "new/b.xml", "renamed.xml", NULL};
	static const char single[] = "<map>\n    <ignore>\n        <field>only.here</field>\n    </ignore>\n</map>\n";
	const char *directories[] = {"before", "before/old", "after", "after/new"};
	struct lks_error err = {0};
	struct lks_moved moved;

	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(mkdirat(place->fd, directories[i], 0755), 0);
	}
	put(place->fd, "before/stays.xml", "<stays/>\n", 0644);
	put(place->fd, "after/stays.xml", "<stays changed=\"1\"/>\n", 0644);
	put(place->fd, "before/old/a.xml", "<a>\n    <one/>\n    <two/>\n</a>\n", 0644);
	put(place->fd, "after/new/a.xml", "<a>\n    <one/>\n    <two/>\n</a>\n", 0644);
	put(place->fd, "before/old/b.xml", "<b>\n    <three/>\n    <four/>\n</b>\n", 0644);
	put(place->fd, "after/new/b.xml", "<b>\n    <three/>\n    <four/>\n</b>\n", 0644);
	put(place->fd, "before/single.xml", single, 0644);
	put(place->fd, "after/renamed.xml", single, 0644);
	put(place->fd, "before/gone.xml", "<gone>\n    <entirely/>\n</gone>\n", 0644);
	int before = openat(place->fd, "before", O_RDONLY | O_DIRECTORY), after = openat(place->fd, "after", O_RDONLY | O_DIRECTORY);

	assert_ok(lks_moved_find(&moved, before, after, paths, 5, NULL, &err));
	assert_int_equal(moved.count, 5);
	for (size_t i = 0; i < 5; i++) {
		if (places[i]) {
			assert_string_equal(moved.to[i], places[i]);
		} else {
			assert_null(moved.to[i]);
		}
	}
	lks_moved_dispose(&moved);
	close(before);
	close(after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(files_are_followed, make_place, remove_place)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* How much two texts have in common: what counts for nothing, and what decides. */
#include "support.h"

#include "custom/similar.h"
#include "lockstep/similar.h"

static unsigned compare(const char *left, const char *right)
{
	struct lks_similar_lines l = {0}, r = {0};
	struct lks_error err = {0};
	assert_ok(lks_similar_read(&l, left, strlen(left), &err));
	assert_ok(lks_similar_read(&r, right, strlen(right), &err));
	unsigned share = lks_similar_compare(&l, &r);
	assert_int_equal(share, lks_similar_compare(&r, &l));
	lks_similar_dispose(&l);
	lks_similar_dispose(&r);
	return share;
}

static void white_space_counts_for_nothing(void **state)
{
	(void)state;
	assert_int_equal(compare("<map>\n    <a/>\n\n</map>\n", "<map>\r\n\t<a/>\r\n</map>"), LKS_SIMILAR_ALL);
	assert_int_equal(compare("", "\r\n \t\n"), LKS_SIMILAR_ALL);
	assert_int_equal(compare("a b\n", "a  b\n"), 0);
}

static void order_counts_for_nothing(void **state)
{
	(void)state;
	assert_int_equal(compare("one\ntwo\nthree\n", "three\none\ntwo\n"), LKS_SIMILAR_ALL);
}

static void bytes_of_common_lines_are_the_share(void **state)
{
	(void)state;
	assert_int_equal(compare("one\n", "two\n"), 0);
	assert_int_equal(compare("", "one\n"), 0);
	assert_int_equal(compare("aaaa\nbbbb\n", "aaaa\ncccc\n"), 500);
	assert_int_equal(compare("aaaaaaaa\nb\n", "aaaaaaaa\nc\n"), 888);
	assert_int_equal(compare("aaaa\n", "aaaa\nbbbb\nbbbb\n"), 500);
}

static void a_line_is_found_as_often_as_it_stands_on_both_sides(void **state)
{
	(void)state;
	assert_int_equal(compare("aa\naa\n", "aa\n"), 666);
	assert_int_equal(compare("aa\naa\nbb\n", "bb\naa\naa\n"), LKS_SIMILAR_ALL);
}

static void files_are_compared(void **state)
{
	struct place *place = *state;
	const char *paths[] = {"same", "other", "absent", "binary", "."};
	int found[5] = {0};
	struct lks_error err = {0};

	put(place->fd, "mine", "a\n\tb\n", 0644);
	put(place->fd, "same", "a\r\nb\r\n", 0644);
	put(place->fd, "other", "c\n", 0644);
	int binary = openat(place->fd, "binary", O_WRONLY | O_CREAT, 0644);
	assert_int_equal(write(binary, "a\0b", 3), 3);
	close(binary);
	assert_ok(lks_similar_files(found, place->fd, "mine", place->fd, paths, 5, &err));
	assert_int_equal(found[0], 1000);
	assert_int_equal(found[1], 0);
	assert_int_equal(found[2], LKS_SIMILAR_NOT);
	assert_int_equal(found[3], LKS_SIMILAR_NOT);
	assert_int_equal(found[4], LKS_SIMILAR_NOT);
	assert_ok(lks_similar_files(found, place->fd, "absent", place->fd, paths, 1, &err));
	assert_int_equal(found[0], LKS_SIMILAR_NOT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(white_space_counts_for_nothing),
		cmocka_unit_test(order_counts_for_nothing),
		cmocka_unit_test(bytes_of_common_lines_are_the_share),
		cmocka_unit_test(a_line_is_found_as_often_as_it_stands_on_both_sides),
		cmocka_unit_test_setup_teardown(files_are_compared, make_place, remove_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

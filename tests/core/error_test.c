/* Errors: set once, mapped from errno, cut at characters. */
#include "support.h"

static void first_error_stays(void **state UNUSED)
{
	struct lks_error err = {0};
	assert_int_equal(lks_error_set(&err, LKS_E_CORRUPT, 0, "a/b", "broken %d", 7), LKS_E_CORRUPT);
	assert_int_equal(lks_error_set(&err, LKS_E_IO, EIO, "c", "other"), LKS_E_IO);
	assert_int_equal(err.status, LKS_E_CORRUPT);
	assert_string_equal(err.message, "broken 7");
	assert_string_equal(err.path, "a/b");
	lks_error_hint(&err, "do %s", "this");
	lks_error_hint(&err, "or that");
	assert_string_equal(err.hint, "do this");
	lks_error_clear(&err);
	assert_int_equal(err.status, LKS_OK);
	assert_string_equal(err.message, "");
	assert_string_equal(err.hint, "");
	assert_string_equal(err.path, "");
}

static void errno_becomes_status(void **state UNUSED)
{
	static const struct {
		int sys, status;
	} rows[] = {
		{ENOENT, LKS_E_NOT_FOUND}, {ENOTDIR, LKS_E_NOT_FOUND}, {EEXIST, LKS_E_EXISTS}, {ENOTEMPTY, LKS_E_EXISTS}, {EACCES, LKS_E_ACCESS},
		{EPERM, LKS_E_ACCESS}, {EROFS, LKS_E_ACCESS}, {ENOSPC, LKS_E_NO_SPACE}, {EDQUOT, LKS_E_NO_SPACE}, {EFBIG, LKS_E_NO_SPACE},
		{ENOMEM, LKS_E_NOMEM}, {ELOOP, LKS_E_UNSAFE}, {EXDEV, LKS_E_UNSAFE}, {ENOSYS, LKS_E_UNSUPPORTED}, {EIO, LKS_E_IO}, {EMFILE, LKS_E_IO},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct lks_error err = {0};
		assert_int_equal(lks_error_sys(&err, rows[i].sys, NULL, "failed"), rows[i].status);
		assert_int_equal(err.sys, rows[i].sys);
		assert_non_null(strstr(err.message, strerror(rows[i].sys)));
	}
	assert_int_equal(lks_error_sys(NULL, ENOENT, NULL, "nobody listens"), LKS_E_NOT_FOUND);
}

static void long_text_is_cut_at_a_character(void **state UNUSED)
{
	char text[1200] = "";
	for (size_t shift = 0; shift < 3; shift++) { /* every position of the cut within a three-byte character */
		memset(text, 'x', shift);
		text[shift] = '\0';
		while (strlen(text) < 1000) {
			strcat(text, "\xE2\x82\xAC");
		}
		struct lks_error err = {0};
		lks_error_set(&err, LKS_E_IO, 0, NULL, "%s", text);
		size_t length = strlen(err.message);
		assert_true(length >= sizeof err.message - 4);
		assert_int_equal((length - shift) % 3, 0);
		memset(text, 0, sizeof text);
	}
	memset(text, 'y', 1000);
	struct lks_error err = {0};
	lks_error_set(&err, LKS_E_IO, EIO, NULL, "%s", text);
	assert_int_equal(strlen(err.message), sizeof err.message - 1);
}

static void names_are_stable(void **state UNUSED)
{
	assert_string_equal(lks_status_name(LKS_OK), "ok");
	assert_string_equal(lks_status_name(LKS_E_NO_SPACE), "no-space");
	assert_string_equal(lks_status_name(LKS_E_CHANGED), "changed");
	assert_string_equal(lks_status_name(LKS_E_CHILD), "child");
	assert_string_equal(lks_status_name(LKS_E_AUTH), "authentication");
	assert_string_equal(lks_status_name(LKS_E_UNKNOWN_KEY), "unknown-key");
	assert_string_equal(lks_status_name(LKS_E_UNKNOWN_KEY - 1), "unknown");
	assert_string_equal(lks_status_name(1), "unknown");
	for (int i = LKS_OK; i > LKS_E_UNKNOWN_KEY; i--) {
		assert_string_not_equal(lks_status_name(i), lks_status_name(i - 1));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_error_stays),
		cmocka_unit_test(errno_becomes_status),
		cmocka_unit_test(long_text_is_cut_at_a_character),
		cmocka_unit_test(names_are_stable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

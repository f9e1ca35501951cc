/* Exact versions: what is one, what is none, and their order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lockstep/version.h"

static void takes_exact_versions(void **state)
{
	static const struct {
		const char *text, *kept;
		unsigned part[4], parts, security;
		const char *suffix;
	} rows[] = {
		{"2.4.6", "2.4.6", {2, 4, 6, 0}, 3, 0, ""},
		{"v2.4.6", "2.4.6", {2, 4, 6, 0}, 3, 0, ""},
		{"2.4.6.1", "2.4.6.1", {2, 4, 6, 1}, 4, 0, ""},
		{"2.4.6-p3", "2.4.6-p3", {2, 4, 6, 0}, 3, 3, ""},
		{"2.4.4-p13", "2.4.4-p13", {2, 4, 4, 0}, 3, 13, ""},
		{"2.4.7-beta2", "2.4.7-beta2", {2, 4, 7, 0}, 3, 0, "beta2"},
		{"2.0.0-RC1", "2.0.0-RC1", {2, 0, 0, 0}, 3, 0, "rc1"},
		{"2.3.0-rc", "2.3.0-rc", {2, 3, 0, 0}, 3, 0, "rc"},
		{"2.4.8-alpha12", "2.4.8-alpha12", {2, 4, 8, 0}, 3, 0, "alpha12"},
		{"0.0.0", "0.0.0", {0, 0, 0, 0}, 3, 0, ""},
		{"100.1.18", "100.1.18", {100, 1, 18, 0}, 3, 0, ""},
		{"999999.999999.999999.999999-p999999", "999999.999999.999999.999999-p999999", {999999, 999999, 999999, 999999}, 4, 999999, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct lks_version version;
		struct lks_error err = {0};

		assert_int_equal(lks_version_parse(&version, rows[i].text, &err), 0);
		assert_string_equal(version.text, rows[i].kept);
		assert_memory_equal(version.part, rows[i].part, sizeof version.part);
		assert_int_equal(version.parts, rows[i].parts);
		assert_int_equal(version.security, rows[i].security);
		assert_string_equal(version.suffix, rows[i].suffix);
	}
}

static void refuses_everything_else(void **state)
{
	static const char *const texts[] = {
		"", "v", "2", "2.4", "2.4.", "2.4.6.", "2.4.6.1.1", ".2.4.6", "2..4.6", "vv2.4.6", "V2.4.6", "dev-master", "dev-2.4-develop", "2.4-develop",
		"2.4.x-dev", "*", ">=2", ">=2.4.6", "^2.4.6", "~2.4.6", "2.4.*", "--foo", "--version=--foo", "-1.2.3", "2.4.6;id", "$(id)", "`id`", "2.4.6\n",
		"2.4.6 ", " 2.4.6", "\n2.4.6", "2.4.6\r", "2.4.6\t", "2.4.6 || 2.4.5", "2.4.6#abc", "2.4.6@dev", "2.4.6+build", "1.0.0+no-version-set", "UNKNOWN",
		"2.4.6-", "2.4.6-p", "2.4.6-p0", "2.4.6-p01", "2.4.6-px", "2.4.6-p1-p2", "2.4.6-p1.2", "2.4.6-p1beta1", "2.4.6-beta1-p1", "2.4.6-beta1.1", "2.4.6-gamma1",
		"2.4.6-patch1", "2.4.6-betax", "2.4.6-beta01", "02.4.6", "2.04.6", "2.4.06", "2.4.6.0", "2.4.6.00", "2.4.6.01", "2.4.1234567", "1234567.4.6", "2.4.6-p1234567", "2.4.6-rc1234567", "0x2.4.6",
		"2,4,6", "2.4.6/../../x", "../../x", "2.4.6\x1b[31m", "\xc2\xb2.4.6", "2.4.\xff",
		"999999.999999.999999.999999-p9999990000000000000000000000000000000000",
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct lks_version version;
		struct lks_error err = {0};

		if (lks_version_parse(&version, texts[i], &err) != LKS_E_INVALID) {
			fail_msg("\"%s\" was taken for an exact version", texts[i]);
		}
		assert_int_equal(err.status, LKS_E_INVALID);
		assert_true(err.message[0] != '\0' && err.hint[0] != '\0');
		for (const char *c = err.message; *c != '\0'; c++) { /* nothing that a terminal acts on */
			assert_true(*c >= 0x20 && *c < 0x7f);
		}
	}
}

static void names_what_it_refuses(void **state)
{
	struct lks_version version;
	struct lks_error err = {0};
	char huge[5000];

	(void)state;
	lks_version_parse(&version, "2.4.6;\x1b]52\n", &err);
	assert_non_null(strstr(err.message, "\"2.4.6;\\x1b]52\\x0a\""));

	lks_error_clear(&err);
	memset(huge, '7', sizeof huge - 1);
	huge[sizeof huge - 1] = '\0';
	assert_int_equal(lks_version_parse(&version, huge, &err), LKS_E_INVALID);
	assert_non_null(strstr(err.message, "777...\""));
	assert_true(strlen(err.message) < 200);
}

static void orders(void **state)
{
	static const char *const ascending[] = {
		"1.9.9", "2.0.0-alpha1", "2.0.0-alpha2", "2.0.0-beta", "2.0.0-beta1", "2.0.0-beta2", "2.0.0-beta10", "2.0.0-rc", "2.0.0-rc1", "2.0.0-rc2", "2.0.0",
		"2.0.9", "2.0.10", "2.1.0", "2.4.6", "2.4.6-p1", "2.4.6-p2", "2.4.6-p10", "2.4.6.1", "2.4.6.1-p1", "2.4.6.2", "2.4.7-beta1", "2.4.7", "2.10.0", "10.0.0",
	};
	const size_t count = sizeof ascending / sizeof *ascending;
	struct lks_error err = {0};

	(void)state;
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < count; k++) {
			struct lks_version left, right;
			int order;

			assert_int_equal(lks_version_parse(&left, ascending[i], &err), 0);
			assert_int_equal(lks_version_parse(&right, ascending[k], &err), 0);
			order = lks_version_compare(&left, &right);
			if ((order > 0) - (order < 0) != (i > k) - (i < k)) {
				fail_msg("%s against %s gives %d", ascending[i], ascending[k], order);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_exact_versions),
		cmocka_unit_test(refuses_everything_else),
		cmocka_unit_test(names_what_it_refuses),
		cmocka_unit_test(orders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

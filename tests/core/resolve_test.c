/* Every row of the table "which tool for which Magento", against the releases that there were. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lockstep/json.h"
#include "lockstep/resolve.h"

/* All tags of the tool, and some of what Composer lists beside them. */
static const char composer[] =
	"{\"name\": \"magento/data-migration-tool\", \"versions\": [\"dev-develop\", \"2.4-develop\", \"2.4.x-dev\","
	"\"2.0.0\", \"2.0.2\", \"2.0.5\", \"2.0.7\","
	"\"2.1.0\", \"2.1.1\", \"2.1.2\", \"2.1.3\", \"2.1.4\", \"2.1.5\", \"2.1.6\", \"2.1.7\", \"2.1.8\", \"2.1.9\","
	"\"2.2.0\", \"2.2.1\", \"2.2.2\", \"2.2.3\", \"2.2.4\", \"2.2.5\", \"2.2.6\", \"2.2.7\","
	"\"2.3.0\", \"2.3.1\", \"2.3.2\", \"2.3.3\", \"2.3.4\", \"2.3.5\","
	"\"2.4.6.1\", \"v2.4.6\", \"2.4.5\", \"2.4.4\", \"2.4.3\", \"2.4.2\", \"2.4.1\", \"2.4.0\", \"2.4.0-beta1\", \"2.4.8.1\", \"2.4.8\"]}";

static struct lks_releases releases;

static int read_releases(void **state)
{
	struct lks_error err = {0};

	(void)state;
	lks_json_seed();
	return lks_releases_parse(&releases, composer, sizeof composer - 1, &err);
}

static int drop_releases(void **state)
{
	(void)state;
	lks_releases_dispose(&releases);
	return 0;
}

static struct lks_target resolve(const char *magento, unsigned flags)
{
	struct lks_target target;
	struct lks_error err = {0};

	assert_int_equal(lks_resolve(&target, magento, &releases, flags, &err), 0);
	assert_true(strlen(target.reason) > 20 && target.reason[strlen(target.reason) - 1] == '.');
	return target;
}

static void expect(const char *magento, unsigned flags, enum lks_rule rule, const char *version, const char *candidate)
{
	struct lks_target target = resolve(magento, flags);

	if (target.rule != rule || strcmp(target.version, version) != 0 || strcmp(target.candidate, candidate) != 0) {
		fail_msg("Magento %s gives %s by %s, candidate %s", magento, target.version, lks_rule_name(target.rule), target.candidate);
	}
	assert_int_equal(target.exact, rule != LKS_RULE_NEAREST && rule != LKS_RULE_NONE);
}

/* 2.0.0, .2, .5, .7; 2.1.0–9; 2.2.0–7; 2.3.0–5; 2.4.0–5: the same version; with -pN as without. */
static void same_version(void **state)
{
	static const struct {
		unsigned minor, first, last;
	} lines[] = {{0, 0, 0}, {0, 2, 2}, {0, 5, 5}, {0, 7, 7}, {1, 0, 9}, {2, 0, 7}, {3, 0, 5}, {4, 0, 5}};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		for (unsigned patch = lines[i].first; patch <= lines[i].last; patch++) {
			char plain[32], patched[32];

			snprintf(plain, sizeof plain, "2.%u.%u", lines[i].minor, patch);
			snprintf(patched, sizeof patched, "2.%u.%u-p%u", lines[i].minor, patch, patch + 1);
			for (unsigned flags = 0; flags < 4; flags++) {
				expect(plain, flags, LKS_RULE_EXACT, plain, "");
				expect(patched, flags, LKS_RULE_PATCH, plain, "");
			}
		}
	}
	assert_non_null(strstr(resolve("2.3.5-p2", 0).reason, "2.3.5-p2 is a security patch of 2.3.5"));
}

/* 2.4.6, 2.4.6-pN: 2.4.6.1, the hot fix; 2.4.8: 2.4.8.1. */
static void hot_fix(void **state)
{
	(void)state;
	for (unsigned flags = 0; flags < 2; flags++) {
		expect("2.4.6", flags, LKS_RULE_HOTFIX, "2.4.6.1", "");
		expect("2.4.6-p1", flags, LKS_RULE_HOTFIX, "2.4.6.1", "");
		expect("2.4.6-p11", flags, LKS_RULE_HOTFIX, "2.4.6.1", "");
		expect("2.4.8", flags, LKS_RULE_HOTFIX, "2.4.8.1", "");
		expect("2.4.8-p2", flags, LKS_RULE_HOTFIX, "2.4.8.1", "");
	}
	expect("2.4.6", LKS_RESOLVE_NO_HOTFIX, LKS_RULE_EXACT, "2.4.6", "");
	expect("2.4.6-p1", LKS_RESOLVE_NO_HOTFIX, LKS_RULE_PATCH, "2.4.6", "");
	expect("2.4.8", LKS_RESOLVE_NO_HOTFIX | LKS_RESOLVE_NEAREST, LKS_RULE_EXACT, "2.4.8", "");
	assert_non_null(strstr(resolve("2.4.6-p1", 0).reason, "2.4.6 and its security patches"));
}

/* Other 2.0.x; 2.1.10–18; 2.2.8–11; 2.3.6–7; 2.4.7, 2.4.9: the nearest lower of the same minor, only with consent. */
static void nearest(void **state)
{
	static const char *const rows[][2] = {
		{"2.0.1", "2.0.0"}, {"2.0.3", "2.0.2"}, {"2.0.4", "2.0.2"}, {"2.0.6", "2.0.5"}, {"2.0.8", "2.0.7"}, {"2.0.18", "2.0.7"},
		{"2.1.10", "2.1.9"}, {"2.1.18", "2.1.9"}, {"2.2.8", "2.2.7"}, {"2.2.11", "2.2.7"}, {"2.3.6", "2.3.5"}, {"2.3.7", "2.3.5"}, {"2.3.7-p4", "2.3.5"},
		{"2.4.7", "2.4.6.1"}, {"2.4.7-p3", "2.4.6.1"}, {"2.4.9", "2.4.8.1"}, {"2.4.7-beta1", "2.4.6.1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		expect(rows[i][0], 0, LKS_RULE_NONE, "", rows[i][1]);
		expect(rows[i][0], LKS_RESOLVE_NEAREST, LKS_RULE_NEAREST, rows[i][1], "");
	}
	expect("2.4.7", LKS_RESOLVE_NEAREST | LKS_RESOLVE_NO_HOTFIX, LKS_RULE_NEAREST, "2.4.6", "");
	assert_non_null(strstr(resolve("2.3.7", 0).reason, "2.3.5, is taken only with --nearest"));
}

/* Never another minor, never a higher patch. */
static void never(void **state)
{
	static const char *const rows[] = {"2.5.0", "2.6.3", "1.9.4", "3.0.0", "3.4.6", "2.40.0", "1.14.4", "0.0.0"};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (unsigned flags = 0; flags < 4; flags++) {
			expect(rows[i], flags, LKS_RULE_NONE, "", "");
		}
	}
	expect("2.4.0-beta1", LKS_RESOLVE_NEAREST, LKS_RULE_NONE, "", ""); /* 2.4.0 is higher than its own beta */
}

/* The list may hold what no tag ever was: the highest hot fix counts, and the very same name before a hot fix of the base. */
static void other_lists(void **state)
{
	static const char *const texts[] = {"2.4.6.10", "2.4.6.9", "2.4.6.2", "2.4.6", "2.4.6-p2", "2.4.7.1", "v2.4.6", "*", ""};
	struct lks_releases kept = releases;
	struct lks_error err = {0};

	(void)state;
	assert_int_equal(lks_releases_from(&releases, texts, sizeof texts / sizeof *texts, &err), 0);
	assert_int_equal(releases.count, 6);
	expect("2.4.6", 0, LKS_RULE_HOTFIX, "2.4.6.10", "");
	expect("2.4.6-p2", 0, LKS_RULE_EXACT, "2.4.6-p2", "");
	expect("2.4.6-p3", 0, LKS_RULE_HOTFIX, "2.4.6.10", "");
	expect("2.4.7", 0, LKS_RULE_HOTFIX, "2.4.7.1", "");
	expect("2.4.7", LKS_RESOLVE_NO_HOTFIX, LKS_RULE_NONE, "", "2.4.6-p2"); /* 2.4.7.1 is higher than 2.4.7 */
	expect("2.4.6.9", 0, LKS_RULE_EXACT, "2.4.6.9", "");
	expect("2.4.6.5", LKS_RESOLVE_NEAREST, LKS_RULE_NEAREST, "2.4.6.2", "");
	lks_releases_dispose(&releases);

	assert_int_equal(lks_releases_from(&releases, NULL, 0, &err), 0);
	expect("2.4.6", LKS_RESOLVE_NEAREST, LKS_RULE_NONE, "", "");
	lks_releases_dispose(&releases);
	releases = kept;
}

static void refuses_a_magento_of_no_version(void **state)
{
	static const char *const rows[] = {"", "UNKNOWN", "dev-master", "1.0.0+no-version-set", "2.4", "2.4.6;id"};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct lks_target target;
		struct lks_error err = {0};

		assert_int_equal(lks_resolve(&target, rows[i], &releases, 0, &err), LKS_E_INVALID);
		assert_int_equal(target.rule, LKS_RULE_NONE);
	}
}

static void reads_composers_list(void **state)
{
	(void)state;
	assert_int_equal(releases.count, 38); /* no dev-…, no beta */
	for (size_t i = 1; i < releases.count; i++) {
		assert_true(lks_version_compare(&releases.items[i - 1], &releases.items[i]) < 0);
	}
	assert_string_equal(releases.items[0].text, "2.0.0");
	assert_string_equal(releases.items[35].text, "2.4.6.1");
	assert_string_equal(releases.items[34].text, "2.4.6");
}

static void refuses_another_output(void **state)
{
	static const char *const rows[] = {
		"", "{", "[]", "null", "\"2.4.6\"", "{}", "{\"versions\": \"2.4.6\"}", "{\"versions\": {\"0\": \"2.4.6\"}}", "{\"versions\": [246]}",
		"{\"versions\": [null]}", "{\"versions\": [[\"2.4.6\"]]}", "{\"versions\": [], \"versions\": [\"2.4.6\"]}", "{\"versions\": []} x", "Warning: {\"versions\": []}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct lks_releases other;
		struct lks_error err = {0};

		assert_int_equal(lks_releases_parse(&other, rows[i], strlen(rows[i]), &err), LKS_E_INVALID);
		assert_null(other.items);
		assert_true(err.message[0] != '\0');
	}
}

static void names_rules(void **state)
{
	(void)state;
	assert_string_equal(lks_rule_name(LKS_RULE_EXACT), "exact");
	assert_string_equal(lks_rule_name(LKS_RULE_HOTFIX), "hotfix");
	assert_string_equal(lks_rule_name(LKS_RULE_PATCH), "patch-release");
	assert_string_equal(lks_rule_name(LKS_RULE_NEAREST), "nearest");
	assert_string_equal(lks_rule_name(LKS_RULE_NONE), "none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_version),
		cmocka_unit_test(hot_fix),
		cmocka_unit_test(nearest),
		cmocka_unit_test(never),
		cmocka_unit_test(other_lists),
		cmocka_unit_test(refuses_a_magento_of_no_version),
		cmocka_unit_test(reads_composers_list),
		cmocka_unit_test(refuses_another_output),
		cmocka_unit_test(names_rules),
	};

	return cmocka_run_group_tests(tests, read_releases, drop_releases);
}

/* Patterns: each rule of the header with what it matches and what it does not; git agrees where it is installed. */
#include "support.h"

#include "lockstep/glob.h"

static const struct {
	const char *pattern, *path;
	int directory, matches;
} cases[] = {
	{"a", "a", 0, 1}, {"a", "x/a", 0, 1}, {"a", "a/b", 0, 0}, {"a", "ab", 0, 0}, {"a", "x/ab", 0, 0},
	{"/a", "a", 0, 1}, {"/a", "x/a", 0, 0}, {"x/a", "x/a", 0, 1}, {"x/a", "y/x/a", 0, 0},
	{"a/", "a", 1, 1}, {"a/", "a", 0, 0}, {"a/", "x/a", 1, 1}, {"x/a/", "x/a", 1, 1}, {"x/a/", "x/a", 0, 0},
	{"*.log", "x.log", 0, 1}, {"*.log", "d/e/x.log", 0, 1}, {"*.log", ".log", 0, 1}, {"*.log", "x.logs", 0, 0}, {"*.log", "log", 0, 0},
	{"/*.log", "x.log", 0, 1}, {"/*.log", "d/x.log", 0, 0}, {"d/*.log", "d/x.log", 0, 1}, {"d/*.log", "d/e/x.log", 0, 0},
	{"d/*", "d/x", 0, 1}, {"d/*", "d", 1, 0}, {"d/*/x", "d/e/x", 0, 1}, {"d/*/x", "d/e/f/x", 0, 0}, {"d/*/x", "d/x", 0, 0},
	{"**/x", "x", 0, 1}, {"**/x", "d/x", 0, 1}, {"**/x", "d/e/x", 0, 1}, {"**/x", "d/xx", 0, 0}, {"**/x/y", "a/x/b/x/y", 0, 1},
	{"d/**", "d", 1, 0}, {"d/**", "d/x", 0, 1}, {"d/**", "d/e/x", 0, 1}, {"d/**", "dd/x", 0, 0},
	{"d/**/x", "d/x", 0, 1}, {"d/**/x", "d/e/f/x", 0, 1}, {"d/**/x", "d/e/f/xy", 0, 0}, {"d/**/x", "e/d/x", 0, 0},
	{"**/a*b/c", "x/ab/y/azb/c", 0, 1}, {"**/a*b/c", "x/ab/y/azb/d", 0, 0}, {"a**b", "axxb", 0, 1}, {"a**b", "x/ab", 0, 1}, {"/a**b", "a/b", 0, 0},
	{"a?c", "abc", 0, 1}, {"a?c", "ac", 0, 0}, {"/a?c", "a/c", 0, 0}, {"[ab]x", "ax", 0, 1}, {"[ab]x", "cx", 0, 0}, {"[!ab]x", "cx", 0, 1}, {"[^ab]x", "ax", 0, 0},
	{"[a-c]", "b", 0, 1}, {"[a-c]", "d", 0, 0}, {"[]x]", "]", 0, 1}, {"[a-]", "-", 0, 1}, {"[\\]]", "]", 0, 1}, {"/x[!a]y", "x/y", 0, 0},
	{"\\*", "*", 0, 1}, {"\\*", "a", 0, 0}, {"a\\?", "a?", 0, 1}, {"\xff*", "\xff\xfe", 0, 1}, {"new\nline", "d/new\nline", 0, 1},
	{"a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0, 0}, {"*", "anything", 0, 1}, {"/*", "d/x", 0, 0}, {"*/", "d", 1, 1},
};

static void patterns_match(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct lks_error err = {0};
		assert_ok(lks_glob_check(cases[i].pattern, &err));
		if (lks_glob_match(cases[i].pattern, cases[i].path, cases[i].directory) != cases[i].matches) {
			fail_msg("\"%s\" %s \"%s\"", cases[i].pattern, cases[i].matches ? "does not match" : "matches", cases[i].path);
		}
	}
}

/* "git check-ignore" says whether a path is ignored, by itself or by a directory above: only cases without one above are asked. */
static void git_agrees(void **state)
{
	struct place *place = *state;
	char command[1024];
	if (system("command -v git >/dev/null 2>&1") != 0) {
		skip();
	}
	snprintf(command, sizeof command, "git init -q '%s' 2>/dev/null", place->path);
	assert_int_equal(system(command), 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char path[256], text[256];
		if (strpbrk(cases[i].path, "\n\xff") || strcmp(cases[i].pattern, "*") == 0) {
			continue;
		}
		snprintf(text, sizeof text, "%s\n", cases[i].pattern);
		put(place->fd, ".gitignore", text, 0644);
		snprintf(path, sizeof path, "%s", cases[i].path);
		for (char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
			*slash = '\0';
			mkdirat(place->fd, path, 0755);
			*slash = '/';
		}
		if (cases[i].directory) {
			mkdirat(place->fd, path, 0755);
		} else {
			put(place->fd, path, "", 0644);
		}
		snprintf(command, sizeof command, "cd '%s' && git check-ignore -q --no-index -- '%s' 2>/dev/null", place->path, path);
		int ignored = system(command) == 0;
		bool above = false;
		for (char *slash = strrchr(path, '/'); slash; slash = strrchr(path, '/')) {
			*slash = '\0';
			above = above || lks_glob_match(cases[i].pattern, path, true);
		}
		if (!above && ignored != cases[i].matches) {
			fail_msg("git: \"%s\" %s \"%s\"", cases[i].pattern, ignored ? "matches" : "does not match", cases[i].path);
		}
		snprintf(command, sizeof command, "cd '%s' && find . -mindepth 1 -path ./.git -prune -o -mindepth 1 -delete 2>/dev/null; cd '%s' && find . -mindepth 1 -maxdepth 1 ! -name .git -exec rm -rf {} +", place->path, place->path);
		assert_int_equal(system(command), 0);
	}
}

static void what_is_no_pattern_is_told(void **state)
{
	struct lks_error err = {0};
	char wide[LKS_GLOB_MAX + 2];
	(void)state;
	memset(wide, 'a', sizeof wide - 1);
	wide[sizeof wide - 1] = '\0';
	const char *const bad[] = {"", "/", "//", "!a", "a\\", "[a", "[]", "[[:alpha:]]", wide};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_status(lks_glob_check(bad[i], &err), LKS_E_INVALID);
	}
}

/* The longest pattern and path that are hard for a matcher that tries everything. */
static void it_ends_soon(void **state)
{
	char pattern[LKS_GLOB_MAX + 1], path[4000];
	(void)state;
	for (size_t i = 0; i + 3 < sizeof pattern; i += 2) {
		memcpy(pattern + i, "*a", 3);
	}
	strcat(pattern, "b");
	memset(path, 'a', sizeof path - 1);
	path[sizeof path - 1] = '\0';
	assert_false(lks_glob_match(pattern, path, false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_match),
		in_place(git_agrees),
		cmocka_unit_test(what_is_no_pattern_is_told),
		cmocka_unit_test(it_ends_soon),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Which differences are none of content: every pair here is one a person would call the same, or would not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lockstep/noise.h"

static enum lks_noise compare(const char *path, const char *left, const char *right)
{
	struct lks_error err = {0};
	enum lks_noise noise = LKS_NOISE_NONE, back = LKS_NOISE_NONE;
	assert_int_equal(lks_noise_compare(&noise, path, left, strlen(left), right, strlen(right), &err), 0);
	assert_int_equal(lks_noise_compare(&back, path, right, strlen(right), left, strlen(left), &err), 0);
	assert_int_equal(noise, back);
	return noise;
}

static void same(const char *path, const char *left, const char *right)
{
	if (compare(path, left, right) != LKS_NOISE_WHITE_SPACE) {
		fail_msg("%s: an edit, or less than white space:\n%s\n--\n%s", path, left, right);
	}
}

static void differ(const char *path, const char *left, const char *right)
{
	if (compare(path, left, right) != LKS_NOISE_NONE) {
		fail_msg("%s: told to be the same:\n%s\n--\n%s", path, left, right);
	}
}

static void test_text(void **state)
{
	(void)state;
	assert_int_equal(compare("a", "x\n", "x\n"), LKS_NOISE_NONE);
	assert_int_equal(compare("a", "x\ny\n", "x\r\ny\n"), LKS_NOISE_LINE_ENDS);
	assert_int_equal(compare("a", "x\ny\n", "x\r\ny\r\n"), LKS_NOISE_LINE_ENDS);
	assert_int_equal(compare("a", "x\ny\n", "x\ny"), LKS_NOISE_FINAL_NEWLINE);
	assert_int_equal(compare("a", "x\ny\n", "x\r\ny"), LKS_NOISE_FINAL_NEWLINE);
	differ("a", "x\n", "x\n\n\n");
	differ("a", "x\n", "y\n");
	differ("a", "x y\n", "x  y\n");
	differ("a", "", "\n");
	differ("a.yml", "a:\n  b\n", "a:\n b\n");
}

static void test_binary_has_no_form(void **state)
{
	struct lks_error err = {0};
	enum lks_noise noise = LKS_NOISE_MODE;
	(void)state;
	assert_int_equal(lks_noise_compare(&noise, "a", "\0\n", 2, "\0\r\n", 3, &err), 0);
	assert_int_equal(noise, LKS_NOISE_NONE);
}

static void test_xml(void **state)
{
	(void)state;
	same("a.xml", "<a><b/></a>", "<a>\n  <b />\n</a>\n");
	same("a.xml.dist", "<a x='1' y=\"2\"/>", "<a\tx = '1'\n\ty= \"2\" />");
	same("a.xsd", "<a/><!-- one  two -->", "<a/>\n<!-- one\n two -->");
	same("a.xml", "<?xml version=\"1.0\"?><a/>", "<?xml  version=\"1.0\"?>\n<a/>");
	same("a.xml", "<a>t</a>", "<a>t</a >");
	differ("a.xml", "<a x='1'/>", "<a x='1 '/>");
	differ("a.xml", "<a x='a>  b'/>", "<a x='a> b'/>");
	differ("a.xml", "<a>t</a>", "<a> t</a>");
	differ("a.xml", "<a> </a>", "<a></a>");
	differ("a.xml", "<a> </a>", "<a>\t</a>");
	differ("a.xml", "<a><![CDATA[ <b>  ]]></a>", "<a><![CDATA[ <b> ]]></a>");
	differ("a.xml", "<a/><!-- one two -->", "<a/><!-- onetwo -->");
	differ("a.xml", "<a/><!-- <b/> -->", "<a/>\n<b/>");
	differ("a.xml", "<a x='1' y='2'/>", "<a y='2' x='1'/>");
	differ("a.xml", "<ab/>", "<a b/>");
	differ("a.json", "{\"a\": 1}", "{\"a\":  1}");
	differ("a.xml", "<a", "<a x");
	differ("a.xml", "<a x='", "<a x=' ");
}

static void test_php(void **state)
{
	(void)state;
	same("a.php", "<?php\nif (a) {\n    b();\n}\n", "<?php\nif (a) {\n\tb();\n\n}\n");
	same("a.php", "<?php\n/* one two */\nb();", "<?php\n/* one\n\ttwo */\n\tb();");
	same("a.php.dist", "<?php\n// one  two\nb();", "<?php\n// one two   \n\tb();");
	same("a.php", "<?php\n#[A]\nb( 'it\\'s' );", "<?php\n#[A]   b( 'it\\'s' );");
	same("a.php", "<?php $x = \"{$a[\"b\"]}\";  c();", "<?php $x = \"{$a[\"b\"]}\"; c();");
	differ("a.php", "<?php $x = \"{$a[\"b  c\"]}\";", "<?php $x = \"{$a[\"b c\"]}\";");
	differ("a.php", "<?php $x = 'a  b';", "<?php $x = 'a b';");
	differ("a.php", "<?php $x = \"a\n  b\";", "<?php $x = \"a\n b\";");
	differ("a.php", "<?php // a\nb();", "<?php // a b();");
	differ("a.php", "<?php # a\nb();", "<?php # a b();");
	differ("a.php", "<?php ab();", "<?php a b();");
	differ("a.php", "<?php $x = <<<T\n  a\n  T;\n", "<?php $x = <<<T\n   a\n  T;\n");
	differ("a.php", "<?php $x = <<<'T'\n a  b\nT;\n", "<?php $x = <<<'T'\n a b\nT;\n");
	same("a.php", "<?php $x = <<<T\n a\nT;\nb();\n  c();", "<?php $x = <<<T\n a\nT;\nb();\nc();");
	same("a.php", "<?php $x = 1 <<  2;", "<?php $x = 1 << 2;");
	differ("a.php", "<?php a(); ?> b  c", "<?php a(); ?> b c");
	differ("a.php", "<?php // x ?> b  c", "<?php // x ?> b c");
	same("a.php", "<?php // x ?> b  c<?=  d ?>", "<?php // x ?> b  c<?= d ?>");
	differ("a.php", "a  b", "a b");
	differ("a.phtml", "<?php  a();", "<?php a();");
	differ("a.php", "<?php 'a", "<?php 'a ");
}

static void test_left_out(void **state)
{
	static const char *const out[] = {".gitignore", ".github/workflows/ci.yml", "tests/unit/a.php", "Test/a.php", "README.md", "LICENSE",
		"COPYING.txt", "CHANGELOG-2.md", "src/.editorconfig", "phpunit.xml.dist", "docs/a.md"};
	static const char *const in[] = {"src/tests.php", "src/tests/a.php", "registration.php", "etc/README.md", "LICENSES/a", "READMEs",
		"test", "testing/a", "composer.json", "src/a.b/c", "etc/map.xml.dist"};
	(void)state;
	for (size_t i = 0; i < sizeof out / sizeof *out; i++) {
		assert_true(lks_noise_is_left_out(out[i]));
	}
	for (size_t i = 0; i < sizeof in / sizeof *in; i++) {
		assert_false(lks_noise_is_left_out(in[i]));
	}
}

/* Whatever a file holds: no read beyond its end (the sanitizers tell), the same answer both ways, and white space alone is noise. */
static void test_any_text(void **state)
{
	static const char letters[] = "<>/?=!-[]\"'`#*{$}\\TPAphp<<<\n\n \t\r;&";
	static const char *const paths[] = {"a.xml", "a.php", "a.txt"};
	uint32_t random = 1;
	(void)state;
	for (int round = 0; round < 30000; round++) {
		size_t length = 0;
		char *left = malloc(48), *right = malloc(96); /* of their own, so that a read beyond is seen */
		size_t other = 0;
		for (random = random * 1664525u + 1013904223u; length < 1 + (random >> 8) % 40; length++) {
			random = random * 1664525u + 1013904223u;
			left[length] = letters[(random >> 16) % (sizeof letters - 1)];
		}
		for (size_t i = 0; i < length; i++) {
			right[other++] = left[i];
			if (left[i] == '\n' && (random >> i) & 1) {
				right[other++] = '\n';
			}
		}
		left = realloc(left, length);
		right = realloc(right, other);
		for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
			struct lks_error err = {0};
			enum lks_noise noise = LKS_NOISE_MODE, back = LKS_NOISE_LEFT_OUT;
			assert_int_equal(lks_noise_compare(&noise, paths[i], left, length, right, other, &err), 0);
			assert_int_equal(lks_noise_compare(&back, paths[i], right, other, left, length, &err), 0);
			assert_int_equal(noise, back);
		}
		free(left);
		free(right);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_binary_has_no_form),
		cmocka_unit_test(test_xml),
		cmocka_unit_test(test_php),
		cmocka_unit_test(test_left_out),
		cmocka_unit_test(test_any_text),
	};
	return cmocka_run_group_tests_name("noise", tests, NULL, NULL);
}

/* JSON: hostile texts end in a clean error, in bounded time and memory. */
#include "support.h"

#include <sys/resource.h>
#include <time.h>

#include "lockstep/json.h"

static void reads(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	json_t *value = NULL;
	put(place->fd, "composer.json", "{\"version\": \"2.4.6\", \"n\": 1}", 0600);
	assert_ok(lks_json_load(&value, place->fd, "composer.json", 1000, &err));
	const char *text = NULL;
	assert_ok(lks_json_string(&text, value, "version", "composer.json", &err));
	assert_string_equal(text, "2.4.6");
	assert_ok(lks_json_string(&text, value, "none", "composer.json", &err));
	assert_null(text);
	json_decref(value);
	assert_status(lks_json_load(&value, place->fd, "composer.json", 10, &err), LKS_E_LIMIT);
	assert_status(lks_json_load(&value, place->fd, "none.json", 10, &err), LKS_E_NOT_FOUND);
}

static void wrong_types_are_named(void **state UNUSED)
{
	struct lks_error err = {0};
	static const char *const texts[] = {"{\"version\": [\"2.4.6\"]}", "{\"version\": null}", "{\"version\": 2.4}", "{\"version\": {}}", "{\"version\": true}"};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		json_t *value = NULL;
		const char *text = "kept";
		assert_ok(lks_json_parse(&value, texts[i], strlen(texts[i]), "composer.lock", &err));
		assert_int_equal(lks_json_string(&text, value, "version", "composer.lock", &err), LKS_E_INVALID);
		assert_string_equal(err.path, "composer.lock");
		assert_non_null(strstr(err.message, "\"version\""));
		assert_null(text);
		lks_error_clear(&err);
		json_decref(value);
	}
}

static void bad_texts_are_refused(void **state UNUSED)
{
	static const struct {
		const char *text;
		size_t length;
		const char *says;
	} rows[] = {
		{"", 0, "line"},
		{"{", 1, "line 1"},
		{"\n\n{]", 4, "line 3"},
		{"{} {}", 5, "line 1"},
		{"{\"a\":1,\"a\":2}", 13, "duplicate"},
		{"{\"a\":{\"b\":1,\"\\u0062\":2}}", 23, "duplicate"}, /* the same key, written otherwise */
		{"{\"a\":\"x\\u0000y\"}", 16, "\\u0000"},
		{"{\"a\\u0000b\":1}", 14, "u0000"},
		{"{\"a\":\"x\0y\"}", 11, "control character"},
		{"{}\0", 3, "line 1"},
		{"{\"a\":\"\xFF\"}", 9, "decode byte"},
		{"{\"a\":\"\xC0\xAF\"}", 10, "decode byte"},
		{"{\"a\":\"\xED\xA0\x80\"}", 11, "decode byte"},
		{"{\"a\":\"\\ud800\"}", 14, "line 1"},
		{"\xEF\xBB\xBF{}", 5, "byte order mark"},
		{"{\"a\":1e999}", 11, "line 1"},
		{"{\"a\":99999999999999999999}", 26, "line 1"},
		{"{'a':1}", 7, "line 1"},
		{"{\"a\":NaN}", 9, "line 1"},
		{"{\"a\":1,}", 8, "line 1"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct lks_error err = {0};
		json_t *value = NULL;
		if (lks_json_parse(&value, rows[i].text, rows[i].length, "bad.json", &err) != LKS_E_INVALID) {
			fail_msg("row %zu was taken: %s", i, rows[i].text);
		}
		if (!strstr(err.message, rows[i].says)) {
			fail_msg("row %zu: \"%s\" does not say \"%s\"", i, err.message, rows[i].says);
		}
		assert_string_equal(err.path, "bad.json");
		assert_null(value);
	}
}

static void depth_has_a_limit(void **state UNUSED)
{
	struct lks_error err = {0};
	json_t *value = NULL;
	size_t deep = 2048;
	char *text = malloc(200001);
	memset(text, '[', deep);
	memset(text + deep, ']', deep);
	assert_ok(lks_json_parse(&value, text, 2 * deep, "deep.json", &err));
	json_decref(value);
	deep++;
	memset(text, '[', deep);
	memset(text + deep, ']', deep);
	assert_status(lks_json_parse(&value, text, 2 * deep, "deep.json", &err), LKS_E_LIMIT);
	memset(text, '[', 200000);
	assert_status(lks_json_parse(&value, text, 200000, "deep.json", &err), LKS_E_LIMIT);
	free(text);
}

/* A gigabyte is refused by its size, before a byte of it is read into memory. */
static void size_has_a_limit(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	json_t *value = NULL;
	struct rusage before, after;
	int fd = openat(place->fd, "big.json", O_WRONLY | O_CREAT, 0600);
	assert_int_equal(ftruncate(fd, 1 << 30), 0);
	close(fd);
	getrusage(RUSAGE_SELF, &before);
	assert_status(lks_json_load(&value, place->fd, "big.json", 64 << 20, &err), LKS_E_LIMIT);
	getrusage(RUSAGE_SELF, &after);
	assert_true(after.ru_maxrss - before.ru_maxrss < 4096); /* KiB */
}

/* Two bytes of text may become hundreds of bytes of memory: brackets, objects and numbers without end are refused before they are parsed. */
static void the_number_of_values_has_a_limit(void **state UNUSED)
{
	static const char *const units[] = {"[],", "{},", "1,", "{\"a\":[]},"};
	const size_t size = 16 << 20;
	char *text = malloc(size);
	struct rusage before, after;

	memset(text, '[', size);
	getrusage(RUSAGE_SELF, &before);
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		struct lks_error err = {0};
		json_t *value = NULL;
		size_t length = strlen(units[i]), at = 1;

		for (; at + length < size; at += length) {
			memcpy(text + at, units[i], length);
		}
		text[at - 1] = ']';
		assert_status(lks_json_parse(&value, text, at, "wide.json", &err), LKS_E_LIMIT);
	}
	getrusage(RUSAGE_SELF, &after);
	assert_true(after.ru_maxrss - before.ru_maxrss < 4096); /* KiB */
	free(text);
}

/* Brackets and quotes inside of texts are no values. */
static void texts_are_no_values(void **state UNUSED)
{
	struct lks_error err = {0};
	json_t *value = NULL;
	const size_t size = 4 << 20;
	char *text = malloc(size);

	memset(text, '[', size);
	memcpy(text, "[\"\\\\\\\"", 6);
	memcpy(text + size - 4, "\\\"\"]", 4);
	assert_ok(lks_json_parse(&value, text, size, "text.json", &err));
	assert_int_equal(json_string_length(json_array_get(value, 0)), size - 4 - 3);
	json_decref(value);
	free(text);
}

/* Keys chosen to collide under jansson's hash with seed 0 would be quadratic; with a random seed, many keys are just many. */
static void many_keys_take_linear_time(void **state UNUSED)
{
	struct lks_error err = {0};
	double seconds[2];
	for (int round = 0; round < 2; round++) {
		size_t count = round ? 200000 : 20000, length = 1;
		char *text = malloc(count * 24 + 2);
		text[0] = '{';
		for (size_t i = 0; i < count; i++) {
			length += (size_t)sprintf(text + length, "%s\"k%zu\":%zu", i ? "," : "", i * 65536, i % 10);
		}
		text[length++] = '}';
		clock_t start = clock();
		json_t *value = NULL;
		assert_ok(lks_json_parse(&value, text, length, "many.json", &err));
		seconds[round] = (double)(clock() - start) / CLOCKS_PER_SEC;
		assert_int_equal(json_object_size(value), count);
		json_decref(value);
		free(text);
	}
	assert_true(seconds[1] < 60 * (seconds[0] + 0.005)); /* 10 × the keys; quadratic would be 100 × */
}

static int seed(void **state UNUSED)
{
	lks_json_seed();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_place(reads),
		cmocka_unit_test(wrong_types_are_named),
		cmocka_unit_test(bad_texts_are_refused),
		cmocka_unit_test(depth_has_a_limit),
		in_place(size_has_a_limit),
		cmocka_unit_test(the_number_of_values_has_a_limit),
		cmocka_unit_test(texts_are_no_values),
		cmocka_unit_test(many_keys_take_linear_time),
	};
	return cmocka_run_group_tests(tests, seed, NULL);
}

/* Programs' output as members, and members as programs' input: complete or not at all, in bounded memory. */
#include "support.h"

#include <signal.h>
#include <sys/resource.h>

#include "archive/dump_filter.h"
#include "archive/tail.h"
#include "lockstep/stream.h"

static const uint8_t key[LKS_ARCHIVE_KEY_SIZE] = "a key for the tests of this file";
static const char *const environment[] = {"PATH=/usr/bin:/bin", NULL};

struct shell {
	const char *argv[6];
	struct lks_spawn_options options;
};

/* A script with its first argument, $1, which may be NULL. */
static struct lks_spawn_options *shell(struct shell *shell, const char *script, const char *argument)
{
	*shell = (struct shell){.argv = {"/bin/sh", "-c", script, "sh", argument, NULL}};
	shell->options = (struct lks_spawn_options){.argv = shell->argv, .envp = environment, .bulk = true};
	return &shell->options;
}

/* The same for one command at a time. */
static const char **one_at_a_time(const char *script, const char *argument)
{
	static const char *argv[6];
	argv[0] = "/bin/sh", argv[1] = "-c", argv[2] = script, argv[3] = "sh", argv[4] = argument, argv[5] = NULL;
	return argv;
}

static int stream(struct lks_stream_result *out, const struct place *place, const char *script, const char *ending, struct lks_error *err)
{
	struct lks_spawn_options command = {.argv = one_at_a_time(script, NULL), .envp = environment, .bulk = true};
	struct lks_stream_source source = {.name = "db.sql", .commands = &command, .count = 1};
	struct lks_stream_options options = {
		.directory_fd = place->fd,
		.name = "db.tar.zst",
		.level = 3,
		.threads = 2,
		.key = key,
		.label = "label",
		.sources = &source,
		.source_count = 1,
		.ending = ending,
		.mark = "\n-- Table `",
	};
	return lks_archive_stream(out, &options, NULL, err);
}

static void verify(const struct place *place, uint64_t bytes)
{
	struct lks_error err = {0};
	struct lks_archive_verify_result result;
	assert_ok(lks_archive_verify(&result, place->fd, "db.tar.zst", key, 2, NULL, &err));
	assert_int_equal(result.bytes, bytes);
	assert_string_equal(result.label, "label");
	lks_archive_verify_result_dispose(&result);
}

static int sh(const struct place *place, const char *script)
{
	char line[2048];
	snprintf(line, sizeof line, "cd '%s' && { %s; }", place->path, script);
	return system(line);
}

static void small_output(void **state)
{
	struct place *place = *state;
	struct lks_error err = {0};
	struct lks_stream_result result;
	assert_ok(stream(&result, place, "echo one; echo '-- Dump completed'; echo", "-- Dump completed", &err));
	assert_int_equal(result.summary.files, 1);
	assert_int_equal(result.summary.bytes, 23);
	verify(place, 23);
	assert_int_equal(sh(place, "zstd -tq db.tar.zst && tar --zstd -xf db.tar.zst && test \"$(head -n1 db.sql)\" = one && test \"$(stat -c %s db.sql)\" = 23"), 0);
	char hex[LKS_HASH_HEX_SIZE], check[256];
	lks_hash_hex(hex, result.summary.sha256);
	snprintf(check, sizeof check, "echo '%s  db.tar.zst' | sha256sum -c --quiet", hex);
	assert_int_equal(sh(place, check), 0);
	lks_stream_result_dispose(&result);
}

/* Lengths around the ends of frames and of blocks of tar. */
static void any_length(void **state)
{
	struct place *place = *state;
	static const unsigned lengths[] = {1, 511, 512, 513, 1048575, 1048576, 1048577, 1048576 * 2, 1048576 * 3 + 512, 7777777};
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		struct lks_error err = {0};
		struct lks_stream_result result;
		char script[400];
		snprintf(script, sizeof script, "head -c %u /dev/urandom | tee %s/copy", lengths[i], place->path);
		assert_ok(stream(&result, place, script, NULL, &err));
		assert_int_equal(result.summary.bytes, lengths[i]);
		lks_stream_result_dispose(&result);
		verify(place, lengths[i]);
		assert_int_equal(sh(place, "tar --zstd -xf db.tar.zst && cmp copy db.sql && rm db.tar.zst"), 0);
	}
}

static void several_members(void **state)
{
	struct place *place = *state;
	struct lks_error err = {0};
	struct lks_stream_result result;
	struct shell shells[3];
	struct lks_spawn_options first[2];
	first[0] = *shell(&shells[0], "head -c 3000000 /dev/zero; echo a", NULL);
	first[1] = *shell(&shells[1], "echo b", NULL);
	const struct lks_stream_source sources[] = {
		{.name = "db-sales.sql", .commands = first, .count = 2},
		{.name = "db.sql", .commands = shell(&shells[2], "echo c", NULL), .count = 1},
	};
	struct lks_stream_options options = {.directory_fd = place->fd, .name = "db.tar.zst", .level = 1, .key = key, .label = "label", .sources = sources, .source_count = 2};
	assert_ok(lks_archive_stream(&result, &options, NULL, &err));
	assert_int_equal(result.summary.members, 2);
	lks_stream_result_dispose(&result);
	verify(place, 3000000 + 4 + 2);
	assert_int_equal(sh(place, "tar --zstd -xf db.tar.zst && test \"$(tail -c 4 db-sales.sql)\" = \"$(printf 'a\\nb\\n')\" && test \"$(cat db.sql)\" = c"), 0);
	sh(place, "rm db.tar.zst");

	const struct lks_stream_source wrong[] = {sources[1], sources[0]};
	options.sources = wrong;
	assert_status(lks_archive_stream(&result, &options, NULL, &err), LKS_E_INVALID);
	lks_stream_result_dispose(&result);
	assert_int_equal(sh(place, "test -z \"$(ls -A | grep zst)\""), 0);
}

/* Nothing is left of a dump that is not whole. */
static void failures(void **state)
{
	struct place *place = *state;
	static const struct {
		const char *script, *words;
	} cases[] = {
		{"head -c 5000000 /dev/zero; echo 'Got error: 2013' >&2; echo 'Lost connection' >&2; exit 3", "status 3: Got error: 2013 Lost connection"},
		{"echo '-- Dump completed'; echo more", "last line is missing"},
		{"echo '-- Dump completed' >&2", "last line is missing: -- Dump completed"},
		{"printf 'x-- Dump completed'", "last line is missing"},
		{"echo x; kill -9 $$", "status 137"},
		{"yes | head -c 1000000 >&2; exit 1", "status 1: y"},
		{"{ echo warning; echo --------------; yes \"INSERT (customer's data)\" | head -c 300000; echo; echo --------------; echo; echo 'ERROR 1062 at line 3'; } >&2; exit 1",
			"status 1: ERROR 1062 at line 3"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct lks_error err = {0};
		struct lks_stream_result result;
		assert_int_equal(stream(&result, place, cases[i].script, "-- Dump completed", &err), LKS_E_CHILD);
		if (!strstr(err.message, cases[i].words)) {
			fail_msg("%s: %s", cases[i].script, err.message);
		}
		lks_stream_result_dispose(&result);
		assert_int_equal(sh(place, "test -z \"$(ls -A)\""), 0);
	}
}

static void cancelled(void **state)
{
	struct place *place = *state;
	struct lks_error err = {0};
	struct lks_stream_result result;
	struct lks_task task = {0};
	struct shell one;
	struct lks_stream_source source = {.name = "db.sql", .commands = shell(&one, "sleep 100", NULL), .count = 1};
	struct lks_stream_options options = {.directory_fd = place->fd, .name = "db.tar.zst", .level = 1, .key = key, .sources = &source, .source_count = 1};
	task.cancelled = true;
	assert_status(lks_archive_stream(&result, &options, &task, &err), LKS_E_CANCELLED);
	lks_stream_result_dispose(&result);
	assert_int_equal(sh(place, "test -z \"$(ls -A)\""), 0);
}

static void tables_are_counted(void **state)
{
	struct place *place = *state;
	struct lks_error err = {0};
	struct lks_stream_result result;
	assert_ok(stream(&result, place, "awk 'BEGIN { for (i = 0; i < 40000; i++) printf \"%0*d\\n-- Table `t%d`\\n\", i % 313, 0, i }'", NULL, &err));
	assert_int_equal(result.marks, 40000);
	lks_stream_result_dispose(&result);
}

static void marks_across_borders(void **state UNUSED)
{
	static const char text[] = "\n-- Table `a`\nxx\n-- Table `bb`\n\n-- Table `c`";
	struct lks_error err = {0};
	for (size_t step = 1; step < sizeof text; step++) {
		struct lks_tail tail = {0};
		struct lks_region region = {0};
		uint64_t marks = 0;
		const char *name = NULL;
		for (size_t at = 0; at < sizeof text - 1; at += step) {
			size_t left = sizeof text - 1 - at;
			assert_ok(lks_tail_add(&tail, &marks, &name, "\n-- Table `", text + at, left < step ? left : step, &region, &err));
		}
		assert_int_equal(marks, 3);
		lks_region_dispose(&region);
	}
}

/* 600 MB through it, compressed much slower than they come. */
static void memory_is_bounded(void **state)
{
	struct place *place = *state;
	struct lks_error err = {0};
	struct lks_stream_result result;
	struct rusage before, after;
	getrusage(RUSAGE_SELF, &before);
	assert_ok(stream(&result, place, "head -c 600000000 /dev/zero", NULL, &err));
	getrusage(RUSAGE_SELF, &after);
	assert_int_equal(result.summary.bytes, 600000000);
	lks_stream_result_dispose(&result);
	assert_true(after.ru_maxrss - before.ru_maxrss < 48 * 1024); /* KiB */
}

static void secret_is_handed_over(void **state)
{
	struct place *place = *state;
	struct lks_error err = {0};
	struct lks_stream_result result;
	struct shell one;
	struct lks_spawn_options *command =
		shell(&one, "test \"$(stat -Lc %a /dev/fd/4)\" = 600 && cat /dev/fd/4 && cat /dev/fd/4; tr '\\0' ' ' < /proc/$$/environ; tr '\\0' ' ' < /proc/$$/cmdline", NULL);
	command->secret = "hush ";
	command->secret_length = 5;
	struct lks_stream_source source = {.name = "db.sql", .commands = command, .count = 1};
	struct lks_stream_options options = {.directory_fd = place->fd, .name = "db.tar.zst", .level = 1, .key = key, .sources = &source, .source_count = 1};
	assert_ok(lks_archive_stream(&result, &options, NULL, &err));
	lks_stream_result_dispose(&result);
	assert_int_equal(sh(place, "tar --zstd -xf db.tar.zst && test \"$(grep -o hush db.sql | wc -l)\" = 2"), 0);
}

static int pour(struct lks_pour_result *out, const struct place *place, const char *script, const char *const *definers, struct lks_error *err)
{
	struct lks_spawn_options command = {.argv = one_at_a_time(script, place->path), .envp = environment, .feed = true, .bulk = true};
	struct lks_pour_options options = {.archive_dir_fd = place->fd, .archive = "db.tar.zst", .key = key, .member = "db.sql", .threads = 2, .command = &command, .definers = definers};
	return lks_archive_pour(out, &options, NULL, err);
}

static void poured(void **state)
{
	struct place *place = *state;
	static const unsigned lengths[] = {1, 1048576, 9999999};
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		struct lks_error err = {0};
		struct lks_stream_result result;
		struct lks_pour_result sum;
		char script[400];
		snprintf(script, sizeof script, "head -c %u /dev/urandom | tee %s/copy", lengths[i], place->path);
		assert_ok(stream(&result, place, script, NULL, &err));
		lks_stream_result_dispose(&result);
		assert_ok(pour(&sum, place, "echo noise; echo noise >&2; cat > \"$1/poured\"", NULL, &err));
		assert_int_equal(sum.bytes, lengths[i]);
		lks_pour_result_dispose(&sum);
		assert_int_equal(sh(place, "cmp copy poured && rm db.tar.zst"), 0);
	}
}

static void pouring_fails(void **state)
{
	struct place *place = *state;
	struct lks_error err = {0};
	struct lks_stream_result result;
	struct lks_pour_result sum;
	assert_ok(stream(&result, place, "head -c 9000000 /dev/urandom", NULL, &err));
	lks_stream_result_dispose(&result);
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pour(&sum, place, "head -c 2000000 >/dev/null; echo 'ERROR 1064 at line 3' >&2; exit 1", NULL, &err), LKS_E_CHILD);
	assert_non_null(strstr(err.message, "status 1: ERROR 1064 at line 3"));
	lks_error_clear(&err);
	lks_pour_result_dispose(&sum);
	assert_int_equal(pour(&sum, place, "head -c 2000000 >/dev/null", NULL, &err), LKS_E_CHILD);
	assert_non_null(strstr(err.message, "before it had read everything"));
	lks_error_clear(&err);
	lks_pour_result_dispose(&sum);
	assert_status(pour(&sum, place, "cat >/dev/null; exit 9", NULL, &err), LKS_E_CHILD);
	lks_pour_result_dispose(&sum);
	assert_int_equal(sh(place, "head -c 64 /dev/zero | dd of=db.tar.zst bs=1 seek=5000000 conv=notrunc status=none"), 0);
	assert_status(pour(&sum, place, "cat > \"$1/poured\"", NULL, &err), LKS_E_CORRUPT);
	lks_pour_result_dispose(&sum);
	assert_int_equal(sh(place, "test \"$(stat -c %s poured)\" -lt 5000000"), 0); /* nothing behind the damage came through */
	struct lks_spawn_options command = {.argv = one_at_a_time("cat", NULL), .envp = environment, .feed = true};
	struct lks_pour_options options = {.archive_dir_fd = place->fd, .archive = "db.tar.zst", .key = key, .member = "nothing.sql", .command = &command};
	assert_status(lks_archive_pour(&sum, &options, NULL, &err), LKS_E_NOT_FOUND);
	lks_pour_result_dispose(&sum);
}

static const char dump[] =
	"/*M!999999\\- enable the sandbox mode */ \n"
	"-- MariaDB dump\n"
	"INSERT INTO `t` VALUES\n"
	"(1,'/*!50013 DEFINER=`x`@`y` SQL SECURITY DEFINER */'),\n"
	"(2,'CREATE DEFINER=`x`@`y` x');\n"
	"DELIMITER ;;\n"
	"/*!50003 CREATE*/ /*!50017 DEFINER=`gone`@`%`*/ /*!50003 trigger a after insert on m for each row begin\n"
	"CREATE DEFINER=`body`@`y` \n"
	" end */;;\n"
	"DELIMITER ;\n"
	"CREATE DEFINER=`outside`@`y`\n"
	"DELIMITER ;;\n"
	"/*!50003 SET sql_mode = '' */ ;;\n"
	"/*!50106 CREATE*/ /*!50117 DEFINER=`we``ird @`@`local``host`*/ /*!50106 EVENT `e` DO select 'DEFINER=`q`@`q`' */ ;;\n"
	"DELIMITER ;\n"
	"DELIMITER ;;\n"
	"CREATE DEFINER=`here`@`localhost` FUNCTION `f`() RETURNS int(11)\n"
	"return 5\n;;\n"
	"DELIMITER ;\n"
	"DELIMITER ;;\n"
	"CREATE DEFINER=`arole` PROCEDURE `p`()\n"
	"select 1 ;;\n"
	"DELIMITER ;\n"
	"/*!50001 CREATE ALGORITHM=UNDEFINED */\n"
	"/*!50013 DEFINER=`gone`@`%` SQL SECURITY DEFINER */\n"
	"/*!50001 VIEW `v` AS select 1 */;\n"
	"-- Dump completed";

static const char changed[] =
	"-- MariaDB dump\n"
	"INSERT INTO `t` VALUES\n"
	"(1,'/*!50013 DEFINER=`x`@`y` SQL SECURITY DEFINER */'),\n"
	"(2,'CREATE DEFINER=`x`@`y` x');\n"
	"DELIMITER ;;\n"
	"/*!50003 CREATE*/ /*!50017 DEFINER=CURRENT_USER*/ /*!50003 trigger a after insert on m for each row begin\n"
	"CREATE DEFINER=`body`@`y` \n"
	" end */;;\n"
	"DELIMITER ;\n"
	"CREATE DEFINER=`outside`@`y`\n"
	"DELIMITER ;;\n"
	"/*!50003 SET sql_mode = '' */ ;;\n"
	"/*!50106 CREATE*/ /*!50117 DEFINER=CURRENT_USER*/ /*!50106 EVENT `e` DO select 'DEFINER=`q`@`q`' */ ;;\n"
	"DELIMITER ;\n"
	"DELIMITER ;;\n"
	"CREATE DEFINER=`here`@`localhost` FUNCTION `f`() RETURNS int(11)\n"
	"return 5\n;;\n"
	"DELIMITER ;\n"
	"DELIMITER ;;\n"
	"CREATE DEFINER=CURRENT_USER PROCEDURE `p`()\n"
	"select 1 ;;\n"
	"DELIMITER ;\n"
	"/*!50001 CREATE ALGORITHM=UNDEFINED */\n"
	"/*!50013 DEFINER=CURRENT_USER SQL SECURITY DEFINER */\n"
	"/*!50001 VIEW `v` AS select 1 */;\n"
	"-- Dump completed";

static void filter_in_pieces(const char *const *definers, size_t step, const char *wanted, size_t notes)
{
	struct lks_error err = {0};
	struct lks_notes made = {0};
	struct lks_dump_filter filter = {.definers = definers, .changed = &made};
	struct lks_buffer out = {0};
	for (size_t at = 0; at < sizeof dump - 1; at += step) {
		size_t left = sizeof dump - 1 - at;
		assert_ok(lks_dump_filter_run(&out, &filter, dump + at, left < step ? left : step, left <= step, &err));
	}
	assert_string_equal(lks_buffer_text(&out), wanted);
	assert_int_equal(made.count, notes);
	lks_buffer_dispose(&out);
	lks_dump_filter_dispose(&filter);
	lks_notes_dispose(&made);
}

static void definers_are_changed(void **state UNUSED)
{
	static const char *const here[] = {"`here`@`localhost`", "`other`@`localhost`", NULL};
	for (size_t step = 1; step <= sizeof dump; step++) {
		filter_in_pieces(here, step, changed, 3);
		filter_in_pieces(NULL, step, strchr(dump, '\n') + 1, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(small_output, make_place, remove_place),
		cmocka_unit_test_setup_teardown(any_length, make_place, remove_place),
		cmocka_unit_test_setup_teardown(several_members, make_place, remove_place),
		cmocka_unit_test_setup_teardown(failures, make_place, remove_place),
		cmocka_unit_test_setup_teardown(cancelled, make_place, remove_place),
		cmocka_unit_test_setup_teardown(tables_are_counted, make_place, remove_place),
		cmocka_unit_test(marks_across_borders),
		cmocka_unit_test_setup_teardown(memory_is_bounded, make_place, remove_place),
		cmocka_unit_test_setup_teardown(secret_is_handed_over, make_place, remove_place),
		cmocka_unit_test_setup_teardown(poured, make_place, remove_place),
		cmocka_unit_test_setup_teardown(pouring_fails, make_place, remove_place),
		cmocka_unit_test(definers_are_changed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

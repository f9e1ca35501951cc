/*
 * The archive engine without PHP, one operation a run, for timing and for looking at it with other tools.
 *
 * archive_bench write DIR PATH ARCHIVE [THREADS [LEVEL [PARENT]]] | verify ARCHIVE [THREADS] | list ARCHIVE [PATH] | extract ARCHIVE DIR [PATH [THREADS]]
 * make -f tests/core/Makefile lib && cc -O2 -D_GNU_SOURCE -Iinclude -o .build/archive_bench tests/bench/archive_bench.c \
 *     .build/core/plain/liblockstep.a $(pkg-config --libs libarchive jansson libzstd libcrypto libxml-2.0) -ldl -pthread
 * The key is 32 zero bytes. Prints one line of figures; the exit status is 1 after an error.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "lockstep/archive.h"

static const uint8_t key[LKS_ARCHIVE_KEY_SIZE];

static const char *argument(int argc, char **argv, int at, const char *otherwise)
{
	return at < argc ? argv[at] : otherwise;
}

static int open_directory(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		perror(path);
		exit(1);
	}
	return fd;
}

static void print_notes(const struct lks_notes *notes)
{
	for (size_t i = 0; i < notes->count; i++) {
		printf("  %s\n", notes->items[i]);
	}
}

static int write_archive(int argc, char **argv, struct lks_error *err)
{
	char *slash = strrchr(argv[4], '/');
	struct lks_archive_summary summary;
	struct lks_archive_write_options options = {
		.root_fd = open_directory(argv[2]),
		.path = argv[3],
		.name = slash ? slash + 1 : argv[4],
		.threads = (unsigned)atoi(argument(argc, argv, 5, "0")),
		.level = atoi(argument(argc, argv, 6, "3")),
		.key = key,
		.parent_fd = AT_FDCWD,
		.parent = argument(argc, argv, 7, NULL),
	};
	if (slash) {
		*slash = '\0';
	}
	options.directory_fd = open_directory(slash ? argv[4] : ".");
	int status = lks_archive_write(&summary, &options, NULL, err);
	if (status == 0) {
		printf("members %lu files %lu bytes %lu stored %lu frames %lu reused %lu reread %lu%s%s\n", summary.members, summary.files, summary.bytes, summary.stored_bytes,
			summary.frames, summary.frames_reused, summary.frames_reread, summary.no_parent ? " no parent: " : "",
			summary.no_parent ? summary.no_parent : "");
		print_notes(&summary.warnings);
		lks_archive_summary_dispose(&summary);
	}
	return status;
}

static int verify_archive(int argc, char **argv, struct lks_error *err)
{
	struct lks_archive_verify_result result;
	int status = lks_archive_verify(&result, AT_FDCWD, argv[2], key, (unsigned)atoi(argument(argc, argv, 3, "0")), NULL, err);
	printf("members %lu bytes %lu\n", result.members, result.bytes);
	print_notes(&result.bad);
	lks_archive_verify_result_dispose(&result);
	return status;
}

static int list_archive(int argc, char **argv, struct lks_error *err)
{
	struct lks_archive_members members;
	int status = lks_archive_list(&members, AT_FDCWD, argv[2], key, argument(argc, argv, 3, NULL), err);
	if (status == 0) {
		printf("members %zu\n", members.count);
		lks_archive_members_dispose(&members);
	}
	return status;
}

static int extract_archive(int argc, char **argv, struct lks_error *err)
{
	struct lks_archive_summary summary;
	struct lks_archive_extract_options options = {
		.archive_dir_fd = AT_FDCWD,
		.archive = argv[2],
		.key = key,
		.to_fd = open_directory(argv[3]),
		.path = argument(argc, argv, 4, NULL),
		.threads = (unsigned)atoi(argument(argc, argv, 5, "0")),
	};
	int status = lks_archive_extract(&summary, &options, NULL, err);
	if (status == 0) {
		printf("members %lu files %lu bytes %lu\n", summary.members, summary.files, summary.bytes);
		print_notes(&summary.warnings);
		lks_archive_summary_dispose(&summary);
	}
	return status;
}

int main(int argc, char **argv)
{
	struct lks_error err = {0};
	struct timespec begin, end;
	struct rusage usage;
	int status = 2;
	clock_gettime(CLOCK_MONOTONIC, &begin);
	if (argc > 4 && strcmp(argv[1], "write") == 0) {
		status = write_archive(argc, argv, &err);
	} else if (argc > 2 && strcmp(argv[1], "verify") == 0) {
		status = verify_archive(argc, argv, &err);
	} else if (argc > 2 && strcmp(argv[1], "list") == 0) {
		status = list_archive(argc, argv, &err);
	} else if (argc > 3 && strcmp(argv[1], "extract") == 0) {
		status = extract_archive(argc, argv, &err);
	} else {
		fprintf(stderr, "see the comment at the top of %s\n", __FILE__);
		return 2;
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	getrusage(RUSAGE_SELF, &usage);
	if (status != 0) {
		fprintf(stderr, "%s: %s (%s)\n", lks_status_name(status), err.message, err.path);
	}
	printf("seconds %.3f user %ld.%03ld system %ld.%03ld rss %ld KiB\n", (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9,
	       (long)usage.ru_utime.tv_sec, (long)usage.ru_utime.tv_usec / 1000, (long)usage.ru_stime.tv_sec, (long)usage.ru_stime.tv_usec / 1000, usage.ru_maxrss);
	return status == 0 ? 0 : 1;
}

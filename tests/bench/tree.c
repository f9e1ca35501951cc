/*
 * A tree of Magento's shape, the same at every run: many small files of program text, deep in many directories.
 *
 * tree DIR FILES: the files go below DIR/vendor/bench, 2.42 of them to a directory and 5,960 bytes each on average, of text that zstd
 * shrinks to about 30 %. tree --file PATH BYTES: one file of such text.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_PER_DIRECTORY (92.0 / 38.0)
#define BYTES_PER_FILE (548e6 / 92000)
#define WORDS 3000
#define PHRASES 500
#define PHRASE_WORDS 9
#define BLOCK (1 << 20)
#define DEEPEST 8

static uint64_t state = 0x9e3779b97f4a7c15;

static uint32_t below(uint32_t limit)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(((state >> 32) * limit) >> 32);
}

/* Small numbers are likelier, as the first words of a language are. */
static uint32_t skewed(uint32_t limit)
{
	return below(below(limit) + 1);
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static char words[WORDS][20];
static uint16_t phrases[PHRASES][PHRASE_WORDS];
static const char *const joints[] = {" ", " ", " ", "->", "($", "\n        ", ", ", " = $", "();\n\n    ", "\\"};

static void make_language(void)
{
	static const char *const syllables[] = {"con", "fig", "get", "set", "item", "cat", "al", "og", "pro", "duct", "or", "der", "er", "in", "ter", "face", "mod", "el", "re", "source", "col", "lec", "tion", "a"};
	for (int i = 0; i < WORDS; i++) {
		for (uint32_t parts = 1 + below(3); parts > 0; parts--) {
			strcat(words[i], syllables[below(sizeof syllables / sizeof *syllables)]);
		}
	}
	for (int i = 0; i < PHRASES; i++) {
		for (int j = 0; j < PHRASE_WORDS; j++) {
			phrases[i][j] = (uint16_t)skewed(WORDS);
		}
	}
}

static size_t append(char *to, const char *text)
{
	size_t length = strlen(text);
	memcpy(to, text, length);
	return length;
}

/* size bytes of text; the buffer is longer by a phrase. Phrases repeat, with words and numbers of this place alone in them: what makes text shrink to 30 % and no further. */
static void write_text(char *to, size_t size)
{
	for (size_t at = 0; at < size;) {
		const uint16_t *phrase = phrases[skewed(PHRASES)];
		uint32_t count = 3 + below(PHRASE_WORDS - 2);
		for (uint32_t i = 0; i < count; i++) {
			uint16_t word = below(5) < 3 ? (uint16_t)skewed(WORDS) : phrase[i];
			at += append(to + at, words[word]);
			if (below(12) == 0) {
				at += (size_t)sprintf(to + at, "%u", below(1000));
			}
			at += append(to + at, joints[(word + i) % (sizeof joints / sizeof *joints)]);
		}
		at += append(to + at, ";\n    ");
	}
}

/* Of a thousand files, how many have a size up to this many bytes; sizes within a class are spread evenly over its logarithm. */
static const struct {
	uint32_t up_to, share;
} classes[] = {{128, 20}, {256, 57}, {512, 146}, {1024, 317}, {2048, 544}, {4096, 736}, {8192, 872}, {16384, 943}, {32768, 969}, {65536, 984}, {131072, 996}, {262144, 1000}};

static size_t file_size(void)
{
	uint32_t at = below(1000);
	size_t i = 0;
	while (classes[i].share <= at) {
		i++;
	}
	double part = 0.5 + below(1000) / 2000.0; /* 2^-x is close to a line */
	return (size_t)(classes[i].up_to * part * (0.94 + 0.06 * part));
}

static void write_file(const char *path, const char *bytes, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0) {
		die(path);
	}
	for (size_t done = 0; done < size;) {
		ssize_t got = write(fd, bytes + done, size - done);
		if (got < 0) {
			die(path);
		}
		done += (size_t)got;
	}
	struct timespec when = {.tv_sec = 1681200000 + below(10000000), .tv_nsec = below(1000000000)};
	const struct timespec times[2] = {when, when};
	if (futimens(fd, times) < 0 || close(fd) < 0) {
		die(path);
	}
}

static void make_directory(const char *path)
{
	if (mkdir(path, 0755) < 0 && errno != EEXIST) {
		die(path);
	}
}

/* Goes down by a step, or up by some and then down, and makes that directory: a walk of a tree. */
static void next_directory(char *path, size_t *ends, int *depth, int number)
{
	int to = below(160) == 0 ? 0 : 2 + (int)(below(4) + below(4));
	*depth = to < *depth ? to : *depth;
	char *end = path + ends[*depth];
	int length = sprintf(end, "/%s%d", words[below(WORDS)], number);
	(*depth)++;
	ends[*depth] = ends[*depth - 1] + (size_t)length;
	make_directory(path);
}

/* Two directories of five hold directories alone; the files fall on the others by chance. */
static uint8_t *spread_files(int directories, int files)
{
	uint8_t *count = calloc((size_t)directories, 1);
	if (!count) {
		die("calloc");
	}
	while (files > 0) {
		uint32_t at = below((uint32_t)directories);
		if (at * 2654435761u % 5 >= 2 && count[at] < 255) {
			count[at]++;
			files--;
		}
	}
	return count;
}

static void make_tree(const char *root, int files)
{
	int directories = (int)(files / FILES_PER_DIRECTORY) + 3, depth = 0, made = 0;
	uint8_t *count = spread_files(directories, files);
	size_t *sizes = malloc((size_t)files * sizeof *sizes), ends[DEEPEST + 2] = {0};
	char path[4096], *text = malloc(BLOCK + 4096);
	if (!sizes || !text) {
		die("malloc");
	}
	double sum = 0;
	for (int i = 0; i < files; i++) {
		sizes[i] = file_size();
		sum += (double)sizes[i];
	}
	double scale = files * BYTES_PER_FILE / sum;
	snprintf(path, 1024, "%s/vendor", root);
	make_directory(path);
	ends[0] = (size_t)snprintf(path, 1024, "%s/vendor/bench", root);
	make_directory(path);
	for (int i = 0; i < directories; i++) {
		next_directory(path, ends, &depth, i);
		for (int j = 0; j < count[i]; j++) {
			size_t size = (size_t)((double)sizes[made++] * scale);
			write_text(text, size);
			sprintf(path + ends[depth], "/%s%d.php", words[below(WORDS)], j);
			write_file(path, text, size);
		}
	}
	free(text);
	free(sizes);
	free(count);
}

static void make_file(const char *path, uint64_t size)
{
	char *text = malloc(BLOCK + 4096);
	FILE *to = fopen(path, "wx");
	if (!text || !to) {
		die(path);
	}
	while (size > 0) {
		size_t part = size < BLOCK ? (size_t)size : BLOCK;
		write_text(text, part);
		if (fwrite(text, 1, part, to) != part) {
			die(path);
		}
		size -= part;
	}
	if (fclose(to) != 0) {
		die(path);
	}
	free(text);
}

int main(int argc, char **argv)
{
	make_language();
	if (argc == 3 && atoi(argv[2]) > 0) {
		make_tree(argv[1], atoi(argv[2]));
	} else if (argc == 4 && strcmp(argv[1], "--file") == 0) {
		make_file(argv[2], strtoull(argv[3], NULL, 10));
	} else {
		fprintf(stderr, "see the comment at the top of %s\n", __FILE__);
		return 2;
	}
	return 0;
}

/*
 * The journal as a file: written whole with length and hash, read strictly (format: journal.h).
 */
#include "journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "lockstep/buffer.h"
#include "lockstep/fs.h"
#include "lockstep/hash.h"
#include "lockstep/path.h"

#define MAGIC "lockstep-journal "
#define VERSION "2"
#define SIZE_MAX_BYTES ((size_t)64 << 20) /* a journal of a restore with many thousand items is some MiB */
#define ITEMS_MAX 1000000

static const char *const versions[] = {"1", VERSION};
static const char *const states[] = {"begun", "committed", "reverting"};
static const char *const methods[] = {"exchange", "two-renames"};
static const char *const kinds[] = {"exchange", "add", "remove"};

static int put_identity(struct lks_buffer *body, const struct lks_identity *identity, struct lks_error *err)
{
	return lks_buffer_printf(
		body, err, " %" PRIu64 " %" PRIu64 " %" PRIo32 " %" PRId64, identity->device, identity->inode, identity->type, identity->born);
}

static int put_text(struct lks_buffer *body, const char *text, struct lks_error *err)
{
	return lks_buffer_printf(body, err, " %zu %s", strlen(text), text);
}

static int put_item(struct lks_buffer *body, const struct lks_journal_item *item, struct lks_error *err)
{
	int status;

	if ((status = lks_buffer_puts(body, kinds[item->kind], err)) != 0 || (status = put_identity(body, &item->old, err)) != 0 ||
		(status = put_identity(body, &item->new, err)) != 0 || (status = put_text(body, item->live, err)) != 0 ||
		(status = put_text(body, item->staged, err)) != 0) {
		return status;
	}
	return lks_buffer_puts(body, "\n", err);
}

static int put_body(struct lks_buffer *body, const struct lks_journal *journal, struct lks_error *err)
{
	int status;

	if ((status = lks_buffer_printf(body, err, "state %s\nmethod %s\nroot %" PRIu64 "\nstage", states[journal->state],
			 methods[journal->method], journal->root_device)) != 0 ||
		(status = put_text(body, journal->stage, err)) != 0 || (status = lks_buffer_puts(body, "\nlabel", err)) != 0 ||
		(status = put_text(body, journal->label, err)) != 0 ||
		(status = lks_buffer_printf(body, err, "\nitems %zu\n", journal->count)) != 0) {
		return status;
	}
	for (size_t i = 0; i < journal->count; i++) {
		if ((status = put_item(body, &journal->items[i], err)) != 0) {
			return status;
		}
	}
	return 0;
}

int lks_journal_write(int state_fd, const struct lks_journal *journal, struct lks_error *err)
{
	struct lks_buffer body = {0}, file = {0};
	uint8_t hash[LKS_HASH_SIZE];
	char hex[LKS_HASH_HEX_SIZE];
	int status;

	if ((status = put_body(&body, journal, err)) != 0 || (status = lks_hash_bytes(hash, body.data, body.length, err)) != 0) {
		goto done;
	}
	lks_hash_hex(hex, hash);
	if ((status = lks_buffer_printf(&file, err, MAGIC VERSION " %zu %s\n", body.length, hex)) != 0 ||
		(status = lks_buffer_append(&file, body.data, body.length, err)) != 0) {
		goto done;
	}
	status = lks_fs_write(state_fd, LKS_JOURNAL_NAME, file.data, file.length, 0600, err);
done:
	lks_buffer_dispose(&body);
	lks_buffer_dispose(&file);
	return status;
}

/* A place in the text that is read; `bad` stays once something did not fit, and everything after it is then void. */
struct cursor {
	const char *at, *end;
	bool bad;
};

static void expect(struct cursor *cursor, const char *text)
{
	size_t length = strlen(text);

	if (cursor->bad || (size_t)(cursor->end - cursor->at) < length || memcmp(cursor->at, text, length) != 0) {
		cursor->bad = true;
		return;
	}
	cursor->at += length;
}

static uint64_t number(struct cursor *cursor, unsigned base)
{
	const char *start = cursor->at;
	uint64_t value = 0;

	while (!cursor->bad && cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at < (char)('0' + base)) {
		unsigned digit = (unsigned)(*cursor->at++ - '0');

		cursor->bad = value > (UINT64_MAX - digit) / base;
		value = value * base + digit;
	}
	cursor->bad = cursor->bad || cursor->at == start;
	return cursor->bad ? 0 : value;
}

/* One of the given words; the one that stands there is stepped over. */
static int word(struct cursor *cursor, const char *const *words, int count)
{
	for (int i = 0; i < count && !cursor->bad; i++) {
		size_t length = strlen(words[i]);

		if ((size_t)(cursor->end - cursor->at) >= length && memcmp(cursor->at, words[i], length) == 0) {
			cursor->at += length;
			return i;
		}
	}
	cursor->bad = true;
	return 0;
}

/* " <length> <bytes>" as an owned string; NULL once the cursor is bad or memory is out. */
static char *text(struct cursor *cursor, int *status, struct lks_error *err)
{
	uint64_t length;
	char *copy;

	expect(cursor, " ");
	length = number(cursor, 10);
	expect(cursor, " ");
	if (cursor->bad || length > (uint64_t)(cursor->end - cursor->at) || memchr(cursor->at, '\0', (size_t)length) != NULL) {
		cursor->bad = true;
		return NULL;
	}
	copy = strndup(cursor->at, (size_t)length);
	if (copy == NULL) {
		*status = lks_error_nomem(err);
		cursor->bad = true;
		return NULL;
	}
	cursor->at += length;
	return copy;
}

static void identity(struct lks_identity *out, struct cursor *cursor)
{
	bool negative;

	expect(cursor, " ");
	out->device = number(cursor, 10);
	expect(cursor, " ");
	out->inode = number(cursor, 10);
	expect(cursor, " ");
	out->type = (uint32_t)number(cursor, 8);
	expect(cursor, " ");
	negative = !cursor->bad && cursor->at < cursor->end && *cursor->at == '-';
	cursor->at += negative;
	out->born = (int64_t)number(cursor, 10);
	out->born = negative ? -out->born : out->born;
	out->present = out->type != 0;
}

/* Does the item say what its kind says, with paths that stay below the root? */
static bool plausible(const struct lks_journal_item *item)
{
	struct lks_error ignored = {0};

	return item->old.present == (item->kind != LKS_COMMIT_ADD) && item->new.present == (item->kind != LKS_COMMIT_REMOVE) &&
		lks_path_check(item->live, strlen(item->live), &ignored) == 0 && lks_path_check(item->staged, strlen(item->staged), &ignored) == 0;
}

static void read_item(struct lks_journal_item *out, struct cursor *cursor, int *status, struct lks_error *err)
{
	out->kind = (enum lks_commit_kind)word(cursor, kinds, 3);
	identity(&out->old, cursor);
	identity(&out->new, cursor);
	out->live = text(cursor, status, err);
	out->staged = text(cursor, status, err);
	expect(cursor, "\n");
	cursor->bad = cursor->bad || !plausible(out);
}

static int read_body(struct lks_journal *out, struct cursor *cursor, bool has_method, struct lks_error *err)
{
	uint64_t count;
	int status = 0;

	expect(cursor, "state ");
	out->state = (enum lks_journal_state)word(cursor, states, 3);
	if (has_method) {
		expect(cursor, "\nmethod ");
		out->method = (enum lks_commit_method)word(cursor, methods, 2);
	}
	expect(cursor, "\nroot ");
	out->root_device = number(cursor, 10);
	expect(cursor, "\nstage");
	out->stage = text(cursor, &status, err);
	expect(cursor, "\nlabel");
	out->label = text(cursor, &status, err);
	expect(cursor, "\nitems ");
	count = number(cursor, 10);
	expect(cursor, "\n");
	if (cursor->bad || count > ITEMS_MAX) {
		cursor->bad = true;
		return status;
	}
	out->items = calloc((size_t)count + 1, sizeof *out->items);
	if (out->items == NULL) {
		return lks_error_nomem(err);
	}
	while (out->count < count && !cursor->bad) {
		read_item(&out->items[out->count++], cursor, &status, err);
	}
	cursor->bad = cursor->bad || cursor->at != cursor->end;
	return status;
}

/* Checks version, length and hash. NULL when all is well, else the reason. */
static const char *check_header(bool *has_method, struct cursor *cursor, struct lks_error *err, int *status)
{
	uint8_t hash[LKS_HASH_SIZE];
	char hex[LKS_HASH_HEX_SIZE];
	uint64_t length;

	expect(cursor, MAGIC);
	if (cursor->bad) {
		return "it is no journal";
	}
	*has_method = word(cursor, versions, 2) == 1;
	expect(cursor, " ");
	if (cursor->bad) {
		return "it was written by another version of Lockstep";
	}
	length = number(cursor, 10);
	expect(cursor, " ");
	if (cursor->bad || (uint64_t)(cursor->end - cursor->at) < LKS_HASH_HEX_SIZE ||
		(uint64_t)(cursor->end - cursor->at) - LKS_HASH_HEX_SIZE != length) {
		return "it is cut, or something was added";
	}
	if ((*status = lks_hash_bytes(hash, cursor->at + LKS_HASH_HEX_SIZE, (size_t)length, err)) != 0) {
		return NULL;
	}
	lks_hash_hex(hex, hash);
	if (memcmp(cursor->at, hex, LKS_HASH_HEX_SIZE - 1) != 0 || cursor->at[LKS_HASH_HEX_SIZE - 1] != '\n') {
		return "its bytes are not those that were written";
	}
	cursor->at += LKS_HASH_HEX_SIZE;
	return NULL;
}

int lks_journal_read(struct lks_journal *out, int state_fd, const char *rel, struct lks_error *err)
{
	struct lks_buffer file = {0};
	struct lks_error failure = {0};
	struct cursor cursor = {0};
	const char *why = NULL;
	bool has_method;
	int status;

	memset(out, 0, sizeof *out);
	status = lks_fs_read(&file, state_fd, rel, SIZE_MAX_BYTES, &failure);
	if (status == LKS_E_NOT_FOUND) {
		lks_error_set(err, LKS_E_NOT_FOUND, 0, rel, "there is no journal");
		goto done;
	}
	if (status == 0) {
		cursor.at = lks_buffer_text(&file);
		cursor.end = cursor.at + file.length;
		why = check_header(&has_method, &cursor, &failure, &status);
	}
	if (status == 0 && why == NULL) {
		status = read_body(out, &cursor, has_method, &failure);
		why = cursor.bad ? "its contents make no sense" : NULL;
	}
	if (status != 0) {
		why = failure.message;
	}
	if (why != NULL) {
		status = lks_error_set(err, LKS_E_RECOVERY, 0, rel, "the journal of an unfinished commit cannot be used: %.300s", why);
		lks_error_hint(err, "Compare the site with its backup. When it is in order, remove the journal.");
	}
done:
	if (status != 0) {
		lks_journal_dispose(out);
	}
	lks_buffer_dispose(&file);
	return status;
}

int lks_journal_remove(int state_fd, struct lks_error *err)
{
	if (unlinkat(state_fd, LKS_JOURNAL_NAME, 0) != 0 && errno != ENOENT) {
		return lks_error_sys(err, errno, LKS_JOURNAL_NAME, "the journal cannot be removed");
	}
	/* should the sync fail, the worst is a power cut that brings the journal back: recovery then finds that nothing is left to do */
	(void)lks_fs_sync(state_fd, LKS_JOURNAL_NAME, NULL);
	return 0;
}

/* Names as lks_fs_write makes them: ".lks-" and 16 hex digits. */
static bool is_temporary(const char *name)
{
	return strncmp(name, ".lks-", 5) == 0 && strlen(name) == 21 && strspn(name + 5, "0123456789abcdef") == 16;
}

/* Whoever writes a temporary file holds a lock on it, which ends with the process; it is removed under the same lock. */
static void sweep(int state_fd, const char *name)
{
	int fd = openat(state_fd, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
			unlinkat(state_fd, name, 0);
		}
		close(fd);
	}
}

void lks_journal_sweep(int state_fd)
{
	struct dirent *entry;
	int fd = openat(state_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);

	if (directory == NULL) {
		if (fd >= 0) {
			close(fd);
		}
		return;
	}
	while ((entry = readdir(directory)) != NULL) {
		if (is_temporary(entry->d_name)) {
			sweep(state_fd, entry->d_name);
		}
	}
	closedir(directory);
}

void lks_journal_dispose(struct lks_journal *journal)
{
	for (size_t i = 0; i < journal->count; i++) {
		free(journal->items[i].live);
		free(journal->items[i].staged);
	}
	free(journal->items);
	free(journal->stage);
	free(journal->label);
	memset(journal, 0, sizeof *journal);
}

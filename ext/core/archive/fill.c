/*
 * Files read into frames. What the walk saw is what is stored; a file that is another by now is stored to that size, and told.
 */
#include "fill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attributes.h"
#include "header.h"
#include "lockstep/fs.h"
#include "lockstep/path.h"
#include "notes.h"

int lks_reader_init(struct lks_reader *out, int root_fd, struct lks_error *err)
{
	*out = (struct lks_reader){.root_fd = root_fd};
	return lks_hash_new(&out->hash, err);
}

static void leave(struct lks_reader *reader)
{
	close(reader->levels[--reader->depth].fd);
}

void lks_reader_dispose(struct lks_reader *reader)
{
	while (reader->depth > 0) {
		leave(reader);
	}
	lks_hash_free(reader->hash);
	reader->hash = NULL;
	free(reader->jobs);
	reader->jobs = NULL;
	reader->job_capacity = 0;
}

/* Leaves the directories that are neither this one nor above it. Does that leave this one? */
static bool leave_others(struct lks_reader *reader, const char *directory, size_t length)
{
	while (reader->depth > 0) {
		size_t above = reader->levels[reader->depth - 1].length;
		bool on_the_way = above <= length && memcmp(reader->directory, directory, above) == 0;
		if (on_the_way && (above == length || above == 0 || directory[above] == '/')) {
			return above == length;
		}
		leave(reader);
	}
	return false;
}

/* Opens the directory that holds path, unless it is still open; *name is the last component. */
static int enter(const char **name, struct lks_reader *reader, const char *path, struct lks_error *err)
{
	const char *slash = strrchr(path, '/');
	size_t length = slash ? (size_t)(slash - path) : 0;
	*name = slash ? slash + 1 : path;
	if (leave_others(reader, path, length)) {
		return 0;
	}
	if (reader->depth == LKS_READER_LEVELS) {
		leave(reader);
	}
	memcpy(reader->directory, path, length);
	reader->directory[length] = '\0';
	struct lks_error moved = {0};
	size_t above = reader->depth > 0 ? reader->levels[reader->depth - 1].length : 0;
	int fd, status = LKS_E_NOT_FOUND;
	if (above > 0) { /* the shorter way, unless what is open is no more where it was */
		status = lks_path_open(&fd, reader->levels[reader->depth - 1].fd, reader->directory + above + 1, O_PATH | O_DIRECTORY, 0, &moved);
	}
	if (status != 0) {
		status = lks_path_open(&fd, reader->root_fd, length > 0 ? reader->directory : ".", O_PATH | O_DIRECTORY, 0, err);
	}
	if (status != 0) {
		return status;
	}
	reader->levels[reader->depth].fd = fd;
	reader->levels[reader->depth++].length = length;
	return 0;
}

static bool same(const struct lks_member *member, const struct stat *st)
{
	struct lks_member now;
	lks_member_stat(&now, st);
	return now.size == member->size && now.mtime == member->mtime && now.ctime == member->ctime && now.inode == member->inode &&
		now.device == member->device;
}

bool lks_fill_unchanged(const struct lks_member *member, int fd)
{
	struct stat st;
	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && same(member, &st);
}

int lks_fill_open(int *fd, struct lks_reader *reader, const char *path, struct lks_error *err)
{
	const char *name;
	struct lks_error why = {0};
	*fd = -1;
	int status = enter(&name, reader, path, &why);
	if (status == LKS_E_NOT_FOUND || status == LKS_E_UNSAFE || why.sys == ENOTDIR) {
		return 0;
	}
	if (status != 0) {
		*err = why;
		return status;
	}
	/* Not blocking: the file may have become a FIFO. */
	*fd = openat(reader->levels[reader->depth - 1].fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (*fd < 0 && errno != ENOENT && errno != ELOOP && errno != ENXIO) {
		return lks_error_sys(err, errno, path, "the file cannot be opened");
	}
	return 0;
}

static int vanished(struct lks_planned *planned, struct lks_notes *warnings, struct lks_error *err)
{
	planned->dropped = true;
	if (planned->linked) { /* its other names would have nothing to point to */
		return lks_error_set(err, LKS_E_CHANGED, 0, planned->member.path, "a file with several names vanished while it was read");
	}
	return lks_notes_add(warnings, err, planned->member.path, "vanished while it was read; it is not in the archive");
}

static int fill_file(struct lks_buffer *raw, struct lks_planned *planned, struct lks_reader *reader, struct lks_region *region,
	struct lks_notes *warnings, struct lks_error *err)
{
	struct lks_member *member = &planned->member;
	size_t size = (size_t)member->size, got = 0, begin = raw->length;
	int fd = -1, status = lks_fill_open(&fd, reader, member->path, err);
	if (status != 0) {
		return status;
	}
	if (fd < 0) {
		return vanished(planned, warnings, err);
	}
	status = lks_attributes_read(member, fd, member->path, region, err);
	status = status ? status : lks_header_write(raw, member, planned->user, planned->group, err);
	status = status ? status : lks_buffer_reserve(raw, size + lks_header_padding(size), err);
	if (status != 0) {
		goto out;
	}
	char *contents = raw->data + raw->length;
	struct lks_error why = {0};
	struct stat st;
	int read = size > 0 ? lks_fs_read_all(&got, fd, contents, size, member->path, &why) : 0;
	/* One look, after reading, tells what it was that was read. */
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		raw->length = begin;
		status = vanished(planned, warnings, err);
		goto out;
	}
	if (read != 0) {
		*err = why;
		status = read;
		goto out;
	}
	if (planned->linked && (st.st_ino != member->inode || st.st_dev != member->device)) { /* its other names have other contents */
		status = lks_error_set(err, LKS_E_CHANGED, 0, member->path, "a file with several names was replaced while it was read");
		goto out;
	}
	if (got < size || !same(member, &st)) {
		member->changed = true;
		status = lks_notes_add(warnings, err, member->path, "changed while it was read; %zu bytes of it are stored", got);
	}
	memset(contents + got, 0, size - got + lks_header_padding(size));
	raw->length += size + lks_header_padding(size);
	planned->filled = true;
	planned->contents = (size_t)(contents - raw->data);
out:
	close(fd);
	return status;
}

int lks_fill_member(struct lks_buffer *raw, struct lks_planned *planned, struct lks_reader *reader, struct lks_region *region,
	struct lks_notes *warnings, struct lks_error *err)
{
	if (planned->member.kind == LKS_MEMBER_FILE) {
		return fill_file(raw, planned, reader, region, warnings, err);
	}
	return lks_header_write(raw, &planned->member, planned->user, planned->group, err);
}

int lks_fill_hash(struct lks_planned *members, size_t count, const struct lks_buffer *raw, struct lks_reader *reader, struct lks_error *err)
{
	size_t filled = 0;
	if (reader->job_capacity < count) {
		struct lks_hash_job *jobs = realloc(reader->jobs, 2 * count * sizeof *jobs);
		if (!jobs) {
			return lks_error_nomem(err);
		}
		reader->jobs = jobs;
		reader->job_capacity = 2 * count;
	}
	for (size_t i = 0; i < count; i++) {
		if (members[i].filled) {
			reader->jobs[filled++] = (struct lks_hash_job){
				.data = raw->data + members[i].contents, .length = (size_t)members[i].member.size};
		}
	}
	int status = lks_hash_many(reader->jobs, filled, err);
	for (size_t i = count; status == 0 && i-- > 0;) {
		if (members[i].filled) {
			memcpy(members[i].member.sha256, reader->jobs[--filled].sha256, LKS_HASH_SIZE);
			members[i].filled = false;
		}
	}
	return status;
}

int lks_fill_piece(
	struct lks_buffer *raw, bool *complete, const struct lks_chain *chain, uint64_t offset, size_t length, struct lks_error *err)
{
	const struct lks_member *member = &chain->member;
	int status = 0;
	*complete = true;
	lks_buffer_clear(raw);
	if (offset == 0) {
		status = lks_header_write(raw, member, chain->user, chain->group, err);
	}
	status = status ? status : lks_buffer_reserve(raw, length, err);
	if (status != 0) {
		return status;
	}
	uint64_t at = offset + raw->length - chain->header_length; /* in the file */
	uint64_t wanted = member->size > at ? member->size - at : 0;
	size_t room = length - raw->length;
	if (wanted < room) {
		room = (size_t)wanted;
	}
	while (room > 0) {
		ssize_t got = pread(chain->fd, raw->data + raw->length, room, (off_t)at);
		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got < 0) {
			return lks_error_sys(err, errno, member->path, "the file cannot be read");
		}
		if (got == 0) {
			*complete = false;
			break;
		}
		at += (uint64_t)got;
		room -= (size_t)got;
		raw->length += (size_t)got;
	}
	memset(raw->data + raw->length, 0, length - raw->length);
	raw->length = length;
	return 0;
}

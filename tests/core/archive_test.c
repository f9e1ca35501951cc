/* Archives: whatever a tree can hold goes in and comes out again, with us and with tar; a tree that moves is told; failures leave nothing. */
#include "archive_forge.h"

#include <dirent.h>
#include <grp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include "archive/attributes.h"
#include "archive/fill.h"
#include "lockstep/compare.h"
#include "lockstep/fs.h"

static int sub(int dir, const char *rel)
{
	int fd = openat(dir, rel, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static int write_it(struct lks_archive_summary *out, int dir, const char *path, const char *name, const char *const *exclude, struct lks_error *err)
{
	int root = sub(dir, "tree");
	struct lks_archive_write_options options = {
		.root_fd = root, .path = path, .exclude = exclude, .directory_fd = dir, .name = name, .level = 3, .threads = 2, .key = forge_key, .label = "{\"a\":1}",
	};
	int status = lks_archive_write(out, &options, NULL, err);
	close(root);
	return status;
}

static void written(int dir, const char *path, const char *name)
{
	struct lks_archive_summary summary;
	struct lks_error err = {0};
	assert_ok(write_it(&summary, dir, path, name, NULL, &err));
	if (summary.warnings.count) {
		fail_msg("%s", summary.warnings.items[0]);
	}
	struct lks_archive_verify_result result;
	assert_ok(lks_archive_verify(&result, dir, name, forge_key, 2, NULL, &err));
	assert_int_equal(result.members, summary.members);
	assert_int_equal(result.bytes, summary.bytes);
	assert_string_equal(result.label, "{\"a\":1}");
	lks_archive_verify_result_dispose(&result);
	uint8_t sha256[LKS_HASH_SIZE];
	uint64_t size;
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	assert_ok(lks_hash_fd(sha256, &size, fd, name, &err));
	close(fd);
	assert_memory_equal(sha256, summary.sha256, LKS_HASH_SIZE);
	assert_int_equal(size, summary.stored_bytes);
	assert_int_equal(mode_of(dir, name), 0600);
	lks_archive_summary_dispose(&summary);
}

static int extract_it(int dir, const char *name, const char *to, const char *path, bool strip, struct lks_error *err)
{
	struct lks_archive_summary summary;
	int fd = sub(dir, to);
	struct lks_archive_extract_options options = {.archive_dir_fd = dir, .archive = name, .key = forge_key, .path = path, .to_fd = fd, .strip = strip, .threads = 2};
	int status = lks_archive_extract(&summary, &options, NULL, err);
	if (status == 0 && summary.warnings.count) {
		fail_msg("%s", summary.warnings.items[0]);
	}
	lks_archive_summary_dispose(&summary);
	close(fd);
	return status;
}

static int entries(int dir, const char *rel)
{
	int count = 0, fd = sub(dir, rel);
	DIR *stream = fdopendir(fd);
	while (readdir(stream)) {
		count++;
	}
	closedir(stream);
	return count - 2;
}

/* Extended attributes of a path, in one text. */
static void attributes(char text[4096], int dir, const char *rel)
{
	struct lks_error err = {0};
	struct lks_region region = {0};
	struct lks_member member = {0};
	int fd = openat(dir, rel, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	size_t at = 0;
	text[0] = '\0';
	if (fd < 0) {
		return;
	}
	assert_ok(lks_attributes_read(&member, fd, rel, &region, &err));
	for (size_t i = 0; i < member.attribute_count; i++) {
		at += (size_t)snprintf(text + at, 4096 - at, "%s=", member.attributes[i].name);
		for (size_t k = 0; k < member.attributes[i].length; k++) {
			at += (size_t)snprintf(text + at, 4096 - at, "%02x", member.attributes[i].value[k]);
		}
	}
	lks_region_dispose(&region);
	close(fd);
}

/* Whole seconds, as a tar header has them. */
static int64_t seconds(int64_t ns)
{
	return ns / 1000000000 - (ns % 1000000000 < 0);
}

/* The two trees are one, bit for bit. nanoseconds: false for what tar made; all: with owners, links and attributes. */
static void assert_same(int dir, const char *one, const char *two, bool nanoseconds, bool all)
{
	struct lks_error err = {0};
	struct lks_scan before, after;
	struct lks_scan_options options = {.hash = true, .threads = 1};
	assert_ok(lks_scan_tree(&before, dir, one, &options, NULL, &err));
	assert_ok(lks_scan_tree(&after, dir, two, &options, NULL, &err));
	assert_int_equal(before.count, after.count);
	for (size_t i = 1; i < before.count; i++) {
		const struct lks_entry *a = &before.entries[i], *b = &after.entries[i];
		char left[8192], right[8192], from[PATH_MAX * 2], to[PATH_MAX * 2];
		assert_string_equal(a->path, b->path);
		if (a->mode != b->mode || a->size != b->size || memcmp(a->hash, b->hash, LKS_HASH_SIZE) != 0) {
			fail_msg("%s: mode %o %o size %lu %lu", a->path, a->mode, b->mode, a->size, b->size);
		}
		if ((a->link == NULL) != (b->link == NULL) || (a->link && strcmp(a->link, b->link) != 0)) {
			fail_msg("%s: other target", a->path);
		}
		if (nanoseconds ? a->mtime != b->mtime : seconds(a->mtime) != seconds(b->mtime)) {
			fail_msg("%s: mtime %ld %ld", a->path, a->mtime, b->mtime);
		}
		if (all) {
			assert_int_equal(a->nlink, b->nlink);
			assert_int_equal(a->uid, b->uid);
			assert_int_equal(a->gid, b->gid);
			snprintf(from, sizeof from, "%s/%s", one, a->path);
			snprintf(to, sizeof to, "%s/%s", two, a->path);
			attributes(left, dir, from);
			attributes(right, dir, to);
			assert_string_equal(left, right);
		}
	}
	lks_scan_dispose(&before);
	lks_scan_dispose(&after);
}

static void fill(int dir, const char *rel, size_t length)
{
	int fd = openat(dir, rel, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	char *data = malloc(length + 1);
	uint32_t random = (uint32_t)length;
	for (size_t i = 0; i < length; i++) {
		random = random * 1664525 + 1013904223;
		data[i] = i % 3 ? (char)(random >> 28) : 'x';
	}
	assert_int_equal(write(fd, data, length), length);
	free(data);
	close(fd);
}

/* Everything that a tree can hold. */
static void everything(int dir)
{
	static const size_t sizes[] = {0, 1, 511, 512, 513, 4096, 100000, 262144 - 512, 262144, 300000, 1048576 - 512, 1048576, 1048577, 3145745};
	char name[300], path[600];
	make_dir(dir, "tree", 0755);
	int tree = sub(dir, "tree");
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		snprintf(name, sizeof name, "size-%zu", sizes[i]);
		fill(tree, name, sizes[i]);
	}
	make_dir(tree, "many", 0755);
	for (int i = 0; i < 600; i++) { /* several frames */
		snprintf(name, sizeof name, "many/file-%d", i);
		fill(tree, name, (size_t)(i * 7 % 3000));
	}
	put(tree, "size-0.b", "a name that sorts between", 0600);
	make_dir(tree, "empty", 01777);
	make_dir(tree, "closed", 0750);
	put(tree, "closed/f", "in it", 0400);
	make_dir(tree, "odd \n\x01 \xff\xfe caf\xe9", 0755);
	put(tree, "odd \n\x01 \xff\xfe caf\xe9/\xc3", "bytes", 0644);
	put(tree, "-rf", "no option", 0644);
	memset(name, 'n', 255);
	name[255] = '\0';
	put(tree, name, "long name", 0644);
	make_dir(tree, "deep", 0755);
	int level = sub(tree, "deep");
	for (int i = 0; i < 150; i++) {
		make_dir(level, "a-directory-name", 0755);
		int next = sub(level, "a-directory-name");
		close(level);
		level = next;
	}
	put(level, "bottom", "deep down", 0644);
	close(level);
	put(tree, "setuid", "#!", 06755);
	memset(path, 't', 500);
	path[500] = '\0';
	assert_int_equal(symlinkat(path, tree, "long-link"), 0);
	assert_int_equal(symlinkat("/etc/passwd", tree, "out"), 0);
	assert_int_equal(symlinkat("size-1", tree, "in"), 0);
	assert_int_equal(symlinkat("nowhere", tree, "dangling"), 0);
	assert_int_equal(linkat(tree, "many/file-7", tree, "z-hard", 0), 0);
	assert_int_equal(linkat(tree, "many/file-7", tree, "empty/hard", 0), 0);
	assert_int_equal(linkat(tree, "size-3145745", tree, "z-large", 0), 0);
	int sparse = openat(tree, "sparse", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	assert_int_equal(ftruncate(sparse, 9 << 20), 0);
	assert_int_equal(pwrite(sparse, "end", 3, (9 << 20) - 3), 3);
	close(sparse);
	struct timespec old[2] = {{.tv_sec = 0}, {.tv_sec = -100, .tv_nsec = 123456789}}, late[2] = {{.tv_sec = 0}, {.tv_sec = 9000000000, .tv_nsec = 1}};
	assert_int_equal(utimensat(tree, "size-1", old, 0), 0);
	assert_int_equal(utimensat(tree, "size-511", late, 0), 0);
	assert_int_equal(utimensat(tree, "dangling", old, AT_SYMLINK_NOFOLLOW), 0);
	assert_int_equal(utimensat(tree, "many", old, 0), 0);
	close(tree);
}

/* Attributes and ACLs, where the file system has them; false where not. */
static bool everything_else(int dir)
{
	int tree = sub(dir, "tree"), file = openat(tree, "size-4096", O_RDONLY | O_CLOEXEC), large = openat(tree, "size-1048577", O_RDONLY | O_CLOEXEC);
	bool has = fsetxattr(file, "user.note", "some\0bytes\xff", 11, 0) == 0;
	if (has) {
		/* user::rw-, user:1:r--, group::r--, mask::rw-, other::--- (linux/posix_acl_xattr.h) */
		static const unsigned char acl[] = {2, 0, 0, 0, 1, 0, 6, 0, 255, 255, 255, 255, 2, 0, 4, 0, 1, 0, 0, 0, 4, 0, 4, 0, 255, 255, 255, 255,
		                                    16, 0, 6, 0, 255, 255, 255, 255, 32, 0, 0, 0, 255, 255, 255, 255};
		assert_int_equal(fsetxattr(file, "user.empty", "", 0, 0), 0);
		assert_int_equal(fsetxattr(large, "user.large", "on a large file", 15, 0), 0);
		assert_int_equal(fsetxattr(file, "system.posix_acl_access", acl, sizeof acl, 0), 0);
		int sub_directory = sub(tree, "empty");
		assert_int_equal(fsetxattr(sub_directory, "system.posix_acl_default", acl, sizeof acl, 0), 0);
		close(sub_directory);
	}
	close(file);
	close(large);
	if (geteuid() == 0) {
		assert_int_equal(fchownat(tree, "in", 12, 34, AT_SYMLINK_NOFOLLOW), 0);
		assert_int_equal(fchownat(tree, "size-513", 3000000, 4000000, 0), 0);
		assert_int_equal(fchownat(tree, "empty", 12, 34, 0), 0);
		static const unsigned char capability[] = {0, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
		int program = openat(tree, "setuid", O_RDONLY | O_CLOEXEC);
		assert_int_equal(fchown(program, 12, 34), 0);
		assert_int_equal(fchmod(program, 06755), 0);
		(void)fsetxattr(program, "security.capability", capability, sizeof capability, 0);
		close(program);
		assert_int_equal(fchmodat(tree, "closed", 0050, 0), 0);
	}
	close(tree);
	return has;
}

static void a_tree_comes_back(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct lks_error err = {0};
	everything(dir);
	everything_else(dir);
	written(dir, ".", "a.tar.zst");
	make_dir(dir, "out", 0700);
	assert_ok(extract_it(dir, "a.tar.zst", "out", NULL, false, &err));
	assert_same(dir, "tree", "out", true, true);
	/* Written again it is the same, whatever the number of threads. */
	struct lks_archive_summary first, second;
	assert_ok(write_it(&first, dir, "many", "b.tar.zst", NULL, &err));
	int root = sub(dir, "tree");
	struct lks_archive_write_options options = {.root_fd = root, .path = "many", .directory_fd = dir, .name = "c.tar.zst", .level = 3, .threads = 5, .key = forge_key};
	assert_ok(lks_archive_write(&second, &options, NULL, &err));
	close(root);
	assert_int_equal(first.frames, second.frames);
	assert_int_equal(first.members, second.members);
	lks_archive_summary_dispose(&first);
	lks_archive_summary_dispose(&second);
}

static int run(const struct place *place, const char *command)
{
	char line[4096];
	snprintf(line, sizeof line, "cd %s && export LC_ALL=C && { %s; } >log 2>&1", place->path, command);
	int status = system(line);
	if (status != 0) {
		char *log = get(place->fd, "log");
		print_message("%s: %s\n", command, log);
		free(log);
	}
	return status;
}

static void others_read_it(void **state)
{
	const struct place *place = *state;
	int dir = place->fd;
	everything(dir);
	bool has = everything_else(dir);
	if (geteuid() == 0) {
		int tree = sub(dir, "tree"); /* tar cannot unpack a file below a directory without rights before others */
		fchmodat(tree, "closed", 0750, 0);
		close(tree);
	}
	written(dir, ".", "a.tar.zst");
	make_dir(dir, "gnu", 0700);
	make_dir(dir, "bsd", 0700);
	assert_int_equal(run(place, "zstd -q -t a.tar.zst"), 0);
	assert_int_equal(run(place, "tar --zstd -tf a.tar.zst"), 0);
	assert_int_equal(run(place, "tar -C gnu --zstd -p --warning=no-timestamp --xattrs --xattrs-include='*' -xf a.tar.zst && ! test -s log"), 0);
	assert_same(dir, "tree", "gnu", false, geteuid() == 0);
	assert_int_equal(run(place, "bsdtar -C bsd -p -xf a.tar.zst"), 0);
	assert_same(dir, "tree", "bsd", false, false);
	if (has) {
		char left[4096], right[4096];
		attributes(left, dir, "tree/size-1048577");
		attributes(right, dir, "gnu/size-1048577");
		assert_string_equal(left, right);
		assert_true(left[0]);
	}
	/* zstd's own seekable reader is not packaged; the table's sums must be the file's. */
	assert_int_equal(run(place, "zstd -q -l -v a.tar.zst"), 0);
}

static void parts_come_back(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct lks_error err = {0};
	everything(dir);
	written(dir, ".", "a.tar.zst");
	make_dir(dir, "one", 0700);
	assert_ok(extract_it(dir, "a.tar.zst", "one", "many/file-500", false, &err));
	assert_int_equal(entries(dir, "one/many"), 1);
	assert_int_equal(mode_of(dir, "one/many"), 0700);
	assert_status(extract_it(dir, "a.tar.zst", "one", "many/file-500", false, &err), LKS_E_EXISTS);
	assert_true(exists(dir, "one/many/file-500"));
	assert_ok(extract_it(dir, "a.tar.zst", "one", "many/file-50", false, &err));
	assert_int_equal(entries(dir, "one/many"), 2);
	/* Into an existing parent; what fails takes only its own away. */
	assert_status(extract_it(dir, "a.tar.zst", "one", "many", false, &err), LKS_E_EXISTS);
	assert_int_equal(entries(dir, "one/many"), 2);
	make_dir(dir, "strip", 0700);
	assert_ok(extract_it(dir, "a.tar.zst", "strip", "many", true, &err));
	assert_same(dir, "tree/many", "strip", true, false);
	assert_int_equal(mode_of(dir, "strip"), 0755);
	make_dir(dir, "deep", 0700);
	assert_ok(extract_it(dir, "a.tar.zst", "deep", "deep/a-directory-name/a-directory-name", true, &err));
	assert_same(dir, "tree/deep/a-directory-name/a-directory-name", "deep", true, false);
	/* A hard link whose first name is not asked for is the file itself. */
	make_dir(dir, "links", 0700);
	assert_ok(extract_it(dir, "a.tar.zst", "links", "z-hard", false, &err));
	char *from = get(dir, "tree/many/file-7");
	assert_file(dir, "links/z-hard", from);
	free(from);
	assert_ok(extract_it(dir, "a.tar.zst", "links", "z-large", false, &err));
	struct stat large;
	assert_int_equal(fstatat(dir, "links/z-large", &large, 0), 0);
	assert_int_equal(large.st_size, 3145745);
	assert_status(extract_it(dir, "a.tar.zst", "links", "size-1", true, &err), LKS_E_INVALID);
	assert_status(extract_it(dir, "a.tar.zst", "links", "absent/x", false, &err), LKS_E_NOT_FOUND);
	assert_status(extract_it(dir, "a.tar.zst", "links", "../x", false, &err), LKS_E_UNSAFE);
	assert_int_equal(entries(dir, "links"), 2);
	/* An archive of a part has its members' paths from the root. */
	written(dir, "deep/a-directory-name", "p.tar.zst");
	struct lks_archive_members members;
	assert_ok(lks_archive_list(&members, dir, "p.tar.zst", forge_key, NULL, &err));
	assert_string_equal(members.entries[0].path, "deep/a-directory-name");
	assert_int_equal(members.count, 151);
	lks_archive_members_dispose(&members);
	make_dir(dir, "part", 0700);
	assert_ok(extract_it(dir, "p.tar.zst", "part", NULL, false, &err));
	assert_same(dir, "tree/deep/a-directory-name", "part/deep/a-directory-name", true, false);
	written(dir, "size-513", "f.tar.zst");
	make_dir(dir, "file", 0700);
	assert_ok(extract_it(dir, "f.tar.zst", "file", NULL, false, &err));
	assert_int_equal(entries(dir, "file"), 1);
}

static void lists_tell_all(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct lks_error err = {0};
	struct lks_archive_members members;
	struct lks_scan scan;
	struct lks_scan_options options = {.hash = true};
	everything(dir);
	written(dir, ".", "a.tar.zst");
	assert_ok(lks_archive_list(&members, dir, "a.tar.zst", forge_key, NULL, &err));
	assert_ok(lks_scan_tree(&scan, dir, "tree", &options, NULL, &err));
	assert_int_equal(members.count, scan.count - 1);
	for (size_t i = 0; i < members.count; i++) {
		const struct lks_entry *a = &members.entries[i], *b = &scan.entries[i + 1];
		assert_string_equal(a->path, b->path);
		assert_int_equal(a->mode, b->mode);
		assert_int_equal(a->size, b->size);
		assert_int_equal(a->mtime, b->mtime);
		assert_int_equal(a->ctime, b->ctime);
		assert_int_equal(a->inode, b->inode);
		assert_int_equal(a->device, b->device);
		assert_memory_equal(a->hash, b->hash, LKS_HASH_SIZE); /* a hard link's too */
	}
	lks_scan_dispose(&scan);
	lks_archive_members_dispose(&members);
}

static void excluded_and_odd_things_stay_out(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct lks_error err = {0};
	struct lks_archive_summary summary;
	static const char *const exclude[] = {"var", "a/b", "f", NULL};
	make_dir(dir, "tree", 0755);
	int tree = sub(dir, "tree");
	make_dir(tree, "a", 0755);
	make_dir(tree, "a/b", 0755);
	make_dir(tree, "a/bc", 0755);
	make_dir(tree, "var", 0755);
	put(tree, "var/x", "x", 0644);
	put(tree, "f", "f", 0644);
	put(tree, "ff", "f", 0644);
	assert_int_equal(mkfifoat(tree, "fifo", 0600), 0);
	if (geteuid() == 0) {
		assert_int_equal(mknodat(tree, "null", S_IFCHR | 0600, makedev(1, 3)), 0);
	}
	assert_ok(write_it(&summary, dir, ".", "a.tar.zst", exclude, &err));
	assert_int_equal(summary.members, 3);
	assert_string_equal(summary.warnings.items[0], "fifo: a FIFO is not archived");
	assert_int_equal(summary.warnings.count, geteuid() == 0 ? 2 : 1);
	lks_archive_summary_dispose(&summary);
	assert_status(write_it(&summary, dir, ".", "a.tar.zst", NULL, &err), LKS_E_EXISTS);
	/* The archive that is being written, in the tree itself. */
	struct lks_archive_write_options options = {.root_fd = tree, .path = ".", .directory_fd = tree, .name = "self.tar.zst", .level = 3, .key = forge_key};
	assert_ok(lks_archive_write(&summary, &options, NULL, &err));
	assert_int_equal(summary.members, 7);
	lks_archive_summary_dispose(&summary);
	close(tree);
}

static void options_are_checked(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct lks_error err = {0};
	struct lks_archive_summary summary;
	static const char *const bad[] = {"../x", NULL};
	make_dir(dir, "tree", 0755);
	assert_status(write_it(&summary, dir, "absent", "a.tar.zst", NULL, &err), LKS_E_NOT_FOUND);
	assert_status(write_it(&summary, dir, "../x", "a.tar.zst", NULL, &err), LKS_E_UNSAFE);
	assert_status(write_it(&summary, dir, ".", "a/b.tar.zst", NULL, &err), LKS_E_INVALID);
	assert_status(write_it(&summary, dir, ".", "../b.tar.zst", NULL, &err), LKS_E_UNSAFE);
	assert_status(write_it(&summary, dir, ".", "a.tar.zst", bad, &err), LKS_E_UNSAFE);
	char *label = calloc(1, 5000);
	memset(label, 'l', 4097);
	struct lks_archive_write_options options = {.root_fd = dir, .path = ".", .directory_fd = dir, .name = "a", .level = 3, .key = forge_key, .label = label};
	assert_status(lks_archive_write(&summary, &options, NULL, &err), LKS_E_INVALID);
	options.label = NULL;
	options.level = 0;
	assert_status(lks_archive_write(&summary, &options, NULL, &err), LKS_E_INVALID);
	free(label);
	assert_int_equal(entries(dir, "."), 1);
	written(dir, ".", "empty.tar.zst");
}

/* Files that are another than the walk saw, one change each, at the moment between the two looks. */
static void a_moving_file_is_stored_and_told(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct lks_error err = {0};
	make_dir(dir, "d", 0755);
	for (int i = 0; i < 7; i++) {
		struct lks_reader reader;
		struct lks_region region = {0};
		struct lks_notes warnings = {0};
		struct lks_buffer raw = {0};
		struct stat st;
		put(dir, "d/f", "0123456789", 0644);
		assert_int_equal(fstatat(dir, "d/f", &st, 0), 0);
		struct lks_planned planned = {.user = "", .group = ""};
		lks_member_stat(&planned.member, &st);
		planned.member.path = "d/f";
		planned.member.path_length = 3;
		assert_ok(lks_reader_init(&reader, dir, &err));
		switch (i) {
		case 1: /* grows */
			put(dir, "d/f", "0123456789abcdef", 0644);
			break;
		case 2: /* shrinks */
			put(dir, "d/f", "0123", 0644);
			break;
		case 3: /* vanishes */
			unlinkat(dir, "d/f", 0);
			break;
		case 4: /* becomes a FIFO */
			unlinkat(dir, "d/f", 0);
			assert_int_equal(mkfifoat(dir, "d/f", 0600), 0);
			break;
		case 5: /* its directory becomes a symlink */
			assert_int_equal(renameat(dir, "d", dir, "e"), 0);
			assert_int_equal(symlinkat("e", dir, "d"), 0);
			break;
		case 6: /* vanishes, with another name */
			unlinkat(dir, "d/f", 0);
			planned.linked = true;
			break;
		default:
			break;
		}
		int status = lks_fill_member(&raw, &planned, &reader, &region, &warnings, &err);
		assert_int_equal(status, i == 6 ? LKS_E_CHANGED : 0);
		assert_int_equal(warnings.count, i == 0 || i == 6 ? 0 : 1);
		assert_int_equal(planned.dropped, i >= 3);
		assert_int_equal(raw.length, i >= 3 ? 0 : 1024);
		assert_int_equal(planned.member.changed, i == 1 || i == 2);
		if (i < 3) {
			uint8_t sha256[LKS_HASH_SIZE];
			assert_ok(lks_fill_hash(&planned, 1, &raw, &reader, &err));
			assert_ok(lks_hash_bytes(sha256, i == 2 ? "0123\0\0\0\0\0\0" : "0123456789", 10, &err));
			assert_memory_equal(sha256, planned.member.sha256, sizeof sha256);
			assert_memory_equal(raw.data + 512, i == 2 ? "0123\0\0\0\0\0\0" : "0123456789", 10);
		}
		lks_error_clear(&err);
		lks_reader_dispose(&reader);
		lks_region_dispose(&region);
		lks_notes_dispose(&warnings);
		lks_buffer_dispose(&raw);
		if (i == 5) {
			unlinkat(dir, "d", 0);
			assert_int_equal(renameat(dir, "e", dir, "d"), 0);
		}
		unlinkat(dir, "d/f", 0);
	}
}

/* Somebody writes, renames and removes all the time: every archive is good, and holds what never moves. */
static atomic_bool quiet;

static void *disturb(void *arg)
{
	int tree = *(int *)arg;
	for (unsigned i = 0; !atomic_load(&quiet); i++) {
		char name[64], other[64];
		snprintf(name, sizeof name, "d%u/f%u", i % 20, i / 20 % 30);
		snprintf(other, sizeof other, "d%u/f%u", i % 20, i / 7 % 30);
		int fd = openat(tree, name, O_WRONLY | O_CREAT | O_CLOEXEC | (i % 3 ? O_TRUNC : 0), 0644);
		if (fd >= 0) {
			char data[5000];
			memset(data, (int)i, sizeof data);
			(void)!write(fd, data, i * 97 % sizeof data);
			if (i % 11 == 0) {
				(void)!ftruncate(fd, (off_t)(i % 7 * 300000));
			}
			close(fd);
		}
		if (i % 5 == 0) {
			unlinkat(tree, other, 0);
		} else if (i % 5 == 1) {
			renameat(tree, name, tree, other);
		} else if (i % 50 == 2) {
			renameat(tree, "d3", tree, "d3x");
			renameat(tree, "d3x", tree, "d3");
		}
	}
	return NULL;
}

static void a_moving_tree_is_archived(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct lks_error err = {0};
	pthread_t thread;
	make_dir(dir, "tree", 0755);
	int tree = sub(dir, "tree");
	char name[64], bad[512];
	for (int d = 0; d < 20; d++) {
		snprintf(name, sizeof name, "d%d", d);
		make_dir(tree, name, 0755);
		for (int i = 0; i < 30; i++) {
			snprintf(name, sizeof name, "d%d/f%d", d, i);
			fill(tree, name, (size_t)(i * 500));
		}
		snprintf(name, sizeof name, "d%d/still", d);
		put(tree, name, "it stays", 0644);
	}
	atomic_store(&quiet, false);
	assert_int_equal(pthread_create(&thread, NULL, disturb, &tree), 0);
	for (int i = 0; i < 8; i++) {
		struct lks_archive_summary summary;
		snprintf(name, sizeof name, "a%d.tar.zst", i);
		int status = write_it(&summary, dir, ".", name, NULL, &err);
		if (status != 0) {
			fail_msg("%s: %s", err.path, err.message);
		}
		lks_archive_summary_dispose(&summary);
		status = forge_verify(dir, name, forge_key, bad);
		if (status != 0) {
			fail_msg("%d %s", status, bad);
		}
	}
	atomic_store(&quiet, true);
	pthread_join(thread, NULL);
	make_dir(dir, "out", 0700);
	assert_ok(extract_it(dir, "a7.tar.zst", "out", NULL, false, &err));
	assert_file(dir, "out/d7/still", "it stays");
	close(tree);
}

/* A cancelled write or unpacking leaves nothing, whenever it is cancelled. */
struct canceller {
	struct lks_task task;
	uint64_t after; /* bytes */
	atomic_bool over;
};

static void *cancel(void *arg)
{
	struct canceller *canceller = arg;
	while (atomic_load(&canceller->task.bytes) < canceller->after && !atomic_load(&canceller->over)) {
		sched_yield();
	}
	atomic_store(&canceller->task.cancelled, true);
	return NULL;
}

static void cancelling_leaves_nothing(void **state)
{
	int dir = ((struct place *)*state)->fd;
	everything(dir);
	written(dir, ".", "good.tar.zst");
	make_dir(dir, "out", 0700);
	make_dir(dir, "where", 0700);
	int root = sub(dir, "tree"), where = sub(dir, "where"), out = sub(dir, "out");
	for (int i = 0; i < 14; i++) {
		struct canceller canceller = {.after = (uint64_t)(i / 2) * 1500000};
		struct lks_error err = {0};
		struct lks_archive_summary summary;
		pthread_t thread;
		assert_int_equal(pthread_create(&thread, NULL, cancel, &canceller), 0);
		int status;
		if (i % 2) {
			struct lks_archive_write_options options = {.root_fd = root, .path = ".", .directory_fd = where, .name = "x.tar.zst", .level = 3, .threads = 2, .key = forge_key};
			status = lks_archive_write(&summary, &options, &canceller.task, &err);
		} else {
			struct lks_archive_extract_options options = {.archive_dir_fd = dir, .archive = "good.tar.zst", .key = forge_key, .to_fd = out, .threads = 2};
			status = lks_archive_extract(&summary, &options, &canceller.task, &err);
		}
		atomic_store(&canceller.over, true);
		pthread_join(thread, NULL);
		if (status != 0) {
			assert_int_equal(status, LKS_E_CANCELLED);
			assert_int_equal(entries(dir, i % 2 ? "where" : "out"), 0);
		} else if (i % 2) {
			unlinkat(where, "x.tar.zst", 0);
		} else {
			assert_ok(lks_fs_remove(dir, "out", &err));
			close(out);
			make_dir(dir, "out", 0700);
			out = sub(dir, "out");
		}
		lks_archive_summary_dispose(&summary);
	}
	close(root);
	close(where);
	close(out);
}

/* Nothing that exists is touched, a symlink least of all. */
static void what_exists_stays(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct lks_error err = {0};
	make_dir(dir, "tree", 0755);
	int tree = sub(dir, "tree");
	make_dir(tree, "a", 0755);
	put(tree, "a/f", "new", 0644);
	make_dir(tree, "b", 0755);
	put(tree, "b/g", "new", 0644);
	close(tree);
	written(dir, ".", "a.tar.zst");
	make_dir(dir, "victim", 0755);
	make_dir(dir, "out", 0700);
	assert_int_equal(symlinkat("../victim", dir, "out/b"), 0);
	assert_status(extract_it(dir, "a.tar.zst", "out", NULL, false, &err), LKS_E_EXISTS);
	assert_int_equal(entries(dir, "out"), 1);
	assert_int_equal(entries(dir, "victim"), 0);
	assert_int_equal(extract_it(dir, "a.tar.zst", "out", "b/g", false, &err) < 0, 1);
	lks_error_clear(&err);
	assert_int_equal(entries(dir, "victim"), 0);
	unlinkat(dir, "out/b", 0);
	make_dir(dir, "out/b", 0700);
	put(dir, "out/b/g", "old", 0644);
	assert_status(extract_it(dir, "a.tar.zst", "out", NULL, false, &err), LKS_E_EXISTS);
	assert_status(extract_it(dir, "a.tar.zst", "out", "b/g", false, &err), LKS_E_EXISTS);
	assert_file(dir, "out/b/g", "old");
	assert_int_equal(entries(dir, "out"), 1);
}

/* Somebody swaps what is being made for a symlink, many times: nothing is ever written outside. */
static void *swap(void *arg)
{
	int out = *(int *)arg;
	while (!atomic_load(&quiet)) {
		if (renameat(out, "many", out, "moved") == 0) {
			(void)!symlinkat("../victim", out, "many");
			unlinkat(out, "many", 0);
			renameat(out, "moved", out, "many");
		}
	}
	return NULL;
}

static void a_race_does_not_escape(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct lks_error err = {0};
	everything(dir);
	written(dir, "many", "a.tar.zst");
	make_dir(dir, "victim", 0755);
	for (int i = 0; i < 12; i++) {
		pthread_t thread;
		make_dir(dir, "out", 0700);
		int out = sub(dir, "out");
		atomic_store(&quiet, false);
		assert_int_equal(pthread_create(&thread, NULL, swap, &out), 0);
		struct lks_archive_summary summary;
		struct lks_archive_extract_options options = {.archive_dir_fd = dir, .archive = "a.tar.zst", .key = forge_key, .to_fd = out, .threads = 2};
		(void)lks_archive_extract(&summary, &options, NULL, &err);
		atomic_store(&quiet, true);
		pthread_join(thread, NULL);
		lks_error_clear(&err);
		lks_archive_summary_dispose(&summary);
		assert_int_equal(entries(dir, "victim"), 0);
		close(out);
		assert_ok(lks_fs_remove(dir, "out", &err));
	}
}

/* Not root: owners are one's own, and no setuid of another comes with them. */
static void without_root_rights_are_kept_small(void **state)
{
	const struct place *place = *state;
	int dir = place->fd;
	if (geteuid() != 0) {
		skip();
	}
	make_dir(dir, "tree", 0755);
	int tree = sub(dir, "tree");
	put(tree, "suid", "x", 0755);
	assert_int_equal(fchownat(tree, "suid", 0, 0, 0), 0);
	assert_int_equal(fchmodat(tree, "suid", 06755, 0), 0);
	make_dir(tree, "closed", 0555);
	put(tree, "closed/f", "x", 0444);
	assert_int_equal(fchownat(tree, "closed/f", 0, 33, 0), 0);
	close(tree);
	written(dir, ".", "a.tar.zst");
	make_dir(dir, "out", 0700);
	assert_int_equal(fchownat(dir, "out", 65534, 65534, 0), 0);
	assert_int_equal(fchmod(dir, 0755), 0);
	int archive = openat(dir, "a.tar.zst", O_RDONLY | O_CLOEXEC);
	assert_int_equal(fchmod(archive, 0644), 0);
	close(archive);
	pid_t child = fork();
	if (child == 0) {
		struct lks_error err = {0};
		struct lks_archive_summary summary;
		const gid_t web_server = 33;
		if (setgroups(1, &web_server) != 0 || setgid(65534) != 0 || setuid(65534) != 0) {
			_exit(2);
		}
		int out = openat(dir, "out", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		struct lks_archive_extract_options options = {.archive_dir_fd = dir, .archive = "a.tar.zst", .key = forge_key, .to_fd = out, .threads = 1};
		int status = lks_archive_extract(&summary, &options, NULL, &err);
		_exit(status == 0 && summary.warnings.count == 3 ? 0 : 1); /* two groups that are not the child's, one setuid */
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(mode_of(dir, "out/suid"), 0755);
	assert_int_equal(mode_of(dir, "out/closed"), 0555);
	struct stat st;
	assert_int_equal(fstatat(dir, "out/closed/f", &st, 0), 0);
	assert_int_equal(st.st_gid, 33);
	assert_int_equal(mode_of(dir, "out/closed/f"), 0444);
}

/* A default ACL where the archive is unpacked is not one of the archive. */
static void acls_of_the_place_stay_out(void **state)
{
	/* user::rwx, user:1:rwx, group::r-x, mask::rwx, other::r-x (linux/posix_acl_xattr.h) */
	static const unsigned char acl[] = {2, 0, 0, 0, 1, 0, 7, 0, 255, 255, 255, 255, 2, 0, 7, 0, 1, 0, 0, 0, 4, 0, 5, 0, 255, 255, 255, 255,
					    16, 0, 7, 0, 255, 255, 255, 255, 32, 0, 5, 0, 255, 255, 255, 255};
	static const char *const paths[] = {"out/d", "out/d/f"};
	int dir = ((struct place *)*state)->fd;
	struct lks_error err = {0};
	make_dir(dir, "tree", 0755);
	int tree = sub(dir, "tree");
	make_dir(tree, "d", 0750);
	put(tree, "d/f", "x", 0640);
	close(tree);
	written(dir, ".", "a.tar.zst");
	make_dir(dir, "out", 0700);
	int out = sub(dir, "out");
	int set = fsetxattr(out, "system.posix_acl_default", acl, sizeof acl, 0);
	close(out);
	if (set != 0) {
		skip();
	}
	assert_ok(extract_it(dir, "a.tar.zst", "out", NULL, false, &err));
	for (size_t i = 0; i < 2; i++) {
		int fd = openat(dir, paths[i], O_RDONLY | O_CLOEXEC);
		assert_true(fd >= 0);
		assert_int_equal(fgetxattr(fd, "system.posix_acl_access", NULL, 0), -1);
		assert_int_equal(fgetxattr(fd, "system.posix_acl_default", NULL, 0), -1);
		close(fd);
	}
	assert_int_equal(mode_of(dir, "out/d/f"), 0640);
}

/* A file-size limit stands for a full disk: an error of its own, and no file. */
static void no_space_leaves_nothing(void **state)
{
	int dir = ((struct place *)*state)->fd;
	make_dir(dir, "where", 0700);
	everything(dir);
	written(dir, ".", "good.tar.zst");
	for (unsigned i = 0; i < 8; i++) {
		pid_t child = fork();
		if (child == 0) {
			struct lks_error err = {0};
			struct lks_archive_summary summary;
			struct rlimit limit = {.rlim_cur = i * 700000, .rlim_max = RLIM_INFINITY};
			signal(SIGXFSZ, SIG_IGN);
			int where = sub(dir, "where"), root = sub(dir, "tree");
			setrlimit(RLIMIT_FSIZE, &limit);
			int status;
			if (i % 2) {
				struct lks_archive_write_options options = {.root_fd = root, .path = ".", .directory_fd = where, .name = "x", .level = 1, .threads = 2, .key = forge_key};
				status = lks_archive_write(&summary, &options, NULL, &err);
			} else {
				struct lks_archive_extract_options options = {.archive_dir_fd = dir, .archive = "good.tar.zst", .key = forge_key, .to_fd = where, .threads = 2};
				status = lks_archive_extract(&summary, &options, NULL, &err);
			}
			_exit(status == 0 ? 0 : status == LKS_E_NO_SPACE ? 1 : 2);
		}
		int status;
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
		if (WEXITSTATUS(status) == 1) {
			assert_int_equal(entries(dir, "where"), 0);
		} else {
			struct lks_error err = {0};
			assert_ok(lks_fs_remove(dir, "where", &err));
			make_dir(dir, "where", 0700);
		}
	}
}

/* Few descriptors are enough, however deep or wide the tree. */
static void descriptors_are_few(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct rlimit before, few = {.rlim_cur = 128};
	everything(dir);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few.rlim_max = before.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	struct lks_error err = {0};
	written(dir, ".", "a.tar.zst");
	make_dir(dir, "out", 0700);
	assert_ok(extract_it(dir, "a.tar.zst", "out", NULL, false, &err));
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

int main(void)
{
	umask(077); /* modes are exact, whatever the umask */
	const struct CMUnitTest tests[] = {
		in_place(a_tree_comes_back),
		in_place(others_read_it),
		in_place(parts_come_back),
		in_place(lists_tell_all),
		in_place(excluded_and_odd_things_stay_out),
		in_place(options_are_checked),
		in_place(a_moving_file_is_stored_and_told),
		in_place(a_moving_tree_is_archived),
		in_place(cancelling_leaves_nothing),
		in_place(what_exists_stays),
		in_place(a_race_does_not_escape),
		in_place(without_root_rights_are_kept_small),
		in_place(acls_of_the_place_stay_out),
		in_place(no_space_leaves_nothing),
		in_place(descriptors_are_few),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

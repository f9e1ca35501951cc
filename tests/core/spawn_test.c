/* Programs: started without a shell, watched, fenced, and never left behind. */
#include "support.h"

#include <ctype.h>
#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "lockstep/spawn.h"

#include "../seccomp/forbid.h"

#define NOBODY 65534

struct outcome {
	int status;
	struct lks_buffer output, errors;
};

static const char *const plain_environment[] = {"PATH=/usr/bin:/bin", NULL};

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int finish(struct lks_spawn *spawn, struct outcome *outcome, struct lks_error *err)
{
	bool ended = false;
	int status = 0;
	int64_t limit = now_ms() + 20000;
	while (status == 0 && !ended && now_ms() < limit) {
		status = lks_spawn_poll(spawn, 1000, &outcome->output, &outcome->errors, &ended, err);
	}
	assert_true(ended);
	outcome->status = lks_spawn_status(spawn);
	lks_spawn_free(spawn);
	return status;
}

static void forget(struct outcome *outcome)
{
	lks_buffer_dispose(&outcome->output);
	lks_buffer_dispose(&outcome->errors);
	outcome->status = -1;
}

/* Runs a script of sh; the arguments are in $1 …, the writable paths may be NULL. */
static struct outcome run(const char *script, const char *first, const char *second, const char *const *writable)
{
	struct lks_error err = {0};
	struct outcome outcome = {0};
	struct lks_spawn *spawn = NULL;
	const char *argv[] = {"/bin/sh", "-c", script, "sh", first, second, NULL};
	struct lks_spawn_options options = {.argv = argv, .envp = plain_environment, .writable = writable};
	assert_ok(lks_spawn_start(&spawn, &options, &err));
	assert_ok(finish(spawn, &outcome, &err));
	return outcome;
}

static void output_and_status(void **state UNUSED)
{
	struct outcome outcome = run("echo out; echo err >&2; exit 7", NULL, NULL, NULL);
	assert_int_equal(outcome.status, 7);
	assert_string_equal(lks_buffer_text(&outcome.output), "out\n");
	assert_string_equal(lks_buffer_text(&outcome.errors), "err\n");
	forget(&outcome);
	outcome = run("kill -TERM $$", NULL, NULL, NULL);
	assert_int_equal(outcome.status, 128 + SIGTERM);
	forget(&outcome);
	outcome = run("head -c 9000000 /dev/zero; head -c 1000000 /dev/zero >&2", NULL, NULL, NULL);
	assert_int_equal(outcome.status, 0);
	assert_int_equal(outcome.output.length, 9000000);
	assert_int_equal(outcome.errors.length, 1000000);
	forget(&outcome);
}

static void arguments_meet_no_shell(void **state UNUSED)
{
	struct outcome outcome = run("printf '<%s>' \"$@\"", "2.4.6;id", "$(id)\n`id` '\"", NULL);
	assert_string_equal(lks_buffer_text(&outcome.output), "<2.4.6;id><$(id)\n`id` '\">");
	forget(&outcome);
}

static void nothing_is_inherited(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	struct outcome outcome = {0};
	struct lks_spawn *spawn = NULL;
	const char *argv[] = {"/bin/sh", "-c", "pwd; env; ls /proc/self/fd; grep -E 'SigBlk|SigIgn|NoNewPrivs' /proc/self/status; cat", NULL};
	const char *envp[] = {"PATH=/usr/bin:/bin", "ONLY=this", NULL};
	struct lks_spawn_options options = {.argv = argv, .envp = envp, .directory = place->path, .input = "fed\0in", .input_length = 6};
	sigset_t set, before;
	setenv("COMPOSER_VENDOR_DIR", "/live", 1);
	int leak = dup(place->fd); /* not close-on-exec */
	assert_int_equal(fcntl(leak, F_GETFD), 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, &before);
	signal(SIGPIPE, SIG_IGN);
	assert_ok(lks_spawn_start(&spawn, &options, &err));
	sigprocmask(SIG_SETMASK, &before, NULL);
	signal(SIGPIPE, SIG_DFL);
	assert_ok(finish(spawn, &outcome, &err));
	close(leak);
	const char *text = lks_buffer_text(&outcome.output);
	assert_true(strncmp(text, place->path, strlen(place->path)) == 0);
	assert_non_null(strstr(text, "\nONLY=this\n"));
	assert_null(strstr(text, "COMPOSER_VENDOR_DIR"));
	assert_non_null(strstr(text, "\n0\n1\n2\n3\n")); /* 3 is ls's own */
	assert_null(strstr(text, "\n4\n"));
	assert_non_null(strstr(text, "SigBlk:\t0000000000000000"));
	assert_non_null(strstr(text, "SigIgn:\t0000000000000000"));
	assert_non_null(strstr(text, "NoNewPrivs:\t1"));
	assert_memory_equal(text + outcome.output.length - 6, "fed\0in", 6);
	forget(&outcome);
}

static void failures_to_start_are_told(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	struct lks_spawn *spawn = NULL;
	const char *argv[] = {"/nowhere/at/all", NULL};
	struct lks_spawn_options options = {.argv = argv, .envp = plain_environment};
	assert_int_equal(lks_spawn_start(&spawn, &options, &err), LKS_E_CHILD);
	assert_string_equal(err.path, "/nowhere/at/all");
	assert_int_equal(err.sys, ENOENT);
	lks_error_clear(&err);
	char path[300];
	put(place->fd, "text", "no program", 0600);
	snprintf(path, sizeof path, "%s/text", place->path);
	argv[0] = path;
	assert_int_equal(lks_spawn_start(&spawn, &options, &err), LKS_E_CHILD);
	assert_int_equal(err.sys, EACCES);
	lks_error_clear(&err);
	argv[0] = "/bin/true";
	options.directory = "/nowhere";
	assert_int_equal(lks_spawn_start(&spawn, &options, &err), LKS_E_CHILD);
	assert_string_equal(err.path, "/nowhere");
	lks_error_clear(&err);
	options.directory = NULL;
	argv[0] = "true";
	assert_status(lks_spawn_start(&spawn, &options, &err), LKS_E_INVALID);
	const char *writable[] = {"/nowhere/at/all", NULL};
	argv[0] = "/bin/true";
	options.writable = writable;
	assert_int_equal(lks_spawn_start(&spawn, &options, &err), LKS_E_NOT_FOUND);
	assert_string_equal(err.path, "/nowhere/at/all");
	assert_null(spawn);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no child is left to be reaped */
	assert_int_equal(errno, ECHILD);
}

/* How many descriptors this process has open. */
static int count_descriptors(void)
{
	int count = 0;
	DIR *dir = opendir("/proc/self/fd");
	while (readdir(dir)) {
		count++;
	}
	closedir(dir);
	return count;
}

static void no_descriptor_is_left(void **state UNUSED)
{
	const char *writable[] = {"/tmp", NULL};
	struct lks_error err = {0};
	struct lks_spawn *spawn = NULL;
	const char *argv[] = {"/nowhere", NULL};
	struct lks_spawn_options options = {.argv = argv, .envp = plain_environment, .writable = writable, .input = "x", .input_length = 1};
	int before = count_descriptors();
	assert_int_equal(lks_spawn_start(&spawn, &options, &err), LKS_E_CHILD);
	assert_int_equal(count_descriptors(), before);
	argv[0] = "/bin/true";
	lks_error_clear(&err);
	assert_ok(lks_spawn_start(&spawn, &options, &err));
	lks_spawn_free(spawn);
	assert_int_equal(count_descriptors(), before);
	lks_spawn_free(NULL);
}

/* Is there a living process (no zombie) whose command line has this word? */
static bool is_running(const char *word)
{
	bool found = false;
	DIR *dir = opendir("/proc");
	for (struct dirent *entry; !found && (entry = readdir(dir));) {
		char path[300], text[1024] = "";
		if (!isdigit((unsigned char)entry->d_name[0]) || atoi(entry->d_name) == getpid()) {
			continue;
		}
		snprintf(path, sizeof path, "/proc/%s/cmdline", entry->d_name);
		int fd = open(path, O_RDONLY);
		ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
		if (fd >= 0) {
			close(fd);
		}
		found = length > 0 && memmem(text, (size_t)length, word, strlen(word));
	}
	closedir(dir);
	return found;
}

static bool is_gone_soon(const char *word)
{
	for (int i = 0; i < 100; i++) {
		if (!is_running(word)) {
			return true;
		}
		usleep(20000);
	}
	return false;
}

static void free_ends_the_whole_group(void **state UNUSED)
{
	struct lks_error err = {0};
	struct lks_spawn *spawn = NULL;
	struct outcome outcome = {0};
	bool ended = false;
	char word[64];
	snprintf(word, sizeof word, "30%d.5", getpid()); /* seconds that no other sleep has */
	const char *argv[] = {"/bin/sh", "-c", "trap '' TERM HUP; sleep $1 & echo ready; sleep $1; true", "sh", word, NULL};
	struct lks_spawn_options options = {.argv = argv, .envp = plain_environment};
	assert_ok(lks_spawn_start(&spawn, &options, &err));
	while (outcome.output.length == 0) {
		assert_ok(lks_spawn_poll(spawn, 1000, &outcome.output, &outcome.errors, &ended, &err));
	}
	assert_false(ended);
	assert_true(is_running(word));
	lks_spawn_free(spawn);
	assert_true(is_gone_soon(word));
	forget(&outcome);
}

static void signals_reach_the_group(void **state UNUSED)
{
	struct lks_error err = {0};
	struct lks_spawn *spawn = NULL;
	struct outcome outcome = {0};
	const char *argv[] = {"/bin/sh", "-c", "sleep 300; exit 3", NULL};
	struct lks_spawn_options options = {.argv = argv, .envp = plain_environment};
	int64_t start = now_ms();
	assert_ok(lks_spawn_start(&spawn, &options, &err));
	lks_spawn_signal(spawn, SIGTERM);
	assert_ok(finish(spawn, &outcome, &err));
	assert_int_equal(outcome.status, 128 + SIGTERM);
	assert_true(now_ms() - start < 5000);
	forget(&outcome);
}

static void a_lingering_child_is_not_waited_for(void **state UNUSED)
{
	char word[64];
	int64_t start = now_ms();
	snprintf(word, sizeof word, "31%d.5", getpid());
	struct outcome outcome = run("sleep $1 & echo done", word, NULL, NULL);
	assert_int_equal(outcome.status, 0);
	assert_string_equal(lks_buffer_text(&outcome.output), "done\n");
	assert_true(now_ms() - start < 10000);
	assert_true(is_gone_soon(word));
	forget(&outcome);
}

static void a_killed_parent_leaves_none(void **state UNUSED)
{
	char word[64];
	int ready[2];
	snprintf(word, sizeof word, "32%d.5", getpid());
	assert_int_equal(pipe(ready), 0);
	pid_t pid = fork();
	if (pid == 0) {
		struct lks_error err = {0};
		struct lks_spawn *spawn = NULL;
		const char *argv[] = {"/bin/sleep", word, NULL};
		struct lks_spawn_options options = {.argv = argv, .envp = plain_environment};
		int status = lks_spawn_start(&spawn, &options, &err);
		ssize_t put_ = write(ready[1], status ? "n" : "y", 1);
		(void)put_;
		pause();
		_exit(0);
	}
	char answer = 0;
	assert_int_equal(read(ready[0], &answer, 1), 1);
	assert_int_equal(answer, 'y');
	assert_true(is_running(word));
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_true(is_gone_soon(word));
	close(ready[0]);
	close(ready[1]);
}

static void fence_or_skip(void)
{
	if (lks_fence_available() == LKS_FENCE_NONE) {
		print_message("this kernel has no fence of this kind\n");
		skip();
	}
}

/* Writes attempt with base for each "%s" in it. */
static void script_at(char *script, size_t size, const char *attempt, const char *base)
{
	size_t length = 0;
	for (const char *at = attempt; *at;) {
		bool here = strncmp(at, "%s", 2) == 0;
		length += (size_t)snprintf(script + length, size - length, "%.*s", here ? (int)strlen(base) : 1, here ? base : at);
		assert_true(length < size);
		at += here ? 2 : 1;
	}
}

/* Each line must fail outside and succeed inside; $1 is the outside directory, $2 the inside one. */
static void the_fence_holds(void **state)
{
	const struct place *place = *state;
	static const char *const attempts[] = {
		"echo x > %s/new",
		"echo x > %s/file",
		"echo x >> %s/file",
		"rm %s/file",
		"rm -r %s/dir",
		"rmdir %s/empty",
		"mkdir %s/made",
		"mkfifo %s/fifo",
		"ln -s x %s/symlink",
		"ln %s/file %s/linked",
		"mv %s/file %s/renamed",
		"truncate -s 0 %s/file",
		"dd if=/dev/zero of=%s/file conv=notrunc bs=1 count=1",
		"perl -e 'truncate(\"%s/file\", 0) or exit 1'",
		"bash -c 'exec 3<>%s/file'",
		"(cd %s && echo x > dir/../file)",
		"cp /bin/true %s/file",
	};
	fence_or_skip();
	char inside[300], outside[300];
	snprintf(inside, sizeof inside, "%s/inside", place->path);
	snprintf(outside, sizeof outside, "%s/outside", place->path);
	const char *writable[] = {inside, NULL};
	for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
		for (int side = 0; side < 2; side++) {
			const char *base = side ? inside : outside;
			char script[1000];
			const char *names[] = {"outside", "inside"};
			make_dir(place->fd, names[side], 0700);
			int dir = openat(place->fd, names[side], O_RDONLY | O_DIRECTORY);
			put(dir, "file", "old", 0600);
			make_dir(dir, "dir", 0700);
			put(dir, "dir/file", "old", 0600);
			make_dir(dir, "empty", 0700);
			if (!side) {
				make_dir(place->fd, "inside", 0700);
			}
			script_at(script, sizeof script, attempts[i], base);
			struct outcome outcome = run(script, NULL, NULL, writable);
			if (side ? outcome.status != 0 : outcome.status == 0) {
				fail_msg("%s: %d %s", script, outcome.status, lks_buffer_text(&outcome.errors));
			}
			if (!side) { /* nothing of it is different, and nothing is new */
				assert_file(dir, "file", "old");
				assert_file(dir, "dir/file", "old");
				assert_true(exists(dir, "empty"));
				static const char *const none[] = {"new", "made", "fifo", "symlink", "linked", "renamed"};
				for (size_t k = 0; k < 6; k++) {
					assert_false(exists(dir, none[k]));
				}
			}
			close(dir);
			forget(&outcome);
			char command[700];
			snprintf(command, sizeof command, "rm -rf %s %s", inside, outside);
			assert_int_equal(system(command), 0);
		}
	}
}

static void the_fence_sees_through_symlinks_and_moves(void **state)
{
	const struct place *place = *state;
	char inside[300], outside[300];
	fence_or_skip();
	make_dir(place->fd, "inside", 0700);
	make_dir(place->fd, "outside", 0700);
	put(place->fd, "outside/file", "old", 0600);
	put(place->fd, "inside/own", "own", 0600);
	assert_int_equal(symlinkat("../outside", place->fd, "inside/way"), 0);
	snprintf(inside, sizeof inside, "%s/inside", place->path);
	snprintf(outside, sizeof outside, "%s/outside", place->path);
	const char *writable[] = {inside, NULL};
	static const char *const scripts[] = {
		"echo x > $2/way/file", "rm $2/way/file", "mv $1/file $2/stolen", "mv $2/own $1/given", "ln $1/file $2/linked", "rm -rf $2/way/",
		"(setsid sh -c \"echo x > $1/file\"); grep -q x $1/file", /* children and sessions of their own are behind it too */
	};
	for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
		struct outcome outcome = run(scripts[i], outside, inside, writable);
		if (outcome.status == 0 || !exists(place->fd, "outside/file")) {
			fail_msg("%s: %d", scripts[i], outcome.status);
		}
		assert_file(place->fd, "outside/file", "old");
		/* between two mounts mv copies, and fails to remove: a copy is no harm */
		assert_false(exists(place->fd, "inside/stolen") && lks_fence_available() == LKS_FENCE_LANDLOCK);
		assert_false(exists(place->fd, "outside/given"));
		forget(&outcome);
	}
}

static void the_fence_lets_harmless_things_pass(void **state)
{
	const struct place *place = *state;
	char inside[300], single[300];
	fence_or_skip();
	make_dir(place->fd, "inside", 0700);
	make_dir(place->fd, "inside/a", 0700);
	make_dir(place->fd, "inside/b", 0700);
	put(place->fd, "single", "old", 0600);
	put(place->fd, "live", "live", 0600);
	snprintf(inside, sizeof inside, "%s/inside", place->path);
	snprintf(single, sizeof single, "%s/single", place->path);
	const char *writable[] = {inside, single, NULL};
	struct outcome outcome = run("set -e; cd $1; echo x > /dev/null; head -c 4 /dev/urandom > a/file; mv a/file b/file; mv a b/c; ls / > list;"
		"echo new > $2; cat ../live",
		inside, single, writable);
	assert_string_equal(lks_buffer_text(&outcome.errors), "");
	assert_int_equal(outcome.status, 0);
	assert_string_equal(lks_buffer_text(&outcome.output), "live");
	assert_file(place->fd, "single", "new\n");
	assert_true(exists(place->fd, "inside/b/c"));
	forget(&outcome);
	/* what Landlock is known not to stop: who needs that proved compares two scans */
	bool stopped = lks_fence_available() == LKS_FENCE_NAMESPACE;
	char path[320];
	snprintf(path, sizeof path, "%s/live", place->path);
	outcome = run("chmod 640 $1", path, NULL, writable);
	assert_int_equal(outcome.status != 0, stopped);
	assert_int_equal(mode_of(place->fd, "live"), stopped ? 0600 : 0640);
	forget(&outcome);
	const char *nothing[] = {NULL};
	outcome = run("echo x > $1", single, NULL, nothing); /* an empty list is a fence without a gate */
	assert_int_not_equal(outcome.status, 0);
	forget(&outcome);
}

/* Ways around the fence that root, or the same user, would have: all must fail. */
static void nobody_leaves_the_fence(void **state)
{
	const struct place *place = *state;
	char inside[300], outside[300];
	fence_or_skip();
	make_dir(place->fd, "inside", 0700);
	put(place->fd, "outside", "old", 0600);
	snprintf(inside, sizeof inside, "%s/inside", place->path);
	snprintf(outside, sizeof outside, "%s/outside", place->path);
	const char *writable[] = {inside, NULL};
	static const char *const scripts[] = {
		"echo x > /proc/$PPID/root$1",           /* the root directory of who is not behind it */
		"nsenter -t $PPID -m sh -c \"echo x > $1\"", /* its mounts */
		"mount -o remount,bind,rw / && echo x > $1",
		"umount -l /; echo x > $1",
		"unshare -m sh -c \"mount -o remount,bind,rw /; echo x > $1\"",
		"unshare -rm sh -c \"mount -o remount,bind,rw /; mount -t tmpfs t $2; echo x > $1\"",
		"mknod $2/null c 1 3",
		"test -c /dev/kmsg && : > /dev/kmsg",
		"perl -e 'my $d = shift; opendir D, $d; chdir \"..\" for 1..50; open F, \">\", $ARGV[0] or exit 1; print F 1' $2 $1",
	};
	for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
		struct outcome outcome = run(scripts[i], outside, inside, writable);
		if (outcome.status == 0) {
			fail_msg("%s", scripts[i]);
		}
		assert_file(place->fd, "outside", "old");
		forget(&outcome);
	}
}

/* What stands in mountinfo of this process. */
static void read_mounts(char *text, size_t size)
{
	size_t length = 0;
	ssize_t got;
	int fd = open("/proc/self/mountinfo", O_RDONLY);
	while ((got = read(fd, text + length, size - 1 - length)) > 0) {
		length += (size_t)got;
	}
	text[length] = '\0';
	close(fd);
}

/* Volumes in writable places stay writable, volumes elsewhere do not; and nothing of it is to be seen outside. */
static void mounts_are_met(void **state)
{
	const struct place *place = *state;
	static char before[200000], after[200000];
	char inside[300], outside[300], bound[330], volume[330];
	fence_or_skip();
	if (geteuid() != 0 || unshare(CLONE_NEWNS) != 0) {
		skip();
	}
	make_dir(place->fd, "inside", 0700);
	make_dir(place->fd, "inside/volume", 0700);
	make_dir(place->fd, "out side", 0700);
	snprintf(inside, sizeof inside, "%s/inside", place->path);
	snprintf(volume, sizeof volume, "%s/volume", inside);
	snprintf(bound, sizeof bound, "%s/volume/bound", inside);
	snprintf(outside, sizeof outside, "%s/out side", place->path);
	assert_int_equal(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	assert_int_equal(mount("volume", volume, "tmpfs", MS_NOSUID | MS_NOEXEC, NULL), 0);
	assert_int_equal(mount("volume", outside, "tmpfs", 0, NULL), 0);
	assert_int_equal(mkdir(bound, 0700), 0); /* not by place->fd, which stays in the namespace that was left */
	assert_int_equal(mount(outside, bound, NULL, MS_BIND, NULL), 0);
	assert_int_equal(mount(NULL, bound, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL), 0);
	assert_int_equal(mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL), 0); /* as systemd leaves it */
	read_mounts(before, sizeof before);
	const char *writable[] = {inside, NULL};
	struct outcome outcome = run("echo x > $1/volume/file || exit 1; echo x > \"$2/file\" && exit 2; echo x > $1/volume/bound/file && exit 3; exit 0",
		inside, outside, writable);
	assert_int_equal(outcome.status, 0);
	forget(&outcome);
	read_mounts(after, sizeof after);
	assert_string_equal(before, after);
	snprintf(before, sizeof before, "%s/file", volume);
	assert_int_equal(access(before, F_OK), 0); /* on the volume, not in the directory below it */
	assert_int_equal(umount2(bound, MNT_DETACH) | umount2(volume, MNT_DETACH) | umount2(outside, MNT_DETACH), 0);
}

/* The program sees its user, its working directory and what else it needs as they are without a fence. */
static void the_fence_is_not_felt(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	char text[64], spaced[300];
	fence_or_skip();
	make_dir(place->fd, "with space", 0700);
	snprintf(spaced, sizeof spaced, "%s/with space", place->path);
	const char *writable[] = {spaced, NULL};
	const char *argv[] = {"/bin/sh", "-c", "echo here > file; mkdir d; chmod 750 d; id -u; id -g; pwd; cat /proc/self/comm; ls -l /dev/pts >/dev/null; cat file", NULL};
	for (int given = 0; given < 2; given++) {
		struct outcome outcome = {0};
		struct lks_spawn *spawn = NULL;
		int before = open(".", O_RDONLY | O_DIRECTORY);
		struct lks_spawn_options options = {.argv = argv, .envp = plain_environment, .writable = writable, .directory = given ? spaced : NULL};
		assert_int_equal(given ? 0 : chdir(spaced), 0); /* the caller's own one may be a writable place too */
		int status = lks_spawn_start(&spawn, &options, &err);
		assert_int_equal(fchdir(before), 0);
		close(before);
		assert_ok(status);
		assert_ok(finish(spawn, &outcome, &err));
		assert_string_equal(lks_buffer_text(&outcome.errors), given ? "mkdir: cannot create directory 'd': File exists\n" : "");
		snprintf(text, sizeof text, "%u\n%u\n", geteuid(), getegid());
		assert_memory_equal(lks_buffer_text(&outcome.output), text, strlen(text));
		assert_non_null(strstr(lks_buffer_text(&outcome.output), "/with space\ncat\nhere\n"));
		forget(&outcome);
	}
	assert_int_equal(mode_of(place->fd, "with space/d"), 0750);
	struct stat st;
	assert_int_equal(fstatat(place->fd, "with space/file", &st, 0), 0);
	assert_int_equal(st.st_uid, geteuid());
	assert_int_equal(st.st_gid, getegid());
}

static void without_a_fence_nothing_starts(void **state UNUSED)
{
	struct lks_error err = {0};
	struct lks_spawn *spawn = NULL;
	const char *writable[] = {"/tmp", NULL}, *argv[] = {"/bin/true", NULL};
	struct lks_spawn_options options = {.argv = argv, .envp = plain_environment, .writable = writable};
	assert_int_equal(lks_fence_available(), LKS_FENCE_NONE);
	assert_int_equal(lks_spawn_start(&spawn, &options, &err), LKS_E_UNSUPPORTED);
	assert_non_null(strstr(err.hint, "Landlock"));
	struct outcome outcome = run("exit 3", NULL, NULL, NULL);
	assert_int_equal(outcome.status, 3);
	forget(&outcome);
}

static const struct CMUnitTest fence_tests[] = {
	in_place(the_fence_holds),
	in_place(the_fence_sees_through_symlinks_and_moves),
	in_place(the_fence_lets_harmless_things_pass),
	in_place(nobody_leaves_the_fence),
	in_place(the_fence_is_not_felt),
	in_place(mounts_are_met),
	cmocka_unit_test(a_killed_parent_leaves_none),
	cmocka_unit_test(free_ends_the_whole_group),
	cmocka_unit_test(no_descriptor_is_left),
};

static void become(uid_t user)
{
	if (geteuid() != user && (setresgid(user, user, user) != 0 || setresuid(user, user, user) != 0)) {
		perror("setresuid");
		_exit(1);
	}
	if (getenv("TMPDIR") && access(getenv("TMPDIR"), W_OK) != 0) {
		unsetenv("TMPDIR");
	}
	prctl(PR_SET_DUMPABLE, 1); /* as after an execve: /proc/self is the user's own */
}

/* Asked of the kernel itself: then there must be a fence too. */
static bool can_unshare(void)
{
	int status = -1;
	pid_t pid = fork();
	if (pid == 0) {
		_exit(unshare(geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) == 0 ? 0 : 1);
	}
	return waitpid(pid, &status, 0) == pid && status == 0;
}

/* In a process of its own, as filters stay for good and the kind of fence is found once: 0 when all went well. */
static int in_other_world(bool landlock, bool namespaces, uid_t user)
{
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0) {
		become(user);
		if ((!landlock && !forbid_landlock()) || (!namespaces && !forbid_namespaces())) {
			perror("seccomp");
			_exit(1);
		}
		enum lks_fence wanted = landlock ? LKS_FENCE_LANDLOCK : namespaces ? LKS_FENCE_NAMESPACE : LKS_FENCE_NONE;
		print_message("fence %d as user %u: %d\n", wanted, user, lks_fence_available());
		int failed = 0;
		if (lks_fence_available() == wanted && wanted != LKS_FENCE_NONE) {
			failed = cmocka_run_group_tests_name("fence", fence_tests, NULL, NULL);
		} else if (wanted == LKS_FENCE_NONE) {
			const struct CMUnitTest none[] = {cmocka_unit_test(without_a_fence_nothing_starts)};
			failed = cmocka_run_group_tests_name("no fence", none, NULL, NULL);
		} else if (can_unshare() && namespaces) {
			print_message("namespaces can be had, but no fence\n");
			failed = 1;
		} else {
			print_message("SKIPPED: this kernel has no fence of this kind\n");
		}
		exit(failed);
	}
	int status = -1;
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(output_and_status),
		cmocka_unit_test(arguments_meet_no_shell),
		in_place(nothing_is_inherited),
		in_place(failures_to_start_are_told),
		cmocka_unit_test(no_descriptor_is_left),
		cmocka_unit_test(free_ends_the_whole_group),
		cmocka_unit_test(signals_reach_the_group),
		cmocka_unit_test(a_lingering_child_is_not_waited_for),
		cmocka_unit_test(a_killed_parent_leaves_none),
	};
	uid_t me = geteuid(), other = me == 0 ? NOBODY : me;
	int failed = 0;
	for (int i = 0; i < 2 && (i == 0 || other != me); i++) {
		uid_t user = i == 0 ? me : other;
		failed += in_other_world(true, true, user) + in_other_world(false, true, user) + in_other_world(false, false, user);
	}
	return failed + cmocka_run_group_tests(tests, NULL, NULL);
}

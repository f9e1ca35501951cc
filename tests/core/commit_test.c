/* The commit and its way back: done, undone, recovered from each state that a kill or a stranger can leave. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "../faults/commit_site.h"
#include "../faults/no_flags.h"
#include "commit/entry.h"
#include "commit/exchange.h"
#include "commit/journal.h"
#include "lockstep/commit.h"
#include "lockstep/fs.h"
#include "lockstep/hash.h"

static char root[64];
static int root_fd = -1;

static int make_site(void **state)
{
	(void)state;
	strcpy(root, "/tmp/lockstep-commit-XXXXXX");
	if (mkdtemp(root) == NULL) {
		return 1;
	}
	root_fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return root_fd < 0 || site_make(root_fd) != 0;
}

static int drop_site(void **state)
{
	struct lks_error err = {0};
	int tmp = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int status = lks_fs_remove(tmp, root + 5, &err);

	(void)state;
	close(tmp);
	close(root_fd);
	return status;
}

static void again(void)
{
	assert_int_equal(drop_site(NULL), 0);
	assert_int_equal(make_site(NULL), 0);
}

static void expect_site(const char *letters)
{
	char told[SITE_ITEMS + 1];

	site_tell(told, root_fd);
	assert_string_equal(told, letters);
}

static int run(struct lks_error *err)
{
	return lks_commit_run(NULL, root_fd, SITE_STATE, SITE_STAGE, site_items, SITE_ITEMS, SITE_LABEL, err);
}

static void must_run(void)
{
	struct lks_error err = {0};

	if (run(&err) != 0) {
		fail_msg("%s (%s)", err.message, err.path);
	}
}

static void expect_pending(enum lks_pending_state state, size_t done)
{
	struct lks_error err = {0};
	struct lks_pending pending;

	assert_int_equal(lks_commit_pending(&pending, root_fd, SITE_STATE, &err), 0);
	assert_int_equal(pending.state, state);
	if (state == LKS_PENDING_NONE) {
		assert_null(pending.stage);
		assert_null(pending.label);
	} else {
		assert_int_equal(pending.items, SITE_ITEMS);
		assert_int_equal(pending.done, done);
		assert_string_equal(pending.stage, SITE_STAGE);
		assert_string_equal(pending.label, SITE_LABEL);
	}
	lks_pending_dispose(&pending);
}

static void expect_recovered(enum lks_recovered expected)
{
	struct lks_error err = {0};
	enum lks_recovered recovered;

	if (lks_commit_recover(&recovered, root_fd, SITE_STATE, &err) != 0) {
		fail_msg("%s (%s)", err.message, err.path);
	}
	assert_int_equal(recovered, expected);
}

static int state_dir(void)
{
	return openat(root_fd, SITE_STATE, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Writes the journal anew with another state, as a kill would have left it. */
static void pretend(enum lks_journal_state state)
{
	struct lks_error err = {0};
	struct lks_journal journal;
	int fd = state_dir();

	assert_int_equal(lks_journal_read(&journal, fd, "journal", &err), 0);
	journal.state = state;
	assert_int_equal(lks_journal_write(fd, &journal, &err), 0);
	lks_journal_dispose(&journal);
	close(fd);
}

/* Does or undoes one item by itself, as somebody who was killed afterwards. */
static void flip(size_t index, bool back)
{
	struct lks_error err = {0};
	struct lks_journal journal;
	int fd = state_dir();

	assert_int_equal(lks_journal_read(&journal, fd, "journal", &err), 0);
	assert_int_equal(back ? lks_exchange_undo(root_fd, &journal, index, &err) : lks_exchange_do(root_fd, &journal, index, NULL, &err), 0);
	lks_journal_dispose(&journal);
	close(fd);
}

static void runs_and_closes(void **state)
{
	struct lks_error err = {0};
	struct stat st;

	(void)state;
	expect_site(site_old);
	expect_pending(LKS_PENDING_NONE, 0);
	must_run();
	expect_site(site_new);
	expect_pending(LKS_PENDING_COMMITTED, SITE_ITEMS);
	assert_int_equal(fstatat(root_fd, SITE_STATE "/journal", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(lks_commit_close(root_fd, SITE_STATE, NULL, &err), 0);
	expect_pending(LKS_PENDING_NONE, 0);
	expect_site(site_new);
	assert_int_equal(lks_commit_close(root_fd, SITE_STATE, NULL, &err), LKS_E_NOT_FOUND);
}

static void reverts(void **state)
{
	struct lks_error err = {0};

	(void)state;
	must_run();
	assert_int_equal(lks_commit_revert(root_fd, SITE_STATE, &err), 0);
	expect_site(site_old);
	expect_pending(LKS_PENDING_NONE, 0);
	assert_int_equal(lks_commit_revert(root_fd, SITE_STATE, &err), LKS_E_NOT_FOUND);
	must_run();
	expect_site(site_new);
}

static void undoes_a_closed_commit(void **state)
{
	struct lks_error err = {0};

	(void)state;
	assert_int_equal(lks_commit_undo_check(root_fd, SITE_STATE, "undo/run/journal", &err), LKS_E_NOT_FOUND);
	lks_error_clear(&err);
	must_run();
	assert_int_equal(lks_commit_close(root_fd, SITE_STATE, "undo/run/journal", &err), 0);
	expect_pending(LKS_PENDING_NONE, 0);
	assert_int_equal(lks_commit_undo_check(root_fd, SITE_STATE, "undo/run/journal", &err), 0);
	assert_int_equal(lks_commit_undo(NULL, root_fd, SITE_STATE, "undo/run/journal", SITE_LABEL, &err), 0);
	expect_site(site_old);
	expect_pending(LKS_PENDING_COMMITTED, SITE_ITEMS);
	/* its own inverse: Confirm may fail here too */
	assert_int_equal(lks_commit_revert(root_fd, SITE_STATE, &err), 0);
	expect_site(site_new);
	assert_int_equal(lks_commit_undo(NULL, root_fd, SITE_STATE, "undo/run/journal", SITE_LABEL, &err), 0);
	assert_int_equal(lks_commit_close(root_fd, SITE_STATE, "undo/run/redo", &err), 0);
	/* already undone */
	assert_int_equal(lks_commit_undo(NULL, root_fd, SITE_STATE, "undo/run/journal", SITE_LABEL, &err), LKS_E_CHANGED);
	assert_non_null(strstr(err.message, "8 of its 8"));
	lks_error_clear(&err);
	assert_int_equal(lks_commit_undo(NULL, root_fd, SITE_STATE, "undo/run/redo", SITE_LABEL, &err), 0);
	expect_site(site_new);
}

static void undo_refuses_what_changed_since(void **state)
{
	struct lks_error err = {0};

	(void)state;
	must_run();
	assert_int_equal(lks_commit_close(root_fd, SITE_STATE, "undo/run/journal", &err), 0);
	/* somebody's composer writes composer.json anew */
	assert_int_equal(unlinkat(root_fd, "composer.json", 0), 0);
	assert_int_equal(site_put(root_fd, "composer.json", 'F', "new"), 0);
	assert_int_equal(lks_commit_undo_check(root_fd, SITE_STATE, "undo/run/journal", &err), LKS_E_CHANGED);
	assert_string_equal(err.path, "composer.json");
	lks_error_clear(&err);
	assert_int_equal(lks_commit_undo(NULL, root_fd, SITE_STATE, "undo/run/journal", SITE_LABEL, &err), LKS_E_CHANGED);
	expect_site(site_new);
	expect_pending(LKS_PENDING_NONE, 0);
}

/* Every subset of the items done, in each state of the journal: all done is finished, else all is undone. */
static void recovers_every_subset(void **state)
{
	static const enum lks_journal_state states[] = {LKS_JOURNAL_BEGUN, LKS_JOURNAL_COMMITTED, LKS_JOURNAL_REVERTING};
	const unsigned all = (1u << SITE_ITEMS) - 1;

	(void)state;
	must_run();
	for (size_t s = 0; s < 3; s++) {
		for (unsigned set = 0; set <= all; set++) {
			bool finished = set == all && states[s] != LKS_JOURNAL_REVERTING;
			size_t done = 0;

			for (size_t i = 0; i < SITE_ITEMS; i++) {
				done += (set >> i) & 1;
				if (((set >> i) & 1) == 0) {
					flip(i, true);
				}
			}
			pretend(states[s]);
			expect_pending(states[s] == LKS_JOURNAL_COMMITTED ? LKS_PENDING_COMMITTED : LKS_PENDING_BEGUN, done);
			expect_recovered(finished ? LKS_RECOVERED_FINISHED : LKS_RECOVERED_UNDONE);
			expect_site(finished ? site_new : site_old);
			expect_pending(finished ? LKS_PENDING_COMMITTED : LKS_PENDING_NONE, SITE_ITEMS);
			expect_recovered(finished ? LKS_RECOVERED_FINISHED : LKS_RECOVERED_NOTHING); /* again is no harm */
			if (!finished) {
				must_run();
			}
		}
	}
}

static void recover_without_anything(void **state)
{
	struct lks_error err = {0};
	enum lks_recovered recovered;
	struct lks_pending pending;

	(void)state;
	expect_recovered(LKS_RECOVERED_NOTHING);
	assert_int_equal(lks_commit_recover(&recovered, root_fd, "var/none", &err), 0);
	assert_int_equal(recovered, LKS_RECOVERED_NOTHING);
	assert_int_equal(lks_commit_pending(&pending, root_fd, "var/none", &err), 0);
	assert_int_equal(pending.state, LKS_PENDING_NONE);
	assert_int_equal(err.status, 0);
	assert_int_equal(symlinkat(".", root_fd, "link"), 0);
	assert_int_equal(lks_commit_recover(&recovered, root_fd, "link/var/lockstep", &err), LKS_E_UNSAFE);
	lks_error_clear(&err);
	assert_int_equal(lks_commit_pending(&pending, root_fd, "link/var/lockstep", &err), LKS_E_UNSAFE);
	lks_error_clear(&err);
	assert_int_equal(lks_commit_run(NULL, root_fd, "var/none", SITE_STAGE, site_items, SITE_ITEMS, "", &err), LKS_E_NOT_FOUND);
	lks_error_clear(&err);
	assert_int_equal(lks_commit_revert(root_fd, "var/none", &err), LKS_E_NOT_FOUND);
	lks_error_clear(&err);
	assert_int_equal(lks_commit_undo(NULL, root_fd, "var/none", "x", "", &err), LKS_E_NOT_FOUND);
}

/* An entry that is neither side: nothing is touched, and it is named. */
static void stranger_stops_recovery(void **state)
{
	(void)state;
	for (size_t i = 0; i < SITE_ITEMS; i++) {
		for (int side = 0; side < 2; side++) {
			const char *path = side == 0 ? site_items[i].live : site_items[i].staged;
			struct lks_error err = {0};
			enum lks_recovered recovered;
			char before[SITE_ITEMS + 1];

			again();
			must_run();
			flip(SITE_ITEMS - 1, true);
			pretend(LKS_JOURNAL_BEGUN);
			assert_int_equal(lks_fs_remove(root_fd, path, &err), 0);
			assert_int_equal(mkdirat(root_fd, path, 0755), 0);
			site_tell(before, root_fd);
			assert_int_equal(lks_commit_recover(&recovered, root_fd, SITE_STATE, &err), LKS_E_RECOVERY);
			assert_int_equal(recovered, LKS_RECOVERED_NOTHING);
			assert_string_equal(err.path, site_items[i].live);
			assert_non_null(strstr(err.hint, "var/lockstep/journal"));
			expect_site(before);
			lks_error_clear(&err);
			assert_int_equal(run(&err), LKS_E_RECOVERY); /* nor does another commit begin */
			expect_site(before);
		}
	}
}

/* Once the end was written, what somebody changes is theirs: the commit stays done, but reverting would lose it. */
static void stranger_after_the_end(void **state)
{
	struct lks_error err = {0};

	(void)state;
	must_run();
	assert_int_equal(unlinkat(root_fd, "composer.json", 0), 0);
	assert_int_equal(site_put(root_fd, "composer.json", 'F', "own"), 0);
	assert_int_equal(lks_commit_revert(root_fd, SITE_STATE, &err), LKS_E_RECOVERY);
	assert_string_equal(err.path, "composer.json");
	expect_site("nnnnnnnx");
	expect_pending(LKS_PENDING_COMMITTED, SITE_ITEMS - 1);
	expect_recovered(LKS_RECOVERED_FINISHED);
	expect_site("nnnnnnnx");
	/* the first of two is named */
	assert_int_equal(unlinkat(root_fd, "vendor/composer/b.php", 0), 0);
	lks_error_clear(&err);
	assert_int_equal(lks_commit_revert(root_fd, SITE_STATE, &err), LKS_E_RECOVERY);
	assert_string_equal(err.path, "vendor/composer/b.php");
	expect_site("nnnxnnnx");
}

/* After a reboot the device has another number: inode, type and birth decide. */
static void device_numbers_change(void **state)
{
	struct lks_error err = {0};
	struct lks_journal journal;
	int fd;

	(void)state;
	must_run();
	flip(3, true);
	fd = state_dir();
	assert_int_equal(lks_journal_read(&journal, fd, "journal", &err), 0);
	journal.state = LKS_JOURNAL_BEGUN;
	journal.root_device ^= 0xfff;
	for (size_t i = 0; i < journal.count; i++) {
		journal.items[i].old.device ^= 0xfff;
		journal.items[i].new.device ^= 0xfff;
	}
	assert_int_equal(lks_journal_write(fd, &journal, &err), 0);
	expect_recovered(LKS_RECOVERED_UNDONE);
	expect_site(site_old);
	lks_journal_dispose(&journal);

	/* but with the root where it was, another device is another entry */
	must_run();
	assert_int_equal(lks_journal_read(&journal, fd, "journal", &err), 0);
	journal.state = LKS_JOURNAL_BEGUN;
	journal.items[0].old.device ^= 0xfff;
	assert_int_equal(lks_journal_write(fd, &journal, &err), 0);
	enum lks_recovered recovered;
	assert_int_equal(lks_commit_recover(&recovered, root_fd, SITE_STATE, &err), LKS_E_RECOVERY);
	lks_error_clear(&err);
	/* a reused inode number has another birth; a file system that tells none is believed */
	journal.items[0].old.device ^= 0xfff;
	if (journal.items[0].old.born != 0) {
		journal.items[0].old.born++;
		assert_int_equal(lks_journal_write(fd, &journal, &err), 0);
		assert_int_equal(lks_commit_recover(&recovered, root_fd, SITE_STATE, &err), LKS_E_RECOVERY);
		lks_error_clear(&err);
	}
	journal.items[0].old.born = 0;
	journal.items[0].new.born = 0;
	assert_int_equal(lks_journal_write(fd, &journal, &err), 0);
	expect_recovered(LKS_RECOVERED_FINISHED);
	/* an entry of another type is another one */
	journal.items[0].old.type = S_IFREG;
	assert_int_equal(lks_journal_write(fd, &journal, &err), 0);
	assert_int_equal(lks_commit_recover(&recovered, root_fd, SITE_STATE, &err), LKS_E_RECOVERY);
	lks_journal_dispose(&journal);
	close(fd);
}

/* An item that cannot be renamed, wherever it stands in the order: everything before it is undone. */
static void failure_in_the_middle(void **state)
{
	(void)state;
	for (size_t i = 0; i < SITE_ITEMS; i++) {
		struct lks_commit_item items[SITE_ITEMS + 1];
		struct lks_error err = {0};

		again();
		/* into a directory of its own: EINVAL, whatever the privileges */
		assert_int_equal(mkdirat(root_fd, "own", 0755), 0);
		assert_int_equal(mkdirat(root_fd, SITE_STAGE "/own", 0755), 0);
		assert_int_equal(mkdirat(root_fd, SITE_STAGE "/own/below", 0755), 0);
		memcpy(items, site_items, i * sizeof *items);
		items[i] = (struct lks_commit_item){"own/to", SITE_STAGE "/own/below"};
		memcpy(items + i + 1, site_items + i, (SITE_ITEMS - i) * sizeof *items);
		assert_int_equal(fchmodat(root_fd, "own", 0555, 0), 0);
		if (geteuid() == 0) { /* root passes any mode: an immutable directory stops it too */
			char command[160];

			snprintf(command, sizeof command, "chattr +i %s/own 2>/dev/null", root);
			if (system(command) != 0) {
				skip();
			}
		}
		assert_int_equal(lks_commit_run(NULL, root_fd, SITE_STATE, SITE_STAGE, items, SITE_ITEMS + 1, "", &err), LKS_E_ACCESS);
		assert_string_equal(err.path, SITE_STAGE "/own/below");
		if (geteuid() == 0) {
			char command[160];

			snprintf(command, sizeof command, "chattr -i %s/own", root);
			assert_int_equal(system(command), 0);
		}
		assert_int_equal(fchmodat(root_fd, "own", 0755, 0), 0);
		expect_site(site_old);
		expect_pending(LKS_PENDING_NONE, 0);
	}
}

static void refuses_bad_items(void **state)
{
	static const struct {
		struct lks_commit_item items[3];
		size_t count;
		int status;
	} rows[] = {
		{{{"composer.json", SITE_STAGE "/x"}, {"composer.lock", SITE_STAGE "/y"}, {"vendor", SITE_STAGE "/x"}}, 3, LKS_E_INVALID},
		{{{"vendor/a", SITE_STAGE "/x"}, {"vendor.b", SITE_STAGE "/y"}, {"vendor", SITE_STAGE "/z"}}, 3, LKS_E_INVALID},
		{{{"composer.json", SITE_STAGE "/composer.json"}, {"composer.json", SITE_STAGE "/x"}}, 2, LKS_E_INVALID},
		{{{"vendor/magento/tool", SITE_STAGE "/vendor/magento/tool"}, {"vendor/magento/tool/id", SITE_STAGE "/y"}}, 2, LKS_E_INVALID},
		{{{"composer.json", SITE_STAGE "/composer.json"}, {"composer.lock", SITE_STAGE "/composer.json"}}, 2, LKS_E_INVALID},
		{{{"vendor", SITE_STAGE "/vendor"}, {"vendor/magento", SITE_STAGE "/b"}}, 2, LKS_E_INVALID},
		{{{"vendor", "vendor/magento/tool"}}, 1, LKS_E_INVALID},
		{{{"var/lockstep/stage/run/composer.json", "var"}}, 1, LKS_E_INVALID},
		{{{"same", "composer.json"}}, 1, LKS_E_INVALID}, /* "same" is a hard link to it */
		{{{"none", SITE_STAGE "/none"}}, 1, LKS_E_NOT_FOUND},
		{{{"none/composer.json", SITE_STAGE "/composer.json"}}, 1, LKS_E_NOT_FOUND},
		{{{"composer.json", SITE_STAGE "/none/composer.json"}}, 1, LKS_E_NOT_FOUND},
		{{{"../composer.json", SITE_STAGE "/composer.json"}}, 1, LKS_E_UNSAFE},
		{{{"composer.json", "/etc/passwd"}}, 1, LKS_E_UNSAFE},
		{{{"composer.json", SITE_STAGE "/../../../../x"}}, 1, LKS_E_UNSAFE},
		{{{"link/magento/tool", SITE_STAGE "/vendor/magento/tool"}}, 1, LKS_E_UNSAFE},
		{{{"", SITE_STAGE "/x"}}, 1, LKS_E_UNSAFE},
	};
	char huge[65538];
	struct lks_error err = {0};

	(void)state;
	assert_int_equal(linkat(root_fd, "composer.json", root_fd, "same", 0), 0);
	assert_int_equal(symlinkat("vendor", root_fd, "link"), 0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		lks_error_clear(&err);
		if (lks_commit_run(NULL, root_fd, SITE_STATE, SITE_STAGE, rows[i].items, rows[i].count, "", &err) != rows[i].status) {
			fail_msg("row %zu: %s (%s)", i, err.message, err.path);
		}
		expect_pending(LKS_PENDING_NONE, 0);
	}
	expect_site(site_old);

	lks_error_clear(&err);
	assert_int_equal(lks_commit_run(NULL, root_fd, SITE_STATE, "../stage", site_items, SITE_ITEMS, "", &err), LKS_E_UNSAFE);
	lks_error_clear(&err);
	assert_int_equal(lks_commit_run(NULL, root_fd, SITE_STATE, "var/none", site_items, SITE_ITEMS, "", &err), LKS_E_NOT_FOUND);
	lks_error_clear(&err);
	memset(huge, 'x', sizeof huge - 1);
	huge[sizeof huge - 1] = '\0';
	assert_int_equal(lks_commit_run(NULL, root_fd, SITE_STATE, SITE_STAGE, site_items, SITE_ITEMS, huge, &err), LKS_E_LIMIT);
	expect_pending(LKS_PENDING_NONE, 0);
	expect_site(site_old);
	lks_error_clear(&err);
	huge[65536] = '\0';
	assert_int_equal(lks_commit_run(NULL, root_fd, SITE_STATE, SITE_STAGE, site_items, SITE_ITEMS, huge, &err), 0);
}

/* Parents whose names are of one length are two parents; the state directory may be the root itself; births may be unknown. */
static void odd_places(void **state)
{
	static const struct lks_commit_item items[] = {{"ab/x", SITE_STAGE "/ab"}, {"cd/x", SITE_STAGE "/cd"}};
	struct lks_error err = {0};
	struct lks_identity identity;
	int proc;

	(void)state;
	assert_int_equal(mkdirat(root_fd, "ab", 0755), 0);
	assert_int_equal(mkdirat(root_fd, "cd", 0755), 0);
	assert_int_equal(site_put(root_fd, items[0].staged, 'F', "new"), 0);
	assert_int_equal(site_put(root_fd, items[1].staged, 'F', "new"), 0);
	assert_int_equal(lks_commit_run(NULL, root_fd, ".", ".", items, 2, "", &err), 0);
	assert_int_equal(site_look(root_fd, "ab/x", 'F'), 'n');
	assert_int_equal(site_look(root_fd, "cd/x", 'F'), 'n');
	assert_int_equal(lks_commit_close(root_fd, ".", NULL, &err), 0);
	proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(lks_entry_look(&identity, proc, "uptime", &err), 0);
	assert_true(identity.present);
	close(proc);
}

/* Somebody is quicker between the look and the rename: what stands there is not overwritten, in neither direction. */
static void nothing_is_overwritten(void **state)
{
	static const struct {
		size_t item; /* one that is added, one that is removed */
		bool back;
	} rows[] = {{4, false}, {6, false}, {4, true}, {6, true}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct lks_commit_item *item = &site_items[rows[i].item];
		bool adds = rows[i].item == 4;
		const char *target = adds != rows[i].back ? item->live : item->staged;
		struct lks_error err = {0};
		struct lks_journal journal;
		int fd;

		again();
		must_run();
		fd = state_dir();
		assert_int_equal(lks_journal_read(&journal, fd, "journal", &err), 0);
		close(fd);
		if (!rows[i].back) {
			flip(rows[i].item, true);
		}
		assert_int_equal(site_put(root_fd, target, 'F', "own"), 0);
		assert_int_equal(rows[i].back ? lks_exchange_undo(root_fd, &journal, rows[i].item, &err) : lks_exchange_do(root_fd, &journal, rows[i].item, NULL, &err), LKS_E_EXISTS);
		assert_int_equal(site_look(root_fd, target, 'F'), 'x');
		lks_journal_dispose(&journal);
	}
}

static void pending_commit_stops_the_next(void **state)
{
	struct lks_error err = {0};

	(void)state;
	must_run();
	assert_int_equal(run(&err), LKS_E_RECOVERY);
	assert_true(err.hint[0] != '\0');
	lks_error_clear(&err);
	pretend(LKS_JOURNAL_BEGUN);
	assert_int_equal(lks_commit_close(root_fd, SITE_STATE, NULL, &err), LKS_E_RECOVERY);
	lks_error_clear(&err);
	assert_int_equal(lks_commit_revert(root_fd, SITE_STATE, &err), LKS_E_RECOVERY);
	expect_site(site_new);
}

static void no_items_is_a_commit(void **state)
{
	struct lks_error err = {0};
	struct lks_pending pending;

	(void)state;
	assert_int_equal(lks_commit_run(NULL, root_fd, SITE_STATE, SITE_STAGE, NULL, 0, "", &err), 0);
	assert_int_equal(lks_commit_pending(&pending, root_fd, SITE_STATE, &err), 0);
	assert_int_equal(pending.state, LKS_PENDING_COMMITTED);
	assert_int_equal(pending.items, 0);
	assert_string_equal(pending.label, "");
	lks_pending_dispose(&pending);
	expect_recovered(LKS_RECOVERED_FINISHED);
	assert_int_equal(lks_commit_close(root_fd, SITE_STATE, "undo/none/journal", &err), LKS_E_NOT_FOUND);
	lks_error_clear(&err);
	assert_int_equal(lks_commit_close(root_fd, SITE_STATE, "../../escaped", &err), LKS_E_UNSAFE);
	lks_error_clear(&err);
	assert_int_equal(lks_commit_close(root_fd, SITE_STATE, "undo", &err), LKS_E_IO); /* a directory stands there */
	lks_error_clear(&err);
	assert_int_equal(lks_commit_close(root_fd, SITE_STATE, "undo/run/journal", &err), 0);
	expect_recovered(LKS_RECOVERED_NOTHING);
}

static size_t read_journal(char *text, size_t size)
{
	int fd = openat(root_fd, SITE_STATE "/journal", O_RDONLY | O_CLOEXEC);
	ssize_t length = read(fd, text, size);

	close(fd);
	assert_true(length > 0 && (size_t)length < size);
	return (size_t)length;
}

static void write_journal(const char *text, size_t length)
{
	int fd = openat(root_fd, SITE_STATE "/journal", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_int_equal(write(fd, text, length), (ssize_t)length);
	close(fd);
}

static void expect_unreadable(const char *text, size_t length)
{
	struct lks_error err = {0};
	struct lks_pending pending;
	enum lks_recovered recovered;

	write_journal(text, length);
	assert_int_equal(lks_commit_pending(&pending, root_fd, SITE_STATE, &err), LKS_E_RECOVERY);
	assert_string_equal(err.path, "journal");
	assert_true(err.hint[0] != '\0');
	lks_error_clear(&err);
	assert_int_equal(lks_commit_recover(&recovered, root_fd, SITE_STATE, &err), LKS_E_RECOVERY);
}

/* Each byte flipped, each length cut, anything added. */
static void damaged_journals_are_refused(void **state)
{
	static char good[8192], bad[8192];
	size_t length;

	(void)state;
	must_run();
	length = read_journal(good, sizeof good);
	for (size_t i = 0; i < length; i++) {
		memcpy(bad, good, length);
		bad[i] ^= (char)(1 << (i % 8));
		expect_unreadable(bad, length);
		expect_unreadable(good, i);
	}
	memcpy(bad, good, length);
	bad[length] = '\n';
	expect_unreadable(bad, length + 1);
	expect_site(site_new);
	write_journal(good, length);
	expect_recovered(LKS_RECOVERED_FINISHED);
	unlinkat(root_fd, SITE_STATE "/journal", 0);
	assert_int_equal(mkdirat(root_fd, SITE_STATE "/journal", 0700), 0);
	struct lks_error err = {0};
	struct lks_pending pending;
	assert_int_equal(lks_commit_pending(&pending, root_fd, SITE_STATE, &err), LKS_E_RECOVERY);
}

/* Bodies that carry the right hash, but make no sense: the reader stands on its own. */
static void senseless_journals_are_refused(void **state)
{
#define HEAD "state begun\nroot 1\nstage 5 stage\nlabel 0 \nitems "
#define PATHS " 1 a 3 b/c\n"
	static const char *const bodies[] = {
		"", "state ", "state nothing\nroot 1\nstage 1 x\nlabel 0 \nitems 0\n", "state begun\nroot \nstage 1 x\nlabel 0 \nitems 0\n",
		"state begun\nroot -1\nstage 1 x\nlabel 0 \nitems 0\n", "state begun\nroot 99999999999999999999\nstage 1 x\nlabel 0 \nitems 0\n",
		"state begun\nroot 18446744073709551616\nstage 1 x\nlabel 0 \nitems 0\n", "state begun\nroot 1\nstage 9 x\nlabel 0 \nitems 0\n", "state begun\nroot 1\nstage x\nlabel 0 \nitems 0\n",
		HEAD, HEAD "0", HEAD "0\n ", HEAD "1\n", HEAD "1000001\n", HEAD "18446744073709551615\n", HEAD "-1\n",
		HEAD "1\nswap 1 2 100000 0 1 3 100000 0" PATHS, HEAD "1\nexchange 1 2 100000 0 1 3 100000 0 1 a 3 b/c", HEAD "1\nexchange 1 2 100000 0 1 3 100000" PATHS,
		HEAD "1\nexchange 1 2 100000 0 1 3 0 0" PATHS, HEAD "1\nexchange 1 2 0 0 1 3 100000 0" PATHS, HEAD "1\nadd 1 2 100000 0 1 3 100000 0" PATHS, HEAD "1\nremove 1 2 100000 0 1 3 100000 0" PATHS,
		HEAD "1\nremove 0 0 0 0 1 3 100000 0" PATHS, HEAD "1\nadd 1 2 100000 0 0 0 0 0" PATHS, HEAD "1\nexchange 1 2 190000 0 1 3 100000 0" PATHS,
		HEAD "1\nexchange 1 2 100000 0 1 3 100000 0 4 ../a 3 b/c\n", HEAD "1\nexchange 1 2 100000 0 1 3 100000 0 1 a 2 /b\n", HEAD "1\nexchange 1 2 100000 0 1 3 100000 0 0  3 b/c\n",
		HEAD "1\nexchange 1 2 100000 --1 1 3 100000 0" PATHS, HEAD "2\nexchange 1 2 100000 0 1 3 100000 0" PATHS,
	};
	static const char fine[] = HEAD "1\nexchange 1 2 100000 -7 1 3 100000 0" PATHS;
	struct lks_error err = {0};
	struct lks_pending pending;

	(void)state;
	for (size_t i = 0; i <= sizeof bodies / sizeof *bodies; i++) {
		const char *body = i == sizeof bodies / sizeof *bodies ? fine : bodies[i];
		char text[512], hex[LKS_HASH_HEX_SIZE];
		uint8_t hash[LKS_HASH_SIZE];
		int length;

		assert_int_equal(lks_hash_bytes(hash, body, strlen(body), &err), 0);
		lks_hash_hex(hex, hash);
		length = snprintf(text, sizeof text, "lockstep-journal 1 %zu %s\n%s", strlen(body), hex, body);
		if (body != fine) {
			expect_unreadable(text, (size_t)length);
		} else {
			write_journal(text, (size_t)length);
		}
	}
	assert_int_equal(lks_commit_pending(&pending, root_fd, SITE_STATE, &err), 0);
	assert_int_equal(pending.items, 1);
	assert_string_equal(pending.stage, "stage");
	lks_pending_dispose(&pending);
	/* NUL within a text, and another version */
	expect_unreadable("lockstep-journal 3 0 x\n", 23);
	expect_unreadable("lockstep-journal 1 x", 20);
	struct lks_journal journal;
	static const char nul[] = HEAD "0\n";
	char body[sizeof nul];
	char text[512], hex[LKS_HASH_HEX_SIZE];
	uint8_t hash[LKS_HASH_SIZE];
	int length;

	memcpy(body, nul, sizeof nul);
	body[27] = '\0'; /* in "stage" */
	assert_int_equal(lks_hash_bytes(hash, body, sizeof nul - 1, &err), 0);
	lks_hash_hex(hex, hash);
	length = snprintf(text, sizeof text, "lockstep-journal 1 %zu %s\n", sizeof nul - 1, hex);
	memcpy(text + length, body, sizeof nul - 1);
	expect_unreadable(text, (size_t)length + sizeof nul - 1);
	memset(&journal, 0, sizeof journal);
	lks_journal_dispose(&journal);
}

/* What a kill left of a file that was being written goes with the next run or recovery; other files stay. */
static void sweeps_leftovers(void **state)
{
	static const char *const names[] = {".lks-0123456789abcdef", ".lks-0123456789abcdeg", ".lks-0123456789abcde", "x.lks-0123456789abcdef", ".lks-0123456789abcdef0"};

	(void)state;
	for (int way = 0; way < 2; way++) {
		for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
			char path[128];

			snprintf(path, sizeof path, SITE_STATE "/%s", names[i]);
			assert_int_equal(site_put(root_fd, path, 'F', "x"), 0);
		}
		if (way == 0) {
			must_run();
		} else {
			expect_recovered(LKS_RECOVERED_FINISHED);
		}
		for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
			char path[128];

			snprintf(path, sizeof path, SITE_STATE "/%s", names[i]);
			assert_int_equal(faccessat(root_fd, path, F_OK, 0), i == 0 ? -1 : 0);
		}
	}
}

/* What stands at the live, the staged and the third name of an exchanged item: o, n, or - for nothing. */
static void arrange(size_t index, const char *scene)
{
	const char *paths[] = {site_items[index].live, site_items[index].staged, NULL};
	struct lks_error err = {0};
	char side[256], kept[2][256];

	snprintf(side, sizeof side, "%.*s/.lockstep-side-%zu", (int)(strrchr(paths[1], '/') - paths[1]), paths[1], index);
	paths[2] = side;
	for (int i = 0; i < 2; i++) { /* both are put away, then named as the scene wants */
		snprintf(kept[i], sizeof kept[i], "kept-%d", i);
		assert_int_equal(renameat(root_fd, paths[i], root_fd, kept[i]), 0);
	}
	for (int i = 0; i < 3; i++) {
		const char *from = kept[scene[i] == 'n'];

		if (scene[i] == '-') {
			continue;
		}
		if (strchr(scene + i + 1, scene[i]) != NULL) {
			assert_int_equal(linkat(root_fd, from, root_fd, paths[i], 0), 0);
		} else {
			assert_int_equal(renameat(root_fd, from, root_fd, paths[i]), 0);
		}
	}
	assert_int_equal(lks_fs_remove(root_fd, kept[0], &err), 0);
	assert_int_equal(lks_fs_remove(root_fd, kept[1], &err), 0);
}

/* Each state that a kill between the renames of a swap can leave, forwards and backwards, of a directory and of a file. */
static void every_scene_is_recovered(void **state)
{
	static const struct {
		size_t item;
		const char *scene;
	} rows[] = {
		{0, "-no"}, {0, "n-o"}, {0, "-on"}, {0, "o-n"},
		{2, "ono"}, {2, "-no"}, {2, "n-o"}, {2, "nno"}, {2, "non"}, {2, "-on"}, {2, "o-n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		again();
		must_run();
		for (size_t k = rows[i].item; k < SITE_ITEMS; k++) {
			flip(k, true);
		}
		pretend(LKS_JOURNAL_BEGUN);
		arrange(rows[i].item, rows[i].scene);
		expect_pending(LKS_PENDING_BEGUN, rows[i].item + 1);
		expect_recovered(LKS_RECOVERED_UNDONE);
		expect_site(site_old);
		must_run();
		expect_site(site_new);
	}
}

/* Something of another's at the third name is not touched: no commit begins, and none is recovered over it. */
static void stranger_at_the_third_name(void **state)
{
	struct lks_error err = {0};
	enum lks_recovered recovered;
	char side[128];

	(void)state;
	snprintf(side, sizeof side, "%s/.lockstep-side-7", SITE_STAGE);
	assert_int_equal(site_put(root_fd, side, 'F', "own"), 0);
	assert_int_equal(run(&err), LKS_E_EXISTS);
	expect_site(site_old);
	expect_pending(LKS_PENDING_NONE, 0);
	assert_int_equal(unlinkat(root_fd, side, 0), 0);
	must_run();
	pretend(LKS_JOURNAL_REVERTING);
	assert_int_equal(site_put(root_fd, side, 'F', "own"), 0);
	lks_error_clear(&err);
	assert_int_equal(lks_commit_recover(&recovered, root_fd, SITE_STATE, &err), LKS_E_RECOVERY);
	expect_site(site_new);
	assert_int_equal(site_look(root_fd, side, 'F'), 'x');
}

static int without_links(void)
{
	struct lks_commit_report report;
	struct lks_error err = {0};

	if (no_links() != 0) {
		return 77;
	}
	if (lks_commit_run(&report, root_fd, SITE_STATE, SITE_STAGE, site_items, SITE_ITEMS, "", &err) != 0) {
		return 1;
	}
	return report.total_ns > report.longest_ns ? 0 : 2; /* files are absent for a moment too */
}

/* A file system without hard links renames files as it does directories. */
static void no_hard_links(void **state)
{
	pid_t child;
	int status;

	(void)state;
	fflush(NULL);
	if ((child = fork()) == 0) {
		exit(without_links());
	}
	waitpid(child, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
		skip();
	}
	assert_int_equal(status, 0);
	expect_site(site_new);
}

/* Who writes without the site's lock, as a question about releases does, is not swept away while at it. */
static void a_writer_is_left_alone(void **state)
{
	struct lks_error err = {0};
	int fd = state_dir();
	int status;
	pid_t child;

	(void)state;
	fflush(NULL);
	child = fork();
	if (child == 0) {
		for (;;) {
			lks_journal_sweep(fd);
		}
	}
	for (int i = 0; i < 500; i++) {
		if (lks_fs_write(fd, "releases.json", "{}", 2, 0600, &err) != 0) {
			kill(child, SIGKILL);
			fail_msg("%s (%s)", err.message, err.path);
		}
	}
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	close(fd);
}

int main(void)
{
#define ON_A_SITE(test) cmocka_unit_test_setup_teardown(test, make_site, drop_site)
	const struct CMUnitTest tests[] = {
		ON_A_SITE(runs_and_closes),
		ON_A_SITE(reverts),
		ON_A_SITE(undoes_a_closed_commit),
		ON_A_SITE(undo_refuses_what_changed_since),
		ON_A_SITE(recovers_every_subset),
		ON_A_SITE(recover_without_anything),
		ON_A_SITE(stranger_stops_recovery),
		ON_A_SITE(stranger_after_the_end),
		ON_A_SITE(device_numbers_change),
		ON_A_SITE(failure_in_the_middle),
		ON_A_SITE(refuses_bad_items),
		ON_A_SITE(odd_places),
		ON_A_SITE(nothing_is_overwritten),
		ON_A_SITE(pending_commit_stops_the_next),
		ON_A_SITE(no_items_is_a_commit),
		ON_A_SITE(damaged_journals_are_refused),
		ON_A_SITE(senseless_journals_are_refused),
		ON_A_SITE(sweeps_leftovers),
		ON_A_SITE(a_writer_is_left_alone),
	};

	const struct CMUnitTest swaps[] = {
		ON_A_SITE(every_scene_is_recovered),
		ON_A_SITE(stranger_at_the_third_name),
		ON_A_SITE(no_hard_links),
	};
	int failed = cmocka_run_group_tests_name("exchange", tests, NULL, NULL);

	if (no_rename_flags(EINVAL) != 0) {
		return failed;
	}
	failed += cmocka_run_group_tests_name("two renames", tests, NULL, NULL);
	return failed + cmocka_run_group_tests_name("what two renames leave", swaps, NULL, NULL);
}

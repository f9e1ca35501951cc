/* The mirror: what is planned is real, the rest is a link, and the live tree stays as it was. */
#include "support.h"

#include "lockstep/compare.h"
#include "lockstep/mirror.h"
#include "lockstep/path.h"

struct site {
	char live_path[300];
	int live, stage;
};

static struct site make_site(const struct place *place)
{
	struct site site;
	static const char *const dirs[] = {"live", "live/vendor", "live/vendor/magento", "live/vendor/magento/tool", "live/vendor/magento/framework",
		"live/vendor/composer", "live/vendor/bin", "live/vendor/acme", "live/vendor/acme/one", "live/app", "live/app/etc", "live/app/etc/sub",
		"live/app/code", "live/var", "live/var/cache", "live/pub", "stage"};
	for (size_t i = 0; i < sizeof dirs / sizeof dirs[0]; i++) {
		make_dir(place->fd, dirs[i], 0750);
	}
	put(place->fd, "live/composer.json", "{}", 0640);
	put(place->fd, "live/index.php", "<?php", 0644);
	put(place->fd, "live/vendor/autoload.php", "<?php", 0644);
	put(place->fd, "live/vendor/composer/installed.json", "{}", 0644);
	put(place->fd, "live/vendor/magento/tool/file", "tool", 0604);
	put(place->fd, "live/vendor/magento/framework/file", "framework", 0644);
	put(place->fd, "live/app/etc/env.php", "env", 0640);
	put(place->fd, "live/app/etc/sub/file", "sub", 0640);
	put(place->fd, "live/var/cache/file", "cache", 0640);
	assert_int_equal(symlinkat("../elsewhere", place->fd, "live/app/etc/linked.php"), 0);
	assert_int_equal(symlinkat("composer", place->fd, "live/vendor/way"), 0);
	assert_int_equal(fchmodat(place->fd, "live/vendor", 02755, 0), 0);
	snprintf(site.live_path, sizeof site.live_path, "%s/live", place->path);
	site.live = openat(place->fd, "live", O_RDONLY | O_DIRECTORY);
	site.stage = openat(place->fd, "stage", O_RDONLY | O_DIRECTORY);
	return site;
}

static void close_site(struct site *site)
{
	close(site->live);
	close(site->stage);
}

static void assert_link(const struct site *site, const char *path)
{
	char target[400], wanted[700];
	ssize_t length = readlinkat(site->stage, path, target, sizeof target - 1);
	if (length < 0) {
		fail_msg("%s is no symlink", path);
	}
	target[length] = '\0';
	snprintf(wanted, sizeof wanted, "%s/%s", site->live_path, path);
	assert_string_equal(target, wanted);
}

static void assert_real(const struct site *site, const char *path, mode_t kind)
{
	struct stat st;
	assert_int_equal(fstatat(site->stage, path, &st, AT_SYMLINK_NOFOLLOW), 0);
	assert_int_equal(st.st_mode & S_IFMT, kind);
}

static void stage_of_an_upgrade(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	struct site site = make_site(place);
	struct lks_scan before, after;
	struct lks_changes changes;
	const struct lks_mirror_item items[] = { /* in no order */
		{"vendor/magento/tool", LKS_MIRROR_COPY},
		{"vendor/composer", LKS_MIRROR_COPY},
		{"vendor/autoload.php", LKS_MIRROR_COPY},
		{"composer.json", LKS_MIRROR_COPY},
		{"composer.lock", LKS_MIRROR_COPY}, /* not there */
		{"app/etc", LKS_MIRROR_OPEN},
		{"app/none/at/all", LKS_MIRROR_SPLIT},
		{"var", LKS_MIRROR_EMPTY},
		{"generated/code", LKS_MIRROR_EMPTY},
		{"pub", LKS_MIRROR_ABSENT},
		{"vendor/bin", LKS_MIRROR_SPLIT},
	};
	assert_ok(lks_scan_tree(&before, site.live, ".", NULL, NULL, &err));
	mode_t mask = umask(077);
	int status = lks_mirror_make(site.stage, site.live_path, items, sizeof items / sizeof items[0], &err);
	umask(mask);
	assert_ok(status);
	assert_ok(lks_scan_tree(&after, site.live, ".", NULL, NULL, &err));
	assert_ok(lks_compare_scans(&changes, &before, &after, LKS_COMPARE_STAT, &err));
	assert_int_equal(changes.count, 0);
	lks_changes_dispose(&changes);
	lks_scan_dispose(&before);
	lks_scan_dispose(&after);

	assert_real(&site, "vendor", S_IFDIR);
	assert_int_equal(mode_of(site.stage, "vendor"), 02755);
	assert_real(&site, "vendor/magento", S_IFDIR);
	assert_real(&site, "vendor/magento/tool", S_IFDIR);
	assert_file(site.stage, "vendor/magento/tool/file", "tool");
	assert_int_equal(mode_of(site.stage, "vendor/magento/tool/file"), 0604);
	assert_link(&site, "vendor/magento/framework");
	assert_link(&site, "vendor/acme");
	assert_link(&site, "vendor/way");
	assert_real(&site, "vendor/composer/installed.json", S_IFREG);
	assert_real(&site, "vendor/autoload.php", S_IFREG);
	assert_real(&site, "vendor/bin", S_IFDIR);
	assert_real(&site, "composer.json", S_IFREG);
	assert_false(exists(site.stage, "composer.lock"));
	assert_link(&site, "index.php");
	assert_real(&site, "app", S_IFDIR);
	assert_link(&site, "app/code");
	assert_real(&site, "app/etc", S_IFDIR);
	assert_real(&site, "app/etc/env.php", S_IFREG);
	assert_link(&site, "app/etc/sub");
	assert_link(&site, "app/etc/linked.php");
	assert_false(exists(site.stage, "app/none"));
	assert_real(&site, "var", S_IFDIR);
	assert_int_equal(mode_of(site.stage, "var"), 0750);
	assert_false(exists(site.stage, "var/cache"));
	assert_real(&site, "generated/code", S_IFDIR);
	assert_false(exists(site.stage, "pub"));
	put(site.stage, "vendor/magento/tool/file", "changed", 0600); /* a copy, not a hard link */
	assert_file(site.live, "vendor/magento/tool/file", "tool");
	close_site(&site);
}

static void plans_within_plans(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	struct site site = make_site(place);
	const struct lks_mirror_item items[] = {
		{"vendor", LKS_MIRROR_COPY},
		{"vendor/acme/one", LKS_MIRROR_LINK},
		{"vendor/magento/framework", LKS_MIRROR_ABSENT},
		{"app/etc", LKS_MIRROR_OPEN},
		{"app/etc/env.php", LKS_MIRROR_LINK},
		{"app/etc/sub", LKS_MIRROR_COPY},
		{"var", LKS_MIRROR_EMPTY},
		{"var/cache", LKS_MIRROR_COPY},
	};
	assert_ok(lks_mirror_make(site.stage, site.live_path, items, sizeof items / sizeof items[0], &err));
	assert_real(&site, "vendor/composer/installed.json", S_IFREG);
	assert_real(&site, "vendor/acme", S_IFDIR);
	assert_link(&site, "vendor/acme/one");
	assert_file(site.stage, "vendor/magento/tool/file", "tool");
	assert_false(exists(site.stage, "vendor/magento/framework"));
	assert_link(&site, "app/etc/env.php");
	assert_real(&site, "app/etc/sub/file", S_IFREG);
	assert_file(site.stage, "var/cache/file", "cache");
	close_site(&site);
}

static void bad_plans_are_refused(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	struct site site = make_site(place);
	static const struct {
		struct lks_mirror_item items[2];
		size_t count;
		int status;
	} rows[] = {
		{{{"../x", LKS_MIRROR_COPY}}, 1, LKS_E_UNSAFE},
		{{{"/etc", LKS_MIRROR_COPY}}, 1, LKS_E_UNSAFE},
		{{{"vendor", LKS_MIRROR_COPY}, {"vendor", LKS_MIRROR_LINK}}, 2, LKS_E_INVALID},
		{{{"vendor", LKS_MIRROR_LINK}, {"vendor/acme", LKS_MIRROR_COPY}}, 2, LKS_E_INVALID},
		{{{"vendor/way", LKS_MIRROR_OPEN}}, 1, LKS_E_UNSAFE},
		{{{"vendor/way/installed.json", LKS_MIRROR_COPY}}, 1, LKS_E_UNSAFE},
		{{{"index.php", LKS_MIRROR_SPLIT}}, 1, LKS_E_INVALID},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		make_dir(place->fd, "try", 0700);
		int stage = openat(place->fd, "try", O_RDONLY | O_DIRECTORY);
		int status = lks_mirror_make(stage, site.live_path, rows[i].items, rows[i].count, &err);
		if (status != rows[i].status) {
			fail_msg("row %zu: %d %s", i, status, err.message);
		}
		lks_error_clear(&err);
		close(stage);
		char command[400];
		snprintf(command, sizeof command, "rm -rf %s/try", place->path);
		assert_int_equal(system(command), 0);
	}
	assert_status(lks_mirror_make(site.stage, "live", NULL, 0, &err), LKS_E_INVALID);
	assert_status(lks_mirror_make(site.stage, "/nowhere/at/all", NULL, 0, &err), LKS_E_NOT_FOUND);
	assert_ok(lks_mirror_make(site.stage, site.live_path, NULL, 0, &err)); /* no plan: everything is a link */
	assert_link(&site, "vendor");
	assert_link(&site, "composer.json");
	assert_status(lks_mirror_make(site.stage, site.live_path, NULL, 0, &err), LKS_E_EXISTS); /* a stage is made once */
	close_site(&site);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_place(stage_of_an_upgrade),
		in_place(plans_within_plans),
		in_place(bad_plans_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

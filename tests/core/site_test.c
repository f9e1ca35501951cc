/* Shops of all kinds, as Composer 1 and 2 leave them; what is broken or unsafe in them is refused by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lockstep/fs.h"
#include "lockstep/path.h"
#include "lockstep/site.h"

#define INSTALLED "vendor/composer/installed.json"
#define LOCK "composer.lock"
#define ROOT "composer.json"

static char root[64];
static int root_fd = -1;

static int make_root(void **state)
{
	(void)state;
	strcpy(root, "/tmp/lockstep-site-XXXXXX");
	if (mkdtemp(root) == NULL) {
		return 1;
	}
	root_fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return root_fd < 0;
}

static int drop_root(void **state)
{
	struct lks_error err = {0};
	int tmp = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int status = lks_fs_remove(tmp, root + 5, &err);

	(void)state;
	close(tmp);
	close(root_fd);
	return status;
}

static void put(const char *path, const char *text)
{
	struct lks_error err = {0};
	const char *name;
	char above[256];
	int dir = -1;

	if (strchr(path, '/') != NULL) {
		snprintf(above, sizeof above, "%.*s", (int)(strrchr(path, '/') - path), path);
		assert_int_equal(lks_path_mkdirs(root_fd, above, 0755, &err), 0);
	}
	assert_int_equal(lks_path_parent(&dir, &name, root_fd, path, &err), 0);
	assert_int_equal(lks_fs_write(dir, name, text, strlen(text), 0644, &err), 0);
	close(dir);
}

static void take_away(const char *path)
{
	unlinkat(root_fd, path, 0);
}

static struct lks_site read_site(void)
{
	struct lks_error err = {0};
	struct lks_site site;

	if (lks_site_read(&site, root_fd, "vendor", &err) != 0) {
		fail_msg("%s (%s)", err.message, err.path);
	}
	return site;
}

static void expect_magento(const char *edition, const char *version, const char *source)
{
	struct lks_site site = read_site();

	assert_string_equal(site.edition, edition);
	assert_string_equal(site.version, version);
	assert_string_equal(site.source, source);
	lks_site_dispose(&site);
}

/* {"packages": [{"name": NAME, "version": VERSION}]} and more of the first package. */
static const char *one(const char *name, const char *version, const char *more)
{
	static char text[2][2048];
	static int turn;

	turn = !turn;
	snprintf(text[turn], sizeof text[turn], "{\"packages\": [{\"name\": \"%s\", \"version\": \"%s\", \"type\": \"metapackage\"%s}], \"packages-dev\": []}", name, version, more);
	return text[turn];
}

static void finds_each_product(void **state)
{
	static const struct {
		const char *package, *version, *more, *edition, *found;
	} rows[] = {
		{"magento/product-community-edition", "2.4.4", "", "community", "2.4.4"},
		{"magento/product-community-edition", "v2.4.4", "", "community", "2.4.4"},
		{"magento/product-enterprise-edition", "2.4.6-p1", "", "enterprise", "2.4.6-p1"},
		{"magento/magento-cloud-metapackage", "2.3.5-p2", "", "cloud", "2.3.5-p2"},
		{"magento/magento2-base", "2.1.9", "", "community", "2.1.9"},
		{"magento/magento2-ee-base", "2.2.8", "", "enterprise", "2.2.8"},
		{"mage-os/product-community-edition", "1.0.5", ", \"extra\": {\"magento_version\": \"2.4.7-p3\"}", "mage-os", "2.4.7-p3"},
		{"mage-os/product-community-edition", "2.2.2", ", \"extra\": [], \"replace\": {\"magento/product-community-edition\": \"2.4.8-p1\"}", "mage-os", "2.4.8-p1"},
		{"mage-os/product-community-edition", "2.4.6", "", "mage-os", "2.4.6"},
		{"mage-os/magento2-base", "1.3.0", ", \"replace\": {\"magento/product-community-edition\": \"2.4.8\"}", "mage-os", "2.4.8"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char source[128];

		put(LOCK, one(rows[i].package, rows[i].version, rows[i].more));
		snprintf(source, sizeof source, "composer.lock: %s", rows[i].package);
		expect_magento(rows[i].edition, rows[i].found, source);
		take_away(LOCK);
		put(INSTALLED, one(rows[i].package, rows[i].version, rows[i].more));
		snprintf(source, sizeof source, INSTALLED ": %s", rows[i].package);
		expect_magento(rows[i].edition, rows[i].found, source);
		take_away(INSTALLED);
	}
}

/* Its own numbers say nothing about Magento; nor do other texts that are no exact version. */
static void keeps_silent_without_an_exact_version(void **state)
{
	(void)state;
	put(LOCK, one("mage-os/product-community-edition", "2.2.2", ""));
	expect_magento("mage-os", "", "composer.lock: mage-os/product-community-edition, which has no exact version");
	put(LOCK, one("magento/product-community-edition", "dev-2.4-develop", ""));
	expect_magento("community", "", "composer.lock: magento/product-community-edition, which has no exact version");
	put(LOCK, one("magento/product-community-edition", "1.0.0+no-version-set", ""));
	expect_magento("community", "", "composer.lock: magento/product-community-edition, which has no exact version");
	put(LOCK, one("symfony/console", "5.4.26", ""));
	expect_magento("", "", "");
}

static void prefers_the_telling_package(void **state)
{
	(void)state;
	put(LOCK, "{\"packages\": [{\"name\": \"magento/magento2-base\", \"version\": \"2.4.5\"}, {\"name\": \"magento/product-community-edition\", \"version\": \"2.4.6-p1\"},"
		"{\"name\": \"magento/product-enterprise-edition\", \"version\": \"2.4.6-p1\"}, {\"name\": \"magento/magento-cloud-metapackage\", \"version\": \"2.4.6\"}]}");
	expect_magento("cloud", "2.4.6-p1", "composer.lock: magento/product-enterprise-edition");
	put(LOCK, "{\"packages\": [{\"name\": \"magento/magento2-base\", \"version\": \"2.4.5\"}, {\"name\": \"magento/product-community-edition\", \"version\": \"dev-x\"}]}");
	expect_magento("community", "2.4.5", "composer.lock: magento/magento2-base");
}

/* After a git pull the lock is ahead of what is installed. */
static void installed_wins_over_the_lock(void **state)
{
	struct lks_site site;
	const struct lks_package *package;

	(void)state;
	put(LOCK, "{\"packages\": [{\"name\": \"a/locked\", \"version\": \"1.0\"}, {\"name\": \"magento/product-community-edition\", \"version\": \"2.4.6\", \"type\": \"metapackage\"}],"
		"\"packages-dev\": [{\"name\": \"b/dev\", \"version\": \"3\"}]}");
	put(INSTALLED, "{\"packages\": [{\"name\": \"magento/product-community-edition\", \"version\": \"2.4.5\", \"type\": \"metapackage\", \"install-path\": null},"
		"{\"name\": \"a/installed\", \"version\": \"2.0\", \"install-path\": \"../a/installed\"}], \"dev\": false, \"dev-package-names\": [\"a/installed\", \"none/such\", 7]}");
	site = read_site();
	assert_string_equal(site.version, "2.4.5");
	assert_string_equal(site.source, INSTALLED ": magento/product-community-edition");
	assert_false(site.dev_installed);
	assert_int_equal(site.package_count, 4);
	assert_string_equal(site.packages[0].name, "a/installed");
	assert_true(site.packages[0].installed && !site.packages[0].locked && site.packages[0].dev);
	assert_string_equal(site.packages[0].path, "vendor/a/installed");
	assert_string_equal(site.packages[1].name, "a/locked");
	assert_true(!site.packages[1].installed && site.packages[1].locked && !site.packages[1].dev);
	assert_null(site.packages[1].path);
	assert_true(site.packages[2].dev && site.packages[2].locked);
	package = lks_site_package(&site, "magento/product-community-edition");
	assert_true(package->installed && package->locked);
	assert_string_equal(package->version, "2.4.5");
	assert_null(package->path);
	assert_null(lks_site_package(&site, "a/none"));
	lks_site_dispose(&site);
	assert_null(lks_site_package(&site, "a/locked"));
}

static void knows_git_roots(void **state)
{
	static const struct {
		const char *json, *edition, *version, *source;
	} rows[] = {
		{"{\"name\": \"magento/magento2ce\", \"version\": \"2.4.6\"}", "git", "2.4.6", "composer.json: magento/magento2ce"},
		{"{\"name\": \"magento/magento2ee\", \"version\": \"2.4.6-p2\"}", "git", "2.4.6-p2", "composer.json: magento/magento2ee"},
		{"{\"name\": \"mage-os/mageos-magento2\", \"version\": \"2.4.7\"}", "git", "2.4.7", "composer.json: mage-os/mageos-magento2"},
		{"{\"name\": \"magento/magento2ce\"}", "git", "", "composer.json: magento/magento2ce, which has no exact version"},
		{"{\"name\": \"magento/magento2ce\", \"version\": \"1.0.0+no-version-set\"}", "git", "", "composer.json: magento/magento2ce, which has no exact version"},
		{"{\"name\": \"magento/magento2ce\", \"version\": \"dev-2.4-develop\"}", "git", "", "composer.json: magento/magento2ce, which has no exact version"},
		{"{\"name\": \"magento/project-community-edition\", \"version\": \"2.4.6\"}", "", "", ""},
		{"{\"name\": null, \"version\": \"2.4.6\"}", "", "", ""},
	};

	(void)state;
	put(LOCK, "{\"packages\": []}");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		put(ROOT, rows[i].json);
		expect_magento(rows[i].edition, rows[i].version, rows[i].source);
	}
	put(LOCK, one("magento/product-community-edition", "2.4.5", "")); /* a project that was made from a clone */
	put(ROOT, rows[0].json);
	expect_magento("community", "2.4.5", "composer.lock: magento/product-community-edition");
}

/* Composer 1 writes a plain list, without paths and without telling what is for development. */
static void reads_composer_1(void **state)
{
	struct lks_site site;

	(void)state;
	put(INSTALLED, "[{\"name\": \"magento/product-community-edition\", \"version\": \"2.1.9\", \"type\": \"metapackage\"},"
		"{\"name\": \"phpunit/phpunit\", \"version\": \"4.1.0\"}, {\"name\": \"magento/data-migration-tool\", \"version\": \"2.1.6\", \"type\": \"library\"}]");
	put(LOCK, "{\"packages\": [{\"name\": \"magento/product-community-edition\", \"version\": \"2.1.9\"}], \"packages-dev\": [{\"name\": \"phpunit/phpunit\", \"version\": \"4.1.0\"}]}");
	site = read_site();
	assert_string_equal(site.version, "2.1.9");
	assert_true(site.dev_installed);
	assert_true(lks_site_package(&site, "phpunit/phpunit")->dev);
	assert_string_equal(lks_site_package(&site, "phpunit/phpunit")->path, "vendor/phpunit/phpunit");
	assert_null(lks_site_package(&site, "magento/product-community-edition")->path);
	assert_true(site.tool_installed);
	assert_string_equal(site.tool_version, "2.1.6");
	assert_string_equal(site.tool_path, "vendor/magento/data-migration-tool");
	lks_site_dispose(&site);
}

/* An installed.json without "dev": what is installed of packages-dev tells. */
static void tells_dev_by_what_is_installed(void **state)
{
	static const struct {
		const char *installed, *lock;
		bool dev;
	} cases[] = {
		{"{\"packages\": [{\"name\": \"a/run\", \"version\": \"1\"}]}", "{\"packages\": [{\"name\": \"a/run\", \"version\": \"1\"}], \"packages-dev\": [{\"name\": \"b/dev\", \"version\": \"3\"}]}", false},
		{"{\"packages\": [{\"name\": \"a/run\", \"version\": \"1\"}, {\"name\": \"b/dev\", \"version\": \"3\"}]}", "{\"packages\": [{\"name\": \"a/run\", \"version\": \"1\"}], \"packages-dev\": [{\"name\": \"b/dev\", \"version\": \"3\"}, {\"name\": \"c/dev\", \"version\": \"3\"}]}", true},
		{"{\"packages\": [{\"name\": \"a/run\", \"version\": \"1\"}], \"dev-package-names\": []}", "{\"packages\": [{\"name\": \"a/run\", \"version\": \"1\"}], \"packages-dev\": []}", true},
		{"[{\"name\": \"a/run\", \"version\": \"1\"}]", "{\"packages\": [{\"name\": \"a/run\", \"version\": \"1\"}], \"packages-dev\": [{\"name\": \"b/dev\", \"version\": \"3\"}]}", false},
		{"{\"packages\": [{\"name\": \"a/run\", \"version\": \"1\"}], \"dev\": true}", "{\"packages\": [{\"name\": \"a/run\", \"version\": \"1\"}], \"packages-dev\": [{\"name\": \"b/dev\", \"version\": \"3\"}]}", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		put(INSTALLED, cases[i].installed);
		put(LOCK, cases[i].lock);
		struct lks_site site = read_site();
		assert_int_equal(site.dev_installed, cases[i].dev);
		lks_site_dispose(&site);
	}
}

static void finds_the_tool(void **state)
{
	struct lks_site site;

	(void)state;
	put(LOCK, "{\"packages\": [{\"name\": \"magento/data-migration-tool\", \"version\": \"2.4.6\"}]}");
	site = read_site();
	assert_false(site.tool_installed); /* locked only */
	assert_string_equal(site.tool_version, "");
	assert_string_equal(site.tool_section, "");
	lks_site_dispose(&site);

	put(INSTALLED, "{\"packages\": [{\"name\": \"magento/data-migration-tool\", \"version\": \"v2.4.5\", \"install-path\": \"../magento/data-migration-tool\"}]}");
	put(ROOT, "{\"require\": {\"magento/data-migration-tool\": \"^2.4\"}, \"require-dev\": []}");
	site = read_site();
	assert_true(site.tool_installed && site.dev_installed);
	assert_string_equal(site.tool_version, "2.4.5");
	assert_string_equal(site.tool_path, "vendor/magento/data-migration-tool");
	assert_string_equal(site.tool_constraint, "^2.4");
	assert_string_equal(site.tool_section, "require");
	lks_site_dispose(&site);

	put(ROOT, "{\"require\": [], \"require-dev\": {\"magento/data-migration-tool\": \"2.4.5\"}}");
	site = read_site();
	assert_string_equal(site.tool_section, "require-dev");
	lks_site_dispose(&site);

	/* a path repository or a clone: the tool's own composer.json knows the version */
	put(INSTALLED, "{\"packages\": [{\"name\": \"magento/data-migration-tool\", \"version\": \"dev-develop\", \"install-path\": \"../magento/data-migration-tool\"}]}");
	site = read_site();
	assert_string_equal(site.tool_version, "dev-develop");
	lks_site_dispose(&site);
	put("vendor/magento/data-migration-tool/composer.json", "{\"version\": \"dev-x\"}");
	site = read_site();
	assert_string_equal(site.tool_version, "dev-develop");
	lks_site_dispose(&site);
	put("vendor/magento/data-migration-tool/composer.json", "{\"version\": \"2.4.4\"}");
	site = read_site();
	assert_string_equal(site.tool_version, "2.4.4");
	lks_site_dispose(&site);
	put(INSTALLED, "{\"packages\": [{\"name\": \"magento/data-migration-tool\", \"version\": \"dev-develop\", \"install-path\": null}]}");
	site = read_site();
	assert_string_equal(site.tool_version, "dev-develop");
	assert_string_equal(site.tool_path, "");
	lks_site_dispose(&site);
}

static void reads_sources(void **state)
{
	struct lks_site site;

	(void)state;
	put(LOCK, "{\"packages\": [{\"name\": \"a/a\", \"version\": \"1\", \"type\": \"composer-plugin\", \"dist\": {\"type\": \"zip\", \"url\": \"https://x/y.zip\", \"reference\": \"d1\", \"shasum\": \"5a\"},"
		"\"source\": {\"type\": \"git\", \"url\": \"https://x/y.git\", \"reference\": \"s1\"}}, {\"name\": \"a/b\", \"version\": \"1\", \"dist\": {\"type\": \"path\", \"url\": \"../b\", \"reference\": null}, \"source\": {\"reference\": \"s2\"}},"
		"{\"name\": \"a/c\", \"version\": \"1\", \"dist\": null, \"source\": []}]}");
	site = read_site();
	assert_string_equal(site.packages[0].type, "composer-plugin");
	assert_string_equal(site.packages[0].reference, "d1");
	assert_string_equal(site.packages[0].dist_type, "zip");
	assert_string_equal(site.packages[0].dist_url, "https://x/y.zip");
	assert_string_equal(site.packages[0].dist_shasum, "5a");
	assert_string_equal(site.packages[1].reference, "s2");
	assert_string_equal(site.packages[1].dist_type, "path");
	assert_string_equal(site.packages[2].reference, "");
	assert_string_equal(site.packages[2].dist_url, "");
	assert_string_equal(site.packages[2].type, "library");
	lks_site_dispose(&site);
}

static void resolves_install_paths(void **state)
{
	static const struct {
		const char *written, *path;
	} rows[] = {
		{"../a/b", "vendor/a/b"}, {"./../a/b", "vendor/a/b"}, {"../a/./b/", "vendor/a/b"}, {"..//a/b", "vendor/a/b"}, {"./composer", "vendor/composer/composer"},
		{"../../app/code/A/B", "app/code/A/B"}, {"../../lib/../tools/x", "tools/x"}, {"../a/..b", "vendor/a/..b"}, {"../a/.b", "vendor/a/.b"},
	};
	static const char *const bad[] = {"../../../x", "../../..", "../..", "../../", "../../a/..", "../../../../etc/passwd", "/etc", "/", "../a/../../../x", "../../../"};
	char text[512];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct lks_site site;

		snprintf(text, sizeof text, "{\"packages\": [{\"name\": \"a/b\", \"version\": \"1\", \"install-path\": \"%s\"}]}", rows[i].written);
		put(INSTALLED, text);
		site = read_site();
		assert_string_equal(site.packages[0].path, rows[i].path);
		lks_site_dispose(&site);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct lks_error err = {0};
		struct lks_site site;

		snprintf(text, sizeof text, "{\"packages\": [{\"name\": \"a/b\", \"version\": \"1\", \"install-path\": \"%s\"}]}", bad[i]);
		put(INSTALLED, text);
		assert_int_equal(lks_site_read(&site, root_fd, "vendor", &err), LKS_E_INVALID);
		assert_non_null(strstr(err.message, bad[i]));
	}
}

static void refuses_what_is_broken(void **state)
{
	static const struct {
		const char *file, *text, *says;
	} rows[] = {
		{LOCK, "", ""}, {LOCK, "{", ""}, {LOCK, "\xef\xbb\xbf{\"packages\": []}", ""}, {LOCK, "<<<<<<< HEAD\n", ""}, {LOCK, "[]", "packages"}, {LOCK, "{}", "packages"},
		{LOCK, "{\"packages\": {}}", "list"}, {LOCK, "{\"packages\": \"x\"}", "list"}, {LOCK, "{\"packages\": [], \"packages-dev\": {\"a\": 1}}", "list"},
		{LOCK, "{\"packages\": [], \"packages\": []}", ""}, {LOCK, "{\"packages\": [1]}", "name"}, {LOCK, "{\"packages\": [{\"version\": \"1\"}]}", "name"},
		{LOCK, "{\"packages\": [{\"name\": [], \"version\": \"1\"}]}", "name"}, {LOCK, "{\"packages\": [{\"name\": \"a/b\"}]}", "a/b"},
		{LOCK, "{\"packages\": [{\"name\": \"a/b\", \"version\": null}]}", "a/b"}, {LOCK, "{\"packages\": [{\"name\": \"a/b\", \"version\": 2.4}]}", "a/b"},
		{LOCK, "{\"packages\": [{\"name\": \"a/b\", \"version\": [\"2.4.6\"]}]}", "a/b"}, {LOCK, "{\"packages\": [{\"name\": \"a/b\", \"version\": \"1\", \"type\": 1}]}", "a/b"},
		{LOCK, "{\"packages\": [{\"name\": \"a/b\", \"version\": \"1\", \"dist\": \"x\"}]}", "dist"}, {LOCK, "{\"packages\": [{\"name\": \"a/b\", \"version\": \"1\", \"dist\": [1]}]}", "dist"},
		{LOCK, "{\"packages\": [{\"name\": \"a/b\", \"version\": \"1\", \"source\": 7}]}", "source"}, {LOCK, "{\"packages\": [{\"name\": \"a/b\", \"version\": \"1\", \"dist\": {\"url\": 7}}]}", "url"},
		{LOCK, "{\"packages\": [{\"name\": \"a/b\", \"version\": \"1\", \"dist\": {\"type\": []}}]}", "type"}, {LOCK, "{\"packages\": [{\"name\": \"a/b\", \"version\": \"1\", \"dist\": {\"shasum\": {}}}]}", "shasum"},
		{LOCK, "{\"packages\": [{\"name\": \"a/b\", \"version\": \"1\", \"dist\": {\"reference\": true}}]}", "reference"},
		{LOCK, "{\"packages\": [{\"name\": \"a/b\", \"version\": \"1\", \"source\": {\"reference\": 1}}]}", "reference"},
		{LOCK, "{\"packages\": [{\"name\": \"a/b\", \"version\": \"1\"}, {\"name\": \"a/b\", \"version\": \"2\"}]}", "twice"},
		{LOCK, "{\"packages\": [{\"name\": \"a/b\", \"version\": \"1\"}], \"packages-dev\": [{\"name\": \"a/b\", \"version\": \"1\"}]}", "twice"},
		{INSTALLED, "{}", "packages"}, {INSTALLED, "null", ""}, {INSTALLED, "{\"packages\": null2}", ""}, {INSTALLED, "{\"packages\": {}}", "list"}, {INSTALLED, "[[]]", "name"},
		{INSTALLED, "{\"packages\": [{\"name\": \"a/b\", \"version\": \"1\", \"install-path\": 7}]}", "install-path"},
		{INSTALLED, "[{\"name\": \"a/b\", \"version\": \"1\"}, {\"name\": \"a/b\", \"version\": \"1\"}]", "twice"},
		{ROOT, "{", ""}, {ROOT, "[]", "object"}, {ROOT, "7", ""}, {ROOT, "{\"a\": 1, \"a\": 2}", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct lks_error err = {0};
		struct lks_site site;

		put(LOCK, "{\"packages\": []}");
		put(INSTALLED, "[]");
		put(ROOT, "{}");
		lks_site_read(&site, root_fd, "vendor", &err);
		assert_int_equal(err.status, 0);
		lks_site_dispose(&site);
		put(rows[i].file, rows[i].text);
		if (lks_site_read(&site, root_fd, "vendor", &err) != LKS_E_INVALID) {
			fail_msg("%s: %s was taken", rows[i].file, rows[i].text);
		}
		assert_null(site.packages);
		assert_null(site.owned);
		if (strstr(err.message, rows[i].says) == NULL || (strstr(err.message, rows[i].file) == NULL && strcmp(err.path, rows[i].file) != 0)) {
			fail_msg("%s: %s: the error says \"%s\" of \"%s\"", rows[i].file, rows[i].text, err.message, err.path);
		}
	}
}

static void refuses_unsafe_names(void **state)
{
	static const char *const names[] = {
		"../../x", "../x", "a/..", "./x", "a/.", "a", "", "/", "a/", "/a", "a/b/c", "a//b", "a/../b", "-a/b", "a/-b", "--x/y", "_a/b", ".a/b", "a/.b", "a b/c", "a/b c",
		"a/b\\u0000c", "a/b\\n", "a/\\u001b[31m", "a/b;id", "a/$(id)", "a\\\\b/c", "a/b:c", "a/*", "\\u00e9/b", "a/b/", "a/b/../../../x",
	};
	static const char *const good[] = {"a/b", "2tvenom/cborencode", "Magento/Foo_Bar", "a.b-c_d/e.f-g_h", "a/b--c", "laminas/laminas-zendframework-bridge", "0/0"};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct lks_error err = {0};
		struct lks_site site;

		put(LOCK, one(names[i], "1", ""));
		if (lks_site_read(&site, root_fd, "vendor", &err) != LKS_E_INVALID) {
			fail_msg("the package \"%s\" was taken", names[i]);
		}
	}
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct lks_site site;

		put(LOCK, one(good[i], "1", ""));
		site = read_site();
		assert_string_equal(site.packages[0].name, good[i]);
		lks_site_dispose(&site);
	}
}

static void wants_a_shop(void **state)
{
	struct lks_error err = {0};
	struct lks_site site;

	(void)state;
	assert_int_equal(lks_site_read(&site, root_fd, "vendor", &err), LKS_E_NOT_FOUND);
	assert_true(err.hint[0] != '\0');
	lks_error_clear(&err);
	put(ROOT, "{}");
	assert_int_equal(lks_site_read(&site, root_fd, "vendor", &err), LKS_E_NOT_FOUND);
	lks_error_clear(&err);
	assert_int_equal(lks_site_read(&site, root_fd, "../vendor", &err), LKS_E_UNSAFE);
	lks_error_clear(&err);
	put(LOCK, "{\"packages\": []}");
	assert_int_equal(lks_site_read(&site, root_fd, "vendor", &err), 0);
	lks_site_dispose(&site);
	assert_int_equal(symlinkat("/etc/passwd", root_fd, "vendor"), 0);
	assert_int_equal(lks_site_read(&site, root_fd, "vendor", &err), LKS_E_UNSAFE);
	unlinkat(root_fd, "vendor", 0);
	lks_error_clear(&err);
	unlinkat(root_fd, LOCK, 0);
	put(INSTALLED, "[]");
	assert_int_equal(mkdirat(root_fd, LOCK, 0755), 0);
	assert_int_equal(lks_site_read(&site, root_fd, "vendor", &err), LKS_E_INVALID);
}

static void another_vendor_directory(void **state)
{
	struct lks_error err = {0};
	struct lks_site site;

	(void)state;
	put("lib/packages/composer/installed.json", "{\"packages\": [{\"name\": \"a/b\", \"version\": \"1\", \"install-path\": \"../a/b\"}]}");
	assert_int_equal(lks_site_read(&site, root_fd, "lib/packages", &err), 0);
	assert_string_equal(site.packages[0].path, "lib/packages/a/b");
	lks_site_dispose(&site);
}

#define LOCKED(name, version, dist) "{\"name\": \"" name "\", \"version\": \"" version "\", \"type\": \"t-" name "\", \"dist\": " dist "}"

static void compares_locks(void **state)
{
	static const struct lks_lock_change expected[] = {
		{"a/added", "", "1", false, "t-a/added", false},
		{"a/artifact", "1", "1", true, "t-a/artifact", false},
		{"a/from-path", "1", "1", true, "t-a/from-path", false},
		{"a/moved", "1", "2", false, "t-a/moved", false},
		{"a/path", "1", "1", true, "t-a/path", true},
		{"a/reference", "1", "1", true, "t-a/reference", false},
		{"a/removed", "1", "", false, "t-a/removed", false},
		{"z/last", "", "9", false, "t-z/last", false},
	};
	struct lks_lock_changes changes;
	struct lks_error err = {0};

	(void)state;
	put("before.lock", "{\"packages\": [" LOCKED("a/same", "1", "{\"type\": \"zip\", \"reference\": \"x\"}") "," LOCKED("a/removed", "1", "null") "," LOCKED("a/path", "1", "{\"type\": \"path\", \"reference\": \"1\"}") ","
		LOCKED("a/from-path", "1", "{\"type\": \"path\", \"reference\": \"1\"}") "," LOCKED("a/artifact", "1", "{\"type\": \"zip\", \"shasum\": \"1\"}") "," LOCKED("a/reference", "1", "{\"type\": \"zip\", \"reference\": \"1\"}")
		"], \"packages-dev\": [" LOCKED("a/moved", "1", "null") "," LOCKED("a/todev", "1", "null") "]}");
	put("after.lock", "{\"packages\": [" LOCKED("z/last", "9", "null") "," LOCKED("a/same", "1", "{\"type\": \"zip\", \"reference\": \"x\"}") "," LOCKED("a/path", "1", "{\"type\": \"path\", \"reference\": \"2\"}") ","
		LOCKED("a/from-path", "1", "{\"type\": \"zip\", \"reference\": \"2\"}") "," LOCKED("a/artifact", "1", "{\"type\": \"zip\", \"shasum\": \"2\"}") "," LOCKED("a/reference", "1", "{\"type\": \"zip\", \"reference\": \"2\"}") ","
		LOCKED("a/moved", "2", "null") "," LOCKED("a/added", "1", "null") "," LOCKED("a/todev", "1", "null") "]}");
	assert_int_equal(lks_lock_compare(&changes, root_fd, "before.lock", root_fd, "after.lock", &err), 0);
	assert_int_equal(changes.count, sizeof expected / sizeof *expected);
	for (size_t i = 0; i < changes.count; i++) {
		assert_string_equal(changes.items[i].name, expected[i].name);
		assert_string_equal(changes.items[i].from, expected[i].from);
		assert_string_equal(changes.items[i].to, expected[i].to);
		assert_string_equal(changes.items[i].type, expected[i].type);
		assert_int_equal(changes.items[i].reference_only, expected[i].reference_only);
		assert_int_equal(changes.items[i].path_package, expected[i].path_package);
	}
	lks_lock_changes_dispose(&changes);

	assert_int_equal(lks_lock_compare(&changes, root_fd, "before.lock", root_fd, "before.lock", &err), 0);
	assert_int_equal(changes.count, 0);
	lks_lock_changes_dispose(&changes);
}

static void refuses_broken_locks(void **state)
{
	struct lks_lock_changes changes;
	struct lks_error err = {0};

	(void)state;
	put("good.lock", "{\"packages\": []}");
	put("bad.lock", "{\"packages\": [{\"name\": \"../../x\", \"version\": \"1\"}]}");
	put("dev.lock", "{\"packages\": [], \"packages-dev\": 7}");
	put("none.lock", "{}");
	assert_int_equal(lks_lock_compare(&changes, root_fd, "good.lock", root_fd, "bad.lock", &err), LKS_E_INVALID);
	assert_null(changes.owned);
	lks_error_clear(&err);
	assert_int_equal(lks_lock_compare(&changes, root_fd, "bad.lock", root_fd, "good.lock", &err), LKS_E_INVALID);
	lks_error_clear(&err);
	assert_int_equal(lks_lock_compare(&changes, root_fd, "good.lock", root_fd, "dev.lock", &err), LKS_E_INVALID);
	lks_error_clear(&err);
	assert_int_equal(lks_lock_compare(&changes, root_fd, "none.lock", root_fd, "good.lock", &err), LKS_E_INVALID);
	lks_error_clear(&err);
	assert_int_equal(lks_lock_compare(&changes, root_fd, "good.lock", root_fd, "absent.lock", &err), LKS_E_NOT_FOUND);
}

/* MAGENTO_ROOT: a real shop must be read, in less than 30 ms. */
static void reads_a_real_shop(void **state)
{
	const char *path = getenv("MAGENTO_ROOT");
	double best = 1e9;
	int fd;

	(void)state;
	if (path == NULL) {
		skip();
	}
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (int i = 0; i < 10; i++) {
		struct timespec begin, end;
		struct lks_error err = {0};
		struct lks_site site;
		double ms;

		clock_gettime(CLOCK_MONOTONIC, &begin);
		if (lks_site_read(&site, fd, "vendor", &err) != 0) {
			fail_msg("%s", err.message);
		}
		if (i == 0) {
			print_message("%s %s (%s), tool %s at %s, %zu packages\n", site.edition, site.version, site.source, site.tool_version, site.tool_path, site.package_count);
		}
		assert_true(site.package_count > 100 && site.version[0] != '\0');
		lks_site_dispose(&site);
		clock_gettime(CLOCK_MONOTONIC, &end);
		ms = (double)(end.tv_sec - begin.tv_sec) * 1e3 + (double)(end.tv_nsec - begin.tv_nsec) / 1e6;
		best = ms < best ? ms : best;
	}
	print_message("read in %.1f ms\n", best);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(finds_each_product, make_root, drop_root),
		cmocka_unit_test_setup_teardown(keeps_silent_without_an_exact_version, make_root, drop_root),
		cmocka_unit_test_setup_teardown(prefers_the_telling_package, make_root, drop_root),
		cmocka_unit_test_setup_teardown(installed_wins_over_the_lock, make_root, drop_root),
		cmocka_unit_test_setup_teardown(knows_git_roots, make_root, drop_root),
		cmocka_unit_test_setup_teardown(reads_composer_1, make_root, drop_root),
		cmocka_unit_test_setup_teardown(tells_dev_by_what_is_installed, make_root, drop_root),
		cmocka_unit_test_setup_teardown(finds_the_tool, make_root, drop_root),
		cmocka_unit_test_setup_teardown(reads_sources, make_root, drop_root),
		cmocka_unit_test_setup_teardown(resolves_install_paths, make_root, drop_root),
		cmocka_unit_test_setup_teardown(refuses_what_is_broken, make_root, drop_root),
		cmocka_unit_test_setup_teardown(refuses_unsafe_names, make_root, drop_root),
		cmocka_unit_test_setup_teardown(wants_a_shop, make_root, drop_root),
		cmocka_unit_test_setup_teardown(another_vendor_directory, make_root, drop_root),
		cmocka_unit_test_setup_teardown(compares_locks, make_root, drop_root),
		cmocka_unit_test_setup_teardown(refuses_broken_locks, make_root, drop_root),
		cmocka_unit_test(reads_a_real_shop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * A shop is read, locks are compared and releases are parsed while memory runs out at each allocation of the core in turn.
 *
 *   allocations DIRECTORY   a scratch directory is made below it
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "allocation.h"
#include "lockstep/fs.h"
#include "lockstep/json.h"
#include "lockstep/lock.h"
#include "lockstep/path.h"
#include "lockstep/resolve.h"
#include "lockstep/site.h"

static char base[PATH_MAX];
static int root_fd = -1;

static void die(const char *what, const char *detail)
{
	fprintf(stderr, "allocations: %s: %s\n", what, detail);
	exit(1);
}

static int read_site(struct lks_error *err)
{
	struct lks_site site;
	int status = lks_site_read(&site, root_fd, "vendor", err);

	if (status == 0) {
		if (strcmp(site.version, "2.4.7-p3") != 0 || strcmp(site.tool_version, "2.4.6") != 0 || site.package_count != 3) {
			die("lks_site_read", "success was told, but something is missing");
		}
		lks_site_dispose(&site);
	} else if (site.packages != NULL || site.owned != NULL) {
		die("lks_site_read", "something is left after a failure");
	}
	return status;
}

static int compare_locks(struct lks_error *err)
{
	struct lks_lock_changes changes;
	int status = lks_lock_compare(&changes, root_fd, "composer.lock", root_fd, "other.lock", err);

	if (status == 0) {
		if (changes.count != 2) {
			die("lks_lock_compare", "success was told, but something is missing");
		}
		lks_lock_changes_dispose(&changes);
	} else if (changes.items != NULL || changes.owned != NULL) {
		die("lks_lock_compare", "something is left after a failure");
	}
	return status;
}

static int parse_releases(struct lks_error *err)
{
	static const char json[] = "{\"versions\": [\"2.4.6\", \"2.4.5\"]}";
	static const char *const texts[] = {"2.4.6"};
	struct lks_releases releases;
	int status = lks_releases_parse(&releases, json, sizeof json - 1, err);

	if (status == 0) {
		lks_releases_dispose(&releases);
		status = lks_releases_from(&releases, texts, 1, err);
		lks_releases_dispose(&releases);
	}
	return status;
}

static int take_lock(struct lks_error *err)
{
	struct lks_lock *lock = NULL;
	int status = lks_lock_acquire(&lock, base, err);

	lks_lock_free(lock);
	return status;
}

static unsigned long hunt(int (*body)(struct lks_error *err), const char *name)
{
	for (unsigned long nth = 1;; nth++) {
		struct lks_error err = {0};
		int status;

		allocation_fail_at(nth);
		status = body(&err);
		if (!allocation_failed()) {
			allocation_fail_at(0);
			if (status != 0) {
				die(name, err.message);
			}
			return nth - 1;
		}
		if (status != 0 && status != LKS_E_NOMEM) {
			die(name, err.message);
		}
	}
}

static void put(const char *path, const char *text)
{
	int fd = openat(root_fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text)) {
		die(path, "cannot be written");
	}
	close(fd);
}

int main(int argc, char **argv)
{
	struct lks_error err = {0};
	unsigned long count = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: allocations DIRECTORY\n");
		return 2;
	}
	snprintf(base, sizeof base, "%s/lockstep-allocations-XXXXXX", argv[1]);
	if (mkdtemp(base) == NULL || (root_fd = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0 || lks_path_mkdirs(root_fd, "vendor/composer", 0755, &err) != 0 ||
		lks_path_mkdirs(root_fd, "vendor/magento/data-migration-tool", 0755, &err) != 0) {
		die(argv[1], "no scratch directory can be made");
	}
	put("composer.json", "{\"require\": {\"magento/data-migration-tool\": \"^2.4\"}}");
	put("composer.lock", "{\"packages\": [{\"name\": \"a/b\", \"version\": \"1\"}]}");
	put("other.lock", "{\"packages\": [{\"name\": \"a/b\", \"version\": \"2\"}]}");
	put("vendor/composer/installed.json", "{\"packages\": [{\"name\": \"mage-os/product-community-edition\", \"version\": \"1.0.5\", \"extra\": {\"magento_version\": \"2.4.7-p3\"}},"
		"{\"name\": \"magento/data-migration-tool\", \"version\": \"dev-x\", \"install-path\": \"../magento/data-migration-tool\"}, {\"name\": \"a/b\", \"version\": \"1\", \"install-path\": \"../a/b\"}]}");
	put("vendor/magento/data-migration-tool/composer.json", "{\"version\": \"2.4.6\"}");
	lks_json_seed();
	count += hunt(read_site, "lks_site_read");
	put("composer.lock", "{\"packages\": [{\"name\": \"a/b\", \"version\": \"1\"}], \"packages-dev\": [{\"name\": \"a/c\", \"version\": \"1\"}]}");
	count += hunt(compare_locks, "lks_lock_compare");
	count += hunt(parse_releases, "lks_releases");
	count += hunt(take_lock, "lks_lock");
	close(root_fd);
	root_fd = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	lks_fs_remove(root_fd, strrchr(base, '/') + 1, &err);
	printf("%lu failed allocations: always a clean error\n", count);
	return 0;
}

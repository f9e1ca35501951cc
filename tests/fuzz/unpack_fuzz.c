/* An archive of any bytes is unpacked; whatever it is, nothing leaves the directory, and a failure leaves nothing in it. */
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lockstep/archive.h"
#include "lockstep/fs.h"
#include "lockstep/scan.h"
#include "standalone.h"

static int top = -1;
static char path[] = "/dev/shm/lockstep-fuzz-XXXXXX";

static void remove_top(void)
{
	struct lks_error err = {0};
	int parent = open("/dev/shm", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	lks_fs_remove(parent, path + sizeof "/dev/shm", &err);
	close(parent);
}

static size_t count_entries(int fd)
{
	const struct lks_scan_options options = {.threads = 1};
	struct lks_error err = {0};
	struct lks_scan scan;
	HOLDS(lks_scan_tree(&scan, fd, ".", &options, NULL, &err) == 0);
	size_t count = scan.count - 1;
	lks_scan_dispose(&scan);
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lks_error err = {0};
	if (top < 0) {
		HOLDS(mkdtemp(path) != NULL);
		top = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		HOLDS(top >= 0);
		atexit(remove_top);
	}
	int file = openat(top, "archive", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	HOLDS(file >= 0 && lks_fs_write_all(file, data, size, "archive", &err) == 0);
	close(file);
	HOLDS(mkdirat(top, "to", 0700) == 0);
	int to = openat(top, "to", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int status = lks_archive_unpack(to, top, "archive", NULL, &err);
	HOLDS(status == 0 || count_entries(to) == 0);
	close(to);
	lks_error_clear(&err);
	HOLDS(lks_fs_remove(top, "to", &err) == 0);
	HOLDS(count_entries(top) == 1); /* the archive alone: nothing else was made beside */
	return 0;
}

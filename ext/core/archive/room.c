/*
 * The manifest's word on what will be made, against what statvfs tells.
 */
#include "room.h"

#include <errno.h>
#include <sys/statvfs.h>

struct estimate {
	uint64_t members, bytes; /* selected */
	uint64_t entries;        /* files, directories and symlinks that will be made */
	uint64_t needed;         /* bytes of their blocks */
};

static int estimate(
	struct estimate *out, const struct lks_manifest *manifest, const struct lks_selection *selection, uint64_t block, struct lks_error *err)
{
	struct lks_manifest_cursor cursor;
	struct lks_member member;
	uint64_t all = 0, all_bytes = 0;
	int more = 0, status = lks_manifest_cursor_init(&cursor, manifest, err);
	if (status == 0 && selection->below) {
		status = lks_manifest_seek(&cursor, selection->below, err);
	}
	while (status == 0 && (more = lks_manifest_next(&member, &cursor, err)) > 0) {
		bool directory = member.kind == LKS_MEMBER_DIRECTORY;
		all++;
		all_bytes += member.size;
		if (lks_selection_has(selection, member.path, directory)) {
			out->members++;
			out->bytes += member.size;
			out->entries += member.kind != LKS_MEMBER_HARDLINK;
			out->needed += directory ? block : (member.size + block - 1) / block * block;
		}
	}
	lks_manifest_cursor_dispose(&cursor);
	status = status ? status : more;
	if (status == 0 && !selection->below && (all != manifest->members || all_bytes != manifest->bytes)) {
		return lks_error_set(err, LKS_E_FORMAT, 0, NULL, "the manifest breaks its rules: its sums are wrong");
	}
	return status;
}

int lks_room_check(struct lks_archive_summary *out, const struct lks_manifest *manifest, const struct lks_selection *selection, int to_fd,
	struct lks_task *task, struct lks_error *err)
{
	struct estimate found = {0};
	struct statvfs room;
	bool told = fstatvfs(to_fd, &room) == 0 && room.f_blocks > 0; /* some file systems do not tell */
	int status = estimate(&found, manifest, selection, told && room.f_frsize > 0 && room.f_frsize <= 65536 ? room.f_frsize : 4096, err);
	if (status != 0) {
		return status;
	}
	if (found.members == 0 && selection->pattern && !selection->items) {
		return lks_error_set(err, LKS_E_NOT_FOUND, 0, selection->pattern, "the archive has nothing of that");
	}
	lks_task_total(task, found.members, found.bytes);
	out->needed = found.needed;
	if (!told) {
		return 0;
	}
	out->free = (uint64_t)room.f_bavail * room.f_frsize;
	if (out->free >= found.needed && (room.f_files == 0 || room.f_favail >= found.entries)) {
		return 0;
	}
	lks_error_set(err, LKS_E_NO_SPACE, ENOSPC, NULL,
		"%llu bytes in %llu files and directories do not fit: %llu bytes and %llu inodes are free", (unsigned long long)found.needed,
		(unsigned long long)found.entries, (unsigned long long)out->free,
		(unsigned long long)(room.f_files > 0 ? room.f_favail : found.entries));
	lks_error_hint(err, "Free some space, or restore a part of it.");
	return LKS_E_NO_SPACE;
}

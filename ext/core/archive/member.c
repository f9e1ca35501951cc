/*
 * A member made from stat data, and copied with all that it borrows.
 */
#include "member.h"

#include <string.h>

#include "lockstep/fs.h"

#define SPARSE_MIN 65536u /* bytes of a file; a smaller one may have no blocks of its own at all */

/*
 * A file that is written twice within its file system's tick keeps its times: what changed so shortly before an archive began to
 * be written may have changed once more after it was read. The coarsest ticks are two seconds. (git's "racy" rule.)
 */
#define RACY_NS (2 * INT64_C(1000000000))

int lks_member_copy(struct lks_member *out, const struct lks_member *member, struct lks_region *region, struct lks_error *err)
{
	struct lks_member copy = *member;
	struct lks_attribute *attributes = NULL;

	copy.path = lks_region_copy(region, member->path, member->path_length, err);
	if (!copy.path) {
		return LKS_E_NOMEM;
	}
	if (member->link && !(copy.link = lks_region_copy(region, member->link, strlen(member->link), err))) {
		return LKS_E_NOMEM;
	}
	if (member->attribute_count > 0) {
		attributes = lks_region_take(region, member->attribute_count * sizeof *attributes, err);
		if (!attributes) {
			return LKS_E_NOMEM;
		}
		for (size_t i = 0; i < member->attribute_count; i++) {
			const struct lks_attribute *from = &member->attributes[i];
			attributes[i].name = lks_region_copy(region, from->name, strlen(from->name), err);
			attributes[i].value = (uint8_t *)lks_region_copy(region, from->value, from->length, err);
			attributes[i].length = from->length;
			if (!attributes[i].name || !attributes[i].value) {
				return LKS_E_NOMEM;
			}
		}
	}
	copy.attributes = attributes;
	*out = copy;
	return 0;
}

void lks_member_stat(struct lks_member *member, const struct stat *st)
{
	member->kind = S_ISREG(st->st_mode) ? LKS_MEMBER_FILE
		: S_ISDIR(st->st_mode)          ? LKS_MEMBER_DIRECTORY
		: S_ISLNK(st->st_mode)          ? LKS_MEMBER_SYMLINK
										: (enum lks_member_kind)0;
	member->mode = st->st_mode & 07777;
	member->uid = st->st_uid;
	member->gid = st->st_gid;
	member->size = S_ISREG(st->st_mode) ? (uint64_t)st->st_size : 0;
	member->sparse = member->size >= SPARSE_MIN && (uint64_t)st->st_blocks * 512 + SPARSE_MIN / 2 < member->size;
	member->device = st->st_dev;
	member->inode = st->st_ino;
	member->mtime = lks_fs_ns(st->st_mtim);
	member->ctime = lks_fs_ns(st->st_ctim);
}

bool lks_member_same_attributes(const struct lks_member *left, const struct lks_member *right)
{
	if (left->attribute_count != right->attribute_count) {
		return false;
	}
	for (size_t i = 0; i < left->attribute_count; i++) {
		const struct lks_attribute *one = &left->attributes[i], *other = &right->attributes[i];
		if (strcmp(one->name, other->name) != 0 || one->length != other->length ||
			(one->length > 0 && memcmp(one->value, other->value, one->length) != 0)) {
			return false;
		}
	}
	return true;
}

bool lks_member_untouched(const struct lks_member *now, const struct lks_member *noted, int64_t started)
{
	return now->mtime == noted->mtime && now->ctime == noted->ctime && now->device == noted->device && now->inode == noted->inode &&
		!noted->changed && now->ctime < started - RACY_NS && now->mtime < started - RACY_NS;
}

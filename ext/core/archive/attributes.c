/*
 * flistxattr, fgetxattr, fsetxattr.
 */
#include "attributes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

#include "notes.h"

#define TOTAL_MAX (256u * 1024) /* bytes of all values of a member */

static bool begins(const char *name, const char *prefix)
{
	return strncmp(name, prefix, strlen(prefix)) == 0;
}

bool lks_attributes_kept(const char *name)
{
	return begins(name, "user.") || (begins(name, "trusted.") && !begins(name, "trusted.overlay.")) ||
		strcmp(name, "security.capability") == 0 || strcmp(name, "system.posix_acl_access") == 0 ||
		strcmp(name, "system.posix_acl_default") == 0;
}

static int by_name(const void *left, const void *right)
{
	return strcmp(((const struct lks_attribute *)left)->name, ((const struct lks_attribute *)right)->name);
}

/* Names as the kernel lists them, NUL after NUL. Removed or unsupported attributes are none. */
static int list(char **names, size_t *length, int fd, const char *path, struct lks_region *region, struct lks_error *err)
{
	*length = 0;
	ssize_t size = flistxattr(fd, NULL, 0);
	if (size == 0 || (size < 0 && (errno == EOPNOTSUPP || errno == ENODATA))) {
		return 0;
	}
	if (size > 0) {
		*names = lks_region_take(region, (size_t)size, err);
		if (!*names) {
			return LKS_E_NOMEM;
		}
		size = flistxattr(fd, *names, (size_t)size);
	}
	if (size < 0) {
		return lks_error_sys(err, errno, path, "the extended attributes cannot be listed");
	}
	*length = (size_t)size;
	return 0;
}

static int read_one(
	struct lks_attribute *out, bool *there, int fd, const char *name, const char *path, struct lks_region *region, struct lks_error *err)
{
	uint8_t *value = NULL;
	ssize_t size = fgetxattr(fd, name, NULL, 0);
	if (size > 0) {
		value = lks_region_take(region, (size_t)size, err);
		if (!value) {
			return LKS_E_NOMEM;
		}
		size = fgetxattr(fd, name, value, (size_t)size);
	}
	*there = size >= 0;
	if (size < 0 && errno != ENODATA) {
		return lks_error_sys(err, errno, path, "the extended attribute %s cannot be read", name);
	}
	*out = (struct lks_attribute){.name = name, .value = value, .length = size > 0 ? (size_t)size : 0};
	return 0;
}

int lks_attributes_read(struct lks_member *member, int fd, const char *path, struct lks_region *region, struct lks_error *err)
{
	char *names = NULL;
	size_t length, count = 0, total = 0;
	struct lks_attribute *attributes = NULL;
	int status = list(&names, &length, fd, path, region, err);

	for (size_t at = 0; status == 0 && at < length; at += strlen(names + at) + 1) {
		bool there;
		if (!lks_attributes_kept(names + at)) {
			continue;
		}
		if (!attributes && !(attributes = lks_region_take(region, LKS_MEMBER_ATTRIBUTES_MAX * sizeof *attributes, err))) {
			return LKS_E_NOMEM;
		}
		if (count == LKS_MEMBER_ATTRIBUTES_MAX) {
			return lks_error_set(err, LKS_E_LIMIT, 0, path, "the file has more than %u extended attributes", LKS_MEMBER_ATTRIBUTES_MAX);
		}
		status = read_one(&attributes[count], &there, fd, names + at, path, region, err);
		if (status == 0 && there) {
			total += attributes[count++].length;
		}
	}
	if (status == 0 && total > TOTAL_MAX) {
		return lks_error_set(err, LKS_E_LIMIT, 0, path, "the file has %zu bytes of extended attributes", total);
	}
	if (status == 0 && count > 0) {
		qsort(attributes, count, sizeof *attributes, by_name);
		member->attributes = attributes;
		member->attribute_count = count;
	}
	return status;
}

int lks_attributes_set(int fd, const struct lks_member *member, struct lks_notes *warnings, struct lks_error *err)
{
	for (size_t i = 0; i < member->attribute_count; i++) {
		const struct lks_attribute *attribute = &member->attributes[i];
		if (fsetxattr(fd, attribute->name, attribute->value, attribute->length, 0) == 0) {
			continue;
		}
		if (errno != EOPNOTSUPP && errno != EPERM && errno != EACCES && errno != EINVAL) {
			return lks_error_sys(err, errno, member->path, "the extended attribute %s cannot be set", attribute->name);
		}
		int status = lks_notes_add(
			warnings, err, member->path, "the extended attribute %s cannot be set: %s", attribute->name, strerror(errno));
		if (status != 0) {
			return status;
		}
	}
	return 0;
}

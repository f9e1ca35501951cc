/*
 * User and group names, asked from the system once a number.
 */
#include "owners.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SCRATCH 16384 /* bytes for one entry of passwd or group */

static size_t place(const struct lks_owners *owners, uint32_t id)
{
	size_t low = 0, high = owners->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (owners->items[middle].id < id) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

static int insert(struct lks_owners *owners, size_t at, uint32_t id, const char *name, size_t length, struct lks_error *err)
{
	struct lks_owner *items = realloc(owners->items, (owners->count + 1) * sizeof *items);
	if (!items) {
		return lks_error_nomem(err);
	}
	owners->items = items;
	memmove(items + at + 1, items + at, (owners->count - at) * sizeof *items);
	owners->count++;
	items[at].id = id;
	memset(items[at].name, 0, sizeof items[at].name);
	memcpy(items[at].name, name, length);
	return 0;
}

static const char *ask(enum lks_owner_kind kind, uint32_t id, char *scratch)
{
	struct passwd user, *found_user = NULL;
	struct group group, *found_group = NULL;
	if (kind == LKS_OWNER_USER) {
		return getpwuid_r(id, &user, scratch, SCRATCH, &found_user) == 0 && found_user ? user.pw_name : "";
	}
	return getgrgid_r(id, &group, scratch, SCRATCH, &found_group) == 0 && found_group ? group.gr_name : "";
}

int lks_owners_learn(struct lks_owners *owners, enum lks_owner_kind kind, uint32_t id, const char **out, struct lks_error *err)
{
	size_t at = place(owners, id);
	if (at == owners->count || owners->items[at].id != id) {
		char *scratch = malloc(SCRATCH);
		if (!scratch) {
			return lks_error_nomem(err);
		}
		const char *name = ask(kind, id, scratch);
		size_t length = strlen(name);
		int status = insert(owners, at, id, name, length < LKS_OWNER_NAME ? length : 0, err);
		free(scratch);
		if (status != 0) {
			return status;
		}
	}
	*out = owners->items[at].name;
	return 0;
}

int lks_owners_append(struct lks_owners *owners, uint32_t id, const char *name, size_t length, struct lks_error *err)
{
	bool ascends = owners->count == 0 || owners->items[owners->count - 1].id < id;
	if (!ascends || length >= LKS_OWNER_NAME || (length > 0 && memchr(name, '\0', length))) {
		return lks_error_set(err, LKS_E_FORMAT, 0, NULL, "the manifest's table of owners breaks its rules");
	}
	return insert(owners, owners->count, id, name, length, err);
}

const char *lks_owners_name(const struct lks_owners *owners, uint32_t id)
{
	size_t at = place(owners, id);
	return at < owners->count && owners->items[at].id == id ? owners->items[at].name : NULL;
}

void lks_owners_dispose(struct lks_owners *owners)
{
	free(owners->items);
	*owners = (struct lks_owners){0};
}

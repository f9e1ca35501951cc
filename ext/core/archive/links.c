/*
 * A hash table of files with several names.
 */
#include "links.h"

#include <stdlib.h>
#include <string.h>

static struct lks_link *find(struct lks_link *places, size_t size, uint64_t device, uint64_t inode)
{
	uint64_t hash = (inode ^ device << 32) * 0x9e3779b97f4a7c15u;
	size_t at = (size_t)(hash >> 20) & (size - 1);
	while (places[at].path && (places[at].inode != inode || places[at].device != device)) {
		at = (at + 1) & (size - 1);
	}
	return &places[at];
}

static int grow(struct lks_links *links, struct lks_error *err)
{
	size_t size = links->size ? 2 * links->size : 64;
	struct lks_link *places = calloc(size, sizeof *places);
	if (!places) {
		return lks_error_nomem(err);
	}
	for (size_t i = 0; i < links->size; i++) {
		if (links->places[i].path) {
			*find(places, size, links->places[i].device, links->places[i].inode) = links->places[i];
		}
	}
	free(links->places);
	links->places = places;
	links->size = size;
	return 0;
}

int lks_links_meet(const char **first, struct lks_links *links, uint64_t device, uint64_t inode, const char *path, struct lks_error *err)
{
	if (2 * links->count >= links->size) {
		int status = grow(links, err);
		if (status != 0) {
			return status;
		}
	}
	struct lks_link *place = find(links->places, links->size, device, inode);
	*first = place->path;
	if (place->path) {
		return 0;
	}
	const char *copy = lks_region_copy(&links->region, path, strlen(path), err);
	if (!copy) {
		return LKS_E_NOMEM;
	}
	*place = (struct lks_link){.device = device, .inode = inode, .path = copy};
	links->count++;
	return 0;
}

void lks_links_dispose(struct lks_links *links)
{
	free(links->places);
	lks_region_dispose(&links->region);
	*links = (struct lks_links){0};
}

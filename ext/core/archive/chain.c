/*
 * Turns, taken in the order of a large file's pieces.
 */
#include "chain.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "header.h"

int lks_chain_new(struct lks_chain **out, const struct lks_member *member, const char *user, const char *group, struct lks_error *err)
{
	struct lks_chain *chain = calloc(1, sizeof *chain);
	if (!chain) {
		return lks_error_nomem(err);
	}
	pthread_mutex_init(&chain->mutex, NULL);
	pthread_cond_init(&chain->turned, NULL);
	chain->references = 1;
	chain->fd = -1;
	int status = lks_member_copy(&chain->member, member, &chain->region, err);
	if (status == 0) {
		chain->header_length = lks_header_length(member);
		chain->user = lks_region_copy(&chain->region, user, strlen(user), err);
		chain->group = lks_region_copy(&chain->region, group, strlen(group), err);
		status = chain->user && chain->group ? 0 : LKS_E_NOMEM;
	}
	status = status ? status : lks_hash_new(&chain->hash, err);
	status = status ? status : lks_hash_reset(chain->hash, err);
	if (status != 0) {
		lks_chain_release(chain);
		return status;
	}
	*out = chain;
	return 0;
}

void lks_chain_hold(struct lks_chain *chain)
{
	pthread_mutex_lock(&chain->mutex);
	chain->references++;
	pthread_mutex_unlock(&chain->mutex);
}

void lks_chain_release(struct lks_chain *chain)
{
	if (!chain) {
		return;
	}
	pthread_mutex_lock(&chain->mutex);
	bool last = --chain->references == 0;
	pthread_mutex_unlock(&chain->mutex);
	if (!last) {
		return;
	}
	if (chain->fd >= 0) {
		close(chain->fd);
	}
	lks_hash_free(chain->hash);
	lks_region_dispose(&chain->region);
	pthread_cond_destroy(&chain->turned);
	pthread_mutex_destroy(&chain->mutex);
	free(chain);
}

bool lks_chain_wait(struct lks_chain *chain, uint64_t piece)
{
	pthread_mutex_lock(&chain->mutex);
	while (chain->turn != piece) {
		pthread_cond_wait(&chain->turned, &chain->mutex);
	}
	bool good = !chain->failed;
	pthread_mutex_unlock(&chain->mutex);
	return good;
}

void lks_chain_pass(struct lks_chain *chain, uint64_t piece, bool good)
{
	pthread_mutex_lock(&chain->mutex);
	while (chain->turn != piece) {
		pthread_cond_wait(&chain->turned, &chain->mutex);
	}
	chain->failed = chain->failed || !good;
	chain->turn++;
	pthread_cond_broadcast(&chain->turned);
	pthread_mutex_unlock(&chain->mutex);
}

/*
 * Elements that a merge by lines has too often.
 *
 * Lines know no elements: a rule that both sides add at different places comes twice, and one that upstream moves comes back where
 * the user removed it. Elements are counted on all sides by their place and what makes them the same.
 */
#include "xml_surplus.h"

#include <stdint.h>
#include <stdlib.h>

#include "xml.h"
#include "xml_tree.h"

/* The keys of a text's elements, sorted. */
struct keys {
	uint64_t *all; /* owned */
	size_t count;
};

static uint64_t join(uint64_t left, uint64_t right)
{
	uint64_t hash = (left ^ right * 0xff51afd7ed558ccdu) * 0xc4ceb9fe1a85ec53u;
	return hash ^ (hash >> 29);
}

static int by_value(const void *left, const void *right)
{
	uint64_t l = *(const uint64_t *)left, r = *(const uint64_t *)right;
	return l < r ? -1 : l > r;
}

static bool is_named_as(const struct lks_xml_tree *tree, uint32_t node, uint32_t other)
{
	return other && tree->nodes[other].kind == LKS_XML_ELEMENT &&
		lks_xml_same_exact(tree, tree->nodes[node].name, tree, tree->nodes[other].name);
}

/* A rule about something, one of several: what is in it tells nothing beyond the rule. */
static bool is_rule(const struct lks_xml_tree *tree, uint32_t node)
{
	const struct lks_xml_node *element = &tree->nodes[node];
	return element->keys[LKS_XML_SUBJECT] && (is_named_as(tree, node, element->previous) || is_named_as(tree, node, element->next));
}

/* What an element adds to the place of its children: its name, with the attributes that tell it from its siblings. */
static uint64_t step_of(const struct lks_xml_tree *tree, uint32_t node)
{
	const struct lks_xml_node *element = &tree->nodes[node];
	uint64_t hash = 0;
	if (!element->leaf && !element->anonymous && !element->keys[LKS_XML_SUBJECT]) {
		return element->keys[LKS_XML_WEAK];
	}
	for (uint32_t i = element->name.start; i < element->name.end; i++) {
		hash = join(hash, (unsigned char)tree->data[i]);
	}
	return hash;
}

static int collect(struct keys *out, const struct lks_xml_tree *tree, struct lks_error *err)
{
	static const enum lks_xml_key counted[] = {LKS_XML_LOOSE, LKS_XML_WEAK, LKS_XML_SUBJECT};
	enum { COUNTED = sizeof counted / sizeof *counted };
	uint64_t *places = calloc(tree->count, sizeof *places); /* of each node's children; 0: they are not counted */
	out->all = malloc(COUNTED * tree->count * sizeof *out->all);
	if (!places || !out->all) {
		free(places);
		return lks_error_nomem(err);
	}
	places[0] = 1;
	for (uint32_t i = 1; i < tree->count; i++) {
		const struct lks_xml_node *node = &tree->nodes[i];
		uint64_t place = places[node->parent];
		if (node->kind != LKS_XML_ELEMENT || !place) {
			continue;
		}
		for (size_t k = 0; k < COUNTED; k++) {
			if (node->keys[counted[k]] && !(counted[k] == LKS_XML_WEAK && node->anonymous)) {
				out->all[out->count++] = join(place + k, node->keys[counted[k]]);
			}
		}
		places[i] = is_rule(tree, i) ? 0 : join(place, step_of(tree, i)) | 1;
	}
	free(places);
	qsort(out->all, out->count, sizeof *out->all, by_value);
	return 0;
}

/* *is is false for what is not merged as XML. */
static int read_keys(struct keys *out, bool *is, const struct lks_buffer *text, struct lks_error *err)
{
	struct lks_error refused = {0};
	struct lks_xml_tree tree = {0};
	size_t line = 0;
	int status = lks_xml_check(lks_buffer_text(text), text->length, "", &line, &refused);
	status = status ? status : lks_xml_tree_parse(&tree, lks_buffer_text(text), text->length, &refused);
	*is = !status;
	status = status == LKS_E_NOMEM ? lks_error_nomem(err) : *is ? collect(out, &tree, err) : 0;
	lks_xml_tree_dispose(&tree);
	return status;
}

/* How often the key comes from *at on, which goes behind it. Keys are asked for in their order. */
static size_t count_key(const struct keys *keys, size_t *at, uint64_t key)
{
	while (*at < keys->count && keys->all[*at] < key) {
		(*at)++;
	}
	size_t first = *at;
	while (*at < keys->count && keys->all[*at] == key) {
		(*at)++;
	}
	return *at - first;
}

static bool has_surplus(const struct keys texts[4])
{
	size_t at[4] = {0};
	while (at[3] < texts[3].count) {
		uint64_t key = texts[3].all[at[3]];
		size_t base = count_key(&texts[0], &at[0], key), mine = count_key(&texts[1], &at[1], key),
			   theirs = count_key(&texts[2], &at[2], key);
		size_t expected = mine == base ? theirs : theirs == base || mine > theirs ? mine : theirs;
		bool is_new = base + mine + theirs == 0; /* something that both sides changed */
		if (count_key(&texts[3], &at[3], key) > expected && !is_new) {
			return true;
		}
	}
	return false;
}

int lks_xml_surplus(bool *out, const struct lks_buffer sides[3], const struct lks_buffer *merged, struct lks_error *err)
{
	struct keys keys[4] = {{0}};
	bool is = true;
	int status = 0;

	for (int i = 0; i < 4 && is && !status; i++) {
		status = read_keys(&keys[i], &is, i < 3 ? &sides[i] : merged, err);
	}
	*out = !status && is && has_surplus(keys);
	for (int i = 0; i < 4; i++) {
		free(keys[i].all);
	}
	return status;
}

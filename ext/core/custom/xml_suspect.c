/*
 * What a merge by lines does to XML, as lines know no elements.
 *
 * A rule that both sides add at different places comes twice; one that upstream moves comes back where the user removed it; a change
 * of what the other side commented out ends up in the comment. Elements are counted on all sides by their place and what makes
 * them the same.
 */
#include "xml_suspect.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "xml.h"
#include "xml_tree.h"

/* Sorted. */
struct keys {
	uint64_t *all; /* owned */
	size_t count;
};

struct text {
	struct keys elements, comments; /* comments: those with markup in them */
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

static uint64_t name_key(const struct lks_xml_tree *tree, uint32_t node)
{
	uint64_t hash = 0;
	for (uint32_t i = tree->nodes[node].name.start; i < tree->nodes[node].name.end; i++) {
		hash = join(hash, (unsigned char)tree->data[i]);
	}
	return hash;
}

/* What an element adds to the place of its children: its name, with the attributes that tell it from its siblings. */
static uint64_t step_of(const struct lks_xml_tree *tree, uint32_t node)
{
	const struct lks_xml_node *element = &tree->nodes[node];
	if (!element->leaf && !element->anonymous && !element->keys[LKS_XML_SUBJECT]) {
		return element->keys[LKS_XML_WEAK];
	}
	return name_key(tree, node);
}

/* An option: a value of which there is one of the name. */
static bool is_option(const struct lks_xml_tree *tree, uint32_t node)
{
	const struct lks_xml_node *element = &tree->nodes[node];
	return element->leaf && element->attribute_count == 0 && !is_named_as(tree, node, element->previous) &&
		!is_named_as(tree, node, element->next);
}

static bool is_markup(const struct lks_xml_tree *tree, const struct lks_xml_node *comment)
{
	const char *text = tree->data + comment->whole.start + 1;
	return memchr(text, '<', comment->whole.end - comment->whole.start - 1) != NULL;
}

static int reserve(struct keys *keys, size_t count, struct lks_error *err)
{
	keys->all = malloc(count * sizeof *keys->all);
	return keys->all ? 0 : lks_error_nomem(err);
}

static void add(struct keys *keys, uint64_t key)
{
	keys->all[keys->count++] = key;
}

static void count_element(struct keys *out, const struct lks_xml_tree *tree, uint32_t node, uint64_t place)
{
	const struct lks_xml_node *element = &tree->nodes[node];
	add(out, join(place, element->keys[LKS_XML_LOOSE]));
	if (!element->anonymous) {
		add(out, join(place + 1, element->keys[LKS_XML_WEAK]));
	}
	if (element->keys[LKS_XML_SUBJECT]) {
		add(out, join(place + 2, element->keys[LKS_XML_SUBJECT]));
	}
	if (is_option(tree, node)) {
		add(out, join(place + 3, name_key(tree, node)));
	}
}

static int collect(struct text *out, const struct lks_xml_tree *tree, struct lks_error *err)
{
	uint64_t *places = calloc(tree->count, sizeof *places); /* of each node's children; 0: they are not counted */
	int status = places ? reserve(&out->elements, (size_t)tree->count * 4, err) : lks_error_nomem(err);
	if (status || (status = reserve(&out->comments, tree->count, err))) {
		goto done;
	}
	places[0] = 1;
	for (uint32_t i = 1; i < tree->count; i++) {
		const struct lks_xml_node *node = &tree->nodes[i];
		uint64_t place = places[node->parent];
		if (node->kind == LKS_XML_COMMENT && is_markup(tree, node)) {
			add(&out->comments, node->keys[LKS_XML_LOOSE]);
		} else if (node->kind == LKS_XML_ELEMENT && place) {
			count_element(&out->elements, tree, i, place);
			places[i] = is_rule(tree, i) ? 0 : join(place, step_of(tree, i)) | 1;
		}
	}
	qsort(out->elements.all, out->elements.count, sizeof *out->elements.all, by_value);
	qsort(out->comments.all, out->comments.count, sizeof *out->comments.all, by_value);
done:
	free(places);
	return status;
}

/* *is is false for what is not merged as XML. */
static int read_text(struct text *out, bool *is, const struct lks_buffer *text, struct lks_error *err)
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

/* An element that is new is one that both sides changed, which is well; a comment must be somebody's. */
static bool is_suspect(
	const struct keys *base, const struct keys *mine, const struct keys *theirs, const struct keys *merged, bool comments)
{
	size_t b = 0, m = 0, t = 0, at = 0;
	while (at < merged->count) {
		uint64_t key = merged->all[at];
		size_t old = count_key(base, &b, key), own = count_key(mine, &m, key), new = count_key(theirs, &t, key);
		size_t expected = own == old ? new : new == old || own > new ? own : new;
		bool is_new = old + own + new == 0;
		if (count_key(merged, &at, key) > expected && is_new == comments) {
			return true;
		}
	}
	return false;
}

int lks_xml_suspect(bool *out, const struct lks_buffer sides[3], const struct lks_buffer *merged, struct lks_error *err)
{
	struct text texts[4] = {{{0}, {0}}};
	bool is = true;
	int status = 0;

	for (int i = 0; i < 4 && is && !status; i++) {
		status = read_text(&texts[i], &is, i < 3 ? &sides[i] : merged, err);
	}
	*out = !status && is &&
		(is_suspect(&texts[0].elements, &texts[1].elements, &texts[2].elements, &texts[3].elements, false) ||
			is_suspect(&texts[0].comments, &texts[1].comments, &texts[2].comments, &texts[3].comments, true));
	for (int i = 0; i < 4; i++) {
		free(texts[i].elements.all);
		free(texts[i].comments.all);
	}
	return status;
}

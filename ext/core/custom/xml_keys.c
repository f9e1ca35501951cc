/*
 * What makes XML nodes comparable: equality by content, and the identity that a rule keeps when something in it changes.
 *
 * Hashes have 64 bits (FNV-1a, mixed as MurmurHash3 does): among a million nodes two that differ are equal with a chance of
 * about one in forty million.
 */
#include "xml_tree.h"

#include <string.h>

#define START 0xcbf29ce484222325u

static uint64_t add_byte(uint64_t hash, unsigned char byte)
{
	return (hash ^ byte) * 0x100000001b3u;
}

static uint64_t add_number(uint64_t hash, uint64_t number)
{
	for (int i = 0; i < 8; i++) {
		hash = add_byte(hash, (unsigned char)(number >> (8 * i)));
	}
	return hash;
}

static uint64_t mix(uint64_t hash)
{
	hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdu;
	hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53u;
	hash ^= hash >> 33;
	return hash ? hash : 1;
}

/* The next character of a text: white space as the comparison sees it, -1 at the end. */
static int next(const struct lks_xml_tree *tree, struct lks_xml_range *rest, bool loose)
{
	const char *data = tree->data;
	if (rest->start == rest->end) {
		return -1;
	}
	if (!loose) {
		rest->start += data[rest->start] == '\r' && rest->start + 1 < rest->end && data[rest->start + 1] == '\n';
		return (unsigned char)data[rest->start++];
	}
	if (!lks_xml_is_space(data[rest->start])) {
		return (unsigned char)data[rest->start++];
	}
	while (rest->start < rest->end && lks_xml_is_space(data[rest->start])) {
		rest->start++;
	}
	return rest->start == rest->end ? -1 : ' ';
}

static struct lks_xml_range skip_space(const struct lks_xml_tree *tree, struct lks_xml_range range)
{
	while (range.start < range.end && lks_xml_is_space(tree->data[range.start])) {
		range.start++;
	}
	return range;
}

static bool same(
	const struct lks_xml_tree *left, struct lks_xml_range l, const struct lks_xml_tree *right, struct lks_xml_range r, bool loose)
{
	for (;;) {
		int one = next(left, &l, loose), other = next(right, &r, loose);
		if (one != other || one < 0) {
			return one == other;
		}
	}
}

bool lks_xml_same_exact(const struct lks_xml_tree *left, struct lks_xml_range l, const struct lks_xml_tree *right, struct lks_xml_range r)
{
	return same(left, l, right, r, false);
}

bool lks_xml_same_loose(const struct lks_xml_tree *left, struct lks_xml_range l, const struct lks_xml_tree *right, struct lks_xml_range r)
{
	return same(left, skip_space(left, l), right, skip_space(right, r), true);
}

static uint64_t add_text(uint64_t hash, const struct lks_xml_tree *tree, struct lks_xml_range range, bool loose)
{
	range = loose ? skip_space(tree, range) : range;
	for (int byte = next(tree, &range, loose); byte >= 0; byte = next(tree, &range, loose)) {
		hash = add_byte(hash, (unsigned char)byte);
	}
	return add_byte(hash, 0xFF); /* no byte of UTF-8: "ab" and "c" are not "a" and "bc" */
}

/* Attributes that tell an element from its siblings: alone; beside its value. */
static const char *const naming[] = {"name", "title", "id", "mode", "class", NULL};
static const char *const kinds[] = {"type", NULL};

/* The sum is the same in any order. names: the attributes that count, NULL for all. */
static uint64_t sum_attributes(const struct lks_xml_tree *tree, const struct lks_xml_node *node, bool loose, const char *const *names)
{
	uint64_t sum = 0;
	for (uint32_t i = 0; i < node->attribute_count; i++) {
		const struct lks_xml_attribute *attribute = &tree->attributes[node->attributes + i];
		bool counts = !names;
		for (const char *const *name = names; name && *name && !counts; name++) {
			size_t length = strlen(*name);
			counts = attribute->name.end - attribute->name.start == length &&
				memcmp(tree->data + attribute->name.start, *name, length) == 0;
		}
		if (counts) {
			sum += mix(add_text(add_text(START, tree, attribute->name, false), tree, attribute->value, loose));
		}
	}
	return sum;
}

static void hash_content(struct lks_xml_tree *tree, struct lks_xml_node *node, bool loose)
{
	enum lks_xml_key key = loose ? LKS_XML_LOOSE : LKS_XML_EXACT;
	uint64_t hash = add_byte(START, (unsigned char)node->kind);
	if (node->kind == LKS_XML_ELEMENT) {
		hash = add_text(hash, tree, node->name, false);
		hash = add_number(hash, sum_attributes(tree, node, loose, NULL));
	}
	if (node->kind != LKS_XML_ELEMENT && node->kind != LKS_XML_DOCUMENT) {
		hash = add_text(hash, tree, node->whole, loose);
	} else if (node->leaf) {
		hash = add_text(hash, tree, node->inner, loose);
	} else {
		for (uint32_t child = node->first; child; child = tree->nodes[child].next) {
			hash = add_number(hash, tree->nodes[child].keys[key]);
		}
	}
	node->keys[key] = mix(hash);
}

static const struct lks_xml_node *first_element(const struct lks_xml_tree *tree, const struct lks_xml_node *node)
{
	uint32_t child = node->first;
	while (child && tree->nodes[child].kind != LKS_XML_ELEMENT) {
		child = tree->nodes[child].next;
	}
	return child ? &tree->nodes[child] : NULL;
}

/*
 * An element's identity: the attributes that name it (<step title>, <param name>), else the first element in it when that is a
 * value (<ignore><document>…), else its own value (<document>…), else its name alone.
 */
static void hash_identity(struct lks_xml_tree *tree, struct lks_xml_node *node)
{
	uint64_t named = sum_attributes(tree, node, true, naming);
	const struct lks_xml_node *first = first_element(tree, node);
	uint64_t weak = add_number(add_text(START, tree, node->name, false), named);
	if (!named && first && first->leaf) {
		uint64_t subject = add_text(add_text(START, tree, first->name, false), tree, first->inner, true);
		node->keys[LKS_XML_SUBJECT] = mix(subject);
		weak = add_number(weak, subject);
	} else if (!named && node->leaf) {
		weak = add_number(add_text(weak, tree, node->inner, true), sum_attributes(tree, node, true, kinds));
	}
	uint64_t strong = node->leaf ? add_number(weak, sum_attributes(tree, node, true, NULL)) : add_byte(weak, 1);
	for (uint32_t child = node->first; child; child = tree->nodes[child].next) {
		const struct lks_xml_node *inside = &tree->nodes[child];
		if (inside != first && inside->kind == LKS_XML_ELEMENT) {
			strong = add_number(add_text(strong, tree, inside->name, false), sum_attributes(tree, inside, true, naming));
		}
	}
	node->anonymous = !named && !node->leaf && !node->keys[LKS_XML_SUBJECT];
	node->keys[LKS_XML_WEAK] = mix(weak);
	node->keys[LKS_XML_STRONG] = mix(strong);
}

void lks_xml_tree_hash(struct lks_xml_tree *tree)
{
	for (uint32_t i = tree->count; i-- > 0;) { /* children come after their parents */
		struct lks_xml_node *node = &tree->nodes[i];
		hash_content(tree, node, false);
		hash_content(tree, node, true);
		if (node->kind == LKS_XML_ELEMENT) {
			hash_identity(tree, node);
		}
	}
}

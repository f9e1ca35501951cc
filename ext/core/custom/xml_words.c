/* A conflict of XML in words: what happened, the element's path, and its lines on both sides. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "xml_join.h"

#define NAME_MAX_SHOWN 60

static int put_short(struct lks_buffer *out, const struct lks_xml_tree *tree, struct lks_xml_range range, struct lks_error *err)
{
	while (range.start < range.end && lks_xml_is_space(tree->data[range.start])) {
		range.start++;
	}
	while (range.end > range.start && lks_xml_is_space(tree->data[range.end - 1])) {
		range.end--;
	}
	uint32_t end = range.end;
	if (end - range.start > NAME_MAX_SHOWN) {
		for (end = range.start + NAME_MAX_SHOWN; end > range.start && (tree->data[end] & 0xC0) == 0x80; end--) {}
	}
	int status = lks_buffer_append(out, tree->data + range.start, end - range.start, err);
	return status || end == range.end ? status : lks_buffer_puts(out, "…", err);
}

/* Is the value of an element of this name one that is never printed? */
static bool is_secret(const struct lks_xml_tree *tree, struct lks_xml_range name)
{
	static const char *const words[] = {"password", "passwd", "crypt"};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t length = strlen(words[i]);
		for (uint32_t at = name.start; at + length <= name.end; at++) {
			if (strncasecmp((const char *)tree->data + at, words[i], length) == 0) {
				return true;
			}
		}
	}
	return false;
}

/* What tells the element from siblings of its name: an attribute that names it, or its first value. */
static int put_identity(struct lks_buffer *out, const struct lks_xml_tree *tree, uint32_t index, struct lks_error *err)
{
	static const char *const names[] = {"name", "title", "id", "mode", "class"};
	const struct lks_xml_node *node = &tree->nodes[index];
	struct lks_xml_range shown = node->leaf && !is_secret(tree, node->name) ? node->inner : (struct lks_xml_range){0};
	if (node->keys[LKS_XML_SUBJECT]) {
		uint32_t child = node->first;
		while (tree->nodes[child].kind != LKS_XML_ELEMENT) {
			child = tree->nodes[child].next;
		}
		shown = tree->nodes[child].inner;
	}
	for (size_t i = sizeof names / sizeof *names; i-- > 0;) {
		const struct lks_xml_attribute *attribute = lks_xml_tree_attribute(tree, index, names[i], strlen(names[i]));
		shown = attribute ? attribute->value : shown;
	}
	int status = shown.end > shown.start ? lks_buffer_puts(out, "[", err) : 0;
	if (status || shown.end == shown.start || (status = put_short(out, tree, shown, err)) != 0) {
		return status;
	}
	return lks_buffer_puts(out, "]", err);
}

static int put_path(struct lks_buffer *out, const struct lks_xml_tree *tree, uint32_t index, struct lks_error *err)
{
	const struct lks_xml_node *node = &tree->nodes[index];
	int status = node->parent ? put_path(out, tree, node->parent, err) : 0;
	if (status || node->kind == LKS_XML_DOCUMENT) {
		return status;
	}
	if (node->parent && (status = lks_buffer_puts(out, "/", err)) != 0) {
		return status;
	}
	if (node->kind != LKS_XML_ELEMENT) {
		return lks_buffer_puts(out, "text", err);
	}
	status = put_short(out, tree, node->name, err);
	bool repeated = lks_xml_count_named(tree, node->parent, tree->data + node->name.start, node->name.end - node->name.start) > 1;
	return !status && repeated ? put_identity(out, tree, index, err) : status;
}

static int describe(struct lks_buffer *out, const struct lks_xml_join *join, const char *what, uint32_t mine, uint32_t theirs,
	const struct lks_xml_attribute *attribute, struct lks_error *err)
{
	const struct lks_xml_tree *tree = theirs == LKS_XML_NONE ? &join->mine : &join->theirs;
	int status = lks_buffer_printf(out, err, "%s ", what);
	if (status || (status = put_path(out, tree, theirs == LKS_XML_NONE ? mine : theirs, err)) != 0) {
		return status;
	}
	if (attribute && ((status = lks_buffer_puts(out, "/@", err)) != 0 || (status = put_short(out, tree, attribute->name, err)) != 0)) {
		return status;
	}
	size_t own = mine == LKS_XML_NONE ? 0 : lks_xml_tree_line(&join->mine, join->mine.nodes[mine].whole.start);
	size_t new = theirs == LKS_XML_NONE ? 0 : lks_xml_tree_line(&join->theirs, join->theirs.nodes[theirs].whole.start);
	return own && new ? lks_buffer_printf(out, err, " (line %zu of yours, %zu of the new one)", own, new)
		: own         ? lks_buffer_printf(out, err, " (line %zu of yours)", own)
					  : lks_buffer_printf(out, err, " (line %zu of the new one)", new);
}

int lks_xml_join_conflict(struct lks_xml_join *join, const char *what, uint32_t mine, uint32_t theirs,
	const struct lks_xml_attribute *attribute, struct lks_error *err)
{
	struct lks_buffer words = {0};
	int status = 0;
	if (join->conflicts->count++ == 0 && (status = describe(&words, join, what, mine, theirs, attribute, err)) == 0) {
		size_t end = words.length;
		if (end >= sizeof join->conflicts->first) { /* no half of a character */
			for (end = sizeof join->conflicts->first - 1; end > 0 && (words.data[end] & 0xC0) == 0x80; end--) {}
		}
		memcpy(join->conflicts->first, lks_buffer_text(&words), end);
		join->conflicts->first[end] = '\0';
	}
	lks_buffer_dispose(&words);
	return status;
}

/*
 * A scanner over XML that keeps the place of everything.
 *
 * libxml2 has said before that the text is well-formed; what is not checked here again only makes a tree that is of no use.
 */
#include "xml_tree.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lockstep/merge.h"
#include "text.h"

struct scanner {
	struct lks_xml_tree *tree;
	uint32_t at, open; /* open: the element that is being filled */
	uint32_t node_room, attribute_room;
};

bool lks_xml_is_space(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static int broken(const struct scanner *scanner, struct lks_error *err)
{
	return lks_error_set(err, LKS_E_FORMAT, 0, NULL, "no XML at byte %u", scanner->at);
}

static bool begins(const struct scanner *scanner, const char *word)
{
	size_t length = strlen(word);
	return scanner->tree->length - scanner->at >= length && memcmp(scanner->tree->data + scanner->at, word, length) == 0;
}

/* Goes on behind the next `word`. */
static int pass(struct scanner *scanner, const char *word, struct lks_error *err)
{
	const char *at = scanner->tree->data + scanner->at, *end = scanner->tree->data + scanner->tree->length;
	size_t length = strlen(word);
	while ((at = memchr(at, *word, (size_t)(end - at))) != NULL) {
		if ((size_t)(end - at) >= length && memcmp(at, word, length) == 0) {
			scanner->at = (uint32_t)(at - scanner->tree->data) + (uint32_t)length;
			return 0;
		}
		at++;
	}
	return broken(scanner, err);
}

/* Makes room for one more; the array is doubled. */
static int grow(void **array, uint32_t *room, uint32_t count, size_t size, struct lks_error *err)
{
	if (count < *room) {
		return 0;
	}
	if (count >= LKS_XML_NODES_MAX) {
		return lks_error_set(err, LKS_E_LIMIT, 0, NULL, "an XML file with more than %u nodes is not merged by element", LKS_XML_NODES_MAX);
	}
	uint32_t more = *room ? *room * 2 : 64;
	void *larger = realloc(*array, more * size);
	if (!larger) {
		return lks_error_nomem(err);
	}
	*array = larger;
	*room = more;
	return 0;
}

static int add_node(struct scanner *scanner, uint32_t *out, enum lks_xml_kind kind, uint32_t start, struct lks_error *err)
{
	struct lks_xml_tree *tree = scanner->tree;
	int status = grow((void **)&tree->nodes, &scanner->node_room, tree->count, sizeof *tree->nodes, err);
	if (status) {
		return status;
	}
	uint32_t index = tree->count++;
	struct lks_xml_node *node = &tree->nodes[index];
	*node = (struct lks_xml_node){.kind = kind, .whole = {start, start}, .leaf = kind == LKS_XML_ELEMENT};
	if (index > 0) {
		struct lks_xml_node *parent = &tree->nodes[scanner->open];
		node->parent = scanner->open;
		node->depth = parent->depth + 1;
		node->previous = parent->last;
		*(parent->last ? &tree->nodes[parent->last].next : &parent->first) = index;
		parent->last = index;
		parent->leaf = parent->leaf && kind == LKS_XML_TEXT;
	}
	*out = index;
	return node->depth <= LKS_XML_DEPTH_MAX
		? 0
		: lks_error_set(err, LKS_E_LIMIT, 0, NULL, "an XML file of more than %u levels is not merged by element", LKS_XML_DEPTH_MAX);
}

static void skip_space(struct scanner *scanner)
{
	while (scanner->at < scanner->tree->length && lks_xml_is_space(scanner->tree->data[scanner->at])) {
		scanner->at++;
	}
}

static struct lks_xml_range scan_name(struct scanner *scanner)
{
	struct lks_xml_range name = {scanner->at, scanner->at};
	const char *data = scanner->tree->data;
	while (scanner->at < scanner->tree->length && !lks_xml_is_space(data[scanner->at]) && !strchr("/>=<\"'", data[scanner->at])) {
		scanner->at++;
	}
	name.end = scanner->at;
	return name;
}

static int scan_attribute(struct scanner *scanner, uint32_t before, struct lks_error *err)
{
	struct lks_xml_tree *tree = scanner->tree;
	struct lks_xml_attribute attribute = {.whole = {before, 0}, .name = scan_name(scanner)};
	skip_space(scanner);
	if (attribute.name.start == attribute.name.end || !begins(scanner, "=")) {
		return broken(scanner, err);
	}
	scanner->at++;
	skip_space(scanner);
	bool apostrophe = begins(scanner, "'");
	if (!apostrophe && !begins(scanner, "\"")) {
		return broken(scanner, err);
	}
	attribute.value.start = ++scanner->at;
	int status = pass(scanner, apostrophe ? "'" : "\"", err);
	if (status || (status = grow((void **)&tree->attributes, &scanner->attribute_room, tree->attribute_count, sizeof attribute, err))) {
		return status;
	}
	attribute.value.end = scanner->at - 1;
	attribute.whole.end = scanner->at;
	tree->attributes[tree->attribute_count++] = attribute;
	return 0;
}

static int scan_open(struct scanner *scanner, struct lks_error *err)
{
	struct lks_xml_tree *tree = scanner->tree;
	uint32_t index = 0;
	int status = add_node(scanner, &index, LKS_XML_ELEMENT, scanner->at, err);
	if (status) {
		return status;
	}
	scanner->at++;
	tree->nodes[index].name = scan_name(scanner);
	tree->nodes[index].attributes = tree->attribute_count;
	if (tree->nodes[index].name.start == scanner->at) {
		return broken(scanner, err);
	}
	for (;;) {
		uint32_t before = scanner->at;
		skip_space(scanner);
		struct lks_xml_node *node = &tree->nodes[index];
		node->attribute_count = tree->attribute_count - node->attributes;
		if (begins(scanner, "/>")) {
			node->inner = (struct lks_xml_range){scanner->at, scanner->at};
			node->empty_tag = true;
			scanner->at += 2;
			node->whole.end = scanner->at;
			return 0;
		}
		if (begins(scanner, ">")) {
			node->inner.start = ++scanner->at;
			scanner->open = index;
			return 0;
		}
		if (before == scanner->at || (status = scan_attribute(scanner, before, err)) != 0) {
			return status ? status : broken(scanner, err);
		}
	}
}

static int scan_close(struct scanner *scanner, struct lks_error *err)
{
	struct lks_xml_tree *tree = scanner->tree;
	struct lks_xml_node *node = &tree->nodes[scanner->open];
	uint32_t start = scanner->at;
	scanner->at += 2;
	struct lks_xml_range name = scan_name(scanner);
	uint32_t length = name.end - name.start;
	if (scanner->open == 0 || length != node->name.end - node->name.start ||
		memcmp(tree->data + name.start, tree->data + node->name.start, length) != 0) {
		return broken(scanner, err);
	}
	int status = pass(scanner, ">", err);
	node->inner.end = start;
	node->whole.end = scanner->at;
	scanner->open = node->parent;
	return status;
}

static int scan_text(struct scanner *scanner, struct lks_error *err)
{
	struct lks_xml_tree *tree = scanner->tree;
	uint32_t start = scanner->at, index = 0;
	int status = 0;
	while (!status && scanner->at < tree->length && (tree->data[scanner->at] != '<' || begins(scanner, "<![CDATA["))) {
		if (tree->data[scanner->at] == '<') {
			status = pass(scanner, "]]>", err);
		} else {
			const char *next = memchr(tree->data + scanner->at, '<', tree->length - scanner->at);
			scanner->at = next ? (uint32_t)(next - tree->data) : (uint32_t)tree->length;
		}
	}
	uint32_t end = scanner->at;
	while (start < end && lks_xml_is_space(tree->data[start])) {
		start++;
	}
	while (end > start && lks_xml_is_space(tree->data[end - 1])) {
		end--;
	}
	if (status || start == end) {
		return status;
	}
	if (scanner->open == 0) {
		return broken(scanner, err);
	}
	status = add_node(scanner, &index, LKS_XML_TEXT, start, err);
	if (!status) {
		tree->nodes[index].whole.end = end;
	}
	return status;
}

static int scan_other(struct scanner *scanner, enum lks_xml_kind kind, const char *end, struct lks_error *err)
{
	uint32_t index = 0;
	int status = add_node(scanner, &index, kind, scanner->at, err);
	if (!status) {
		scanner->at += kind == LKS_XML_COMMENT ? 4 : 2;
		status = pass(scanner, end, err);
		scanner->tree->nodes[index].whole.end = scanner->at;
	}
	return status;
}

static int scan_node(struct scanner *scanner, struct lks_error *err)
{
	if (scanner->tree->data[scanner->at] != '<' || begins(scanner, "<![CDATA[")) {
		return scan_text(scanner, err);
	}
	if (begins(scanner, "<!--")) {
		return scan_other(scanner, LKS_XML_COMMENT, "-->", err);
	}
	if (begins(scanner, "<?")) {
		return scan_other(scanner, LKS_XML_INSTRUCTION, "?>", err);
	}
	if (begins(scanner, "<!")) {
		return lks_error_set(err, LKS_E_UNSUPPORTED, 0, NULL, "an XML file with a document type is not merged by element");
	}
	return begins(scanner, "</") ? scan_close(scanner, err) : scan_open(scanner, err);
}

/* The declaration may name UTF-8, or a part of it. */
static int check_encoding(const struct lks_xml_tree *tree, struct lks_error *err)
{
	const struct lks_xml_node *first = tree->nodes[0].first ? &tree->nodes[tree->nodes[0].first] : NULL;
	if (!first || first->kind != LKS_XML_INSTRUCTION || first->whole.end - first->whole.start < 6 ||
		memcmp(tree->data + first->whole.start, "<?xml", 5) != 0 || !lks_xml_is_space(tree->data[first->whole.start + 5])) {
		return 0;
	}
	const char *end = tree->data + first->whole.end;
	const char *named = memmem(tree->data + first->whole.start, first->whole.end - first->whole.start, "encoding", 8);
	for (named = named ? named + 8 : end; named < end && (lks_xml_is_space(*named) || strchr("=\"'", *named)); named++) {}
	if (named == end || (end - named > 6 && strncasecmp(named, "utf-8", 5) == 0 && strchr("\"'", named[5])) ||
		(end - named > 9 && strncasecmp(named, "us-ascii", 8) == 0 && strchr("\"'", named[8]))) {
		return 0;
	}
	return lks_error_set(err, LKS_E_UNSUPPORTED, 0, NULL, "an XML file that is not in UTF-8 is not merged by element");
}

/* One step of indentation is what the root's first indented child has more than the root. */
static void find_unit(struct lks_xml_tree *tree)
{
	for (uint32_t i = 1; i < tree->count; i++) {
		const struct lks_xml_node *node = &tree->nodes[i];
		if (node->depth == 2 && lks_xml_has_newline(tree, lks_xml_tree_before(tree, i))) {
			struct lks_xml_range inside = lks_xml_tree_indent(tree, i), outside = lks_xml_tree_indent(tree, node->parent);
			uint32_t shared = outside.end - outside.start;
			if (inside.end - inside.start > shared && memcmp(tree->data + inside.start, tree->data + outside.start, shared) == 0) {
				tree->unit = (struct lks_xml_range){inside.start + shared, inside.end};
				return;
			}
		}
	}
}

int lks_xml_tree_parse(struct lks_xml_tree *out, const char *data, size_t length, struct lks_error *err)
{
	struct scanner scanner = {.tree = out};
	uint32_t document = 0;

	*out = (struct lks_xml_tree){.data = data, .length = length};
	if (length > LKS_MERGE_TEXT_MAX) {
		return lks_error_set(err, LKS_E_LIMIT, 0, NULL, "an XML file of more than %u MiB is not merged", LKS_MERGE_TEXT_MAX >> 20);
	}
	if (length >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0) {
		scanner.at = 3;
	}
	int status = add_node(&scanner, &document, LKS_XML_DOCUMENT, scanner.at, err);
	while (!status && scanner.at < length) {
		status = scan_node(&scanner, err);
	}
	if (status || (scanner.open != 0 && (status = broken(&scanner, err)) != 0)) {
		return status;
	}
	out->nodes[0].whole.end = (uint32_t)length;
	out->nodes[0].inner = out->nodes[0].whole;
	enum lks_line_ends ends = lks_text_line_ends(data, length);
	out->crlf = ends == LKS_LINES_CRLF || ends == LKS_LINES_MOSTLY_CRLF;
	if ((status = check_encoding(out, err)) == 0) {
		find_unit(out);
		lks_xml_tree_hash(out);
	}
	return status;
}

void lks_xml_tree_dispose(struct lks_xml_tree *tree)
{
	free(tree->nodes);
	free(tree->attributes);
	*tree = (struct lks_xml_tree){0};
}

const struct lks_xml_attribute *lks_xml_tree_attribute(const struct lks_xml_tree *tree, uint32_t node, const char *name, size_t length)
{
	for (uint32_t i = 0; node != LKS_XML_NONE && i < tree->nodes[node].attribute_count; i++) {
		const struct lks_xml_attribute *attribute = &tree->attributes[tree->nodes[node].attributes + i];
		if (attribute->name.end - attribute->name.start == length && memcmp(tree->data + attribute->name.start, name, length) == 0) {
			return attribute;
		}
	}
	return NULL;
}

struct lks_xml_range lks_xml_tree_before(const struct lks_xml_tree *tree, uint32_t node)
{
	struct lks_xml_range range = {tree->nodes[node].whole.start, tree->nodes[node].whole.start};
	uint32_t stop = tree->nodes[node].previous ? tree->nodes[tree->nodes[node].previous].whole.end
		: node                                 ? tree->nodes[tree->nodes[node].parent].inner.start
											   : 0;
	range.start = stop;
	return range;
}

struct lks_xml_range lks_xml_tree_indent(const struct lks_xml_tree *tree, uint32_t node)
{
	uint32_t line = tree->nodes[node].whole.start;
	while (line > 0 && tree->data[line - 1] != '\n' && tree->data[line - 1] != '\r') {
		line--;
	}
	struct lks_xml_range indent = {line, line};
	while (indent.end < tree->length && (tree->data[indent.end] == ' ' || tree->data[indent.end] == '\t')) {
		indent.end++;
	}
	return indent;
}

size_t lks_xml_tree_line(const struct lks_xml_tree *tree, uint32_t offset)
{
	size_t line = 1;
	for (uint32_t i = 0; i < offset && i < tree->length; i++) {
		line += tree->data[i] == '\n';
	}
	return line;
}

bool lks_xml_has_newline(const struct lks_xml_tree *tree, struct lks_xml_range range)
{
	return range.end > range.start && memchr(tree->data + range.start, '\n', range.end - range.start) != NULL;
}

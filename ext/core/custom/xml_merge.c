/*
 * The merge of XML by element: attributes and values of one element on three sides.
 *
 * The result is mine with edits, so that whatever upstream did not change keeps its bytes. Children have a file of their own.
 */
#include "xml_merge.h"

#include <string.h>

#include "xml.h"
#include "xml_join.h"

static bool has_key(const struct lks_xml_tree *left, uint32_t l, const struct lks_xml_tree *right, uint32_t r, enum lks_xml_key key)
{
	return left->nodes[l].keys[key] == right->nodes[r].keys[key];
}

static struct lks_xml_value value_of(const struct lks_xml_tree *tree, const struct lks_xml_attribute *attribute)
{
	return attribute ? (struct lks_xml_value){tree, attribute->value, true} : (struct lks_xml_value){.tree = tree};
}

/* Puts theirs' value into mine's quotes; with its own ones when it has mine's in it. */
static int replace_attribute(
	struct lks_xml_join *join, const struct lks_xml_attribute *mine, const struct lks_xml_attribute *theirs, struct lks_error *err)
{
	struct lks_xml_range out = mine->value, in = theirs->value;
	struct lks_buffer text = {0};
	if (memchr(join->theirs.data + in.start, join->mine.data[out.end], in.end - in.start)) {
		out = (struct lks_xml_range){out.start - 1, out.end + 1};
		in = (struct lks_xml_range){in.start - 1, in.end + 1};
	}
	int status = lks_xml_copy_bytes(&text, &join->mine, &join->theirs, in, err);
	if (!status) {
		status = lks_xml_edit_add(&join->edits, out, lks_buffer_text(&text), text.length, err);
	}
	lks_buffer_dispose(&text);
	return status;
}

/* Puts an attribute of theirs behind the one that it follows there, each on a line of its own where mine has them so. */
static int insert_attribute(struct lks_xml_join *join, uint32_t node, const struct lks_xml_attribute *after,
	const struct lks_xml_attribute *theirs, struct lks_error *err)
{
	const struct lks_xml_node *element = &join->mine.nodes[node];
	struct lks_xml_range before = {theirs->whole.start, theirs->name.start};
	struct lks_buffer text = {0};
	if (!after && element->attribute_count > 0) {
		after = &join->mine.attributes[element->attributes + element->attribute_count - 1];
	}
	uint32_t at = after ? after->whole.end : element->name.end;
	struct lks_xml_range like = {at, at};
	if (after) {
		like = (struct lks_xml_range){after->whole.start, after->name.start};
	}
	int status = lks_xml_has_newline(&join->theirs, before) && lks_xml_has_newline(&join->mine, like)
		? lks_xml_copy_bytes(&text, &join->mine, &join->mine, like, err)
		: lks_buffer_puts(&text, " ", err);
	if (!status) {
		status = lks_xml_copy_bytes(&text, &join->mine, &join->theirs, (struct lks_xml_range){theirs->name.start, theirs->whole.end}, err);
	}
	if (!status) {
		status = lks_xml_edit_add(&join->edits, (struct lks_xml_range){at, at}, lks_buffer_text(&text), text.length, err);
	}
	lks_buffer_dispose(&text);
	return status;
}

static const struct lks_xml_attribute *same_name(
	const struct lks_xml_tree *tree, uint32_t node, const struct lks_xml_tree *other, const struct lks_xml_attribute *attribute)
{
	return lks_xml_tree_attribute(tree, node, other->data + attribute->name.start, attribute->name.end - attribute->name.start);
}

static int join_attribute(struct lks_xml_join *join, uint32_t node, uint32_t theirs_node, const struct lks_xml_attribute *sides[3],
	const struct lks_xml_attribute *after, struct lks_error *err)
{
	struct lks_xml_value base = value_of(&join->base, sides[0]), mine = value_of(&join->mine, sides[1]),
						 theirs = value_of(&join->theirs, sides[2]);
	struct lks_buffer combined = {0};
	enum lks_xml_choice choice = LKS_XML_MINE;
	int status = lks_xml_value_choose(&choice, &combined, &base, &mine, &theirs, err);
	if (!status && choice == LKS_XML_COMBINED) {
		status = lks_xml_edit_add(&join->edits, sides[1]->value, lks_buffer_text(&combined), combined.length, err);
	}
	lks_buffer_dispose(&combined);
	if (status || choice == LKS_XML_MINE || choice == LKS_XML_COMBINED) {
		return status;
	}
	if (choice == LKS_XML_CONFLICT) {
		const char *what = !sides[1] ? "removed here, changed upstream"
			: !sides[2]              ? "changed here, removed upstream"
			: sides[0]               ? "both sides changed"
									 : "both sides added, in two ways,";
		/* the name is read in theirs, or in mine where theirs has none */
		return lks_xml_join_conflict(join, what, node, sides[2] ? theirs_node : LKS_XML_NONE, sides[2] ? sides[2] : sides[1], err);
	}
	if (!sides[2]) {
		return lks_xml_edit_add(&join->edits, sides[1]->whole, "", 0, err);
	}
	return sides[1] ? replace_attribute(join, sides[1], sides[2], err) : insert_attribute(join, node, after, sides[2], err);
}

static int join_attributes(struct lks_xml_join *join, uint32_t base, uint32_t mine, uint32_t theirs, struct lks_error *err)
{
	const struct lks_xml_node *old = base == LKS_XML_NONE ? NULL : &join->base.nodes[base], *new = &join->theirs.nodes[theirs];
	const struct lks_xml_attribute *after = NULL;
	int status = 0;
	for (uint32_t i = 0; i < new->attribute_count && !status; i++) {
		const struct lks_xml_attribute *attribute = &join->theirs.attributes[new->attributes + i];
		const struct lks_xml_attribute *sides[3] = {
			same_name(&join->base, base, &join->theirs, attribute), same_name(&join->mine, mine, &join->theirs, attribute), attribute};
		status = join_attribute(join, mine, theirs, sides, after, err);
		after = sides[1] ? sides[1] : after;
	}
	for (uint32_t i = 0; old && i < old->attribute_count && !status; i++) {
		const struct lks_xml_attribute *attribute = &join->base.attributes[old->attributes + i];
		const struct lks_xml_attribute *sides[3] = {attribute, same_name(&join->mine, mine, &join->base, attribute), NULL};
		if (!same_name(&join->theirs, theirs, &join->base, attribute) && sides[1]) {
			status = join_attribute(join, mine, theirs, sides, NULL, err);
		}
	}
	return status;
}

/* Puts a value into mine, whose tag may be empty. */
static int put_value(struct lks_xml_join *join, const struct lks_xml_node *mine, const char *text, size_t length, struct lks_error *err)
{
	struct lks_buffer grown = {0};
	if (mine->kind != LKS_XML_ELEMENT || !mine->empty_tag) {
		return lks_xml_edit_add(&join->edits, mine->kind == LKS_XML_ELEMENT ? mine->inner : mine->whole, text, length, err);
	}
	if (length == 0) {
		return 0;
	}
	struct lks_xml_range out = {mine->inner.start, mine->whole.end};
	while (out.start > mine->name.end && lks_xml_is_space(join->mine.data[out.start - 1])) {
		out.start--;
	}
	int status = lks_buffer_puts(&grown, ">", err);
	if (!status && (status = lks_buffer_append(&grown, text, length, err)) == 0 && (status = lks_buffer_puts(&grown, "</", err)) == 0 &&
		(status = lks_xml_copy_bytes(&grown, &join->mine, &join->mine, mine->name, err)) == 0 &&
		(status = lks_buffer_puts(&grown, ">", err)) == 0) {
		status = lks_xml_edit_add(&join->edits, out, lks_buffer_text(&grown), grown.length, err);
	}
	lks_buffer_dispose(&grown);
	return status;
}

static struct lks_xml_value content_of(const struct lks_xml_tree *tree, uint32_t node)
{
	if (node == LKS_XML_NONE) {
		return (struct lks_xml_value){.tree = tree};
	}
	const struct lks_xml_node *is = &tree->nodes[node];
	return (struct lks_xml_value){tree, is->kind == LKS_XML_ELEMENT ? is->inner : is->whole, true};
}

/* The value of elements that have no elements, or a text, comment or instruction. */
static int join_value(struct lks_xml_join *join, uint32_t base, uint32_t mine, uint32_t theirs, struct lks_error *err)
{
	struct lks_xml_value sides[3] = {content_of(&join->base, base), content_of(&join->mine, mine), content_of(&join->theirs, theirs)};
	const struct lks_xml_node *own = &join->mine.nodes[mine];
	enum lks_xml_choice choice = LKS_XML_MINE;
	struct lks_buffer text = {0};

	int status = lks_xml_value_choose(&choice, &text, &sides[0], &sides[1], &sides[2], err);
	if (!status && choice == LKS_XML_THEIRS) {
		status = lks_xml_copy_bytes(&text, &join->mine, &join->theirs, sides[2].range, err);
	}
	if (!status && (choice == LKS_XML_THEIRS || choice == LKS_XML_COMBINED)) {
		status = put_value(join, own, lks_buffer_text(&text), text.length, err);
	}
	bool of_weight = own->kind == LKS_XML_ELEMENT || own->kind == LKS_XML_TEXT; /* in words to people, mine stand */
	if (!status && choice == LKS_XML_CONFLICT && of_weight) {
		const char *what = base == LKS_XML_NONE ? "both sides added, in two ways," : "both sides changed";
		status = lks_xml_join_conflict(join, what, mine, theirs, NULL, err);
	}
	lks_buffer_dispose(&text);
	return status;
}

int lks_xml_join_nodes(struct lks_xml_join *join, uint32_t base, uint32_t mine, uint32_t theirs, struct lks_error *err)
{
	bool known = base != LKS_XML_NONE;
	if (known && has_key(&join->base, base, &join->theirs, theirs, LKS_XML_EXACT)) {
		return 0;
	}
	bool untouched = known && has_key(&join->base, base, &join->mine, mine, LKS_XML_EXACT);
	if (!untouched && has_key(&join->mine, mine, &join->theirs, theirs, LKS_XML_LOOSE)) {
		return 0;
	}
	const struct lks_xml_node *own = &join->mine.nodes[mine];
	if (own->kind != LKS_XML_ELEMENT && own->kind != LKS_XML_DOCUMENT) {
		return join_value(join, base, mine, theirs, err);
	}
	int status = join_attributes(join, base, mine, theirs, err);
	if (status) {
		return status;
	}
	bool leaf = own->leaf && join->theirs.nodes[theirs].leaf && (!known || join->base.nodes[base].leaf);
	return leaf ? join_value(join, base, mine, theirs, err) : lks_xml_join_children(join, base, mine, theirs, err);
}

static int parse(struct lks_xml_tree *out, const struct lks_text *text, struct lks_error *err)
{
	size_t line = 0;
	int status = lks_xml_check(text->data, text->length, text->label, &line, err);
	return status ? status : lks_xml_tree_parse(out, text->data, text->length, err);
}

int lks_xml_merge(struct lks_buffer *out, struct lks_xml_conflicts *conflicts, const struct lks_text *base, const struct lks_text *mine,
	const struct lks_text *theirs, struct lks_error *err)
{
	struct lks_xml_join join = {.conflicts = conflicts};

	*conflicts = (struct lks_xml_conflicts){0};
	int status = parse(&join.base, base, err);
	if (status || (status = parse(&join.mine, mine, err)) || (status = parse(&join.theirs, theirs, err)) ||
		(status = lks_xml_pairs_make(&join.to_mine, &join.base, &join.mine, err)) ||
		(status = lks_xml_pairs_make(&join.to_theirs, &join.base, &join.theirs, err))) {
		goto done;
	}
	if (base->length == mine->length && memcmp(base->data, mine->data, base->length) == 0) {
		status = lks_buffer_append(out, theirs->data, theirs->length, err);
	} else if ((status = lks_xml_join_nodes(&join, 0, 0, 0, err)) == 0 && conflicts->count == 0) {
		status = lks_xml_edit_apply(out, &join.edits, &join.mine, err);
	}
done:
	lks_xml_edits_dispose(&join.edits);
	lks_xml_pairs_dispose(&join.to_mine);
	lks_xml_pairs_dispose(&join.to_theirs);
	lks_xml_tree_dispose(&join.base);
	lks_xml_tree_dispose(&join.mine);
	lks_xml_tree_dispose(&join.theirs);
	return status;
}

/*
 * Edits of an XML text, and copies of another text's nodes that look as if they had been written in this one.
 *
 * A copied node gets the line ends and the indentation of its new place: tabs where these are tabs. What stands within tags and
 * values is copied as it is.
 */
#include "xml_edit.h"

#include <stdlib.h>
#include <string.h>

int lks_xml_edit_add(struct lks_xml_edits *edits, struct lks_xml_range out, const char *data, size_t length, struct lks_error *err)
{
	if (edits->count == edits->room) {
		size_t room = edits->room ? edits->room * 2 : 64;
		struct lks_xml_edit *items = realloc(edits->items, room * sizeof *items);
		if (!items) {
			return lks_error_nomem(err);
		}
		edits->items = items;
		edits->room = room;
	}
	edits->items[edits->count] = (struct lks_xml_edit){.out = out, .order = edits->count, .start = edits->text.length, .length = length};
	edits->count++;
	return lks_buffer_append(&edits->text, data, length, err);
}

static int by_place(const void *left, const void *right)
{
	const struct lks_xml_edit *l = left, *r = right;
	bool l_goes = l->out.end > l->out.start, r_goes = r->out.end > r->out.start;
	return l->out.start != r->out.start ? (l->out.start < r->out.start ? -1 : 1)
		: l_goes != r_goes              ? l_goes - r_goes
										: (l->order > r->order) - (l->order < r->order);
}

int lks_xml_edit_apply(struct lks_buffer *out, struct lks_xml_edits *edits, const struct lks_xml_tree *tree, struct lks_error *err)
{
	uint32_t at = 0;
	int status = 0;
	if (edits->count > 0) {
		qsort(edits->items, edits->count, sizeof *edits->items, by_place);
	}
	for (size_t i = 0; i < edits->count && !status; i++) {
		const struct lks_xml_edit *edit = &edits->items[i];
		if (edit->out.start < at) {
			return lks_error_set(err, LKS_E_LIMIT, 0, NULL, "an XML file too tangled to be merged by element");
		}
		status = lks_buffer_append(out, tree->data + at, edit->out.start - at, err);
		if (!status) {
			status = lks_buffer_append(out, lks_buffer_text(&edits->text) + edit->start, edit->length, err);
		}
		at = edit->out.end;
	}
	return status ? status : lks_buffer_append(out, tree->data + at, tree->length - at, err);
}

void lks_xml_edits_dispose(struct lks_xml_edits *edits)
{
	free(edits->items);
	lks_buffer_dispose(&edits->text);
	*edits = (struct lks_xml_edits){0};
}

static int put(struct lks_buffer *out, const struct lks_xml_tree *tree, struct lks_xml_range range, struct lks_error *err)
{
	return lks_buffer_append(out, tree->data + range.start, range.end - range.start, err);
}

int lks_xml_copy_bytes(struct lks_buffer *out, const struct lks_xml_tree *to, const struct lks_xml_tree *from, struct lks_xml_range range,
	struct lks_error *err)
{
	const char *at = from->data + range.start, *end = from->data + range.end;
	int status = 0;
	while (at < end && !status) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline ? newline - (newline > at && newline[-1] == '\r') : end;
		status = lks_buffer_append(out, at, (size_t)(stop - at), err);
		if (!status && newline) {
			status = lks_buffer_puts(out, to->crlf ? "\r\n" : "\n", err);
		}
		at = newline ? newline + 1 : end;
	}
	return status;
}

static int put_steps(struct lks_buffer *out, const struct lks_xml_tree *to, unsigned steps, struct lks_error *err)
{
	int status = 0;
	for (unsigned i = 0; i < steps && !status; i++) {
		status = to->unit.end > to->unit.start ? put(out, to, to->unit, err) : lks_buffer_puts(out, "    ", err);
	}
	return status;
}

int lks_xml_copy_newline(
	struct lks_buffer *out, const struct lks_xml_tree *to, struct lks_xml_range indent, unsigned steps, struct lks_error *err)
{
	int status = lks_buffer_puts(out, to->crlf ? "\r\n" : "\n", err);
	if (status || (status = put(out, to, indent, err)) != 0) {
		return status;
	}
	return put_steps(out, to, steps, err);
}

/* A place in the new text: what is indented by `from` in the old one gets `indent` and `steps` there. */
struct place {
	struct lks_buffer *out;
	const struct lks_xml_tree *to, *from;
	struct lks_xml_range indent, old;
	unsigned steps;
};

/* Appends the indentation that follows a newline, translated. */
static int put_indent(const struct place *place, struct lks_xml_range range, struct lks_error *err)
{
	const struct lks_xml_tree *from = place->from;
	uint32_t known = place->old.end - place->old.start, step = from->unit.end - from->unit.start;
	int status = put(place->out, place->to, place->indent, err);
	if (status || (status = put_steps(place->out, place->to, place->steps, err)) != 0) {
		return status;
	}
	if (range.end - range.start < known || memcmp(from->data + range.start, from->data + place->old.start, known) != 0) {
		return 0;
	}
	range.start += known;
	while (step > 0 && range.end - range.start >= step && memcmp(from->data + range.start, from->data + from->unit.start, step) == 0 &&
		!status) {
		status = put_steps(place->out, place->to, 1, err);
		range.start += step;
	}
	return status ? status : put(place->out, from, range, err);
}

/* Appends bytes of which each line may be indented anew: white space between nodes, comments. */
static int put_lines(const struct place *place, struct lks_xml_range range, struct lks_error *err)
{
	const char *data = place->from->data;
	int status = 0;
	while (range.start < range.end && !status) {
		const char *newline = memchr(data + range.start, '\n', range.end - range.start);
		struct lks_xml_range line = {range.start, newline ? (uint32_t)(newline - data) + 1 : range.end};
		status = lks_xml_copy_bytes(place->out, place->to, place->from, line, err);
		range.start = line.end;
		if (status || !newline) {
			break;
		}
		struct lks_xml_range indent = {range.start, range.start};
		while (indent.end < range.end && (data[indent.end] == ' ' || data[indent.end] == '\t')) {
			indent.end++;
		}
		bool blank = indent.end < range.end && (data[indent.end] == '\n' || data[indent.end] == '\r');
		if (!blank) {
			status = put_indent(place, indent, err);
			range.start = indent.end;
		}
	}
	return status;
}

static int put_node(const struct place *place, uint32_t index, struct lks_error *err)
{
	const struct lks_xml_tree *from = place->from;
	const struct lks_xml_node *node = &from->nodes[index];
	if (node->kind == LKS_XML_COMMENT) {
		return put_lines(place, node->whole, err);
	}
	if (node->kind != LKS_XML_ELEMENT || node->leaf) {
		return lks_xml_copy_bytes(place->out, place->to, from, node->whole, err);
	}
	uint32_t at = node->inner.start;
	int status = lks_xml_copy_bytes(place->out, place->to, from, (struct lks_xml_range){node->whole.start, at}, err);
	for (uint32_t child = node->first; child && !status; child = from->nodes[child].next) {
		status = put_lines(place, (struct lks_xml_range){at, from->nodes[child].whole.start}, err);
		if (!status) {
			status = put_node(place, child, err);
		}
		at = from->nodes[child].whole.end;
	}
	if (!status) {
		status = put_lines(place, (struct lks_xml_range){at, node->inner.end}, err);
	}
	return status ? status : lks_xml_copy_bytes(place->out, place->to, from, (struct lks_xml_range){node->inner.end, node->whole.end}, err);
}

int lks_xml_copy_node(struct lks_buffer *out, const struct lks_xml_tree *to, struct lks_xml_range indent, unsigned steps,
	const struct lks_xml_tree *from, uint32_t node, bool spaced, struct lks_error *err)
{
	struct lks_xml_range before = lks_xml_tree_before(from, node);
	struct place place = {.out = out, .to = to, .from = from, .indent = indent, .old = lks_xml_tree_indent(from, node), .steps = steps};
	int status = spaced ? put_lines(&place, before, err) : 0;
	return status ? status : put_node(&place, node, err);
}

/*
 * The merge of XML by element: which children stay, go and come.
 *
 * What upstream adds is put right behind its neighbour of upstream's, before what the user added there, so that the user's block
 * stays together with its comments. What both added is taken once. A comment belongs to the element that follows it.
 */
#include <stdlib.h>
#include <string.h>

#include "xml_join.h"

/* What mine added to an element, to be found by key. */
struct added {
	uint64_t key;
	uint32_t node;
};

struct children {
	struct lks_xml_join *join;
	uint32_t mine, theirs; /* the parents */
	struct added *own;     /* owned; what mine added: by LOOSE, then as often by WEAK, by SUBJECT, each sorted */
	size_t own_count;
	bool own_text;           /* mine added a text of its own beside elements */
	bool *taken;             /* owned; by place in the first part of own: theirs had it too */
	uint32_t anchor;         /* of mine: what theirs adds comes behind it; 0: at the beginning */
	uint32_t comments;       /* of theirs: the first comment that was added and waits for what follows it; 0: none */
	struct lks_buffer grown; /* owned; what comes into an element of mine that has no line of content yet */
	bool grown_lines;        /* and it stands on lines of its own */
};

static int by_key(const void *left, const void *right)
{
	const struct added *l = left, *r = right;
	return l->key != r->key ? (l->key < r->key ? -1 : 1) : (l->node > r->node) - (l->node < r->node);
}

static int list_own(struct children *children, struct lks_error *err)
{
	static const enum lks_xml_key keys[3] = {LKS_XML_LOOSE, LKS_XML_WEAK, LKS_XML_SUBJECT};
	const struct lks_xml_tree *mine = &children->join->mine;
	const uint32_t *of_side = children->join->to_mine.of_side;
	size_t count = 0, at = 0;
	for (uint32_t child = mine->nodes[children->mine].first; child; child = mine->nodes[child].next) {
		count += !of_side[child];
		children->own_text |= !of_side[child] && mine->nodes[child].kind == LKS_XML_TEXT;
	}
	children->own = malloc((3 * count + 1) * sizeof *children->own);
	children->taken = calloc(count + 1, sizeof *children->taken);
	if (!children->own || !children->taken) {
		return lks_error_nomem(err);
	}
	for (uint32_t child = mine->nodes[children->mine].first; child; child = mine->nodes[child].next) {
		for (size_t i = 0; i < 3 && !of_side[child]; i++) {
			children->own[i * count + at] = (struct added){mine->nodes[child].keys[keys[i]], child};
		}
		at += !of_side[child];
	}
	for (size_t i = 0; i < 3; i++) {
		qsort(children->own + i * count, count, sizeof *children->own, by_key);
	}
	children->own_count = count;
	return 0;
}

/* The place of the first with this key in the part of own, or own_count. */
static size_t find_own(const struct children *children, size_t part, uint64_t key)
{
	const struct added *own = children->own + part * children->own_count;
	size_t low = 0, high = children->own_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (own[middle].key < key) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return key && low < children->own_count && own[low].key == key ? low : children->own_count;
}

/* Did mine add the very same? Each counts once. */
static bool take_same(struct children *children, uint32_t theirs)
{
	uint64_t key = children->join->theirs.nodes[theirs].keys[LKS_XML_LOOSE];
	for (size_t i = find_own(children, 0, key); i < children->own_count && children->own[i].key == key; i++) {
		if (!children->taken[i]) {
			children->taken[i] = true;
			return true;
		}
	}
	return false;
}

/* The element that mine added with this name, when no other element of mine or theirs has it beside; 0: none. */
static uint32_t own_of_name(const struct children *children, uint32_t theirs)
{
	const struct lks_xml_tree *new = &children->join->theirs, *mine = &children->join->mine;
	const struct lks_xml_node *node = &new->nodes[theirs];
	const char *name = new->data + node->name.start;
	size_t length = node->name.end - node->name.start;
	if ((!node->leaf && !node->anonymous) || lks_xml_count_named(new, children->theirs, name, length) != 1 ||
		lks_xml_count_named(mine, children->mine, name, length) != 1) {
		return 0;
	}
	uint32_t child = mine->nodes[children->mine].first;
	while (mine->nodes[child].kind != LKS_XML_ELEMENT || mine->nodes[child].name.end - mine->nodes[child].name.start != length ||
		memcmp(mine->data + mine->nodes[child].name.start, name, length) != 0) {
		child = mine->nodes[child].next;
	}
	bool alike = mine->nodes[child].leaf == node->leaf || mine->nodes[child].anonymous || node->anonymous;
	return !children->join->to_mine.of_side[child] && alike ? child : 0;
}

/* Behind the anchor and a comment of mine that ends its line. */
static uint32_t place_behind(const struct children *children)
{
	const struct lks_xml_tree *mine = &children->join->mine;
	if (!children->anchor) {
		return mine->nodes[children->mine].inner.start;
	}
	uint32_t next = mine->nodes[children->anchor].next;
	bool beside = next && mine->nodes[next].kind == LKS_XML_COMMENT && !children->join->to_mine.of_side[next] &&
		!lks_xml_has_newline(mine, lks_xml_tree_before(mine, next));
	return mine->nodes[beside ? next : children->anchor].whole.end;
}

/* The indentation of what is put into the parent: that of a child which begins a line, else a step more than the parent's. */
static struct lks_xml_range indent_inside(const struct children *children, unsigned *steps)
{
	const struct lks_xml_tree *mine = &children->join->mine;
	uint32_t like = children->anchor;
	if (!like || !lks_xml_has_newline(mine, lks_xml_tree_before(mine, like))) {
		for (like = mine->nodes[children->mine].first; like && !lks_xml_has_newline(mine, lks_xml_tree_before(mine, like));) {
			like = mine->nodes[like].next;
		}
	}
	*steps = !like && children->mine != 0;
	return like ? lks_xml_tree_indent(mine, like) : *steps ? lks_xml_tree_indent(mine, children->mine) : (struct lks_xml_range){0};
}

static bool has_lines(const struct children *children)
{
	const struct lks_xml_node *parent = &children->join->mine.nodes[children->mine];
	return parent->kind == LKS_XML_DOCUMENT || parent->first || lks_xml_has_newline(&children->join->mine, parent->inner);
}

/* Puts a node of theirs where it belongs in mine. */
static int insert(struct children *children, uint32_t theirs, struct lks_error *err)
{
	struct lks_xml_join *join = children->join;
	struct lks_buffer text = {0};
	unsigned steps = 0;
	struct lks_xml_range indent = indent_inside(children, &steps);
	bool lines = has_lines(children), first = children->mine == 0 && !children->anchor;
	struct lks_buffer *out = lines ? &text : &children->grown;

	int status = lks_xml_copy_node(out, &join->mine, indent, steps, &join->theirs, theirs, !first, err);
	if (!status && first) { /* nothing stands before it */
		status = lks_xml_copy_newline(out, &join->mine, indent, 0, err);
	}
	if (!status && lines) {
		uint32_t at = place_behind(children);
		status = lks_xml_edit_add(&join->edits, (struct lks_xml_range){at, at}, lks_buffer_text(&text), text.length, err);
	}
	children->grown_lines |= lks_xml_has_newline(&join->theirs, lks_xml_tree_before(&join->theirs, theirs));
	lks_buffer_dispose(&text);
	return status;
}

static int insert_comments(struct children *children, uint32_t until, struct lks_error *err)
{
	int status = 0;
	while (children->comments && children->comments != until && !status) {
		status = insert(children, children->comments, err);
		children->comments = children->join->theirs.nodes[children->comments].next;
	}
	children->comments = 0;
	return status;
}

/* Theirs has a child that the base has not. */
static int join_added(struct children *children, uint32_t theirs, struct lks_error *err)
{
	static const char two_ways[] = "both sides added, in two ways,";
	struct lks_xml_join *join = children->join;
	const struct lks_xml_node *node = &join->theirs.nodes[theirs];
	if (node->kind == LKS_XML_INSTRUCTION && children->theirs == 0 && node->previous == 0) {
		return 0; /* the XML declaration is mine's */
	}
	if (take_same(children, theirs)) {
		if (node->kind == LKS_XML_COMMENT) {
			return insert_comments(children, theirs, err);
		}
		children->comments = 0; /* they spoke of what is there already */
		return 0;
	}
	if (node->kind == LKS_XML_COMMENT) {
		children->comments = children->comments ? children->comments : theirs;
		return 0;
	}
	if (node->kind == LKS_XML_TEXT && children->own_text) {
		return lks_xml_join_conflict(join, two_ways, LKS_XML_NONE, theirs, NULL, err);
	}
	if (node->kind == LKS_XML_ELEMENT && children->own_count > 0) {
		uint32_t own = own_of_name(children, theirs);
		if (own) {
			children->comments = 0;
			return lks_xml_join_nodes(join, LKS_XML_NONE, own, theirs, err);
		}
		for (size_t part = 1; part < 3; part++) {
			size_t at = find_own(children, part, node->keys[part == 1 ? LKS_XML_WEAK : LKS_XML_SUBJECT]);
			if (at < children->own_count) {
				return lks_xml_join_conflict(join, two_ways, children->own[part * children->own_count + at].node, theirs, NULL, err);
			}
		}
	}
	int status = insert_comments(children, theirs, err);
	return status ? status : insert(children, theirs, err);
}

/* Takes a child of mine away, with the white space before it. */
static int take_away(struct lks_xml_join *join, uint32_t mine, struct lks_error *err)
{
	struct lks_xml_range out = lks_xml_tree_before(&join->mine, mine);
	out.end = join->mine.nodes[mine].whole.end;
	return lks_xml_edit_add(&join->edits, out, "", 0, err);
}

/* A child of the base, wherever it is on the sides. */
static int join_known(struct lks_xml_join *join, uint32_t base, struct lks_error *err)
{
	const struct lks_xml_node *node = &join->base.nodes[base];
	uint32_t mine = join->to_mine.of_base[base], theirs = join->to_theirs.of_base[base];
	bool words = node->kind == LKS_XML_COMMENT || node->kind == LKS_XML_INSTRUCTION;
	uint64_t key = node->keys[LKS_XML_LOOSE];

	if (mine && theirs) {
		return lks_xml_join_nodes(join, base, mine, theirs, err);
	}
	if (mine && join->mine.nodes[mine].keys[LKS_XML_LOOSE] == key) {
		return take_away(join, mine, err);
	}
	if (mine && !words) {
		return lks_xml_join_conflict(join, "changed here, removed upstream", mine, LKS_XML_NONE, NULL, err);
	}
	if (theirs && !words && join->theirs.nodes[theirs].keys[LKS_XML_LOOSE] != key) {
		return lks_xml_join_conflict(join, "removed here, changed upstream", LKS_XML_NONE, theirs, NULL, err);
	}
	return 0;
}

/* What upstream moved and mine left alone is moved: it goes here and comes there. What mine changed stays where mine has it. */
static void follow_moves(struct lks_xml_join *join, uint32_t base)
{
	for (uint32_t child = join->base.nodes[base].first; child; child = join->base.nodes[child].next) {
		uint32_t mine = join->to_mine.of_base[child], theirs = join->to_theirs.of_base[child];
		if (theirs && mine && join->to_theirs.moved[child] && !join->to_mine.moved[child] &&
			join->mine.nodes[mine].keys[LKS_XML_LOOSE] == join->base.nodes[child].keys[LKS_XML_LOOSE]) {
			join->to_theirs.of_base[child] = 0;
			join->to_theirs.of_side[theirs] = 0;
		}
	}
}

/* Opens mine's empty element around what has grown in it. */
static int put_grown(struct children *children, struct lks_error *err)
{
	struct lks_xml_join *join = children->join;
	const struct lks_xml_node *parent = &join->mine.nodes[children->mine];
	struct lks_xml_range out = parent->inner;
	struct lks_buffer text = {0};
	int status = 0;
	if (children->grown.length == 0) {
		return 0;
	}
	if (parent->empty_tag) {
		out.end = parent->whole.end;
		while (out.start > parent->name.end && lks_xml_is_space(join->mine.data[out.start - 1])) {
			out.start--;
		}
		status = lks_buffer_puts(&text, ">", err);
	}
	if (!status) {
		status = lks_buffer_append(&text, children->grown.data, children->grown.length, err);
	}
	if (!status && children->grown_lines) {
		status = lks_xml_copy_newline(&text, &join->mine, lks_xml_tree_indent(&join->mine, children->mine), 0, err);
	}
	if (!status && parent->empty_tag && (status = lks_buffer_puts(&text, "</", err)) == 0 &&
		(status = lks_xml_copy_bytes(&text, &join->mine, &join->mine, parent->name, err)) == 0) {
		status = lks_buffer_puts(&text, ">", err);
	}
	if (!status) {
		status = lks_xml_edit_add(&join->edits, out, lks_buffer_text(&text), text.length, err);
	}
	lks_buffer_dispose(&text);
	return status;
}

/* Goes through theirs: what the base knows only moves the anchor, what it does not is put in. */
static int join_theirs(struct children *children, struct lks_error *err)
{
	struct lks_xml_join *join = children->join;
	int status = 0;
	for (uint32_t child = join->theirs.nodes[children->theirs].first; child && !status; child = join->theirs.nodes[child].next) {
		uint32_t base = join->to_theirs.of_side[child];
		if (!base && !children->own && (status = list_own(children, err)) != 0) {
			break;
		}
		if (!base) {
			status = join_added(children, child, err);
			continue;
		}
		status = insert_comments(children, child, err);
		uint32_t mine = join->to_mine.of_base[base];
		if (mine && !join->to_theirs.moved[base] && !join->to_mine.moved[base]) {
			children->anchor = mine;
		}
	}
	return status ? status : insert_comments(children, 0, err);
}

static uint32_t root_of(const struct lks_xml_tree *tree)
{
	uint32_t child = tree->nodes[0].first;
	while (tree->nodes[child].kind != LKS_XML_ELEMENT) {
		child = tree->nodes[child].next;
	}
	return child;
}

/* A document has one root: where a side has another one than the base, there is nothing to be merged by element. */
static bool has_other_root(const struct lks_xml_join *join)
{
	uint32_t root = root_of(&join->base);
	return join->to_mine.of_base[root] != root_of(&join->mine) || join->to_theirs.of_base[root] != root_of(&join->theirs);
}

int lks_xml_join_children(struct lks_xml_join *join, uint32_t base, uint32_t mine, uint32_t theirs, struct lks_error *err)
{
	struct children children = {.join = join, .mine = mine, .theirs = theirs};
	int status = 0;
	if (base != LKS_XML_NONE) {
		if ((status = lks_xml_match(&join->to_mine, &join->base, base, &join->mine, mine, err)) != 0 ||
			(status = lks_xml_match(&join->to_theirs, &join->base, base, &join->theirs, theirs, err)) != 0) {
			return status;
		}
		if (base == 0 && has_other_root(join)) {
			return lks_xml_join_conflict(join, "both sides changed", root_of(&join->mine), root_of(&join->theirs), NULL, err);
		}
		follow_moves(join, base);
		for (uint32_t child = join->base.nodes[base].first; child && !status; child = join->base.nodes[child].next) {
			status = join_known(join, child, err);
		}
	}
	if (mine == 0 && join->mine.nodes[join->mine.nodes[0].first].kind == LKS_XML_INSTRUCTION) {
		children.anchor = join->mine.nodes[0].first;
	}
	if (!status && (status = join_theirs(&children, err)) == 0) {
		status = put_grown(&children, err);
	}
	free(children.own);
	free(children.taken);
	lks_buffer_dispose(&children.grown);
	return status;
}

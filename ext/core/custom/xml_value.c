/*
 * Three-way choice between values; and paths of the tool's own files, of which each side may change another part.
 *
 * Who makes map.xml of map.xml.dist changes the name in the path, and a release that renames etc/ce-to-ce changes the directory:
 * that is no conflict.
 */
#include "xml_value.h"

#include <string.h>

static bool same_exact(const struct lks_xml_value *left, const struct lks_xml_value *right)
{
	return left->present == right->present && (!left->present || lks_xml_same_exact(left->tree, left->range, right->tree, right->range));
}

static bool same_loose(const struct lks_xml_value *left, const struct lks_xml_value *right)
{
	return left->present == right->present && (!left->present || lks_xml_same_loose(left->tree, left->range, right->tree, right->range));
}

/* Text without the white space around. */
struct text {
	const char *data;
	size_t length;
};

static struct text trim(const struct lks_xml_value *value)
{
	struct lks_xml_range range = value->range;
	while (range.start < range.end && lks_xml_is_space(value->tree->data[range.start])) {
		range.start++;
	}
	while (range.end > range.start && lks_xml_is_space(value->tree->data[range.end - 1])) {
		range.end--;
	}
	return (struct text){value->tree->data + range.start, range.end - range.start};
}

static bool ends_with(struct text text, const char *end)
{
	size_t length = strlen(end);
	return text.length > length && memcmp(text.data + text.length - length, end, length) == 0;
}

/* A path as the tool's options have them. */
static bool is_path(struct text text)
{
	for (size_t i = 0; i < text.length; i++) {
		char c = text.data[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c != '\0' && strchr("-_./", c)))) {
			return false;
		}
	}
	return ends_with(text, ".xml") || ends_with(text, ".dist");
}

bool lks_xml_value_path(struct lks_xml_range *out, const struct lks_xml_tree *tree, struct lks_xml_range value)
{
	struct text text = trim(&(struct lks_xml_value){.tree = tree, .range = value, .present = true});
	*out = (struct lks_xml_range){(uint32_t)(text.data - tree->data), (uint32_t)(text.data - tree->data + text.length)};
	return is_path(text) && text.data[0] != '/';
}

/* The directory with its last slash; empty when there is none. */
static struct text directory(struct text path)
{
	while (path.length > 0 && path.data[path.length - 1] != '/') {
		path.length--;
	}
	return path;
}

static bool begins_with(struct text text, struct text start)
{
	return text.length >= start.length && memcmp(text.data, start.data, start.length) == 0;
}

static bool equal(struct text left, struct text right)
{
	return left.length == right.length && begins_with(left, right);
}

/* Takes the last directories off both as long as they are the same, but for the first one: what is left was renamed to the other. */
static void strip_common(struct text *old, struct text *new)
{
	for (;;) {
		struct text o = directory((struct text){old->data, old->length - 1}), n = directory((struct text){new->data, new->length - 1});
		struct text o_last = {old->data + o.length, old->length - o.length}, n_last = {new->data + n.length, new->length - n.length};
		if (o.length == 0 || n.length == 0 || !equal(o_last, n_last)) {
			return;
		}
		*old = o;
		*new = n;
	}
}

static int combine(struct lks_buffer *out, struct text directory_part, struct text rest, struct lks_error *err)
{
	int status = lks_buffer_append(out, directory_part.data, directory_part.length, err);
	return status ? status : lks_buffer_append(out, rest.data, rest.length, err);
}

static int choose_path(
	enum lks_xml_choice *out, struct lks_buffer *combined, struct text base, struct text mine, struct text theirs, struct lks_error *err)
{
	struct text old = directory(base), new = directory(theirs), own = directory(mine);
	struct text name = {base.data + old.length, base.length - old.length};
	struct text new_name = {theirs.data + new.length, theirs.length - new.length};

	*out = LKS_XML_CONFLICT;
	if (!equal(name, new_name) || old.length == 0 || new.length == 0) {
		return 0;
	}
	if (!equal(own, old)) {
		strip_common(&old, &new);
	}
	if (!begins_with(own, old)) { /* a place of the user's own: what upstream renames there is nothing to him */
		*out = LKS_XML_MINE;
		return 0;
	}
	*out = LKS_XML_COMBINED;
	return combine(combined, new, (struct text){mine.data + old.length, mine.length - old.length}, err);
}

int lks_xml_value_choose(enum lks_xml_choice *out, struct lks_buffer *combined, const struct lks_xml_value *base,
	const struct lks_xml_value *mine, const struct lks_xml_value *theirs, struct lks_error *err)
{
	*out = LKS_XML_CONFLICT;
	if (same_exact(base, theirs)) {
		*out = LKS_XML_MINE;
	} else if (same_exact(base, mine)) {
		*out = LKS_XML_THEIRS;
	} else if (same_loose(base, theirs) || same_loose(mine, theirs)) {
		*out = LKS_XML_MINE;
	} else if (same_loose(base, mine)) {
		*out = LKS_XML_THEIRS;
	} else if (mine->present && theirs->present && is_path(trim(mine)) && is_path(trim(theirs))) {
		struct text own = trim(mine), new = trim(theirs);
		if (base->present && is_path(trim(base))) {
			return choose_path(out, combined, trim(base), own, new, err);
		}
		if (new.length == own.length + 5 && begins_with(new, own) && ends_with(new, ".dist")) { /* the copy of what both name */
			*out = LKS_XML_MINE;
		}
	}
	return 0;
}

/*
 * Edits of an XML text: what is put in and taken out where, everything else byte for byte as it was.
 *
 * Private to the custom module. One thread.
 */
#ifndef LKS_CUSTOM_XML_EDIT_H
#define LKS_CUSTOM_XML_EDIT_H

#include "lockstep/buffer.h"
#include "xml_tree.h"

struct lks_xml_edit {
	struct lks_xml_range out; /* what goes; without length, nothing */
	size_t order;             /* of two edits at one place the first made comes first */
	size_t start, length;     /* in the text of all insertions */
};

struct lks_xml_edits {
	struct lks_xml_edit *items; /* owned */
	size_t count, room;
	struct lks_buffer text; /* owned; all insertions */
};

/* Replaces the range by bytes, which are copied. */
int lks_xml_edit_add(struct lks_xml_edits *edits, struct lks_xml_range out, const char *data, size_t length, struct lks_error *err);

/* Appends the text of tree with all edits made. LKS_E_LIMIT when two edits contradict one another. Sorts the edits. */
int lks_xml_edit_apply(struct lks_buffer *out, struct lks_xml_edits *edits, const struct lks_xml_tree *tree, struct lks_error *err);
void lks_xml_edits_dispose(struct lks_xml_edits *edits);

/* Appends bytes of `from`, with the line ends of `to`. */
int lks_xml_copy_bytes(struct lks_buffer *out, const struct lks_xml_tree *to, const struct lks_xml_tree *from, struct lks_xml_range range,
	struct lks_error *err);

/* Appends a newline of `to` and an indentation. */
int lks_xml_copy_newline(
	struct lks_buffer *out, const struct lks_xml_tree *to, struct lks_xml_range indent, unsigned steps, struct lks_error *err);

/*
 * Appends a node of `from`, and before it (spaced) the white space that stands before it there, as they read in `to` with this
 * indentation and so many steps more.
 */
int lks_xml_copy_node(struct lks_buffer *out, const struct lks_xml_tree *to, struct lks_xml_range indent, unsigned steps,
	const struct lks_xml_tree *from, uint32_t node, bool spaced, struct lks_error *err);

#endif

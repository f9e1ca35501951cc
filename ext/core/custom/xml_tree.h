/*
 * An XML text as a tree whose every node knows its bytes, so that a text can be changed without being written anew.
 *
 * Private to the custom module. A tree borrows its text and is read-only once parsed: any thread may read it then.
 * Offsets are bytes from the text's beginning; a text has at most LKS_MERGE_TEXT_MAX of them.
 */
#ifndef LKS_CUSTOM_XML_TREE_H
#define LKS_CUSTOM_XML_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lockstep/error.h"

#define LKS_XML_NODES_MAX 600000u /* nodes of a text, and attributes */
#define LKS_XML_DEPTH_MAX 256u    /* as libxml2 has it */
#define LKS_XML_NONE UINT32_MAX   /* no node; in links 0 is none, as the document (node 0) is nobody's child */

struct lks_xml_range {
	uint32_t start, end; /* end is the byte behind the last */
};

struct lks_xml_attribute {
	struct lks_xml_range whole; /* with the white space before it */
	struct lks_xml_range name;
	struct lks_xml_range value; /* between the quotes */
};

enum lks_xml_kind {
	LKS_XML_DOCUMENT,
	LKS_XML_ELEMENT,
	LKS_XML_TEXT, /* characters, references and CDATA that are not all white space; without the white space around */
	LKS_XML_COMMENT,
	LKS_XML_INSTRUCTION /* also the XML declaration */
};

/*
 * What makes nodes comparable, as hashes. White space between nodes and the order of attributes never count.
 * 0: the node has no such key.
 */
enum lks_xml_key {
	LKS_XML_EXACT,   /* equal names, values and children */
	LKS_XML_LOOSE,   /* the same but for white space in values, texts and comments */
	LKS_XML_STRONG,  /* the same rule: identity, and the heads of all children (of a transform: its field, and its handler's class) */
	LKS_XML_WEAK,    /* the same identity: name, and what tells an element from its siblings */
	LKS_XML_SUBJECT, /* what a rule is about, whatever the rule is: its first child */
	LKS_XML_KEYS
};

struct lks_xml_node {
	enum lks_xml_kind kind;
	uint32_t parent, first, last, previous, next; /* nodes */
	uint32_t attributes, attribute_count;         /* in tree->attributes */
	struct lks_xml_range whole;
	struct lks_xml_range name;  /* of an element */
	struct lks_xml_range inner; /* of an element: between its tags; of an empty tag the place of its "/>", without length */
	uint32_t depth;             /* the document has 0 */
	bool empty_tag;             /* <name/> */
	bool leaf;                  /* an element without elements, comments and instructions: it has a value, or nothing */
	bool anonymous;             /* an element that only holds others: its name is all its identity (<field_rules>) */
	uint64_t keys[LKS_XML_KEYS];
};

struct lks_xml_tree {
	const char *data; /* borrowed */
	size_t length;
	struct lks_xml_node *nodes; /* owned; in document order; 0 is the document */
	uint32_t count;
	struct lks_xml_attribute *attributes; /* owned */
	uint32_t attribute_count;
	struct lks_xml_range unit; /* one step of indentation; empty when nothing is indented */
	bool crlf;                 /* most lines end so */
};

/*
 * Parses a text that libxml2 found well-formed. LKS_E_UNSUPPORTED for what is not merged as XML: a document type, another
 * encoding than UTF-8; LKS_E_LIMIT beyond the limits above; LKS_E_FORMAT for what no XML is. Dispose also after a failure.
 */
int lks_xml_tree_parse(struct lks_xml_tree *out, const char *data, size_t length, struct lks_error *err);
void lks_xml_tree_dispose(struct lks_xml_tree *tree);

/* Fills keys of all nodes; done by lks_xml_tree_parse. */
void lks_xml_tree_hash(struct lks_xml_tree *tree);

/* The attribute with the name that these bytes are, or NULL. */
const struct lks_xml_attribute *lks_xml_tree_attribute(const struct lks_xml_tree *tree, uint32_t node, const char *name, size_t length);

/* Equal but for CRLF against LF; equal but for white space (runs of it are one blank, none counts at the ends). */
bool lks_xml_same_exact(const struct lks_xml_tree *left, struct lks_xml_range l, const struct lks_xml_tree *right, struct lks_xml_range r);
bool lks_xml_same_loose(const struct lks_xml_tree *left, struct lks_xml_range l, const struct lks_xml_tree *right, struct lks_xml_range r);

/* The white space that the node's line begins with. */
struct lks_xml_range lks_xml_tree_indent(const struct lks_xml_tree *tree, uint32_t node);

/* The white space before the node, back to what stands before it. */
struct lks_xml_range lks_xml_tree_before(const struct lks_xml_tree *tree, uint32_t node);

/* The 1-based line of an offset. */
size_t lks_xml_tree_line(const struct lks_xml_tree *tree, uint32_t offset);

bool lks_xml_is_space(char byte);
bool lks_xml_has_newline(const struct lks_xml_tree *tree, struct lks_xml_range range);

#endif

/*
 * The merge of XML by element and attribute, for texts that a merge by lines leaves in conflict.
 *
 * Private to the custom module. Thread-safe.
 */
#ifndef LKS_CUSTOM_XML_MERGE_H
#define LKS_CUSTOM_XML_MERGE_H

#include <stddef.h>

#include "lockstep/buffer.h"
#include "lockstep/merge.h"

struct lks_xml_conflicts {
	size_t count;
	char first[400]; /* what the first one is about, in words, with the element's path and lines; no value of an attribute */
};

/*
 * Merges into mine, whose untouched bytes stay as they are; *out is of use only without conflicts.
 *
 * No conflict are changes of different elements and attributes; siblings that both sides add to one element; a rule that both
 * add; white space. A conflict is one element, value or attribute changed in two ways, or changed and removed.
 * LKS_E_FORMAT, LKS_E_UNSUPPORTED, LKS_E_LIMIT: one of the three cannot be merged so (see lks_xml_tree_parse, lks_xml_match).
 */
int lks_xml_merge(struct lks_buffer *out, struct lks_xml_conflicts *conflicts, const struct lks_text *base, const struct lks_text *mine,
	const struct lks_text *theirs, struct lks_error *err);

#endif

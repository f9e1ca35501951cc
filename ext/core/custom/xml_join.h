/*
 * A merge of XML that is under way: what its parts share. Private to xml_merge.c, xml_children.c, xml_words.c.
 */
#ifndef LKS_CUSTOM_XML_JOIN_H
#define LKS_CUSTOM_XML_JOIN_H

#include "xml_edit.h"
#include "xml_match.h"
#include "xml_merge.h"
#include "xml_value.h"

struct lks_xml_join {
	struct lks_xml_tree base, mine, theirs; /* owned */
	struct lks_xml_pairs to_mine, to_theirs;
	struct lks_xml_edits edits; /* of mine */
	struct lks_xml_conflicts *conflicts;
};

/*
 * Merges what theirs has at `theirs` into what mine has at `mine`, both made of base's `base`; LKS_XML_NONE when both made it
 * of nothing. Conflicts are counted, not returned.
 */
int lks_xml_join_nodes(struct lks_xml_join *join, uint32_t base, uint32_t mine, uint32_t theirs, struct lks_error *err);
int lks_xml_join_children(struct lks_xml_join *join, uint32_t base, uint32_t mine, uint32_t theirs, struct lks_error *err);

/* Counts a conflict; says what the first is about. mine, theirs: the nodes concerned, or LKS_XML_NONE. attribute: its name, or none. */
int lks_xml_join_conflict(struct lks_xml_join *join, const char *what, uint32_t mine, uint32_t theirs,
	const struct lks_xml_attribute *attribute, struct lks_error *err);

#endif

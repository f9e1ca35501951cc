/*
 * Which child of one element is which child of another: the children of the base, and of a side that was made of it.
 *
 * Private to the custom module. Pure; thread-safe.
 */
#ifndef LKS_CUSTOM_XML_MATCH_H
#define LKS_CUSTOM_XML_MATCH_H

#include "xml_tree.h"

/* The nodes of a side and those of the base: partners, and whether the order was changed. Arrays by node. */
struct lks_xml_pairs {
	uint32_t *of_base; /* owned; the side's node of a base node, 0 for none */
	uint32_t *of_side; /* owned; the base's node of a side's node, 0 for none */
	bool *moved;       /* owned; by base node: its partner stands elsewhere among its siblings */
};

int lks_xml_pairs_make(struct lks_xml_pairs *out, const struct lks_xml_tree *base, const struct lks_xml_tree *side, struct lks_error *err);
void lks_xml_pairs_dispose(struct lks_xml_pairs *pairs);

/*
 * Pairs the children of base's node b with those of side's node s: equal ones first, then ones with equal identity, then those
 * whose name only one child has on each side; at last those that stand elsewhere now. LKS_E_LIMIT when it would take too long.
 */
int lks_xml_match(struct lks_xml_pairs *pairs, const struct lks_xml_tree *base, uint32_t b, const struct lks_xml_tree *side, uint32_t s,
	struct lks_error *err);

/* How many children have this element's name: 0, 1, 2 (or more). */
unsigned lks_xml_count_named(const struct lks_xml_tree *tree, uint32_t parent, const char *name, size_t length);

#endif

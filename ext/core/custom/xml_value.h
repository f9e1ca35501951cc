/*
 * Values (texts of elements, attributes) of three sides: which one is to stand.
 *
 * Private to the custom module. Pure; thread-safe.
 */
#ifndef LKS_CUSTOM_XML_VALUE_H
#define LKS_CUSTOM_XML_VALUE_H

#include <stdbool.h>

#include "lockstep/buffer.h"
#include "xml_tree.h"

/* A value that may be absent. */
struct lks_xml_value {
	const struct lks_xml_tree *tree;
	struct lks_xml_range range;
	bool present;
};

enum lks_xml_choice { LKS_XML_MINE, LKS_XML_THEIRS, LKS_XML_COMBINED, LKS_XML_CONFLICT };

/*
 * Chooses. White space alone is no change that could meet another. COMBINED: of paths, mine with the directory that upstream
 * renamed, in *combined. LKS_E_NOMEM is the only failure.
 */
int lks_xml_value_choose(enum lks_xml_choice *out, struct lks_buffer *combined, const struct lks_xml_value *base,
	const struct lks_xml_value *mine, const struct lks_xml_value *theirs, struct lks_error *err);

/* Is a value, but for the white space around, a relative path of one of the tool's files (X.xml, X.dist)? Then *out is that. */
bool lks_xml_value_path(struct lks_xml_range *out, const struct lks_xml_tree *tree, struct lks_xml_range value);

#endif

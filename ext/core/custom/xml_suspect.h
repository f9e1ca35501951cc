/*
 * Whether a merge by lines is what a merge of elements would not make of XML.
 *
 * Private to the custom module. Thread-safe.
 */
#ifndef LKS_CUSTOM_XML_SUSPECT_H
#define LKS_CUSTOM_XML_SUSPECT_H

#include <stdbool.h>

#include "lockstep/buffer.h"

/*
 * Does the merged text have more of some element, or of rules about one thing, at one place of the tree than the changes of both
 * sides account for, or markup within a comment that neither side has so? False where one of the texts cannot be read as XML.
 * sides: base, mine, theirs.
 */
int lks_xml_suspect(bool *out, const struct lks_buffer sides[3], const struct lks_buffer *merged, struct lks_error *err);

#endif

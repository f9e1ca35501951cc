/*
 * What a merge by lines has too often: an element that both sides added, or that one side moved and the other one removed.
 *
 * Private to the custom module. Thread-safe.
 */
#ifndef LKS_CUSTOM_XML_SURPLUS_H
#define LKS_CUSTOM_XML_SURPLUS_H

#include <stdbool.h>

#include "lockstep/buffer.h"

/*
 * Does the merged text have more of some element, or of rules about one thing, at one place of the tree than the changes of both
 * sides account for? False where one of the texts cannot be read as XML. sides: base, mine, theirs.
 */
int lks_xml_surplus(bool *out, const struct lks_buffer sides[3], const struct lks_buffer *merged, struct lks_error *err);

#endif

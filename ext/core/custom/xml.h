/*
 * What the merge must know of XML, by libxml2. Private to the custom module. Thread-safe.
 */
#ifndef LKS_CUSTOM_XML_H
#define LKS_CUSTOM_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "lockstep/error.h"

/* Is path one of the tool's XML files: X.xml or X.xml.dist? */
bool lks_xml_is_path(const char *path);

/*
 * 0 when the text is well-formed XML, else LKS_E_FORMAT with *line (1-based) and libxml2's reason in the message.
 * At most LKS_MERGE_TEXT_MAX bytes; no network, no external entities, no entity expansion, no handler of the process touched.
 */
int lks_xml_check(const char *data, size_t length, const char *path, size_t *line, struct lks_error *err);

#endif

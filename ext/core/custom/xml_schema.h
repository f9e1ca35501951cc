/*
 * XML against the schema that it names, as a release of the tool has it. Private to the custom module. Thread-safe.
 */
#ifndef LKS_CUSTOM_XML_SCHEMA_H
#define LKS_CUSTOM_XML_SCHEMA_H

#include <limits.h>
#include <stddef.h>

#include "lockstep/error.h"

enum lks_xml_validity {
	LKS_XML_VALID,
	LKS_XML_INVALID,
	LKS_XML_UNKNOWN /* it names no schema, or one that the release does not have or that cannot be used */
};

struct lks_xml_verdict {
	enum lks_xml_validity validity;
	char schema[PATH_MAX]; /* its path in the release; "" when unknown */
	char element[100];     /* the first that is wrong; no value is told, as it may be a password */
	size_t line;           /* 1-based */
};

/*
 * Looks for the schema (xsi:noNamespaceSchemaLocation, a URN of Magento or a relative path) below release_fd, where the text
 * stands at path, and validates. Nothing else is read, nothing fetched: a schema that wants another file is not used.
 * LKS_E_NOMEM; whatever else is in the way makes it unknown.
 */
int lks_xml_validate(struct lks_xml_verdict *out, int release_fd, const char *path, const char *data, size_t length, struct lks_error *err);

#endif

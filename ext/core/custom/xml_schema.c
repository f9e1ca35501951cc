/*
 * XML against its schema, by libxml2's validator, from documents that were read here: it opens no file of its own.
 */
#include "xml_schema.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlschemas.h>
#include <stdio.h>
#include <string.h>

#include "lockstep/fs.h"
#include "lockstep/merge.h"

#define SCHEMA_MAX (1u << 20) /* bytes; the tool's have a few thousand */
#define XSI "http://www.w3.org/2001/XMLSchema-instance"
#define XSD "http://www.w3.org/2001/XMLSchema"
#define URN "urn:magento:module:"

/* xmlStructuredErrorFunc, whose second parameter is const only since libxml2 2.12. */
#if LIBXML_VERSION >= 21200
typedef const xmlError *error_pointer;
#else
typedef xmlErrorPtr error_pointer;
#endif

static void on_error(void *verdict, error_pointer error)
{
	struct lks_xml_verdict *out = verdict;
	const xmlNode *node = error ? error->node : NULL;
	if (out && out->line == 0 && error) {
		out->line = error->line > 0 ? (size_t)error->line : 0;
		snprintf(out->element, sizeof out->element, "%s", node && node->name ? (const char *)node->name : "");
	}
}

static void ignore_error(void *nothing, error_pointer error)
{
	(void)nothing;
	(void)error;
}

/* NULL when it cannot be parsed; *no_memory tells why not. */
static xmlDocPtr parse(const char *data, size_t length, bool *no_memory)
{
	xmlParserCtxtPtr parser = xmlNewParserCtxt();
	if (!parser) {
		*no_memory = true;
		return NULL;
	}
	parser->sax->serror = ignore_error;
	xmlDocPtr document = xmlCtxtReadMemory(parser, data, (int)length, NULL, NULL, XML_PARSE_NONET);
	*no_memory = parser->errNo == XML_ERR_NO_MEMORY;
	if (document && (!parser->wellFormed || document->intSubset)) {
		xmlFreeDoc(document);
		document = NULL;
	}
	xmlFreeParserCtxt(parser);
	return document;
}

/* Appends the parts of a relative path to out, which has a length; false when it would leave the release. */
static bool resolve(char out[PATH_MAX], size_t length, const char *relative)
{
	while (*relative) {
		size_t part = strcspn(relative, "/");
		if (part == 2 && memcmp(relative, "..", 2) == 0) {
			if (length == 0) {
				return false;
			}
			while (length > 0 && out[length - 1] != '/') {
				length--;
			}
			length -= length > 0;
		} else if (part > 0 && !(part == 1 && *relative == '.')) {
			if (length + part + 2 > PATH_MAX) {
				return false;
			}
			if (length > 0) {
				out[length++] = '/';
			}
			memcpy(out + length, relative, part);
			length += part;
		}
		relative += part + (relative[part] == '/');
	}
	out[length] = '\0';
	return length > 0;
}

/* Where the document's schema is in the release. */
static bool find_schema(char out[PATH_MAX], const xmlDoc *document, const char *path)
{
	const xmlNode *root = xmlDocGetRootElement((xmlDocPtr)document);
	xmlChar *named = root ? xmlGetNsProp((xmlNodePtr)root, BAD_CAST "noNamespaceSchemaLocation", BAD_CAST XSI) : NULL;
	const char *location = (const char *)named, *slash = strrchr(path, '/');
	size_t length = slash ? (size_t)(slash - path) : 0;
	bool found = false;

	if (location && strncmp(location, URN, sizeof URN - 1) == 0) {
		location = strchr(location + sizeof URN - 1, ':');
		found = location && resolve(out, 0, location + 1);
	} else if (location && location[0] != '/' && !strchr(location, ':') && length < PATH_MAX) {
		memcpy(out, path, length);
		found = resolve(out, length, location);
	}
	xmlFree(named);
	return found;
}

/* Would the schema have other files read? */
static bool stands_alone(const xmlDoc *schema)
{
	const xmlNode *root = xmlDocGetRootElement((xmlDocPtr)schema);
	for (const xmlNode *child = root ? root->children : NULL; child; child = child->next) {
		if (child->type == XML_ELEMENT_NODE &&
			(xmlStrEqual(child->name, BAD_CAST "include") || xmlStrEqual(child->name, BAD_CAST "import") ||
				xmlStrEqual(child->name, BAD_CAST "redefine") || xmlStrEqual(child->name, BAD_CAST "override"))) {
			return false;
		}
	}
	return root && root->ns && xmlStrEqual(root->ns->href, BAD_CAST XSD);
}

static enum lks_xml_validity validate(struct lks_xml_verdict *out, xmlDocPtr document, xmlDocPtr schema_document)
{
	xmlSchemaValidCtxtPtr validator = NULL;
	xmlSchemaPtr schema = NULL;
	int result = -1;
	xmlSchemaParserCtxtPtr parser = xmlSchemaNewDocParserCtxt(schema_document);
	if (parser) {
		xmlSchemaSetParserStructuredErrors(parser, ignore_error, NULL);
		schema = xmlSchemaParse(parser);
		xmlSchemaFreeParserCtxt(parser);
	}
	if (schema && (validator = xmlSchemaNewValidCtxt(schema)) != NULL) {
		xmlSchemaSetValidStructuredErrors(validator, on_error, out);
		result = xmlSchemaValidateDoc(validator, document);
		xmlSchemaFreeValidCtxt(validator);
	}
	xmlSchemaFree(schema);
	return result == 0 ? LKS_XML_VALID : result > 0 ? LKS_XML_INVALID : LKS_XML_UNKNOWN;
}

int lks_xml_validate(struct lks_xml_verdict *out, int release_fd, const char *path, const char *data, size_t length, struct lks_error *err)
{
	struct lks_error absent = {0};
	struct lks_buffer text = {0};
	xmlDocPtr schema = NULL;
	bool no_memory = false;
	char place[PATH_MAX] = "";

	*out = (struct lks_xml_verdict){.validity = LKS_XML_UNKNOWN};
	if (length > LKS_MERGE_TEXT_MAX) {
		return 0;
	}
	xmlDocPtr document = parse(data, length, &no_memory);
	if (document && find_schema(place, document, path)) {
		no_memory = lks_fs_read(&text, release_fd, place, SCHEMA_MAX, &absent) == LKS_E_NOMEM;
		schema = absent.status ? NULL : parse(lks_buffer_text(&text), text.length, &no_memory);
	}
	if (schema && stands_alone(schema)) {
		out->validity = validate(out, document, schema);
		snprintf(out->schema, sizeof out->schema, "%s", place);
	}
	xmlFreeDoc(schema);
	xmlFreeDoc(document);
	lks_buffer_dispose(&text);
	return no_memory ? lks_error_nomem(err) : 0;
}

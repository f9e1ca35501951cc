/*
 * XML as far as the merge must know it: which files are XML, and whether a text is well-formed.
 *
 * libxml2 is the very one that PHP uses, so nothing global is set: errors go to the parser context of each call.
 */
#include "xml.h"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <stdio.h>
#include <string.h>

#include "lockstep/merge.h"

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);
	return length >= end_length && memcmp(text + length - end_length, end, end_length) == 0;
}

bool lks_xml_is_path(const char *path)
{
	return ends_with(path, ".xml") || ends_with(path, ".xml.dist");
}

/* The first thing that is wrong; what comes after it is mostly its consequence. */
struct fault {
	bool found, no_memory;
	size_t line;
	char reason[200];
};

static void note(struct fault *fault, const xmlError *error)
{
	if (fault->found || error->level < XML_ERR_ERROR) {
		return;
	}
	fault->found = true;
	fault->no_memory = error->code == XML_ERR_NO_MEMORY;
	fault->line = error->line > 0 ? (size_t)error->line : 0;
	int length = snprintf(fault->reason, sizeof fault->reason, "%s", error->message ? error->message : "it cannot be parsed");
	fault->reason[strcspn(fault->reason, "\n")] = '\0';
	for (size_t end = sizeof fault->reason - 1; length > (int)end && end > 0 && (fault->reason[end - 1] & 0x80); end--) {
		fault->reason[end - 1] = '\0'; /* no half of a character */
	}
}

/* xmlStructuredErrorFunc, whose second parameter is const only since libxml2 2.12. */
#if LIBXML_VERSION >= 21200
static void on_error(void *parser, const xmlError *error)
#else
static void on_error(void *parser, xmlErrorPtr error)
#endif
{
	if (error) {
		note(((xmlParserCtxtPtr)parser)->_private, error);
	}
}

int lks_xml_check(const char *data, size_t length, const char *path, size_t *line, struct lks_error *err)
{
	struct fault fault = {.reason = "it cannot be parsed"};
	*line = 0;
	if (length > LKS_MERGE_TEXT_MAX) {
		return lks_error_set(err, LKS_E_LIMIT, 0, path, "an XML file of more than %u MiB is not parsed", LKS_MERGE_TEXT_MAX >> 20);
	}
	xmlParserCtxtPtr parser = xmlNewParserCtxt();
	if (!parser) {
		return lks_error_nomem(err);
	}
	parser->_private = &fault;
	parser->sax->serror = on_error;
	xmlDocPtr document = xmlCtxtReadMemory(parser, data, (int)length, NULL, NULL, XML_PARSE_NONET | XML_PARSE_COMPACT);
	int well_formed = document && parser->wellFormed;
	xmlFreeDoc(document);
	xmlFreeParserCtxt(parser);
	*line = fault.line;
	if (well_formed) {
		*line = 0;
		return 0;
	}
	return fault.no_memory ? lks_error_nomem(err)
						   : lks_error_set(err, LKS_E_FORMAT, 0, path, "not well-formed XML, line %zu: %s", fault.line, fault.reason);
}

/*
 * XML as far as the merge must know it: which files are XML, and whether a text is well-formed.
 *
 * libxml2 is the very one that PHP uses, so nothing global is set: errors are read from a parser context of our own.
 * Merging by element instead of by line has its place here, between plan.c, which asks, and merge3.c, which answers.
 */
#include "xml.h"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>
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

int lks_xml_check(const char *data, size_t length, const char *path, size_t *line, struct lks_error *err)
{
	*line = 0;
	if (length > LKS_MERGE_TEXT_MAX) {
		return lks_error_set(err, LKS_E_LIMIT, 0, path, "an XML file of more than %u MiB is not parsed", LKS_MERGE_TEXT_MAX >> 20);
	}
	xmlParserCtxtPtr parser = xmlNewParserCtxt();
	if (!parser) {
		return lks_error_nomem(err);
	}
	int status = 0;
	xmlDocPtr document = xmlCtxtReadMemory(parser, data, (int)length, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_COMPACT);
	if (!document || !parser->wellFormed) {
		const xmlError *last = xmlCtxtGetLastError(parser);
		char reason[200] = "it is empty";
		if (last && last->message) {
			strncpy(reason, last->message, sizeof reason - 1);
			reason[strcspn(reason, "\n")] = '\0';
			*line = last->line > 0 ? (size_t)last->line : 0;
		}
		status = last && last->code == XML_ERR_NO_MEMORY ? lks_error_nomem(err)
		                                                 : lks_error_set(err, LKS_E_FORMAT, 0, path, "not well-formed XML, line %zu: %s", *line, reason);
	}
	xmlFreeDoc(document);
	xmlFreeParserCtxt(parser);
	return status;
}

/* Options of a config.xml whose values are paths. */
#include "options.h"

#include <stdlib.h>
#include <string.h>

#include "xml.h"
#include "xml_tree.h"
#include "xml_value.h"

static bool is_named(const struct lks_xml_tree *tree, uint32_t node, const char *name)
{
	struct lks_xml_range range = tree->nodes[node].name;
	return range.end - range.start == strlen(name) && memcmp(tree->data + range.start, name, strlen(name)) == 0;
}

static int add(struct lks_options *out, const struct lks_xml_tree *tree, uint32_t node, struct lks_xml_range path, struct lks_error *err)
{
	struct lks_xml_range name = tree->nodes[node].name;
	struct lks_option *items = realloc(out->items, (out->count + 1) * sizeof *items);
	if (!items) {
		return lks_error_nomem(err);
	}
	out->items = items;
	struct lks_option *option = &items[out->count];
	option->name = strndup(tree->data + name.start, name.end - name.start);
	option->path = strndup(tree->data + path.start, path.end - path.start);
	if (!option->name || !option->path) {
		free(option->name);
		free(option->path);
		return lks_error_nomem(err);
	}
	out->count++;
	return 0;
}

int lks_options_read(struct lks_options *out, const char *data, size_t length, struct lks_error *err)
{
	struct lks_error ignored = {0};
	struct lks_xml_tree tree = {0};
	struct lks_xml_range path;
	size_t line = 0;

	*out = (struct lks_options){0};
	if (!memmem(data, length, "<options", strlen("<options"))) {
		return 0;
	}
	int status = lks_xml_check(data, length, "", &line, &ignored);
	status = status ? status : lks_xml_tree_parse(&tree, data, length, &ignored);
	if (status) {
		lks_xml_tree_dispose(&tree);
		return status == LKS_E_NOMEM ? lks_error_nomem(err) : 0;
	}
	for (uint32_t i = 1; i < tree.count && !status; i++) {
		const struct lks_xml_node *node = &tree.nodes[i];
		if (node->kind == LKS_XML_ELEMENT && node->leaf && node->depth == 3 && is_named(&tree, node->parent, "options") &&
			lks_xml_value_path(&path, &tree, node->inner)) {
			status = add(out, &tree, i, path, err);
		}
	}
	lks_xml_tree_dispose(&tree);
	return status;
}

void lks_options_dispose(struct lks_options *options)
{
	for (size_t i = 0; i < options->count; i++) {
		free(options->items[i].name);
		free(options->items[i].path);
	}
	free(options->items);
	*options = (struct lks_options){0};
}

const char *lks_options_find(const struct lks_options *options, const char *name)
{
	for (size_t i = 0; i < options->count; i++) {
		if (strcmp(options->items[i].name, name) == 0) {
			return options->items[i].path;
		}
	}
	return NULL;
}

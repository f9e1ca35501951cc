/* Is a text fit to be the resolution of a conflict? What a person is told while it is edited, before a merge takes it. */
#include "lockstep/merge.h"

#include "text.h"
#include "xml.h"

int lks_merge_fault(struct lks_buffer *out, const char *path, const char *data, size_t length, struct lks_error *err)
{
	struct lks_error syntax = {0};
	size_t line = 0;

	if (lks_text_is_binary(data, length)) {
		return 0;
	}
	lks_text_markers(data, length, LKS_MARKER_MINE | LKS_MARKER_BASE | LKS_MARKER_THEIRS, &line);
	if (line > 0) {
		return lks_buffer_printf(out, err, "a conflict marker is left in line %zu", line);
	}
	if (!lks_xml_is_path(path) || lks_xml_check(data, length, path, &line, &syntax) == 0) {
		return 0;
	}
	return syntax.status == LKS_E_NOMEM ? lks_error_nomem(err) : lks_buffer_printf(out, err, "it is %s", syntax.message);
}

/* A unified diff of two texts, as git writes it, through libgit2. */
#include "lockstep/merge.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "library.h"
#include "text.h"
#include "xml.h"

static bool is_too_large(const struct lks_text *text)
{
	return text->length > LKS_MERGE_TEXT_MAX;
}

static bool is_equal(const struct lks_text *left, const struct lks_text *right)
{
	if (!left->data || !right->data) {
		return left->data == right->data;
	}
	return left->length == right->length && memcmp(left->data, right->data, left->length) == 0;
}

/* flags: of GIT_DIFF_IGNORE_…, what does not count. */
static int diff(struct lks_buffer *out, const struct lks_text *before, const struct lks_text *after, uint32_t flags, struct lks_error *err)
{
	const struct lks_git *git = NULL;
	git_diff_options options;
	git_patch *patch = NULL;
	git_buf text = {0};

	if (is_equal(before, after)) {
		return 0;
	}
	if (is_too_large(before) || is_too_large(after)) {
		return lks_buffer_printf(out, err, "Files a/%s and b/%s differ (too large to show)\n", before->label, after->label);
	}
	if (lks_text_is_binary(before->data, before->length) || lks_text_is_binary(after->data, after->length)) {
		return lks_buffer_printf(out, err, "Binary files a/%s and b/%s differ\n", before->label, after->label);
	}
	int status = lks_git_library(&git, err);
	if (status) {
		return status;
	}
	git->diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
	options.flags |= GIT_DIFF_FORCE_TEXT | flags;
	int result = git->patch_from_buffers(
		&patch, before->data, before->length, before->label, after->data, after->length, after->label, &options);
	if (result >= 0) {
		result = git->patch_to_buf(&text, patch);
	}
	status = result < 0 ? lks_git_error(git, result, "compare the texts", err) : lks_buffer_append(out, text.ptr, text.size, err);
	git->buf_dispose(&text);
	git->patch_free(patch);
	return status;
}

int lks_diff_text(struct lks_buffer *out, const struct lks_text *before, const struct lks_text *after, struct lks_error *err)
{
	return diff(out, before, after, 0, err);
}

int lks_diff_readable(struct lks_buffer *out, const struct lks_text *before, const struct lks_text *after, struct lks_error *err)
{
	struct lks_buffer told = {0};
	uint32_t flags = lks_xml_is_path(after->label) ? GIT_DIFF_IGNORE_WHITESPACE : GIT_DIFF_IGNORE_WHITESPACE_EOL;
	int status = diff(&told, before, after, flags, err);
	if (!status && !strstr(lks_buffer_text(&told), "\n@@ ")) { /* at most a header */
		lks_buffer_clear(&told);
		status = diff(&told, before, after, 0, err);
	}
	status = status ? status : lks_buffer_append(out, lks_buffer_text(&told), told.length, err);
	lks_buffer_dispose(&told);
	return status;
}

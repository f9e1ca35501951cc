/*
 * The three-way text merge: git's, through libgit2, with line ends taken out of the way first.
 *
 * A shop whose every file was converted to CRLF would otherwise conflict in every line of every file. Which line ends the
 * result has is itself decided three-way: mine when I changed them, else the new release's. A text with both kinds of line ends
 * gets one kind only where it cannot be merged otherwise.
 */
#include "lockstep/merge.h"

#include <stdbool.h>
#include <string.h>

#include "library.h"
#include "text.h"

static int check(const struct lks_text *text, struct lks_error *err)
{
	if (text->length > LKS_MERGE_TEXT_MAX) {
		return lks_error_set(err, LKS_E_LIMIT, 0, NULL, "a text of more than %u MiB is not merged", LKS_MERGE_TEXT_MAX >> 20);
	}
	if (lks_text_is_binary(text->data, text->length)) {
		return lks_error_set(err, LKS_E_INVALID, 0, NULL, "a binary file is not merged as text");
	}
	return 0;
}

static bool is_mixed(enum lks_line_ends ends)
{
	return ends == LKS_LINES_MOSTLY_LF || ends == LKS_LINES_MOSTLY_CRLF;
}

static bool is_crlf(enum lks_line_ends ends)
{
	return ends == LKS_LINES_CRLF || ends == LKS_LINES_MOSTLY_CRLF;
}

enum way {
	AS_THEY_ARE,   /* byte for byte: line ends play no part, or cannot be taken away */
	WITHOUT_ENDS,  /* in LF; the result's line ends are settled apart */
	AS_THEY_ARE_IF /* byte for byte if that is clean, else in LF: some text has both kinds of line ends */
};

/* How to merge, and whether the result is CRLF when it was merged in LF. */
static enum way choose_way(bool *crlf, const struct lks_text *base, const struct lks_text *mine, const struct lks_text *theirs)
{
	enum lks_line_ends b = lks_text_line_ends(base->data, base->length);
	enum lks_line_ends m = lks_text_line_ends(mine->data, mine->length);
	enum lks_line_ends t = lks_text_line_ends(theirs->data, theirs->length);

	if (b == LKS_LINES_OTHER || m == LKS_LINES_OTHER || t == LKS_LINES_OTHER) {
		return AS_THEY_ARE;
	}
	bool follows = m == LKS_LINES_NONE || (is_crlf(m) == is_crlf(b) && t != LKS_LINES_NONE);
	*crlf = is_crlf(follows ? t : m);
	if (is_mixed(b) || is_mixed(m) || is_mixed(t)) {
		return AS_THEY_ARE_IF;
	}
	return is_crlf(b) || is_crlf(m) || is_crlf(t) ? WITHOUT_ENDS : AS_THEY_ARE;
}

/* Regions in the merged text: markers of ours that did not stand in the inputs already. */
static size_t count_regions(const char *data, size_t length, const char *label)
{
	size_t count = 0, label_length = strlen(label);
	for (size_t at = 0; at < length;) {
		const char *newline = memchr(data + at, '\n', length - at);
		size_t stop = newline ? (size_t)(newline - data) : length;
		const char *line = data + at;
		size_t used = stop - at;
		if (used >= 8 + label_length && memcmp(line, "<<<<<<< ", 8) == 0 && memcmp(line + 8, label, label_length) == 0) {
			count++;
		}
		at = stop + 1;
	}
	return count ? count : 1;
}

static int merge_as_they_are(struct lks_buffer *out, size_t *conflicts, const struct lks_text sides[3], struct lks_error *err)
{
	const struct lks_git *git = NULL;
	git_merge_file_input inputs[3];
	git_merge_file_options options;
	git_merge_file_result result = {0};

	int status = lks_git_library(&git, err);
	if (status) {
		return status;
	}
	for (int i = 0; i < 3; i++) {
		git->merge_file_input_init(&inputs[i], GIT_MERGE_FILE_INPUT_VERSION);
		inputs[i].ptr = sides[i].data ? sides[i].data : "";
		inputs[i].size = sides[i].length;
	}
	git->merge_file_options_init(&options, GIT_MERGE_FILE_OPTIONS_VERSION);
	options.flags = GIT_MERGE_FILE_STYLE_MERGE;
	options.ancestor_label = sides[0].label;
	options.our_label = sides[1].label;
	options.their_label = sides[2].label;

	int merged = git->merge_file(&result, &inputs[0], &inputs[1], &inputs[2], &options);
	if (merged < 0) {
		status = lks_git_error(git, merged, "merge the texts", err);
	} else {
		status = lks_buffer_append(out, result.ptr, result.len, err);
		*conflicts = result.automergeable ? 0 : count_regions(result.ptr, result.len, sides[1].label);
	}
	git->merge_file_result_free(&result);
	return status;
}

static int merge_without_ends(struct lks_buffer *out, size_t *conflicts, const struct lks_text sides[3], bool crlf, struct lks_error *err)
{
	struct lks_text texts[3] = {sides[0], sides[1], sides[2]};
	struct lks_buffer lf[3] = {{0}}, merged = {0};
	int status = 0;

	for (int i = 0; i < 3 && !status; i++) {
		status = lks_text_to_lf(&lf[i], sides[i].data, sides[i].length, err);
		texts[i].data = lks_buffer_text(&lf[i]);
		texts[i].length = lf[i].length;
	}
	if (!status) {
		status = merge_as_they_are(&merged, conflicts, texts, err);
	}
	if (!status) {
		status = crlf ? lks_text_to_crlf(out, lks_buffer_text(&merged), merged.length, err)
					  : lks_buffer_append(out, lks_buffer_text(&merged), merged.length, err);
	}
	for (int i = 0; i < 3; i++) {
		lks_buffer_dispose(&lf[i]);
	}
	lks_buffer_dispose(&merged);
	return status;
}

int lks_merge_text(struct lks_buffer *out, size_t *conflicts, const struct lks_text *base, const struct lks_text *mine,
	const struct lks_text *theirs, struct lks_error *err)
{
	struct lks_text sides[3] = {*base, *mine, *theirs};
	size_t before = out->length;
	bool crlf = false;
	int status = 0;

	*conflicts = 0;
	for (int i = 0; i < 3; i++) {
		sides[i].label = sides[i].label ? sides[i].label : "";
		if ((status = check(&sides[i], err)) != 0) {
			return status;
		}
	}
	enum way way = choose_way(&crlf, base, mine, theirs);
	if (way == WITHOUT_ENDS) {
		return merge_without_ends(out, conflicts, sides, crlf, err);
	}
	status = merge_as_they_are(out, conflicts, sides, err);
	if (status || way == AS_THEY_ARE || *conflicts == 0) {
		return status;
	}
	out->length = before;
	return merge_without_ends(out, conflicts, sides, crlf, err);
}

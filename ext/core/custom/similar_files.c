/* Which of many files a copy was made from. */
#include "lockstep/similar.h"

#include <stdbool.h>

#include "lockstep/buffer.h"
#include "lockstep/fs.h"
#include "lockstep/merge.h"
#include "similar.h"
#include "text.h"

/* *is_text is false, and lines are empty, for what is no text that can be read. */
static int read_lines(struct lks_similar_lines *out, bool *is_text, int dir_fd, const char *path, struct lks_error *err)
{
	struct lks_error unreadable = {0};
	struct lks_buffer text = {0};

	*out = (struct lks_similar_lines){0};
	int status = lks_fs_read(&text, dir_fd, path, LKS_MERGE_TEXT_MAX, &unreadable);
	*is_text = !status && !lks_text_is_binary(lks_buffer_text(&text), text.length);
	if (status) {
		status = status == LKS_E_NOMEM ? lks_error_nomem(err) : 0;
	} else if (*is_text) {
		status = lks_similar_read(out, lks_buffer_text(&text), text.length, err);
	}
	lks_buffer_dispose(&text);
	return status;
}

int lks_similar_files(int *out, int file_fd, const char *file, int dir_fd, const char *const *paths, size_t count, struct lks_error *err)
{
	struct lks_similar_lines own, other;
	bool is_text = false, is_other = false;

	int status = read_lines(&own, &is_text, file_fd, file, err);
	for (size_t i = 0; i < count && !status; i++) {
		out[i] = LKS_SIMILAR_NOT;
		if (is_text && (status = read_lines(&other, &is_other, dir_fd, paths[i], err)) == 0) {
			out[i] = is_other ? (int)lks_similar_compare(&own, &other) : LKS_SIMILAR_NOT;
			lks_similar_dispose(&other);
		}
	}
	lks_similar_dispose(&own);
	return status;
}

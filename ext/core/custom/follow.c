/* A file of mine that differs from the base in form alone: the new release's content, with the line ends that the user gave it. */
#include "plan.h"
#include "text.h"

static enum lks_line_ends ends_of(const struct lks_buffer *text)
{
	enum lks_line_ends ends = lks_text_line_ends(lks_buffer_text(text), text->length);
	return ends == LKS_LINES_MOSTLY_CRLF ? LKS_LINES_CRLF : ends == LKS_LINES_MOSTLY_LF ? LKS_LINES_LF : ends;
}

int lks_plan_follow(const struct lks_plan *plan, struct lks_planned *item, struct lks_error *err)
{
	struct lks_buffer base = {0}, mine = {0}, theirs = {0};
	int status = lks_plan_read(&base, plan->options->pristine_fd, item->base, err);
	if (status || (status = lks_plan_read(&mine, plan->options->mine_fd, item->mine, err)) ||
		(status = lks_plan_read(&theirs, plan->options->release_fd, item->theirs, err))) {
		goto done;
	}
	enum lks_line_ends wanted = ends_of(&mine);
	bool converts = wanted != ends_of(&base) && !lks_text_is_binary(lks_buffer_text(&theirs), theirs.length);
	if (converts && wanted == LKS_LINES_CRLF) {
		struct lks_buffer lf = {0};
		status = lks_text_to_lf(&lf, lks_buffer_text(&theirs), theirs.length, err);
		status = status ? status : lks_text_to_crlf(&item->text, lks_buffer_text(&lf), lf.length, err);
		lks_buffer_dispose(&lf);
	} else if (converts && wanted == LKS_LINES_LF) {
		status = lks_text_to_lf(&item->text, lks_buffer_text(&theirs), theirs.length, err);
	} else {
		item->text = theirs;
		theirs = (struct lks_buffer){0};
	}
	item->has_text = true;
	item->outcome = LKS_OUTCOME_FOLLOWS;
	item->stand = LKS_STAND_TEXT;
done:
	lks_buffer_dispose(&base);
	lks_buffer_dispose(&mine);
	lks_buffer_dispose(&theirs);
	return status;
}

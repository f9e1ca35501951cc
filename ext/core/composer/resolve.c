/*
 * Which release of the tool a Magento needs: the same version, its hot fix, or its base; the nearest lower one only on consent.
 */
#include "lockstep/resolve.h"

#include <stdio.h>
#include <string.h>

/* The choices that the list of releases offers; NULL where it has none. */
struct choice {
	const struct lks_version *same;    /* named exactly as Magento is */
	const struct lks_version *base;    /* X.Y.Z for a Magento X.Y.Z-pN */
	const struct lks_version *hotfix;  /* the highest X.Y.Z.N */
	const struct lks_version *nearest; /* the highest lower one of the same minor */
};

static bool same_patch(const struct lks_version *left, const struct lks_version *right)
{
	return left->part[0] == right->part[0] && left->part[1] == right->part[1] && left->part[2] == right->part[2];
}

static bool is_hotfix_of(const struct lks_version *release, const struct lks_version *magento)
{
	return release->parts == 4 && magento->parts == 3 && release->security == 0 && magento->suffix[0] == '\0' &&
		same_patch(release, magento);
}

static void look(struct choice *out, const struct lks_version *magento, const struct lks_releases *releases, unsigned flags)
{
	bool hotfixes = (flags & LKS_RESOLVE_NO_HOTFIX) == 0;

	for (size_t i = 0; i < releases->count; i++) { /* ascending: a later one is the higher one */
		const struct lks_version *release = &releases->items[i];

		if (release->part[0] != magento->part[0] || release->part[1] != magento->part[1]) {
			continue;
		}
		if (release->parts == magento->parts && lks_version_compare(release, magento) == 0) {
			out->same = release;
		} else if (is_hotfix_of(release, magento)) {
			out->hotfix = hotfixes ? release : NULL;
		} else if (magento->security > 0 && release->parts == magento->parts && release->security == 0 && same_patch(release, magento)) {
			out->base = release;
		} else if (lks_version_compare(release, magento) < 0 && (hotfixes || release->parts == 3)) {
			out->nearest = release;
		}
	}
}

static void say(struct lks_target *out, enum lks_rule rule, const struct lks_version *release)
{
	out->rule = rule;
	out->exact = rule == LKS_RULE_EXACT || rule == LKS_RULE_HOTFIX || rule == LKS_RULE_PATCH;
	if (release != NULL) {
		memcpy(rule == LKS_RULE_NONE ? out->candidate : out->version, release->text, sizeof out->version);
	}
}

int lks_resolve(struct lks_target *out, const char *magento, const struct lks_releases *releases, unsigned flags, struct lks_error *err)
{
	struct lks_version wanted;
	struct choice choice = {0};
	int status;

	memset(out, 0, sizeof *out);
	out->rule = LKS_RULE_NONE;
	status = lks_version_parse(&wanted, magento, err);
	if (status != 0) {
		return status;
	}
	look(&choice, &wanted, releases, flags);

	if (choice.same != NULL && wanted.security > 0) {
		say(out, LKS_RULE_EXACT, choice.same);
		snprintf(out->reason, sizeof out->reason, "Release %s has the very version of Magento.", choice.same->text);
	} else if (choice.hotfix != NULL) {
		say(out, LKS_RULE_HOTFIX, choice.hotfix);
		snprintf(out->reason, sizeof out->reason, "Release %s is the hot fix of the tool for Magento %u.%u.%u%s.", choice.hotfix->text,
			wanted.part[0], wanted.part[1], wanted.part[2], wanted.security > 0 ? " and its security patches" : "");
	} else if (choice.same != NULL) {
		say(out, LKS_RULE_EXACT, choice.same);
		snprintf(out->reason, sizeof out->reason, "Release %s has the very version of Magento.", choice.same->text);
	} else if (choice.base != NULL) {
		say(out, LKS_RULE_PATCH, choice.base);
		snprintf(out->reason, sizeof out->reason,
			"Magento %s is a security patch of %s, whose release fits: the tool has none for patches.", wanted.text, choice.base->text);
	} else if (choice.nearest != NULL && (flags & LKS_RESOLVE_NEAREST) != 0) {
		say(out, LKS_RULE_NEAREST, choice.nearest);
		snprintf(out->reason, sizeof out->reason,
			"No release fits Magento %s; %s is the nearest lower one of the same minor and was asked for.", wanted.text,
			choice.nearest->text);
	} else if (choice.nearest != NULL) {
		say(out, LKS_RULE_NONE, choice.nearest);
		snprintf(out->reason, sizeof out->reason, "No release fits Magento %s; the nearest lower one, %s, is taken only with --nearest.",
			wanted.text, choice.nearest->text);
	} else {
		say(out, LKS_RULE_NONE, NULL);
		snprintf(out->reason, sizeof out->reason, "No release fits Magento %s, and %u.%u has no lower one either.", wanted.text,
			wanted.part[0], wanted.part[1]);
	}
	return 0;
}

const char *lks_rule_name(enum lks_rule rule)
{
	switch (rule) {
	case LKS_RULE_EXACT:
		return "exact";
	case LKS_RULE_HOTFIX:
		return "hotfix";
	case LKS_RULE_PATCH:
		return "patch-release";
	case LKS_RULE_NEAREST:
		return "nearest";
	case LKS_RULE_NONE:
		break;
	}
	return "none";
}

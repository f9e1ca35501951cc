/*
 * Exact version numbers, read strictly: what is not one is refused, never guessed at.
 *
 * X.Y.Z is what Magento and its tool are named by; a fourth number is a hot fix of the tool, -pN a security patch of Magento.
 */
#include "lockstep/version.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define DIGITS_MAX 6 /* of one number: the sums of version parts never overflow, and no date-like monster is taken */

static int refuse(const char *text, const char *why, struct lks_error *err)
{
	char shown[48];
	size_t used = 0;

	for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
		if (used + 8 > sizeof shown) {
			memcpy(shown + used, "...", 3);
			used += 3;
			break;
		}
		if (*c >= 0x20 && *c < 0x7f && *c != '\\') {
			shown[used++] = (char)*c;
		} else {
			used += (size_t)snprintf(shown + used, sizeof shown - used, "\\x%02x", *c);
		}
	}
	shown[used] = '\0';
	lks_error_set(err, LKS_E_INVALID, 0, NULL, "\"%s\" is not an exact version: %s", shown, why);
	lks_error_hint(err, "Write it as 2.4.6, 2.4.6.1 or 2.4.6-p3.");
	return LKS_E_INVALID;
}

/* Reads one number at *text and steps over it. A leading zero would give one version two names. */
static int number(unsigned *out, const char **text)
{
	const char *start = *text;
	unsigned value = 0;

	while (**text >= '0' && **text <= '9') {
		if (*text - start == DIGITS_MAX) {
			return -1;
		}
		value = value * 10 + (unsigned)(**text - '0');
		(*text)++;
	}
	if (*text == start || (*start == '0' && *text - start > 1)) {
		return -1;
	}
	*out = value;
	return 0;
}

/* Reads "alpha", "beta" or "rc", with or without a number, in any case ("-RC1" is how Composer writes it). */
static int pre_release(char suffix[16], const char **text)
{
	static const char *const names[] = {"alpha", "beta", "rc"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		size_t length = strlen(names[i]);
		unsigned count = 0;

		if (strncasecmp(*text, names[i], length) != 0) {
			continue;
		}
		*text += length;
		if (**text != '\0' && number(&count, text) != 0) {
			return -1;
		}
		snprintf(suffix, 16, count == 0 ? "%s" : "%s%u", names[i], count);
		return 0;
	}
	return -1;
}

int lks_version_parse(struct lks_version *out, const char *text, struct lks_error *err)
{
	const char *at = text;

	memset(out, 0, sizeof *out);
	if (*at == 'v') {
		at++;
	}
	if (strlen(at) >= sizeof out->text) {
		return refuse(text, "it is too long", err);
	}
	strcpy(out->text, at);

	for (;;) {
		if (number(&out->part[out->parts], &at) != 0) {
			return refuse(text, "three or four numbers are wanted", err);
		}
		out->parts++;
		if (*at != '.' || out->parts == 4) {
			break;
		}
		at++;
	}
	if (out->parts < 3) {
		return refuse(text, "three or four numbers are wanted", err);
	}
	if (out->parts == 4 && out->part[3] == 0) { /* else 2.4.6 would have two names */
		return refuse(text, "a hot fix is never number 0", err);
	}
	if (*at == '-') {
		at++;
		if (at[0] == 'p' && at[1] >= '1' && at[1] <= '9') {
			at++;
			if (number(&out->security, &at) != 0) {
				return refuse(text, "the number after -p is too long", err);
			}
		} else if (pre_release(out->suffix, &at) != 0) {
			return refuse(text, "what follows the dash is neither a patch (-p1) nor a pre-release", err);
		}
	}
	if (*at != '\0') {
		return refuse(text, "something follows the number", err);
	}
	return 0;
}

/* Orders "beta" < "beta2" < "beta10" < "rc": by name, then by number. */
static int compare_suffix(const char *left, const char *right)
{
	size_t left_name = strcspn(left, "0123456789"), right_name = strcspn(right, "0123456789");
	size_t left_length = strlen(left), right_length = strlen(right);
	int order;

	if (left[0] == '\0' || right[0] == '\0') { /* a release is higher than any of its pre-releases */
		return (left[0] == '\0') - (right[0] == '\0');
	}
	order = strncmp(left, right, left_name < right_name ? right_name : left_name);
	if (left_name != right_name || order != 0) {
		return order;
	}
	if (left_length != right_length) {
		return left_length < right_length ? -1 : 1;
	}
	return strcmp(left, right);
}

int lks_version_compare(const struct lks_version *left, const struct lks_version *right)
{
	int order;

	for (size_t i = 0; i < 4; i++) {
		if (left->part[i] != right->part[i]) {
			return left->part[i] < right->part[i] ? -1 : 1;
		}
	}
	order = compare_suffix(left->suffix, right->suffix);
	if (order != 0) {
		return order;
	}
	return (left->security > right->security) - (left->security < right->security);
}

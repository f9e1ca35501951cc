/* Listings: lines and objects of any member fit where they are written, in pieces, and say what tar says. */
#include "archive_forge.h"

#include <jansson.h>

static struct lks_buffer listed(int dir, const char *path, bool json, size_t *pieces)
{
	struct lks_archive_listing *listing;
	struct lks_buffer all = {0}, piece = {0};
	struct lks_error err = {0};
	int more;

	*pieces = 0;
	assert_ok(lks_archive_listing_open(&listing, dir, "x", forge_key, path, json, &err));
	while ((more = lks_archive_listing_next(&piece, listing, &err)) > 0) {
		assert_ok(lks_buffer_append(&all, piece.data, piece.length, &err));
		++*pieces;
	}
	assert_int_equal(more, 0);
	assert_int_equal(lks_archive_listing_next(&piece, listing, &err), 0); /* the end stays the end */
	lks_archive_listing_free(listing);
	lks_buffer_dispose(&piece);
	return all;
}

/* Every byte that a name may have, in a name as long as can be: the widest line there is. */
static void the_widest_members_fit(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct forge forge;
	char path[LKS_OWNER_NAME * 128] = "", link[4000], name[LKS_OWNER_NAME];
	struct lks_error err = {0};
	size_t pieces, length = 0;
	forge_begin(&forge);
	lks_owners_dispose(&forge.users);
	lks_owners_dispose(&forge.groups);
	memset(name, 1, sizeof name - 1); /* no system would, but an archive may */
	assert_ok(lks_owners_append(&forge.users, geteuid(), name, sizeof name - 1, &err));
	assert_ok(lks_owners_append(&forge.groups, getegid(), name, sizeof name - 1, &err));
	for (int level = 0; level < 14; level++) {
		for (int i = 0; i < 250; i++) {
			path[length + (size_t)i] = (char)(level < 7 ? 1 + level : 0x80 + level);
		}
		path[length += 250] = '\0';
		struct lks_member directory = forge_member(path, LKS_MEMBER_DIRECTORY, NULL);
		directory.mode = 07777;
		directory.mtime = level % 2 ? INT64_MAX : INT64_MIN;
		forge_put(&forge, &directory, &directory, NULL);
		path[length++] = '/';
	}
	memset(link, '\x1f', sizeof link);
	link[sizeof link - 1] = '\0';
	strcpy(path + length, "z");
	forge_add(&forge, path, LKS_MEMBER_SYMLINK, link);
	forge_end(&forge, dir, "x", forge_key);

	struct lks_buffer text = listed(dir, NULL, false, &pieces);
	size_t lines = 0;
	for (size_t i = 0; i < text.length; i++) {
		lines += text.data[i] == '\n';
		assert_true(text.data[i] == '\n' || (text.data[i] >= 0x20 && text.data[i] < 0x7F));
	}
	assert_int_equal(lines, 15);
	lks_buffer_dispose(&text);
	text = listed(dir, NULL, true, &pieces);
	struct lks_buffer document = {0};
	assert_ok(lks_buffer_printf(&document, &err, "[%s]", lks_buffer_text(&text)));
	json_t *members = json_loadb(document.data, document.length, 0, NULL);
	assert_int_equal(json_array_size(members), 15);
	json_decref(members);
	lks_buffer_dispose(&document);
	lks_buffer_dispose(&text);
}

static void pieces_are_bounded_and_joined(void **state)
{
	int dir = ((struct place *)*state)->fd;
	struct forge forge;
	struct lks_error err = {0};
	char path[32];
	size_t pieces;
	forge_begin(&forge);
	forge_add(&forge, "d", LKS_MEMBER_DIRECTORY, NULL);
	for (int i = 0; i < 20000; i++) {
		snprintf(path, sizeof path, "d/%05d", i);
		forge_add(&forge, path, LKS_MEMBER_FILE, "x");
		if (i % 100 == 99) {
			forge_cut(&forge);
		}
	}
	forge_add(&forge, "hard", LKS_MEMBER_HARDLINK, "d/00000");
	forge_end(&forge, dir, "x", forge_key);

	struct lks_buffer text = listed(dir, NULL, false, &pieces);
	assert_in_range(pieces, 4, 8);
	assert_int_equal(
		strncmp(text.data, "drwxr-xr-x me/us             0 2023-11-14 22:13 d/\n-rw-r--r-- me/us             1 2023-11-14 22:13 d/00000\n",
			104),
		0);
	assert_non_null(strstr(text.data, "\nhrw-r--r-- me/us             0 2023-11-14 22:13 hard link to d/00000\n"));
	lks_buffer_dispose(&text);
	text = listed(dir, "d/19999", true, &pieces);
	assert_int_equal(pieces, 1);
	assert_non_null(strstr(text.data, "\"mtime\":\"2023-11-14T22:13:20.123456789Z\""));
	lks_buffer_dispose(&text);

	struct lks_archive_listing *listing;
	assert_status(lks_archive_listing_open(&listing, dir, "x", forge_key, "e", false, &err), LKS_E_NOT_FOUND);
	char *label;
	assert_ok(lks_archive_label(&label, dir, "x", forge_key, &err));
	assert_string_equal(label, "{}");
	free(label);
	const uint8_t other[LKS_ARCHIVE_KEY_SIZE] = {9};
	assert_status(lks_archive_label(&label, dir, "x", other, &err), LKS_E_UNKNOWN_KEY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_place(the_widest_members_fit),
		in_place(pieces_are_bounded_and_joined),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Buffers: always followed by a NUL, growing, never past the address space. */
#include "support.h"

#include "lockstep/buffer.h"

static void grows_and_ends_in_nul(void **state UNUSED)
{
	struct lks_error err = {0};
	struct lks_buffer buffer = {0};
	assert_string_equal(lks_buffer_text(&buffer), "");
	assert_ok(lks_buffer_append(&buffer, NULL, 0, &err));
	for (int i = 0; i < 1000; i++) {
		assert_ok(lks_buffer_append(&buffer, "ab\0c", 4, &err));
		assert_int_equal(buffer.data[buffer.length], 0);
	}
	assert_int_equal(buffer.length, 4000);
	assert_memory_equal(buffer.data + 3996, "ab\0c", 4);
	lks_buffer_clear(&buffer);
	assert_int_equal(buffer.length, 0);
	assert_true(buffer.capacity > 4000);
	assert_string_equal(lks_buffer_text(&buffer), "");
	lks_buffer_dispose(&buffer);
	assert_null(buffer.data);
	assert_ok(lks_buffer_puts(&buffer, "again", &err));
	assert_string_equal(lks_buffer_text(&buffer), "again");
	lks_buffer_dispose(&buffer);
}

static void formats(void **state UNUSED)
{
	struct lks_error err = {0};
	struct lks_buffer buffer = {0};
	char text[700];
	memset(text, 'z', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	assert_ok(lks_buffer_puts(&buffer, "[", &err));
	assert_ok(lks_buffer_printf(&buffer, &err, "%s|%d]", text, -5));
	assert_int_equal(buffer.length, 1 + 699 + 4);
	assert_string_equal(buffer.data + 700, "|-5]");
	lks_buffer_dispose(&buffer);
}

static void refuses_what_cannot_be(void **state UNUSED)
{
	struct lks_error err = {0};
	struct lks_buffer buffer = {0};
	assert_ok(lks_buffer_puts(&buffer, "kept", &err));
	assert_status(lks_buffer_reserve(&buffer, SIZE_MAX, &err), LKS_E_NOMEM);
	assert_status(lks_buffer_reserve(&buffer, SIZE_MAX - 5, &err), LKS_E_NOMEM);
	assert_string_equal(lks_buffer_text(&buffer), "kept");
	lks_buffer_dispose(&buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_and_ends_in_nul),
		cmocka_unit_test(formats),
		cmocka_unit_test(refuses_what_cannot_be),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

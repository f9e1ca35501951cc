/* SHA-256 and HMAC against the vectors of FIPS 180-4 and RFC 4231. */
#include "support.h"

#include "base/hash_lanes.h"
#include "lockstep/hash.h"
#include "lockstep/hash_many.h"

static void assert_hex(const uint8_t *hash, const char *wanted)
{
	char hex[LKS_HASH_HEX_SIZE];
	lks_hash_hex(hex, hash);
	assert_string_equal(hex, wanted);
}

static void known_answers(void **state UNUSED)
{
	struct lks_error err = {0};
	uint8_t out[LKS_HASH_SIZE];
	assert_ok(lks_hash_bytes(out, "", 0, &err));
	assert_hex(out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_ok(lks_hash_bytes(out, "abc", 3, &err));
	assert_hex(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	struct lks_hash *hash = NULL;
	char block[1000];
	memset(block, 'a', sizeof block);
	assert_ok(lks_hash_new(&hash, &err));
	for (int round = 0; round < 2; round++) { /* a running hash starts anew */
		assert_ok(lks_hash_reset(hash, &err));
		for (int i = 0; i < 1000; i++) {
			assert_ok(lks_hash_update(hash, block, sizeof block, &err));
		}
		assert_ok(lks_hash_final(out, hash, &err));
		assert_hex(out, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	}
	lks_hash_free(hash);
	lks_hash_free(NULL);
}

static void keyed(void **state UNUSED)
{
	struct lks_error err = {0};
	uint8_t out[LKS_HASH_SIZE];
	char key[131];
	assert_ok(lks_hash_hmac(out, "Jefe", 4, "what do ya want for nothing?", 28, &err));
	assert_hex(out, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof key);
	assert_ok(lks_hash_hmac(out, key, sizeof key, "Test Using Larger Than Block-Size Key - Hash Key First", 54, &err));
	assert_hex(out, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
	assert_ok(lks_hash_hmac(out, NULL, 0, "", 0, &err));
	assert_hex(out, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void files(void **state)
{
	const struct place *place = *state;
	struct lks_error err = {0};
	uint8_t out[LKS_HASH_SIZE], whole[LKS_HASH_SIZE];
	uint64_t size = 0;
	size_t length = 300001; /* several reads, the last one short */
	char *data = malloc(length);
	for (size_t i = 0; i < length; i++) {
		data[i] = (char)(i * 7 + i / 251);
	}
	int fd = openat(place->fd, "file", O_RDWR | O_CREAT, 0600);
	assert_int_equal(write(fd, data, length), length);
	lseek(fd, 0, SEEK_SET);
	assert_ok(lks_hash_fd(out, &size, fd, "file", &err));
	assert_int_equal(size, length);
	assert_ok(lks_hash_bytes(whole, data, length, &err));
	assert_memory_equal(out, whole, sizeof out);
	assert_ok(lks_hash_fd(out, NULL, fd, "file", &err)); /* what is left: nothing */
	assert_hex(out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	close(fd);
	assert_int_equal(lks_hash_fd(out, NULL, place->fd, "dir", &err), LKS_E_IO);
	assert_string_equal(err.path, "dir");
	free(data);
}

/* Every length around the ends of blocks, in every place beside every other length: as libcrypto says. */
static void side_by_side(void **state UNUSED)
{
	enum { MOST = 200, COUNT = 3 * MOST };
	struct lks_error err = {0};
	uint8_t *data = malloc(COUNT + 100000), wanted[LKS_HASH_SIZE];
	struct lks_hash_job *jobs = calloc(COUNT, sizeof *jobs);
	for (size_t i = 0; i < COUNT + 100000; i++) {
		data[i] = (uint8_t)(i * 31 + i / 256 * 7);
	}
	for (size_t step = 1; step <= 13; step++) {
		for (size_t i = 0; i < COUNT; i++) {
			jobs[i] = (struct lks_hash_job){.data = data + i, .length = i % 50 == 49 ? 1000 * step + i : i * step % MOST};
		}
		size_t count = step == 2 ? 0 : step == 3 ? 1 : step == 4 ? 2 : COUNT;
		assert_ok(lks_hash_many(jobs, count, &err));
		for (size_t i = 0; i < count; i++) {
			assert_ok(lks_hash_bytes(wanted, jobs[i].data, jobs[i].length, &err));
			assert_memory_equal(jobs[i].sha256, wanted, sizeof wanted);
		}
	}
	jobs[0] = jobs[1] = (struct lks_hash_job){.data = NULL}; /* nothing at all is a message too */
	assert_ok(lks_hash_many(jobs, 2, &err));
	assert_hex(jobs[1].sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	free(jobs);
	free(data);
	if (!lks_hash_lanes_work()) {
		skip(); /* the lanes themselves: this CPU lacks the instructions */
	}
}

static void hex_text(void **state UNUSED)
{
	struct lks_error err = {0};
	uint8_t out[LKS_HASH_SIZE] = {0};
	char text[LKS_HASH_HEX_SIZE + 1] = "BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015aD";
	assert_ok(lks_hash_parse(out, text, &err));
	assert_hex(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	for (int i = 0; i < LKS_HASH_HEX_SIZE - 1; i++) {
		char right = text[i];
		text[i] = i % 2 ? 'g' : '\0';
		assert_status(lks_hash_parse(out, text, &err), LKS_E_INVALID);
		text[i] = right;
	}
	text[LKS_HASH_HEX_SIZE - 1] = '0';
	assert_status(lks_hash_parse(out, text, &err), LKS_E_INVALID);
	assert_status(lks_hash_parse(out, "", &err), LKS_E_INVALID);
	assert_hex(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"); /* untouched by failures */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_answers),
		cmocka_unit_test(keyed),
		in_place(files),
		cmocka_unit_test(side_by_side),
		cmocka_unit_test(hex_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

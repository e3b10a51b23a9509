/* SPDX-License-Identifier: Apache-2.0 */
/** Tests of devices/secure/forget.c on the silicon model, run by test/board/forget.test.ts as silicon-test.c is. */
#include "silicon.h"

#include "../../devices/psa/its-log.h"
#include "../../devices/secure/forget.h"

#define KEY_UID 7u
#define NOTE_UID 0xFFFF0001u

static const uint8_t key[32] = "thirty-two bytes of a secret key";
static const uint8_t other[16] = "a new key's data";

/* One after the other in the flash. */
#define ALL_SIZE (FLASH_ITS_SIZE + FLASH_KV_SIZE + FLASH_STORAGE_SIZE)
_Static_assert(FLASH_KV_OFFSET == FLASH_ITS_OFFSET + FLASH_ITS_SIZE, "key-value storage follows PSA's");
_Static_assert(FLASH_STORAGE_OFFSET == FLASH_KV_OFFSET + FLASH_KV_SIZE, "and the sealed store that");

static bool is_remembered(void)
{
	const uint8_t *flash = window + FLASH_OFFSET + FLASH_ITS_OFFSET;
	for (uint32_t i = 0; i + sizeof key <= ALL_SIZE; i += FLASH_WRITE_UNIT) {
		if (memcmp(flash + i, key, sizeof key) == 0)
			return true;
	}
	return false;
}

static bool has(uint32_t uid)
{
	struct its_record record;
	bool is_found = false;
	CHECK(its_log_find(uid, &record, &is_found) == ITS_LOG_OK);
	return is_found;
}

/* With a key in each of them, of epoch 0. */
static void new_user(void)
{
	memset(window + FLASH_OFFSET + FLASH_ITS_OFFSET, FLASH_ERASED, ALL_SIZE);
	memset(window + PROGRAMMED_OFFSET, 0, PROGRAMMED_SIZE);
	start(0, 0);
	CHECK(its_log_put(KEY_UID, 0, key, sizeof key) == ITS_LOG_OK);
	CHECK(flash_write(FLASH_KV_OFFSET + FLASH_SECTOR_SIZE, key, sizeof key) == FLASH_OK);
	CHECK(flash_write(FLASH_STORAGE_OFFSET + FLASH_STORAGE_SIZE - FLASH_SECTOR_SIZE, key, sizeof key) == FLASH_OK);
}

static void test_epoch(void)
{
	new_user();
	start(0, 0);
	CHECK(is_remembered() && secure_forget(0) == FORGET_OK && has(KEY_UID) && is_remembered() && operation_count() == 0);
	CHECK(secure_forget(1) == FORGET_OK && !has(KEY_UID) && !is_remembered());
	CHECK(its_log_put(KEY_UID, 0, other, sizeof other) == ITS_LOG_OK);
	start(0, 0);
	CHECK(secure_forget(1) == FORGET_OK && has(KEY_UID) && operation_count() == 0);
	/* 64 wipes and three owners more. */
	CHECK(secure_forget(67) == FORGET_OK && !has(KEY_UID));
	/* What somebody put back is of another epoch. */
	CHECK(secure_forget(2) == FORGET_OK && has(NOTE_UID));
}

static void test_refused(void)
{
	new_user();
	CHECK(flash_protect(FLASH_ITS_OFFSET, FLASH_SECTOR_SIZE) == FLASH_OK);
	CHECK(secure_forget(1) == FORGET_E_FLASH);
}

/* Its log damaged so that it cannot be read: not a reason to keep what is in it. */
static void test_damage(void)
{
	new_user();
	window[FLASH_OFFSET + FLASH_ITS_OFFSET + FLASH_ITS_SIZE / 2u - 1u] = 0;
	CHECK(secure_forget(0) == FORGET_OK && is_remembered());
	CHECK(secure_forget(1) == FORGET_OK && !is_remembered());
}

/* False: there was nothing to cut any more. */
static bool cut_at(uint32_t operation, uint32_t bytes)
{
	new_user();
	start(operation, bytes);
	if (STOP_OF(secure_forget(1)) != STOPPED_POWER_CUT)
		return false;
	start(0, 0);
	/* The old user's keys are gone, and the new user's are not taken for them. */
	CHECK(secure_forget(1) == FORGET_OK && !is_remembered() && has(NOTE_UID));
	CHECK(its_log_put(KEY_UID, 0, other, sizeof other) == ITS_LOG_OK && secure_forget(1) == FORGET_OK && has(KEY_UID));
	return true;
}

static void test_cut(void)
{
	unsigned cuts = 0;
	uint32_t operation = 1;
	for (; cut_at(operation, 0); operation++) {
		for (uint32_t bytes = 1; bytes <= FLASH_SECTOR_SIZE; bytes += bytes < 32 ? 1 : 509)
			cuts += cut_at(operation, bytes);
	}
	CHECK(operation > 161); /* the partitions' sectors, and the note */
	printf("cuts %u\n", cuts);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = { { "epoch", test_epoch }, { "refused", test_refused }, { "damage", test_damage }, { "cut", test_cut } };
	new_device();
	return run_test(tests, sizeof tests / sizeof tests[0], argc, argv);
}

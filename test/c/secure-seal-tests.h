/* SPDX-License-Identifier: Apache-2.0 */
/** What the sealed store needs of the device: its key, its counter, and the wipe. */
#ifndef THIMBLE_TEST_SECURE_SEAL_TESTS_H
#define THIMBLE_TEST_SECURE_SEAL_TESTS_H

#include "../../devices/silicon/counter.h"
#include "secure-owner.h"
#include "secure-seal.h"
#include "secure-unchanged.h"

static bool is_counter(uint32_t expected)
{
	uint32_t value;
	return read_counter(&value) == SECURE_OK && value == expected;
}

/** Nothing of it is there, and none of it changes anything. */
static void check_no_seal(void)
{
	struct secure_seal sealed;
	uint32_t value, others;
	const uint32_t operations = operation_count();
	remember();
	CHECK(seal(&sealed) == SECURE_E_SEALED && sealed.key == 0);
	CHECK(read_counter(&value) == SECURE_E_SEALED && value == 99);
	CHECK(raise_counter(9) == SECURE_E_SEALED);
	CHECK(call0(SECURE_WIPE_SEALED) == SECURE_E_SEALED);
	CHECK(counter_read(COUNTER_FRESHNESS, &others) == COUNTER_OK && others == 0);
	CHECK(is_unchanged() && operation_count() == operations);
}

static void test_seal(void)
{
	struct secure_seal first, again;
	uint8_t development[32], sealed[32], other[32];
	size_t size;
	/* In assembly there is a key that anybody can make. */
	flashed();
	start_app();
	CHECK(seal(&first) == SECURE_OK && first.is_sealed == 0 && !expand_seal(development));
	secure_begin(NULL);
	CHECK(!expand_seal(other) && memcmp(development, other, 32) == 0);

	secured();
	CHECK(seal(&first) == SECURE_OK && first.is_sealed == 1 && first.key != 0);
	CHECK(seal(&again) == SECURE_OK && again.key == first.key);
	CHECK(expand_seal(sealed) && memcmp(sealed, development, 32) != 0);
	/* For one use, and it does not leave. */
	CHECK(psa_export_key(first.key, other, sizeof other, &size) == PSA_ERROR_NOT_PERMITTED);
	CHECK(expand(first.key, PSA_ALG_HKDF_EXPAND(PSA_ALG_SHA_512), other) == PSA_ERROR_NOT_PERMITTED);
	psa_key_attributes_t attributes = psa_key_attributes_init();
	CHECK(psa_get_key_attributes(first.key, &attributes) == PSA_SUCCESS);
	CHECK(psa_get_key_usage_flags(&attributes) == PSA_KEY_USAGE_DERIVE && psa_get_key_algorithm(&attributes) == EXPAND);
	CHECK(psa_get_key_type(&attributes) == PSA_KEY_TYPE_DERIVE && psa_get_key_bits(&attributes) == 256);
	/* The same in the next start, and the last start's is gone. */
	start_app();
	CHECK(expand(first.key, EXPAND, other) != PSA_SUCCESS);
	CHECK(expand_seal(other) && memcmp(sealed, other, 32) == 0);

	/* Neither in a service start of a secured device, nor in debug, without roots, or past boot. */
	start_service();
	check_no_seal();
	secure_begin(NULL);
	check_no_seal();
	with_secret();
	check_no_seal();
	in_debug();
	check_no_seal();
	with_roots();
	CHECK(expand_seal(other));

	/* Each reason alone. */
	const struct hand_over good = { .magic = HAND_OVER_MAGIC, .version = HAND_OVER_VERSION, .lifecycle = LIFECYCLE_SECURED,
		.input.mode = DICE_MODE_NORMAL, .start = BOOT_START_APP, .has_cdis = IMAGE_SIGNED };
	struct hand_over odd = good;
	secure_begin(&odd);
	CHECK(expand_seal(other));
	odd.lifecycle = LIFECYCLE_DEBUG;
	secure_begin(&odd);
	check_no_seal();
	odd = good;
	odd.input.mode = DICE_MODE_DEBUG;
	secure_begin(&odd);
	check_no_seal();
	odd = good;
	odd.has_cdis = 1;
	secure_begin(&odd);
	check_no_seal();
	secure_begin(NULL);
}

static void test_counter(void)
{
	void (*const stages[])(void) = { flashed, with_roots, secured };
	uint32_t value;
	for (uint32_t stage = 0; stage < 3; stage++) {
		stages[stage]();
		CHECK(start_cut(stage == 1, 0, 0) == BOOT_OK);
		CHECK(is_counter(0) && raise_counter(0) == SECURE_OK && operation_count() == 0);
		CHECK(raise_counter(5) == SECURE_OK && is_counter(5) && operation_count() == 1);
		CHECK(raise_counter(5) == SECURE_OK && operation_count() == 1);
		CHECK(raise_counter(4) == SECURE_E_COUNTER && raise_counter(0) == SECURE_E_COUNTER);
		CHECK(is_counter(5) && operation_count() == 1);
		CHECK(raise_counter(0xFFFFFFFFu) == SECURE_OK && is_counter(0xFFFFFFFFu));
		CHECK(raise_counter(0xFFFFFFFEu) == SECURE_E_COUNTER && is_counter(0xFFFFFFFFu));
		start_app();
		CHECK(is_counter(0xFFFFFFFFu));
		CHECK(counter_read(1, &value) == COUNTER_OK && value == 0);
		/* A board without one. */
		block()->counters = 0;
		CHECK(read_counter(&value) == SECURE_E_COUNTER && value == 99);
		CHECK(raise_counter(0xFFFFFFFFu) == SECURE_E_COUNTER && raise_counter(0) == SECURE_E_COUNTER);
	}
}

static void test_wipe_sealed(void)
{
	struct secure_seal first;
	uint8_t before_wipe[32], after[32], signing[65], other[65], none[DICE_CDI_SIZE * 2] = { 0 };
	uint32_t key;
	size_t size;
	secured();
	CHECK(seal(&first) == SECURE_OK && expand_seal(before_wipe) && raise_counter(3) == SECURE_OK);
	public_key(SECURE_SIGNING, signing);
	CHECK(identity(SECURE_SIGNING, &key) == SECURE_OK);
	CHECK(call0(SECURE_WIPE_SEALED) == SECURE_OK && fuses_count(FUSES_WIPE) == 1);
	/* Until the restart nothing is made of the old epoch. */
	CHECK(expand(first.key, EXPAND, after) != PSA_SUCCESS);
	CHECK(psa_export_public_key(key, other, sizeof other, &size) != PSA_SUCCESS);
	CHECK(memcmp(&secure_start.cdis, none, sizeof secure_start.cdis) == 0);
	CHECK(seal(&first) == SECURE_E_SEALED && read_counter(&key) == SECURE_E_SEALED && raise_counter(9) == SECURE_E_SEALED);
	CHECK(identity(SECURE_SIGNING, &key) == SECURE_E_IDENTITY && call0(SECURE_WIPE_SEALED) == SECURE_E_SEALED);
	CHECK(fuses_count(FUSES_WIPE) == 1);
	start_app();
	CHECK(record_now().epoch == 1 && record_now().lifecycle == LIFECYCLE_SECURED && is_counter(3));
	CHECK(expand_seal(after) && memcmp(before_wipe, after, 32) != 0);
	public_key(SECURE_SIGNING, other);
	CHECK(memcmp(signing, other, 65) != 0);

	/* OTP that refuses leaves the old epoch, with its keys. */
	otp_lock_write();
	remember();
	CHECK(call0(SECURE_WIPE_SEALED) == SECURE_E_OTP && is_unchanged());
	CHECK(expand_seal(before_wipe) && memcmp(before_wipe, after, 32) == 0);

	/* To the last epoch that the store tells from others; owners after the first count too. */
	memset(window + OTP_OFFSET + FUSES_WIPE, 0xFF, 7);
	window[OTP_OFFSET + FUSES_WIPE + 7] = 0x1F;
	start_app();
	CHECK(obey(SECURE_TRANSFER, "owner1.hash", "owner0") == SECURE_OK);
	start_app();
	CHECK(record_now().epoch == 62 && call0(SECURE_WIPE_SEALED) == SECURE_OK);
	start_app();
	remember();
	CHECK(record_now().epoch == 63 && call0(SECURE_WIPE_SEALED) == SECURE_E_OTP && is_unchanged() && expand_seal(after));

	/* In assembly no bit of OTP is set. */
	flashed();
	start_app();
	remember();
	CHECK(call0(SECURE_WIPE_SEALED) == SECURE_E_STATE && is_unchanged() && operation_count() == 0);
	CHECK(status_now().lifecycle == LIFECYCLE_ASSEMBLY);
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/** Trials of firmware and app, and trust records. */
#ifndef THIMBLE_TEST_SECURE_IMAGE_TESTS_H
#define THIMBLE_TEST_SECURE_IMAGE_TESTS_H

#include "secure-owner.h"
#include "secure-unchanged.h"

/** A trial of firmware and app of slot 1. */
static void on_trial(void)
{
	const struct slots pending = { SLOTS_PENDING, 3, 0 };
	lay(FLASH_FW1_OFFSET, FLASH_SECTOR_SIZE * 8u, "fw1");
	lay(FLASH_APP1_OFFSET, FLASH_SECTOR_SIZE * 8u, "app1");
	CHECK(slots_write(&pending) == SLOTS_OK);
	start_app();
	CHECK(record_now().slots == SLOTS_TRYING && record_now().firmware.slot == 1 && record_now().app.slot == 1);
}

static void test_confirm(void)
{
	struct slots slots;
	secured();
	remember();
	CHECK(call0(SECURE_CONFIRM) == SECURE_OK && is_unchanged() && operation_count() == 0);
	on_trial();
	CHECK(status_now().firmware == 3 && status_now().app == 3);
	CHECK(call0(SECURE_CONFIRM) == SECURE_OK);
	slots_read(&slots);
	CHECK(slots.state == SLOTS_CONFIRMED && slots.active == 3);
	CHECK(status_now().firmware == 5 && status_now().app == 6);
	remember();
	CHECK(call0(SECURE_CONFIRM) == SECURE_OK && is_unchanged());
	start_app();
	CHECK(record_now().slots == SLOTS_CONFIRMED && record_now().app.slot == 1);

	/* OTP takes nothing in this start: the trial is over all the same, and the next start raises the counters. */
	secured();
	on_trial();
	otp_lock_write();
	CHECK(call0(SECURE_CONFIRM) == SECURE_E_OTP);
	start_app();
	CHECK(record_now().slots == SLOTS_CONFIRMED && record_now().app.slot == 1 && status_now().firmware == 5 && status_now().app == 6);

	/* Not confirmed, it is reverted; and nothing confirms what was reverted. */
	secured();
	on_trial();
	start_app();
	CHECK(record_now().slots == SLOTS_REVERTED && record_now().app.slot == 0);
	remember();
	CHECK(call0(SECURE_CONFIRM) == SECURE_OK && is_unchanged() && status_now().app == 3);

	/* Without root keys a trial can be confirmed, and OTP stays as new. */
	flashed();
	start_app();
	on_trial();
	CHECK(call0(SECURE_CONFIRM) == SECURE_OK && status_now().lifecycle == LIFECYCLE_ASSEMBLY);
	start_app();
	CHECK(record_now().slots == SLOTS_CONFIRMED && record_now().app.slot == 1 && status_now().lifecycle == LIFECYCLE_ASSEMBLY);
}

static uint32_t install(const char *name)
{
	return call1(SECURE_INSTALL_TRUST, piece(name).bytes, piece(name).size);
}

static void refused_trust(uint32_t status, const char *name)
{
	remember();
	const uint32_t got = install(name);
	if (got != status)
		fprintf(stderr, "%s: %08x\n", name, (unsigned)got);
	CHECK(got == status && is_unchanged());
}

static void test_trust(void)
{
	uint8_t damaged[1024];
	secured();
	refused_trust(IMAGE_E_COUNTER, "trust1");
	refused_trust(IMAGE_E_KEY, "trust2.stranger");
	refused_trust(IMAGE_E_KEY, "trust3.second");
	refused_trust(IMAGE_E_KEY, "trust3.role");
	refused_trust(IMAGE_E_TLV_UNKNOWN, "app0");
	for (uint32_t bit = 0; bit < 8u * piece("trust2").size; bit += 131) {
		memcpy(damaged, piece("trust2").bytes, piece("trust2").size);
		damaged[bit / 8u] ^= (uint8_t)(1u << (bit % 8u));
		remember();
		CHECK(call1(SECURE_INSTALL_TRUST, damaged, piece("trust2").size) != SECURE_OK && is_unchanged());
	}
	for (uint32_t size = 1; size < piece("trust2").size; size += 17) {
		remember();
		CHECK(call1(SECURE_INSTALL_TRUST, piece("trust2").bytes, size) != SECURE_OK && is_unchanged());
	}
	CHECK(install("trust2") == SECURE_OK);
	CHECK(record_now().trust_version == 1); /* it counts from the next start */
	refused_trust(IMAGE_E_COUNTER, "trust2");
	start_app();
	CHECK(record_now().trust_version == 2 && refusals == 0);
	start_app();
	CHECK(record_now().trust_version == 2 && refusals == 1); /* OTP's counter is at 2: the old one is not believed any more */
	refused_trust(IMAGE_E_COUNTER, "trust1");
	/* Twice in one start: the sector that is in force stays each time. */
	CHECK(install("trust3.spare") == SECURE_OK && install("trust64") == SECURE_OK);
	start_app();
	CHECK(record_now().trust_version == 64);
	refused_trust(IMAGE_E_COUNTER, "trust64");

	/* Another root's record, after one that revokes that root. */
	secured();
	CHECK(install("trust2.revokes") == SECURE_OK);
	start_app();
	refused_trust(IMAGE_E_REVOKED, "trust3.spare");
	CHECK(install("trust3") == SECURE_OK);

	/* The app's signer is looked at like the firmware's; in a service start there is no app. */
	secured();
	lay(FLASH_APP0_OFFSET, FLASH_SECTOR_SIZE * 8u, "app.second");
	start_app();
	refused_trust(IMAGE_E_KEY, "trust3.image");
	refused_trust(IMAGE_E_KEY, "trust3.second");
	start_service();
	CHECK(install("trust3.image") == SECURE_OK);

	/* Not while something is on trial: what would come back may be signed by a key that is gone then. */
	secured();
	on_trial();
	refused_trust(SECURE_E_STATE, "trust2");
	CHECK(call0(SECURE_CONFIRM) == SECURE_OK && install("trust2") == SECURE_OK);

	/* Roots were set in this start: boot has believed none yet. */
	with_secret();
	CHECK(set_roots("root0.hash", "root1.hash") == SECURE_OK);
	refused_trust(SECURE_E_STATE, "trust2");

	/* Nothing in flash is in force any more. */
	secured();
	lay(FLASH_TRUST_OFFSET, FLASH_SECTOR_SIZE, NULL);
	refused_trust(IMAGE_E_HEADER, "trust2");
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/** What is done once: secret, roots, owner, secured. */
#ifndef THIMBLE_TEST_SECURE_PROVISION_TESTS_H
#define THIMBLE_TEST_SECURE_PROVISION_TESTS_H

#include "secure-owner.h"
#include "secure-unchanged.h"

static void test_secret(void)
{
	uint8_t uds[32], zero[32] = { 0 };
	flashed();
	start_service();
	has_entropy = false;
	remember();
	CHECK(call0(SECURE_MAKE_SECRET) == SECURE_E_ENTROPY && is_unchanged() && operation_count() == 0);
	has_entropy = true;
	CHECK(call0(SECURE_MAKE_SECRET) == SECURE_OK);
	/* Hidden at once, and not made again. */
	CHECK(otp_read(FUSES_UDS_OFFSET, uds, sizeof uds) == OTP_ERROR_HIDDEN);
	memcpy(uds, window + OTP_OFFSET + FUSES_UDS_OFFSET, sizeof uds);
	CHECK(memcmp(uds, zero, sizeof uds) != 0);
	remember();
	CHECK(call0(SECURE_MAKE_SECRET) == SECURE_E_STATE && is_unchanged());
	start_service();
	CHECK(call0(SECURE_MAKE_SECRET) == SECURE_E_STATE && is_unchanged());
	CHECK(status_now().lifecycle == LIFECYCLE_PROVISIONING && status_now().has_secret == 1);
}

static void refused_roots(uint32_t status, const char *first, const char *second)
{
	remember();
	CHECK(set_roots(first, second) == status && is_unchanged() && operation_count() == 0);
	CHECK(status_now().has_roots == 0);
}

static void test_roots(void)
{
	const uint8_t other[4] = { 0xFF, 0xFF, 0xFF, 0xFF };
	with_secret();
	refused_roots(IMAGE_E_KEY, "stranger.hash", "root1.hash");
	lay(FLASH_TRUST_OFFSET, FLASH_SECTOR_SIZE, NULL);
	refused_roots(IMAGE_E_HEADER, "root0.hash", "root1.hash");
	lay(FLASH_TRUST_OFFSET + FLASH_SECTOR_SIZE, FLASH_SECTOR_SIZE, "trust2.stranger");
	refused_roots(IMAGE_E_KEY, "root0.hash", "root1.hash");
	lay(FLASH_TRUST_OFFSET + FLASH_SECTOR_SIZE, FLASH_SECTOR_SIZE, "trust1");
	lay(FLASH_FW0_OFFSET, FLASH_SECTOR_SIZE * 8u, "fw.stranger");
	refused_roots(IMAGE_E_KEY, "root0.hash", "root1.hash");
	lay(FLASH_FW0_OFFSET, FLASH_SECTOR_SIZE * 8u, "fw0");
	lay(FLASH_APP0_OFFSET, FLASH_SECTOR_SIZE * 8u, "app.abi");
	refused_roots(IMAGE_E_ABI, "root0.hash", "root1.hash");
	lay(FLASH_APP0_OFFSET, FLASH_SECTOR_SIZE * 8u, NULL);
	refused_roots(IMAGE_E_HEADER, "root0.hash", "root1.hash");
	lay(FLASH_APP0_OFFSET, FLASH_SECTOR_SIZE * 8u, "app0");
	/* The pair that is active counts, not slot 0. */
	const struct slots active = { SLOTS_CONFIRMED, 3, 3 };
	CHECK(slots_write(&active) == SLOTS_OK);
	start_service();
	refused_roots(IMAGE_E_HEADER, "root0.hash", "root1.hash");
	const struct slots first = { SLOTS_CONFIRMED, 0, 0 };
	CHECK(slots_write(&first) == SLOTS_OK);
	start_service();
	CHECK(set_roots("root0.hash", "root1.hash") == SECURE_OK && status_now().has_roots == 1);
	remember();
	CHECK(set_roots("root0.hash", "root1.hash") == SECURE_E_STATE && is_unchanged());

	/* A bit that is there and is not asked for. */
	with_secret();
	CHECK(otp_program(FUSES_ROOTS_OFFSET + 4, other, 4) == OTP_OK);
	remember();
	CHECK(set_roots("root0.hash", "root1.hash") == SECURE_E_OTP && is_unchanged());
}

static void test_owner(void)
{
	const uint8_t *hash = piece("owner0.hash").bytes;
	with_secret();
	remember();
	CHECK(call1(SECURE_SET_OWNER, hash, 32) == SECURE_E_STATE && is_unchanged()); /* no roots */
	CHECK(call0(SECURE_SECURE) == SECURE_E_STATE && is_unchanged());
	CHECK(set_roots("root0.hash", "root1.hash") == SECURE_OK);
	remember();
	CHECK(call0(SECURE_SECURE) == SECURE_E_STATE && is_unchanged()); /* no owner */
	CHECK(call1(SECURE_SET_OWNER, hash, 32) == SECURE_OK);
	CHECK(status_now().owner_count == 1 && memcmp(status_now().owner, hash, 32) == 0);
	remember();
	CHECK(call1(SECURE_SET_OWNER, hash, 32) == SECURE_E_STATE && is_unchanged());
	CHECK(call1(SECURE_SET_OWNER, piece("owner1.hash").bytes, 32) == SECURE_E_STATE && is_unchanged());
	CHECK(call0(SECURE_SECURE) == SECURE_OK && status_now().lifecycle == LIFECYCLE_SECURED);
	remember();
	CHECK(call0(SECURE_SECURE) == SECURE_E_STATE && is_unchanged());

	/* Roots and owner, but no secret: the word of it is what counts. */
	with_owner();
	memset(window + OTP_OFFSET + FUSES_UDS_MADE, 0, 4);
	remember();
	CHECK(call0(SECURE_SECURE) == SECURE_E_STATE && is_unchanged());
	/* An owner, but no roots. */
	with_owner();
	memset(window + OTP_OFFSET + FUSES_ROOTS_SET, 0, 4);
	remember();
	CHECK(call0(SECURE_SECURE) == SECURE_E_STATE && is_unchanged());
}

/** OTP that takes nothing more in this start, and trust sectors that are protected: refused, and done after the next start. */
static void test_locked(void)
{
	flashed();
	start_service();
	otp_lock_write();
	remember();
	CHECK(call0(SECURE_MAKE_SECRET) == SECURE_E_OTP && is_unchanged() && status_now().lifecycle == LIFECYCLE_ASSEMBLY);
	with_secret();
	otp_lock_write();
	remember();
	CHECK(set_roots("root0.hash", "root1.hash") == SECURE_E_OTP && is_unchanged());
	with_roots();
	otp_lock_write();
	remember();
	CHECK(call1(SECURE_SET_OWNER, piece("owner0.hash").bytes, 32) == SECURE_E_OTP && is_unchanged());
	with_owner();
	otp_lock_write();
	remember();
	CHECK(call0(SECURE_SECURE) == SECURE_E_OTP && is_unchanged());
	secured();
	otp_lock_write();
	remember();
	for (uint32_t order = SECURE_ENTER_DEBUG; order <= SECURE_DECOMMISSION; order++) {
		if (order != SECURE_LEAVE_DEBUG)
			CHECK(obey(order, order == SECURE_TRANSFER ? "owner1.hash" : NULL, "owner0") == SECURE_E_OTP && is_unchanged());
	}
	in_debug();
	otp_lock_write();
	remember();
	CHECK(obey(SECURE_LEAVE_DEBUG, NULL, "owner0") == SECURE_E_OTP && is_unchanged());
	start_app();
	CHECK(obey(SECURE_LEAVE_DEBUG, NULL, "owner0") == SECURE_OK);
	secured();
	CHECK(flash_protect(FLASH_TRUST_OFFSET, FLASH_TRUST_SIZE) == FLASH_OK);
	remember();
	CHECK(call1(SECURE_INSTALL_TRUST, piece("trust2").bytes, piece("trust2").size) == SECURE_E_OTP && is_unchanged());
	start_app();
	CHECK(call1(SECURE_INSTALL_TRUST, piece("trust2").bytes, piece("trust2").size) == SECURE_OK);
}

#endif

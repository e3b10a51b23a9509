/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What is done once: secret, roots, owner, secured. Each service writes what it makes before the word that makes it count, so
 * that after a cut at any place the same call finishes it.
 */
#include <stdbool.h>
#include <string.h>

#include <mbedtls/platform_util.h>

#include "../boot/check.h"
#include "../runtime/board.h"
#include "../silicon/otp.h"
#include "services.h"

#define WRITTEN_AT_ONCE 64u

uint32_t secure_write_once(uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	CHECKS;
	uint8_t now[WRITTEN_AT_ONCE];
	uint32_t too_many = 0;
	CHECK_AGAIN(size <= sizeof now, SECURE_E_OTP);
	CHECK_AGAIN(otp_read(offset, now, size) == OTP_OK, SECURE_E_OTP);
	for (uint32_t i = 0; i < size; i++)
		too_many |= now[i] & (uint32_t)~bytes[i];
	CHECK(once_bits, too_many == 0, SECURE_E_OTP);
	volatile int written = otp_program(offset, bytes, size);
	memset(now, 0, sizeof now);
	CHECK_AGAIN(written == OTP_OK && otp_read(offset, now, size) == OTP_OK && memcmp(now, bytes, size) == 0, SECURE_E_OTP);
	return CHECKED(SECURE_OK);
}

/* What is there stays: a byte that a cut has touched keeps the random bits that it got. */
CHECK_FUNCTION uint32_t make_secret(const struct fuses *fuses, uint8_t fresh[static FUSES_UDS_SIZE], uint8_t uds[static FUSES_UDS_SIZE])
{
	CHECKS;
	volatile bool is_random = board_entropy(fresh, FUSES_UDS_SIZE);
	CHECK(secret_entropy, is_random, SECURE_E_ENTROPY);
	if (fuses->lifecycle == LIFECYCLE_ASSEMBLY) {
		CHECK_CALL(begun, fuses_set(FUSES_PROVISIONING), FUSES_OK, SECURE_E_OTP);
	}
	CHECK_AGAIN(otp_read(FUSES_UDS_OFFSET, uds, FUSES_UDS_SIZE) == OTP_OK, SECURE_E_OTP);
	for (uint32_t i = 0; i < FUSES_UDS_SIZE; i++)
		uds[i] = uds[i] == 0 ? fresh[i] : uds[i];
	CHECK_CALL(written, secure_write_once(FUSES_UDS_OFFSET, uds, FUSES_UDS_SIZE), SECURE_OK, written);
	CHECK_CALL(made, fuses_set(FUSES_UDS_MADE), FUSES_OK, SECURE_E_OTP);
	CHECK_AGAIN(otp_hide(FUSES_UDS_OFFSET, FUSES_UDS_SIZE) == OTP_OK, SECURE_E_OTP);
	return CHECKED(SECURE_OK);
}

uint32_t secure_make_secret(struct secure_request *request)
{
	CHECKS;
	uint8_t fresh[FUSES_UDS_SIZE], uds[FUSES_UDS_SIZE];
	CHECK(secret_once, request->fuses.uds_made == 0, SECURE_E_STATE);
	volatile uint32_t status = make_secret(&request->fuses, fresh, uds);
	mbedtls_platform_zeroize(fresh, sizeof fresh);
	mbedtls_platform_zeroize(uds, sizeof uds);
	CHECK_AGAIN(status == SECURE_OK, status);
	return CHECKED(SECURE_OK);
}

uint32_t secure_set_roots(struct secure_request *request)
{
	CHECKS;
	struct image_root roots[IMAGE_ROOT_COUNT];
	uint8_t hashes[IMAGE_ROOT_COUNT * SECURE_HASH_SIZE];
	for (uint32_t i = 0; i < IMAGE_ROOT_COUNT; i++) {
		roots[i].state = IMAGE_ROOT_VALID;
		memcpy(roots[i].hash, request->in[i], SECURE_HASH_SIZE);
		memcpy(hashes + i * SECURE_HASH_SIZE, request->in[i], SECURE_HASH_SIZE);
	}
	CHECK(roots_once, !secure_has_roots(), SECURE_E_STATE);
	CHECK_CALL(rehearsed, secure_rehearse(&request->fuses, roots), IMAGE_OK, rehearsed);
	CHECK_CALL(written, secure_write_once(FUSES_ROOTS_OFFSET, hashes, sizeof hashes), SECURE_OK, written);
	CHECK_CALL(set, fuses_set(FUSES_ROOTS_SET), FUSES_OK, SECURE_E_OTP);
	return CHECKED(SECURE_OK);
}

uint32_t secure_read_owner(const struct fuses *fuses, uint8_t out[static SECURE_HASH_SIZE])
{
	CHECKS;
	CHECK(owner_there, fuses->owner_count >= 1 && fuses->owner_count <= FUSES_OWNER_COUNT, SECURE_E_STATE);
	const uint32_t offset = FUSES_OWNERS_OFFSET + (fuses->owner_count - 1) * SECURE_HASH_SIZE;
	CHECK_AGAIN(otp_read(offset, out, SECURE_HASH_SIZE) == OTP_OK, SECURE_E_OTP);
	return CHECKED(SECURE_OK);
}

uint32_t secure_add_owner(const struct fuses *fuses, const uint8_t hash[static SECURE_HASH_SIZE])
{
	CHECKS;
	const uint32_t index = fuses->owner_count;
	CHECK(owner_room, index < FUSES_OWNER_COUNT, SECURE_E_STATE);
	CHECK_CALL(written, secure_write_once(FUSES_OWNERS_OFFSET + index * SECURE_HASH_SIZE, hash, SECURE_HASH_SIZE), SECURE_OK, written);
	CHECK_CALL(set, fuses_set((enum fuses_word)(FUSES_OWNER0_SET + index * OTP_WORD)), FUSES_OK, SECURE_E_OTP);
	return CHECKED(SECURE_OK);
}

uint32_t secure_set_owner(struct secure_request *request)
{
	CHECKS;
	CHECK(owner_roots, secure_has_roots(), SECURE_E_STATE);
	CHECK(owner_first, request->fuses.owner_count == 0, SECURE_E_STATE);
	CHECK_CALL(added, secure_add_owner(&request->fuses, request->in[0]), SECURE_OK, added);
	return CHECKED(SECURE_OK);
}

uint32_t secure_secure(struct secure_request *request)
{
	CHECKS;
	CHECK(secure_has_secret, request->fuses.uds_made != 0, SECURE_E_STATE);
	CHECK(secure_has_root_keys, secure_has_roots(), SECURE_E_STATE);
	CHECK(secure_has_owner, request->fuses.owner_count >= 1, SECURE_E_STATE);
	CHECK_CALL(set, fuses_set(FUSES_SECURED), FUSES_OK, SECURE_E_OTP);
	return CHECKED(SECURE_OK);
}

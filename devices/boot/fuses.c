/* SPDX-License-Identifier: Apache-2.0 */
#include "fuses.h"

#include <stdbool.h>
#include <string.h>

#include "../silicon/otp.h"
#include "check.h"

#define ALL_ONES 0xFFFFFFFFu
#define COUNTER_SIZE 8u

/* All ones when OTP does not answer: the state in which a device does least. */
CHECK_INLINE uint32_t word(uint32_t offset)
{
	uint32_t value = ALL_ONES;
	return otp_read(offset, (uint8_t *)&value, sizeof value) == OTP_OK ? value : ALL_ONES;
}

CHECK_INLINE uint32_t count(uint32_t counter)
{
	return (uint32_t)__builtin_popcount(word(counter)) + (uint32_t)__builtin_popcount(word(counter + 4u));
}

/* Owners whose word is set, up to the first that is not. */
CHECK_INLINE uint32_t owners(void)
{
	uint32_t owner = 0;
	while (owner < FUSES_OWNER_COUNT && word(FUSES_OWNER0_SET + owner * OTP_WORD) != 0)
		owner++;
	return owner;
}

/* All but the secret, which may be hidden. What does not answer is not to look like a state, or it would be finished. */
static bool does_answer(void)
{
	uint8_t all[OTP_SIZE - FUSES_ROOTS_OFFSET];
	return otp_read(FUSES_ROOTS_OFFSET, all, sizeof all) == OTP_OK;
}

static enum lifecycle read_lifecycle(void)
{
	if (word(FUSES_DECOMMISSIONED) != 0)
		return LIFECYCLE_DECOMMISSIONED;
	if (word(FUSES_SECURED) != 0)
		return count(FUSES_DEBUG) % 2u != 0 ? LIFECYCLE_DEBUG : LIFECYCLE_SECURED;
	for (uint32_t offset = 0; offset < OTP_SIZE; offset += OTP_WORD)
		if (word(offset) != 0)
			return LIFECYCLE_PROVISIONING;
	return LIFECYCLE_ASSEMBLY;
}

uint32_t fuses_signature(void)
{
	CHECKS;
	CHECK(fuses_no_roots, word(FUSES_ROOTS_SET) == 0 && word(FUSES_SECURED) == 0 && word(FUSES_DECOMMISSIONED) == 0,
		IMAGE_SIGNATURE_REQUIRED);
	return CHECKED(IMAGE_SIGNATURE_NOT_VERIFIED);
}

uint32_t fuses_word(enum fuses_word which)
{
	return word(which);
}

uint32_t fuses_count(enum fuses_counter counter)
{
	return count(counter);
}

uint32_t fuses_epoch(void)
{
	const uint32_t owner = owners();
	return count(FUSES_WIPE) + (owner > 1 ? owner - 1 : 0);
}

CHECK_FUNCTION uint32_t root_state(uint32_t index)
{
	CHECKS;
	CHECK(fuses_roots_set, word(FUSES_ROOTS_SET) != 0, 0);
	CHECK(fuses_root_stays, word(FUSES_ROOT0_REVOKED + index * OTP_WORD) == 0, 0);
	return CHECKED(IMAGE_ROOT_VALID);
}

enum fuses_status fuses_read(struct fuses *out)
{
	memset(out, 0, sizeof *out);
	if (!does_answer())
		return FUSES_E_OTP;
	out->lifecycle = read_lifecycle();
	out->signature = fuses_signature();
	out->uds_made = word(FUSES_UDS_MADE);
	for (uint32_t i = 0; i < IMAGE_ROOT_COUNT; i++) {
		(void)otp_read(FUSES_ROOTS_OFFSET + i * FUSES_HASH_SIZE, out->roots[i].hash, FUSES_HASH_SIZE);
		out->roots[i].state = root_state(i);
	}
	out->owner_count = owners();
	out->firmware = count(FUSES_FIRMWARE);
	out->app = count(FUSES_APP);
	out->trust = count(FUSES_TRUST);
	/* Not by fuses_epoch(): boot holds one against the other, and a skipped instruction would be missing in both. */
	out->epoch = count(FUSES_WIPE) + (out->owner_count > 1 ? out->owner_count - 1 : 0);
	return FUSES_OK;
}

enum fuses_status fuses_set(enum fuses_word which)
{
	const uint32_t ones = ALL_ONES;
	return otp_program(which, (const uint8_t *)&ones, sizeof ones) == OTP_OK ? FUSES_OK : FUSES_E_OTP;
}

enum fuses_status fuses_raise(enum fuses_counter counter, uint32_t value)
{
	const uint32_t now = count(counter);
	if (value < now || value > IMAGE_COUNTER_MAX)
		return FUSES_E_VALUE;
	uint64_t bits = (uint64_t)word(counter) | (uint64_t)word(counter + OTP_WORD) << 32;
	for (uint32_t added = 0; added < value - now; added++)
		bits |= bits + 1; /* the lowest that is 0 */
	return value == now || otp_program(counter, (const uint8_t *)&bits, sizeof bits) == OTP_OK ? FUSES_OK : FUSES_E_OTP;
}

/* What is to be all ones. */
static enum fuses_status fill(uint32_t from, uint32_t size)
{
	for (uint32_t offset = from; offset < from + size; offset += OTP_WORD)
		if (word(offset) != ALL_ONES && fuses_set((enum fuses_word)offset) != FUSES_OK)
			return FUSES_E_OTP;
	return FUSES_OK;
}

enum fuses_status fuses_finish(void)
{
	if (!does_answer())
		return FUSES_E_OTP;
	for (uint32_t offset = FUSES_PROVISIONING; offset < FUSES_WORDS_END; offset += OTP_WORD) {
		const bool is_counter = offset >= FUSES_FIRMWARE && offset < FUSES_OWNER0_SET;
		if (!is_counter && word(offset) != 0 && fill(offset, OTP_WORD) != FUSES_OK)
			return FUSES_E_OTP;
	}
	return word(FUSES_DECOMMISSIONED) == 0 ||
		(fill(FUSES_WIPE, COUNTER_SIZE) == FUSES_OK && fill(FUSES_UDS_OFFSET, FUSES_UDS_SIZE) == FUSES_OK) ? FUSES_OK : FUSES_E_OTP;
}

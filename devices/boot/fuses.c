/* SPDX-License-Identifier: Apache-2.0 */
#include "fuses.h"

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

static enum lifecycle read_lifecycle(void)
{
	if (word(FUSES_DECOMMISSIONED) != 0)
		return LIFECYCLE_DECOMMISSIONED;
	if (word(FUSES_SECURED) != 0)
		return count(FUSES_DEBUG) % 2u != 0 ? LIFECYCLE_DEBUG : LIFECYCLE_SECURED;
	for (uint32_t offset = 0; offset < OTP_SIZE; offset += OTP_WORD) {
		if (word(offset) != 0)
			return LIFECYCLE_PROVISIONING;
	}
	return LIFECYCLE_ASSEMBLY;
}

uint32_t fuses_signature(void)
{
	CHECKS;
	CHECK(fuses_no_roots, word(FUSES_ROOTS_SET) == 0 && word(FUSES_SECURED) == 0 && word(FUSES_DECOMMISSIONED) == 0,
		IMAGE_SIGNATURE_REQUIRED);
	return CHECKED(IMAGE_SIGNATURE_NOT_VERIFIED);
}

static void read_root(uint32_t index, struct image_root *out)
{
	if (otp_read(FUSES_ROOTS_OFFSET + index * FUSES_HASH_SIZE, out->hash, FUSES_HASH_SIZE) == OTP_OK &&
		word(FUSES_ROOTS_SET) != 0 && word(FUSES_ROOT0_REVOKED + index * OTP_WORD) == 0)
		out->state = IMAGE_ROOT_VALID;
}

enum fuses_status fuses_read(struct fuses *out)
{
	memset(out, 0, sizeof *out);
	uint32_t probe;
	if (otp_read(FUSES_PROVISIONING, (uint8_t *)&probe, sizeof probe) != OTP_OK)
		return FUSES_E_OTP;
	out->lifecycle = read_lifecycle();
	out->signature = fuses_signature();
	out->uds_made = word(FUSES_UDS_MADE);
	for (uint32_t i = 0; i < IMAGE_ROOT_COUNT; i++)
		read_root(i, &out->roots[i]);
	while (out->owner_count < FUSES_OWNER_COUNT && word(FUSES_OWNER0_SET + out->owner_count * OTP_WORD) != 0)
		out->owner_count++;
	out->firmware = count(FUSES_FIRMWARE);
	out->app = count(FUSES_APP);
	out->trust = count(FUSES_TRUST);
	out->wipe = count(FUSES_WIPE);
	out->epoch = out->wipe + (out->owner_count > 1 ? out->owner_count - 1 : 0);
	return FUSES_OK;
}

static enum fuses_status program(uint32_t offset, const void *bits, uint32_t size)
{
	return otp_program(offset, bits, size) == OTP_OK ? FUSES_OK : FUSES_E_OTP;
}

enum fuses_status fuses_set(enum fuses_word which)
{
	const uint32_t ones = ALL_ONES;
	return program(which, &ones, sizeof ones);
}

enum fuses_status fuses_raise(enum fuses_counter counter, uint32_t value)
{
	const uint32_t now = count(counter);
	if (value < now || value > IMAGE_COUNTER_MAX)
		return FUSES_E_VALUE;
	uint64_t bits = (uint64_t)word(counter) | (uint64_t)word(counter + OTP_WORD) << 32;
	for (uint32_t added = 0; added < value - now; added++)
		bits |= bits + 1; /* the lowest that is 0 */
	return value == now ? FUSES_OK : program(counter, &bits, sizeof bits);
}

/* What is to be all ones. */
static enum fuses_status fill(uint32_t from, uint32_t end)
{
	for (uint32_t offset = from; offset < end; offset += OTP_WORD) {
		if (word(offset) != ALL_ONES && fuses_set((enum fuses_word)offset) != FUSES_OK)
			return FUSES_E_OTP;
	}
	return FUSES_OK;
}

enum fuses_status fuses_finish(void)
{
	for (uint32_t offset = FUSES_PROVISIONING; offset < FUSES_WORDS_END; offset += OTP_WORD) {
		if (offset >= FUSES_FIRMWARE && offset < FUSES_OWNER0_SET)
			continue; /* counters */
		if (word(offset) != 0 && fill(offset, offset + OTP_WORD) != FUSES_OK)
			return FUSES_E_OTP;
	}
	if (word(FUSES_DECOMMISSIONED) == 0)
		return FUSES_OK;
	if (fill(FUSES_WIPE, FUSES_WIPE + COUNTER_SIZE) != FUSES_OK)
		return FUSES_E_OTP;
	return fill(FUSES_UDS_OFFSET, FUSES_UDS_OFFSET + FUSES_UDS_SIZE);
}

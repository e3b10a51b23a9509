/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Flows as cases for skip-main.c, and silicon that fits between two of its calls: of each slot and sector only the beginning.
 */
#include <string.h>

#include "../../devices/silicon/flash.h"
#include "../../devices/silicon/otp.h"
#include "boot-cases.h"
#include "flow.h"

#define SLOT_BYTES 1024u
/* What is returned instead of what was started. test/boot/skips.ts has the same. */
#define STARTED_OTHERWISE 0xBAD5BAD5u
#define GIVEN_AWAY 0xBAD6BAD6u
#define FIELD_LIFECYCLE 8u
#define FIELD_CDIS 40u
#define FIELD_LOCKED 45u
#define FIELD_ATTESTATION 47u
#define LOCK_SECRET 16u

static uint8_t slots[4][SLOT_BYTES], records[2][SLOT_BYTES], boot[2][FLASH_SECTOR_SIZE];
static const struct {
	uint32_t offset, size;
	uint8_t *bytes;
} places[] = {
	{ FLASH_APP0_OFFSET, SLOT_BYTES, slots[0] },
	{ FLASH_APP1_OFFSET, SLOT_BYTES, slots[1] },
	{ FLASH_FW0_OFFSET, SLOT_BYTES, slots[2] },
	{ FLASH_FW1_OFFSET, SLOT_BYTES, slots[3] },
	{ FLASH_TRUST_OFFSET, SLOT_BYTES, records[0] },
	{ FLASH_TRUST_OFFSET + FLASH_SECTOR_SIZE, SLOT_BYTES, records[1] },
	{ FLASH_BOOT_OFFSET, FLASH_SECTOR_SIZE, boot[0] },
	{ FLASH_BOOT_OFFSET + FLASH_SECTOR_SIZE, FLASH_SECTOR_SIZE, boot[1] },
};
#define PLACES (sizeof places / sizeof places[0])
static uint8_t otp[OTP_SIZE];
static bool is_hidden;
static uint32_t protected;

static uint8_t *find(uint32_t offset, uint32_t size)
{
	for (size_t i = 0; i < PLACES; i++) {
		if (offset >= places[i].offset && offset + size <= places[i].offset + places[i].size)
			return places[i].bytes + (offset - places[i].offset);
	}
	return NULL;
}

const uint8_t *flash_map(uint32_t offset)
{
	return find(offset, 0);
}

int flash_read(uint32_t offset, uint8_t *out, uint32_t length)
{
	const uint8_t *from = find(offset, length);
	if (from == NULL)
		return FLASH_ERROR_RANGE;
	memcpy(out, from, length);
	return FLASH_OK;
}

int flash_write(uint32_t offset, const uint8_t *data, uint32_t length)
{
	for (size_t i = 0; i < 4; i++) {
		const uint32_t size = i < 2 ? FLASH_APP0_SIZE : FLASH_FW0_SIZE;
		if ((protected >> i & 1u) != 0 && offset >= places[i].offset && offset < places[i].offset + size)
			return FLASH_ERROR_PROTECTED;
	}
	uint8_t *to = find(offset, length);
	if (to == NULL || to[0] != FLASH_ERASED)
		return FLASH_ERROR_PROGRAMMED;
	memcpy(to, data, length);
	return FLASH_OK;
}

int flash_erase(uint32_t offset, uint32_t length)
{
	uint8_t *at = find(offset, length);
	if (at == NULL)
		return FLASH_ERROR_RANGE;
	memset(at, (int)FLASH_ERASED, length);
	return FLASH_OK;
}

int flash_protect(uint32_t offset, uint32_t length)
{
	for (size_t i = 0; i < 4; i++) {
		if (offset == places[i].offset && length == (i < 2 ? FLASH_APP0_SIZE : FLASH_FW0_SIZE))
			protected |= 1u << i;
	}
	return FLASH_OK;
}

int otp_read(uint32_t offset, uint8_t *out, uint32_t length)
{
	if (offset > OTP_SIZE || length > OTP_SIZE - offset)
		return OTP_ERROR_RANGE;
	if (is_hidden && offset < 32u)
		return OTP_ERROR_HIDDEN;
	/* It is no memory that a store reaches. */
	if (out + length > otp && out < otp + OTP_SIZE)
		__builtin_trap();
	memcpy(out, otp + offset, length);
	return OTP_OK;
}

int otp_program(uint32_t offset, const uint8_t *bits, uint32_t length)
{
	if (offset > OTP_SIZE || length > OTP_SIZE - offset)
		return OTP_ERROR_RANGE;
	for (uint32_t i = 0; i < length; i++)
		otp[offset + i] |= bits[i];
	return OTP_OK;
}

int otp_hide(uint32_t offset, uint32_t length)
{
	is_hidden = is_hidden || (offset == 0 && length == 32u);
	return OTP_OK;
}

void flow_new(void)
{
	for (size_t i = 0; i < PLACES; i++)
		memset(places[i].bytes, (int)FLASH_ERASED, places[i].size);
	memset(otp, 0, sizeof otp);
	flow_reset();
}

void flow_reset(void)
{
	is_hidden = false;
	protected = 0;
}

uint8_t *flow_otp(void)
{
	return otp;
}

void flow_put(uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	uint8_t *to = find(offset, size);
	if (to != NULL)
		memcpy(to, bytes, size);
}

uint32_t boot_case_status(const struct boot_case *one, const uint8_t *bytes, size_t size)
{
	size_t at = 0;
	(void)one;
	flow_new();
	const struct flow_failure failed = flow_run(bytes, size, &at);
	const uint32_t start = flow_outcome.out.start;
	if (flow_outcome.status != BOOT_OK)
		return flow_outcome.status;
	if ((failed.field == FIELD_CDIS && failed.got == 1) || (failed.field == FIELD_LOCKED && (failed.got & LOCK_SECRET) == 0))
		return GIVEN_AWAY;
	/* What a token would prove is not so, or the seed of one key passes for that of another. The program around boot asks for the magic. */
	const bool is_given = flow_outcome.out.magic == HAND_OVER_MAGIC;
	const bool can_prove = flow_outcome.out.attestation != BOOT_ATTESTATION_NONE;
	if (is_given && ((failed.field == FIELD_LIFECYCLE && can_prove) || failed.field == FIELD_ATTESTATION))
		return GIVEN_AWAY;
	return start == BOOT_START_APP || start == BOOT_START_SERVICE || start == BOOT_START_NOTHING ? start : STARTED_OTHERWISE;
}

/* SPDX-License-Identifier: Apache-2.0 */
/** Whether a call that was refused has changed something. */
#ifndef THIMBLE_TEST_SECURE_UNCHANGED_H
#define THIMBLE_TEST_SECURE_UNCHANGED_H

#include "secure-device.h"

static uint8_t before[OTP_SIZE];
static uint8_t trust_before[FLASH_TRUST_SIZE + FLASH_BOOT_SIZE];

static void remember(void)
{
	memcpy(before, window + OTP_OFFSET, sizeof before);
	memcpy(trust_before, window + FLASH_OFFSET + FLASH_TRUST_OFFSET, sizeof trust_before);
}

static bool is_unchanged(void)
{
	return memcmp(before, window + OTP_OFFSET, sizeof before) == 0 &&
		memcmp(trust_before, window + FLASH_OFFSET + FLASH_TRUST_OFFSET, sizeof trust_before) == 0;
}

#endif

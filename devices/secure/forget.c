/* SPDX-License-Identifier: Apache-2.0 */
#include "forget.h"

#include <stdbool.h>

#include "../psa/its-log.h"
#include "../silicon/flash.h"

/* Above every id that PSA gives a key. */
#define EPOCH_UID 0xFFFF0001u

/* A log that cannot be read is one whose erase was cut short, or is lost all the same. */
static bool is_of(uint32_t epoch)
{
	struct its_record record;
	bool is_found = false;
	uint32_t noted = 0;
	return its_log_find(EPOCH_UID, &record, &is_found) == ITS_LOG_OK && is_found && record.length == sizeof noted &&
	       flash_read(record.offset, (uint8_t *)&noted, sizeof noted) == FLASH_OK && noted == epoch;
}

enum forget_status secure_forget(uint32_t epoch)
{
	if (epoch == 0 || is_of(epoch))
		return FORGET_OK;
	if (flash_erase(FLASH_STORAGE_OFFSET, FLASH_STORAGE_SIZE) != FLASH_OK ||
	    flash_erase(FLASH_KV_OFFSET, FLASH_KV_SIZE) != FLASH_OK || flash_erase(FLASH_ITS_OFFSET, FLASH_ITS_SIZE) != FLASH_OK)
		return FORGET_E_FLASH;
	return its_log_put(EPOCH_UID, 0, (const uint8_t *)&epoch, sizeof epoch) == ITS_LOG_OK ? FORGET_OK : FORGET_E_FLASH;
}

/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Model of a NOR flash with program-once write units, as STM32 parts with ECC have. Works on board_window().
 * Offsets are from the start of the flash. Nothing allocates; a refused call changes nothing.
 */
#ifndef THIMBLE_FLASH_H
#define THIMBLE_FLASH_H

#include <stdint.h>

#include "layout.h"

enum flash_status {
	FLASH_OK = 0,
	FLASH_ERROR_RANGE = -1,      /* outside the flash */
	FLASH_ERROR_ALIGNMENT = -2,  /* write not whole units, or erase not whole sectors */
	FLASH_ERROR_PROGRAMMED = -3, /* a unit was programmed since its sector was last erased */
	FLASH_ERROR_PROTECTED = -4,  /* a sector of it is protected until reset */
};

/** Copies length bytes at offset. @return FLASH_OK or FLASH_ERROR_RANGE. */
int flash_read(uint32_t offset, uint8_t *out, uint32_t length);

/** Where the flash lies in memory, from offset on: it is read in place. */
const uint8_t *flash_map(uint32_t offset);

/** Programs whole units. A length of 0 is FLASH_OK and no operation. @return FLASH_OK or FLASH_ERROR_*. */
int flash_write(uint32_t offset, const uint8_t *data, uint32_t length);

/** Erases whole sectors. A length of 0 is FLASH_OK and no operation; more than one sector is one operation each. */
int flash_erase(uint32_t offset, uint32_t length);

/**
 * Protects whole sectors until reset: they are neither written nor erased. Protected ones may be protected again.
 * @return FLASH_OK, FLASH_ERROR_RANGE or FLASH_ERROR_ALIGNMENT.
 */
int flash_protect(uint32_t offset, uint32_t length);

/** The partition of that name, or a null pointer. */
const struct flash_partition *flash_find_partition(const char *name);
#endif

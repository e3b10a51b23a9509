/* SPDX-License-Identifier: Apache-2.0 */
/** Flash model, see flash.h. */
#include "flash.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "../runtime/board.h"
#include "operation.h"
#include "registers.h"
#include "stop.h"

const struct flash_partition flash_partitions[FLASH_PARTITION_COUNT] = {
	{ "app0", FLASH_APP0_OFFSET, FLASH_APP0_SIZE },
	{ "app1", FLASH_APP1_OFFSET, FLASH_APP1_SIZE },
	{ "its", FLASH_ITS_OFFSET, FLASH_ITS_SIZE },
	{ "kv", FLASH_KV_OFFSET, FLASH_KV_SIZE },
	{ "storage", FLASH_STORAGE_OFFSET, FLASH_STORAGE_SIZE },
	{ "user", FLASH_USER_OFFSET, FLASH_USER_SIZE },
	{ "fw0", FLASH_FW0_OFFSET, FLASH_FW0_SIZE },
	{ "fw1", FLASH_FW1_OFFSET, FLASH_FW1_SIZE },
	{ "trust", FLASH_TRUST_OFFSET, FLASH_TRUST_SIZE },
	{ "boot", FLASH_BOOT_OFFSET, FLASH_BOOT_SIZE },
};

static bool in_flash(uint32_t offset, uint32_t length)
{
	return offset <= FLASH_SIZE && length <= FLASH_SIZE - offset;
}

/** Whether a sector that [offset, offset + length) touches is protected. */
static bool is_protected(uint32_t offset, uint32_t length)
{
	const uint32_t end = (offset + length + FLASH_SECTOR_SIZE - 1u) / FLASH_SECTOR_SIZE;

	for (uint32_t sector = offset / FLASH_SECTOR_SIZE; length != 0u && sector < end; sector++) {
		if (silicon_has_bit(silicon_registers()->flash_protected, sector))
			return true;
	}
	return false;
}

static uint8_t *programmed_byte(uint32_t unit)
{
	return board_window() + PROGRAMMED_OFFSET + unit / 8u;
}

static uint8_t programmed_mask(uint32_t unit)
{
	return (uint8_t)(1u << (unit % 8u));
}

/** Marks every unit that [offset, offset + length) touches, whole or in part. */
static void mark_programmed(uint32_t offset, uint32_t length)
{
	uint32_t unit = offset / FLASH_WRITE_UNIT;
	uint32_t end = (offset + length + FLASH_WRITE_UNIT - 1u) / FLASH_WRITE_UNIT;

	for (; unit < end; unit++) {
		uint8_t *byte = programmed_byte(unit);
		*byte = (uint8_t)(*byte | programmed_mask(unit));
	}
}

int flash_read(uint32_t offset, uint8_t *out, uint32_t length)
{
	if (!in_flash(offset, length))
		return FLASH_ERROR_RANGE;
	if (length != 0u)
		memcpy(out, board_window() + FLASH_OFFSET + offset, length);
	return FLASH_OK;
}

const uint8_t *flash_map(uint32_t offset)
{
	return board_window() + FLASH_OFFSET + offset;
}

int flash_write(uint32_t offset, const uint8_t *data, uint32_t length)
{
	struct operation operation;

	if (!in_flash(offset, length))
		return FLASH_ERROR_RANGE;
	if (offset % FLASH_WRITE_UNIT != 0u || length % FLASH_WRITE_UNIT != 0u)
		return FLASH_ERROR_ALIGNMENT;
	if (is_protected(offset, length))
		return FLASH_ERROR_PROTECTED;
	for (uint32_t unit = offset / FLASH_WRITE_UNIT; unit < (offset + length) / FLASH_WRITE_UNIT; unit++) {
		if ((*programmed_byte(unit) & programmed_mask(unit)) != 0u)
			return FLASH_ERROR_PROGRAMMED;
	}
	if (length == 0u)
		return FLASH_OK;

	operation = operation_begin(length);
	/* Marked first: a process that is killed here has a unit that counts as used, never one that may be reused. */
	mark_programmed(offset, operation.bytes);
	memcpy(board_window() + FLASH_OFFSET + offset, data, operation.bytes);
	if (operation.is_cut)
		silicon_power_cut();
	return FLASH_OK;
}

/** A cut erase leaves its first bytes erased, the rest as it was; every touched unit still counts as programmed. */
static void erase_sector(uint32_t offset)
{
	const struct operation operation = operation_begin(FLASH_SECTOR_SIZE);

	memset(board_window() + FLASH_OFFSET + offset, (int)FLASH_ERASED, operation.bytes);
	if (operation.is_cut) {
		mark_programmed(offset, operation.bytes);
		silicon_power_cut();
	}
	memset(programmed_byte(offset / FLASH_WRITE_UNIT), 0, FLASH_SECTOR_SIZE / FLASH_WRITE_UNIT / 8u);
}

int flash_erase(uint32_t offset, uint32_t length)
{
	if (!in_flash(offset, length))
		return FLASH_ERROR_RANGE;
	if (offset % FLASH_SECTOR_SIZE != 0u || length % FLASH_SECTOR_SIZE != 0u)
		return FLASH_ERROR_ALIGNMENT;
	if (is_protected(offset, length))
		return FLASH_ERROR_PROTECTED;
	for (uint32_t done = 0u; done < length; done += FLASH_SECTOR_SIZE)
		erase_sector(offset + done);
	return FLASH_OK;
}

int flash_protect(uint32_t offset, uint32_t length)
{
	if (!in_flash(offset, length))
		return FLASH_ERROR_RANGE;
	if (offset % FLASH_SECTOR_SIZE != 0u || length % FLASH_SECTOR_SIZE != 0u)
		return FLASH_ERROR_ALIGNMENT;
	for (uint32_t sector = offset / FLASH_SECTOR_SIZE; sector < (offset + length) / FLASH_SECTOR_SIZE; sector++)
		silicon_set_bit(silicon_registers()->flash_protected, sector);
	return FLASH_OK;
}

const struct flash_partition *flash_find_partition(const char *name)
{
	for (size_t i = 0u; i < FLASH_PARTITION_COUNT; i++) {
		if (strcmp(flash_partitions[i].name, name) == 0)
			return &flash_partitions[i];
	}
	return NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/** Flash model, see flash.h. */
#include "flash.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "../runtime/board.h"
#include "power-on.h"

const struct flash_partition flash_partitions[FLASH_PARTITION_COUNT] = {
	{ "app0", FLASH_APP0_OFFSET, FLASH_APP0_SIZE },
	{ "app1", FLASH_APP1_OFFSET, FLASH_APP1_SIZE },
	{ "its", FLASH_ITS_OFFSET, FLASH_ITS_SIZE },
	{ "kv", FLASH_KV_OFFSET, FLASH_KV_SIZE },
	{ "storage", FLASH_STORAGE_OFFSET, FLASH_STORAGE_SIZE },
	{ "user", FLASH_USER_OFFSET, FLASH_USER_SIZE },
};

#define CUT_HALF 0xFFFFFFFFu

static bool in_flash(uint32_t offset, uint32_t length)
{
	return offset <= FLASH_SIZE && length <= FLASH_SIZE - offset;
}

static struct power_on *power_on(void)
{
	return (struct power_on *)(board_window() + POWER_ON_OFFSET);
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

/**
 * Counts one operation of length bytes.
 * @return bytes of it that reach the flash: length, or fewer when power fails here.
 */
static uint32_t begin_operation(uint32_t length, bool *cut)
{
	struct power_on *block = power_on();
	uint32_t bytes = length;

	*cut = false;
	if (block->magic != POWER_ON_MAGIC)
		return bytes;
	block->operations++;
	if (block->cut_operation != 0u && block->operations == block->cut_operation) {
		*cut = true;
		bytes = block->cut_bytes == CUT_HALF ? length / 2u : block->cut_bytes;
		if (bytes > length)
			bytes = length;
	}
	return bytes;
}

int flash_read(uint32_t offset, uint8_t *out, uint32_t length)
{
	if (!in_flash(offset, length))
		return FLASH_ERROR_RANGE;
	if (length != 0u)
		memcpy(out, board_window() + FLASH_OFFSET + offset, length);
	return FLASH_OK;
}

int flash_write(uint32_t offset, const uint8_t *data, uint32_t length)
{
	bool cut;
	uint32_t bytes;

	if (!in_flash(offset, length))
		return FLASH_ERROR_RANGE;
	if (offset % FLASH_WRITE_UNIT != 0u || length % FLASH_WRITE_UNIT != 0u)
		return FLASH_ERROR_ALIGNMENT;
	for (uint32_t unit = offset / FLASH_WRITE_UNIT; unit < (offset + length) / FLASH_WRITE_UNIT; unit++) {
		if ((*programmed_byte(unit) & programmed_mask(unit)) != 0u)
			return FLASH_ERROR_PROGRAMMED;
	}
	if (length == 0u)
		return FLASH_OK;

	bytes = begin_operation(length, &cut);
	/* Marked first: a process that is killed here has a unit that counts as used, never one that may be reused. */
	mark_programmed(offset, bytes);
	memcpy(board_window() + FLASH_OFFSET + offset, data, bytes);
	if (cut)
		flash_power_cut();
	return FLASH_OK;
}

/** A cut erase leaves its first bytes erased, the rest as it was; every touched unit still counts as programmed. */
static void erase_sector(uint32_t offset)
{
	bool cut;
	uint32_t bytes = begin_operation(FLASH_SECTOR_SIZE, &cut);

	memset(board_window() + FLASH_OFFSET + offset, (int)FLASH_ERASED, bytes);
	if (cut) {
		mark_programmed(offset, bytes);
		flash_power_cut();
	}
	memset(programmed_byte(offset / FLASH_WRITE_UNIT), 0, FLASH_SECTOR_SIZE / FLASH_WRITE_UNIT / 8u);
}

int flash_erase(uint32_t offset, uint32_t length)
{
	if (!in_flash(offset, length))
		return FLASH_ERROR_RANGE;
	if (offset % FLASH_SECTOR_SIZE != 0u || length % FLASH_SECTOR_SIZE != 0u)
		return FLASH_ERROR_ALIGNMENT;
	for (uint32_t done = 0u; done < length; done += FLASH_SECTOR_SIZE)
		erase_sector(offset + done);
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

uint32_t flash_operations(void)
{
	const struct power_on *block = power_on();

	return block->magic == POWER_ON_MAGIC ? block->operations : 0u;
}

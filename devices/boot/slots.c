/* SPDX-License-Identifier: Apache-2.0 */
#include "slots.h"

#include <stdbool.h>
#include <string.h>

#include "../silicon/flash.h"

/* Of the partition's sectors two take turns. */
#define SECTORS 2u
#define RECORDS (FLASH_SECTOR_SIZE / FLASH_WRITE_UNIT)

/*
 * Sequence number, state, active, previous and a zero, little endian. The second half is the first one, turned: a record that
 * power cut short does not have it.
 */
struct record {
	uint64_t value, turned;
};
_Static_assert(sizeof(struct record) == FLASH_WRITE_UNIT, "a record is one write unit");

#define PLACE(sector, index) (FLASH_BOOT_OFFSET + (sector) * FLASH_SECTOR_SIZE + (index) * FLASH_WRITE_UNIT)

static bool is_whole(const struct record *r)
{
	const uint32_t state = (uint32_t)(r->value >> 32) & 0xFFu;
	const bool is_state = state == SLOTS_CONFIRMED || state == SLOTS_PENDING || state == SLOTS_TRYING || state == SLOTS_REVERTED;
	return is_state && r->value == ~r->turned && (r->value >> 40 & 0xFFFCFCu) == 0;
}

/* The last whole record, and the first place after it; of an empty log pair 0, confirmed, with the number 0. */
static uint64_t find_last(uint32_t *sector, uint32_t *next)
{
	uint64_t last = (uint64_t)SLOTS_CONFIRMED << 32;
	*sector = 0;
	*next = RECORDS;
	for (uint32_t at = 0; at < SECTORS * RECORDS; at++) {
		struct record r;
		if (flash_read(PLACE(at / RECORDS, at % RECORDS), (uint8_t *)&r, sizeof r) != FLASH_OK || !is_whole(&r) || (uint32_t)r.value <= (uint32_t)last)
			continue;
		last = r.value;
		*sector = at / RECORDS;
		*next = at % RECORDS + 1;
	}
	return last;
}

void slots_read(struct slots *out)
{
	uint32_t sector, next;
	const uint64_t last = find_last(&sector, &next);
	*out = (struct slots){ (enum slots_state)(last >> 32 & 0xFFu), (uint8_t)(last >> 40), (uint8_t)(last >> 48) };
}

enum slots_status slots_write(const struct slots *slots)
{
	uint32_t sector, next;
	const uint32_t last = (uint32_t)find_last(&sector, &next);
	/* Nobody gets there by writing; who forges the last number must not have the last word. */
	const bool is_end = last == UINT32_MAX;
	const uint64_t value = (is_end ? 1u : last + 1u) | (uint64_t)slots->state << 32 | (uint64_t)slots->active << 40 | (uint64_t)slots->previous << 48;
	const struct record r = { value, ~value };
	/* A place that an interrupted write has touched refuses, and the next one is tried. */
	for (; !is_end && next < RECORDS; next++)
		if (flash_write(PLACE(sector, next), (const uint8_t *)&r, sizeof r) == FLASH_OK)
			return SLOTS_OK;
	const uint32_t other = PLACE((sector + 1) % SECTORS, 0);
	if (flash_erase(other, FLASH_SECTOR_SIZE) != FLASH_OK || flash_write(other, (const uint8_t *)&r, sizeof r) != FLASH_OK ||
		(is_end && flash_erase(PLACE(sector, 0), FLASH_SECTOR_SIZE) != FLASH_OK))
		return SLOTS_E_FLASH;
	return SLOTS_OK;
}

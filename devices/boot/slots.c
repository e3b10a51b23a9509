/* SPDX-License-Identifier: Apache-2.0 */
#include "slots.h"

#include <stdbool.h>
#include <string.h>

#include "../silicon/flash.h"

/* Of the partition's sectors two take turns. */
#define SECTORS 2u
#define RECORDS (FLASH_SECTOR_SIZE / FLASH_WRITE_UNIT)

/* Little endian. The second half is the first one, turned: a record that power cut short does not have it. */
struct record {
	uint32_t sequence;
	uint8_t state, active, previous, zero;
	uint32_t not_sequence;
	uint8_t not_state, not_active, not_previous, not_zero;
};
_Static_assert(sizeof(struct record) == FLASH_WRITE_UNIT, "a record is one write unit");

static uint32_t place(uint32_t sector, uint32_t index)
{
	return FLASH_BOOT_OFFSET + sector * FLASH_SECTOR_SIZE + index * FLASH_WRITE_UNIT;
}

static bool is_whole(const struct record *r)
{
	const bool is_state = r->state == SLOTS_CONFIRMED || r->state == SLOTS_PENDING || r->state == SLOTS_TRYING || r->state == SLOTS_REVERTED;
	return is_state && r->sequence == ~r->not_sequence && (r->state ^ r->not_state) == 0xFF && (r->active ^ r->not_active) == 0xFF &&
		(r->previous ^ r->not_previous) == 0xFF && (r->zero ^ r->not_zero) == 0xFF && r->active < 4 && r->previous < 4;
}

/* The last whole record, and the first place after it; of an empty log the sequence is 0. */
static void find_last(struct record *last, uint32_t *sector, uint32_t *next)
{
	memset(last, 0, sizeof *last);
	*sector = 0;
	*next = 0;
	for (uint32_t s = 0; s < SECTORS; s++) {
		for (uint32_t i = 0; i < RECORDS; i++) {
			struct record r;
			if (flash_read(place(s, i), (uint8_t *)&r, sizeof r) != FLASH_OK || !is_whole(&r) || r.sequence <= last->sequence)
				continue;
			*last = r;
			*sector = s;
			*next = i + 1;
		}
	}
}

void slots_read(struct slots *out)
{
	struct record last;
	uint32_t sector, next;
	find_last(&last, &sector, &next);
	*out = (struct slots){ last.sequence == 0 ? SLOTS_CONFIRMED : (enum slots_state)last.state, last.active, last.previous };
}

enum slots_status slots_write(const struct slots *slots)
{
	struct record r;
	uint32_t sector, next;
	find_last(&r, &sector, &next);
	const uint32_t sequence = r.sequence + 1;
	const bool is_first = r.sequence == 0;
	r = (struct record){ sequence, (uint8_t)slots->state, slots->active, slots->previous, 0, ~sequence, (uint8_t)~slots->state,
		(uint8_t)~slots->active, (uint8_t)~slots->previous, 0xFF };
	/* A place that an interrupted write has touched refuses, and the next one is tried. */
	for (uint32_t i = is_first ? RECORDS : next; i < RECORDS; i++) {
		if (flash_write(place(sector, i), (const uint8_t *)&r, sizeof r) == FLASH_OK)
			return SLOTS_OK;
	}
	sector = (sector + 1) % SECTORS;
	if (flash_erase(place(sector, 0), FLASH_SECTOR_SIZE) != FLASH_OK || flash_write(place(sector, 0), (const uint8_t *)&r, sizeof r) != FLASH_OK)
		return SLOTS_E_FLASH;
	return SLOTS_OK;
}

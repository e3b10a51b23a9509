/* SPDX-License-Identifier: Apache-2.0 */
#include "flow-host.h"

#include <stdlib.h>
#include <string.h>

#include "../../devices/runtime/board.h"
#include "../../devices/silicon/operation.h"
#include "../../devices/silicon/registers.h"
#include "../../devices/silicon/stop.h"

/* Of each slot. */
#define SLOT_BYTES 0x1000u
#define LOG_BYTES (FLASH_TRUST_SIZE + FLASH_BOOT_SIZE)
#define MARKS(size) ((size) / FLASH_WRITE_UNIT / 8u)
_Static_assert(FLASH_TRUST_OFFSET + FLASH_TRUST_SIZE == FLASH_BOOT_OFFSET, "one piece");

static const uint32_t slots[4] = { FLASH_APP0_OFFSET, FLASH_APP1_OFFSET, FLASH_FW0_OFFSET, FLASH_FW1_OFFSET };

struct flow_snapshot {
	uint8_t otp[OTP_SIZE];
	uint8_t slots[4][SLOT_BYTES];
	uint8_t log[LOG_BYTES], log_marks[MARKS(LOG_BYTES)];
};

uint32_t flow_operations[FLOW_OPERATIONS_MAX];
uint32_t flow_operation_count;
jmp_buf flow_cut;
static uint32_t cut_operation, cut_bytes;
static uint8_t window[WINDOW_SIZE];

uint8_t *board_window(void)
{
	return window;
}

struct operation operation_begin(uint32_t length)
{
	if (flow_operation_count < FLOW_OPERATIONS_MAX)
		flow_operations[flow_operation_count] = length;
	const bool is_cut = ++flow_operation_count == cut_operation;
	return (struct operation){ is_cut && cut_bytes < length ? cut_bytes : length, is_cut };
}

_Noreturn void silicon_power_cut(void)
{
	longjmp(flow_cut, 1);
}

void flow_watch(uint32_t operation, uint32_t bytes)
{
	flow_operation_count = 0;
	cut_operation = operation;
	cut_bytes = bytes;
}

void flow_new(void)
{
	memset(window, 0, sizeof window);
	memset(window + FLASH_OFFSET, 0xFF, FLASH_SIZE);
	flow_watch(0, 0);
}

void flow_reset(void)
{
	memset(silicon_registers(), 0, sizeof(struct registers));
}

uint8_t *flow_otp(void)
{
	return window + OTP_OFFSET;
}

void flow_put(uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	memcpy(window + FLASH_OFFSET + offset, bytes, size);
	for (uint32_t unit = offset / FLASH_WRITE_UNIT; unit < (offset + size + FLASH_WRITE_UNIT - 1u) / FLASH_WRITE_UNIT; unit++)
		silicon_set_bit(window + PROGRAMMED_OFFSET, unit);
}

static uint8_t *log_marks(void)
{
	return window + PROGRAMMED_OFFSET + MARKS(FLASH_TRUST_OFFSET);
}

struct flow_snapshot *flow_save(void)
{
	struct flow_snapshot *to = malloc(sizeof *to);
	if (to == NULL)
		abort();
	memcpy(to->otp, window + OTP_OFFSET, OTP_SIZE);
	for (size_t i = 0; i < 4; i++)
		memcpy(to->slots[i], window + FLASH_OFFSET + slots[i], SLOT_BYTES);
	memcpy(to->log, window + FLASH_OFFSET + FLASH_TRUST_OFFSET, LOG_BYTES);
	memcpy(to->log_marks, log_marks(), sizeof to->log_marks);
	return to;
}

void flow_load(const struct flow_snapshot *from)
{
	memcpy(window + OTP_OFFSET, from->otp, OTP_SIZE);
	for (size_t i = 0; i < 4; i++)
		memcpy(window + FLASH_OFFSET + slots[i], from->slots[i], SLOT_BYTES);
	memcpy(window + FLASH_OFFSET + FLASH_TRUST_OFFSET, from->log, LOG_BYTES);
	memcpy(log_marks(), from->log_marks, sizeof from->log_marks);
	flow_reset();
}

bool flow_slots_are_as_in(const struct flow_snapshot *snapshot)
{
	for (size_t i = 0; i < 4; i++) {
		if (memcmp(snapshot->slots[i], window + FLASH_OFFSET + slots[i], SLOT_BYTES) != 0)
			return false;
	}
	return true;
}

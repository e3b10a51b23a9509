/* SPDX-License-Identifier: Apache-2.0 */
/** See operation.h. */
#include "operation.h"

#include "../runtime/board.h"
#include "layout.h"
#include "power-on.h"

#define CUT_HALF 0xFFFFFFFFu

static struct power_on *power_on(void)
{
	return (struct power_on *)(board_window() + POWER_ON_OFFSET);
}

struct operation operation_begin(uint32_t length)
{
	struct power_on *block = power_on();
	struct operation operation = { length, false };

	if (block->magic != POWER_ON_MAGIC)
		return operation;
	block->operations++;
	if (block->cut_operation == 0u || block->operations != block->cut_operation)
		return operation;
	operation.is_cut = true;
	operation.bytes = block->cut_bytes == CUT_HALF ? length / 2u : block->cut_bytes;
	if (operation.bytes > length)
		operation.bytes = length;
	return operation;
}

uint32_t operation_count(void)
{
	const struct power_on *block = power_on();

	return block->magic == POWER_ON_MAGIC ? block->operations : 0u;
}

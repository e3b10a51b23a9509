/* SPDX-License-Identifier: Apache-2.0 */
/** Model of monotonic counters, see counter.h. */
#include "counter.h"

#include <stdbool.h>
#include <stddef.h>

#include "../runtime/board.h"
#include "layout.h"
#include "operation.h"
#include "power-on.h"
#include "stop.h"

struct __attribute__((packed)) counter {
	uint32_t value;
	uint32_t next; /* where an interrupted step leads; 0: at rest */
};

uint32_t counter_count(void)
{
	const struct power_on *block = (const struct power_on *)(board_window() + POWER_ON_OFFSET);

	if (block->magic != POWER_ON_MAGIC)
		return 0u;
	return block->counters > COUNTERS_MAX ? COUNTERS_MAX : block->counters;
}

static struct counter *find(uint32_t index)
{
	if (index >= counter_count())
		return NULL;
	return (struct counter *)(board_window() + COUNTERS_OFFSET) + index;
}

static void take_step(struct counter *counter, uint32_t value)
{
	const struct operation operation = operation_begin(sizeof counter->value);

	if (operation.bytes == sizeof counter->value) {
		counter->value = value;
		counter->next = 0u;
	} else if (operation.bytes > 0u) {
		counter->next = value;
	}
	if (operation.is_cut)
		silicon_power_cut();
}

int counter_read(uint32_t index, uint32_t *value)
{
	const struct counter *counter = find(index);

	if (counter == NULL)
		return COUNTER_ERROR_RANGE;
	if (counter->next != 0u)
		return COUNTER_ERROR_INTERRUPTED;
	*value = counter->value;
	return COUNTER_OK;
}

int counter_raise(uint32_t index, uint32_t value)
{
	struct counter *counter = find(index);

	if (counter == NULL)
		return COUNTER_ERROR_RANGE;
	if (counter->next != 0u)
		return COUNTER_ERROR_INTERRUPTED;
	if (value <= counter->value)
		return COUNTER_ERROR_VALUE;
	take_step(counter, value);
	return COUNTER_OK;
}

int counter_increment(uint32_t index)
{
	const struct counter *counter = find(index);

	/* The value after the last one is 0, which is not above it. */
	return counter_raise(index, counter == NULL ? 0u : counter->value + 1u);
}

int counter_finish(uint32_t index)
{
	struct counter *counter = find(index);

	if (counter == NULL)
		return COUNTER_ERROR_RANGE;
	if (counter->next != 0u)
		take_step(counter, counter->next);
	return COUNTER_OK;
}

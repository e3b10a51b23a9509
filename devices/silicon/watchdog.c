/* SPDX-License-Identifier: Apache-2.0 */
/** Model of a watchdog, see watchdog.h. */
#include "watchdog.h"

#include "../runtime/board.h"
#include "layout.h"
#include "power-on.h"
#include "registers.h"
#include "stop.h"

uint32_t watchdog_max_ms(void)
{
	const struct power_on *block = (const struct power_on *)(board_window() + POWER_ON_OFFSET);

	return block->magic == POWER_ON_MAGIC ? block->watchdog_max_ms : 0u;
}

bool watchdog_is_running(void)
{
	return silicon_registers()->watchdog_us != 0u;
}

static void begin_period(uint64_t now_us)
{
	struct registers *registers = silicon_registers();

	registers->watchdog_us = now_us + (uint64_t)registers->watchdog_ms * 1000u;
}

int watchdog_start(uint64_t now_us, uint32_t period_ms)
{
	if (watchdog_is_running())
		return WATCHDOG_ERROR_RUNNING;
	if (period_ms == 0u || period_ms > watchdog_max_ms())
		return WATCHDOG_ERROR_PERIOD;
	silicon_registers()->watchdog_ms = period_ms;
	begin_period(now_us);
	return WATCHDOG_OK;
}

int watchdog_kick(uint64_t now_us)
{
	if (!watchdog_is_running())
		return WATCHDOG_ERROR_OFF;
	watchdog_check(now_us);
	begin_period(now_us);
	return WATCHDOG_OK;
}

uint64_t watchdog_bites_at_us(void)
{
	return watchdog_is_running() ? silicon_registers()->watchdog_us + 1u : UINT64_MAX;
}

void watchdog_check(uint64_t now_us)
{
	if (now_us >= watchdog_bites_at_us())
		silicon_reset(RESET_WATCHDOG);
}

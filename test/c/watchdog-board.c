/* SPDX-License-Identifier: Apache-2.0 */
/** The runtime with a watchdog of two seconds that nobody kicks: whatever the app does, the board is reset. */
#define runtime_main start_runtime
#include "../../devices/runtime/main.c"
#undef runtime_main

#include "../../devices/silicon/watchdog.h"

_Noreturn void runtime_main(void)
{
	const struct power_on *block = (const struct power_on *)(board_window() + POWER_ON_OFFSET);

	if (watchdog_start(block->start_us, 2000) != WATCHDOG_OK)
		runtime_fatal("the watchdog does not start");
	start_runtime();
}

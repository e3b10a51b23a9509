/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The runtime as a boot program may start it: with a watchdog of two seconds that nobody kicks, and with the second block
 * of `user` write-protected.
 */
#define runtime_main start_runtime
#include "../../devices/runtime/main.c"
#undef runtime_main

#include "../../devices/silicon/flash.h"
#include "../../devices/silicon/watchdog.h"

_Noreturn void runtime_main(struct hand_over *given)
{
	const struct power_on *block = (const struct power_on *)(board_window() + POWER_ON_OFFSET);

	if (watchdog_start(block->start_us, 2000) != WATCHDOG_OK)
		runtime_fatal("the watchdog does not start");
	if (flash_protect(FLASH_USER_OFFSET + FLASH_SECTOR_SIZE, FLASH_SECTOR_SIZE) != FLASH_OK)
		runtime_fatal("the flash is not protected");
	start_runtime(given);
}

/* SPDX-License-Identifier: Apache-2.0 */
/** Runs on a board in place of the runtime: the app slot holds cases for the checks of devices/boot. Halts with what came of them. */
#include <string.h>

#include "board.h"
#include "boot-cases.h"
#include "runtime.h"
#include "../../devices/silicon/layout.h"
#include "../../devices/silicon/power-on.h"

_Noreturn void runtime_main(struct hand_over *given)
{
	struct power_on power_on;
	char text[1200];
	memcpy(&power_on, board_window() + POWER_ON_OFFSET, sizeof power_on);
	boot_cases(board_window() + power_on.app_offset, power_on.app_length, text, sizeof text);
	runtime_halt(HALT_FINISHED, text);
}

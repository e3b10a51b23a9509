/* SPDX-License-Identifier: Apache-2.0 */
/** What a modelled power cut does on a board: tell the simulator in one HALT frame, then stop for good. */
#include <stdint.h>

#include "../runtime/board.h"
#include "flash.h"

#define FRAME_HALT 2u
#define POWER_CUT_STATUS 3u

_Noreturn void flash_power_cut(void)
{
	static const uint8_t frame[] = { 11u, 0u, FRAME_HALT, HALT_POWER_CUT,
		'p', 'o', 'w', 'e', 'r', ' ', 'c', 'u', 't' };

	board_link_write(frame, sizeof frame);
	board_stop(POWER_CUT_STATUS);
}

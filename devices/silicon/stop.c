/* SPDX-License-Identifier: Apache-2.0 */
/** The end of what runs, a modelled power cut or reset among it: the simulator is told in one HALT frame, and does it. */
#include "stop.h"

#include <stddef.h>
#include <string.h>

#include "../runtime/board.h"

#define FRAME_HALT 2u
#define TEXT_MAX 127u

_Noreturn void silicon_halt(uint8_t reason, const char *text)
{
	uint8_t frame[4u + TEXT_MAX];
	size_t length = strlen(text);

	if (length > TEXT_MAX)
		length = TEXT_MAX;
	frame[0] = (uint8_t)(2u + length);
	frame[1] = 0u;
	frame[2] = FRAME_HALT;
	frame[3] = reason;
	memcpy(frame + 4, text, length);
	board_link_write(frame, 4u + length);
	board_stop(reason);
}

_Noreturn void silicon_power_cut(void)
{
	silicon_halt(HALT_POWER_CUT, "power cut");
}

_Noreturn void silicon_reset(enum reset_cause cause)
{
	if (cause == RESET_WATCHDOG)
		silicon_halt(HALT_RESET_WATCHDOG, "");
	silicon_halt(HALT_RESET_SOFTWARE, "");
}

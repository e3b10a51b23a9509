/* SPDX-License-Identifier: Apache-2.0 */
/** See reset.h. */
#include "reset.h"

#include "../runtime/board.h"
#include "layout.h"
#include "power-on.h"
#include "stop.h"

enum reset_cause reset_cause(void)
{
	const struct power_on *block = (const struct power_on *)(board_window() + POWER_ON_OFFSET);

	if (block->magic != POWER_ON_MAGIC || block->reset_cause > RESET_BROWN_OUT)
		return RESET_UNKNOWN;
	return (enum reset_cause)block->reset_cause;
}

_Noreturn void reset_software(void)
{
	silicon_reset(RESET_SOFTWARE);
}

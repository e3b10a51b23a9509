/* SPDX-License-Identifier: Apache-2.0 */
/** The firmware as boot starts it: a shared object. */
#include "base.h"

__attribute__((visibility("default"))) firmware_start thimble_firmware_start;

void thimble_firmware_start(uint8_t *window, struct hand_over *given)
{
	base_use_window(window);
	board_main(given);
}

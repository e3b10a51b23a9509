/* SPDX-License-Identifier: Apache-2.0 */
/** What the programs of this board share: the window, console, link and ticks of a process. */
#ifndef THIMBLE_HOST_BASE_H
#define THIMBLE_HOST_BASE_H

#include <stddef.h>
#include <stdint.h>

struct hand_over;

#define LINK_FD 3
#define DEBUG_FD 4

/** Maps the file that the first argument names: board_window(). Ends the process when that cannot be. */
void base_open_window(int argc, char **argv);

/** For a firmware, which gets the window from its boot. */
void base_use_window(uint8_t *window);

_Noreturn void base_fail(const char *what);

/** Runs the firmware: starts what only it needs of the process, then the runtime. @param given null when no boot stood before it. */
_Noreturn void board_main(struct hand_over *given);

/** The one name that a firmware's shared object shows. */
typedef void firmware_start(uint8_t *window, struct hand_over *given);
#define FIRMWARE_START "thimble_firmware_start"

#endif

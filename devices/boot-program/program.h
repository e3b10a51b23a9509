/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The program around devices/boot: it prepares, tells people what was refused, and runs the firmware. A board starts it and
 * supplies what boot.h and this header name; of devices/runtime/board.h console, link, ticks, window and stop.
 */
#ifndef THIMBLE_BOOT_PROGRAM_H
#define THIMBLE_BOOT_PROGRAM_H

#include "../boot/boot.h"

/** From the board's first lines to the firmware. @param out where the firmware finds it. */
_Noreturn void boot_program(struct hand_over *out);

/** Ends boot for good: text is for people and goes into a HALT frame. */
_Noreturn void boot_fatal(const char *text);

/** Ends boot: what was verified cannot run here. A maker's key signs the firmware of all of its boards. */
_Noreturn void boot_other_board(void);

/* What the board supplies. */

/** This program itself, as it lies: all of its code and data that never changes. @param size filled. */
const uint8_t *boot_code(size_t *size);

/** Wipes what boot leaves in memory, but for the hand-over, and jumps into the firmware in execution memory. */
_Noreturn void boot_run(struct hand_over *out);

#endif

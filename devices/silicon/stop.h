/* SPDX-License-Identifier: Apache-2.0 */
/**
 * How the silicon model ends what runs. Boards link stop.c (a HALT frame with the reason, then board_stop: the simulator
 * does the rest); a test may supply its own. None returns.
 */
#ifndef THIMBLE_STOP_H
#define THIMBLE_STOP_H

#include <stdint.h>

#include "reset.h"

/** Reasons in the HALT frame (devices/io/frames.ts, HaltReason). */
#define HALT_POWER_CUT 3u
#define HALT_RESET_SOFTWARE 10u
#define HALT_RESET_WATCHDOG 11u

/** Tells the simulator why the board stops, and stops it. text: at most 127 bytes of it are told. */
_Noreturn void silicon_halt(uint8_t reason, const char *text);

/** Power fails in the middle of an operation, after its first bytes were programmed. */
_Noreturn void silicon_power_cut(void);

/** Starts the board again. @param cause - RESET_SOFTWARE or RESET_WATCHDOG: what reset_cause() says then. */
_Noreturn void silicon_reset(enum reset_cause cause);

#endif

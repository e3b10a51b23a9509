/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Model of a watchdog: once started it resets the board when it is not kicked within its period, and only a reset stops
 * it. It goes by device time (devices/runtime/clock.c), which moves in two places: when a board is idle, and by a
 * microsecond when the clock is read. Both ask watchdog_check(). Code that does neither takes no device time: there the
 * simulator's patience is the end of the period (docs/simulator.md).
 */
#ifndef THIMBLE_WATCHDOG_H
#define THIMBLE_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>

enum watchdog_status {
	WATCHDOG_OK = 0,
	WATCHDOG_ERROR_PERIOD = -1,  /* 0, or longer than watchdog_max_ms() */
	WATCHDOG_ERROR_RUNNING = -2, /* started before: its period stays what it is */
	WATCHDOG_ERROR_OFF = -3,     /* not started */
};

/** The longest period; 0: the board has no watchdog. */
uint32_t watchdog_max_ms(void);

/** Starts it. @param now_us - device time. @return WATCHDOG_OK or WATCHDOG_ERROR_*. */
int watchdog_start(uint64_t now_us, uint32_t period_ms);

/** Begins its period anew. A kick that comes too late is none: it does not return. */
int watchdog_kick(uint64_t now_us);

bool watchdog_is_running(void);

/** The first microsecond at which it bites; all ones: it is off. */
uint64_t watchdog_bites_at_us(void);

/** Resets the board if its time is over: then it does not return. */
void watchdog_check(uint64_t now_us);

#endif

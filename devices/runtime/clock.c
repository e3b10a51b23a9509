/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The board's clock: microseconds since power-on, over resets. The simulator is the master of time (it sets the clock
 * when the board is idle). In virtual time the clock stands still while code runs, but for one microsecond a reading, so
 * that a program that waits by reading the clock ends. In real time the board's own counter adds what passes.
 * Whenever it moves, the watchdog looks at it.
 */
#include "../silicon/watchdog.h"
#include "board.h"
#include "runtime.h"

static struct {
	int64_t wall_us;
	uint64_t base_us;
	uint64_t counter_us;
	bool is_virtual;
} state;

void runtime_clock_start(int64_t wall_clock_ms, uint64_t start_us, bool is_virtual)
{
	state.wall_us = wall_clock_ms * 1000;
	state.is_virtual = is_virtual;
	state.base_us = start_us;
	state.counter_us = board_elapsed_us();
}

void runtime_clock_set(uint64_t us)
{
	if (us > state.base_us)
		state.base_us = us;
	state.counter_us = board_elapsed_us();
	watchdog_check(state.base_us);
}

uint64_t runtime_clock_us(void)
{
	uint64_t now = state.base_us;
	if (state.is_virtual) {
		state.base_us++;
	} else {
		uint64_t counter = board_elapsed_us();
		now += counter - state.counter_us;
		state.base_us = now;
		state.counter_us = counter;
	}
	watchdog_check(now);
	return now;
}

int64_t runtime_wall_clock_us(void)
{
	return state.wall_us + (int64_t)runtime_clock_us();
}

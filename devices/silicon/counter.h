/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Model of hardware counters that only rise: 32 bits each, 0 when new, apart from flash and OTP. A board has as many as
 * its silicon.json says, which may be none. Nothing allocates; a refused call changes nothing.
 *
 * A step is one operation of 4 bytes. When power fails in it, 0 of them leave the old value, 4 the new one, and what lies
 * between an interrupted counter: it has no value until counter_finish() has taken the step to its end.
 */
#ifndef THIMBLE_COUNTER_H
#define THIMBLE_COUNTER_H

#include <stdint.h>

enum counter_status {
	COUNTER_OK = 0,
	COUNTER_ERROR_RANGE = -1,       /* the board has no such counter */
	COUNTER_ERROR_VALUE = -2,       /* not above the present value, or no value is left above it */
	COUNTER_ERROR_INTERRUPTED = -3, /* power failed in a step: counter_finish() comes first */
};

/** How many the board has: their indices begin at 0. */
uint32_t counter_count(void);

/** @return COUNTER_OK, COUNTER_ERROR_RANGE or _INTERRUPTED; value is untouched then. */
int counter_read(uint32_t index, uint32_t *value);

/** Adds one. @return COUNTER_OK or COUNTER_ERROR_*. */
int counter_increment(uint32_t index);

/** Raises to a higher value in one step. @return COUNTER_OK or COUNTER_ERROR_*. */
int counter_raise(uint32_t index, uint32_t value);

/** Ends an interrupted step: the counter has its new value then. Of a counter at rest: COUNTER_OK and no operation. */
int counter_finish(uint32_t index);

#endif

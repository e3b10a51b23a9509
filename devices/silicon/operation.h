/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What changes something for good is an operation: a flash write, the erase of a sector, the programming of OTP, a step of
 * a counter. They are counted together from power-on, over resets, so that one number names any of them for a power cut.
 */
#ifndef THIMBLE_OPERATION_H
#define THIMBLE_OPERATION_H

#include <stdbool.h>
#include <stdint.h>

struct operation {
	uint32_t bytes; /* how many of its bytes arrive: all, or fewer when power fails here */
	bool is_cut;    /* power fails in it: silicon_power_cut() is to be called after those bytes */
};

/** Counts one operation of length bytes. */
struct operation operation_begin(uint32_t length);

/** Operations since power-on. */
uint32_t operation_count(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The power-on block: what the simulator tells a board at each start, at POWER_ON_OFFSET of the window.
 * Packed, little endian. The runtime copies it and wipes the seed before any other code runs.
 * host-sim/board/window.ts writes it; test/board/layout.test.ts holds the two in step.
 */
#ifndef THIMBLE_POWER_ON_H
#define THIMBLE_POWER_ON_H

#include <stdint.h>

#define POWER_ON_MAGIC 0x4F504854u /* "THPO" read as little endian */
#define POWER_ON_VERSION 2u

#define POWER_ON_VIRTUAL_TIME 0x1u
#define POWER_ON_FIXED_SEED 0x2u
#define POWER_ON_DEBUG 0x4u
#define POWER_ON_DEBUGGER 0x8u /* a debugger is at the other end of the debug channel */
#define POWER_ON_SERVICE 0x10u /* somebody at the device holds its service jumper */
#define POWER_ON_DICE 0x20u /* board profile dice: the chip that the host stands for will never have a secure world */

#define POWER_ON_INSTRUMENTS 32u
#define POWER_ON_ANALOG_CHANNELS 16u

struct __attribute__((packed)) power_on {
	uint32_t magic;
	uint32_t version;
	uint32_t flags;
	uint8_t seed[32];
	int64_t wall_clock_ms;  /* Unix time at device time 0, milliseconds */
	uint32_t heap_bytes;    /* XS heap; 0: the board's default */
	uint32_t stack_slots;   /* XS stack; 0: the board's default */
	uint32_t app_offset;    /* of the app archive's image, from the start of the window */
	uint32_t app_length;    /* of the image in bytes */
	uint32_t cut_operation; /* 1-based operation (operation.h) at which power fails; 0: never */
	uint32_t cut_bytes;     /* bytes of that operation that still arrive; 0xFFFFFFFF: half of them */
	uint32_t operations;    /* out: operations since power-on; in: those before a reset */
	uint32_t digital_levels; /* bit n: level of digital pin n at power-on */
	uint32_t digital_driven; /* bit n: pin n is driven from outside at power-on; otherwise it floats */
	uint16_t analog_values[POWER_ON_ANALOG_CHANNELS]; /* raw readings at power-on */
	uint32_t reset_cause;     /* enum reset_cause */
	uint64_t start_us;        /* device time of this start: 0, or later after a reset */
	uint32_t counters;        /* how many monotonic counters the board has */
	uint32_t watchdog_max_ms; /* longest period of its watchdog; 0: it has none */
	uint32_t switched_off;    /* the simulator's note: 1 once the board was switched off in order */
	uint64_t instruments[POWER_ON_INSTRUMENTS]; /* out: counters that the board leaves for the simulator to read */
};

_Static_assert(sizeof(struct power_on) == 144u + 8u * POWER_ON_INSTRUMENTS, "power_on is a fixed layout");

#endif

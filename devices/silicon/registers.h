/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The model's registers, at REGISTERS_OFFSET of the window: what a reset sets back. The simulator zeroes them at each
 * start. Packed, little endian; host-sim/board/layout.ts has the offsets that it reads.
 */
#ifndef THIMBLE_REGISTERS_H
#define THIMBLE_REGISTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "../runtime/board.h"
#include "layout.h"

struct __attribute__((packed)) registers {
	uint64_t watchdog_us;      /* last microsecond in which a kick is in time; 0: the watchdog is off */
	uint32_t watchdog_ms;      /* its period */
	uint32_t otp_write_locked; /* not 0: nothing of OTP is programmed any more */
	uint8_t otp_hidden[OTP_SIZE / OTP_WORD / 8u];             /* one bit a word: neither read nor programmed */
	uint8_t flash_protected[(FLASH_SECTORS + 7u) / 8u]; /* one bit a sector: neither written nor erased */
};

static inline struct registers *silicon_registers(void)
{
	return (struct registers *)(board_window() + REGISTERS_OFFSET);
}

static inline bool silicon_has_bit(const uint8_t *bits, uint32_t index)
{
	return (((uint32_t)bits[index / 8u] >> (index % 8u)) & 1u) != 0u;
}

static inline void silicon_set_bit(uint8_t *bits, uint32_t index)
{
	bits[index / 8u] = (uint8_t)(bits[index / 8u] | 1u << (index % 8u));
}

#endif

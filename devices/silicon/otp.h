/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Model of one-time programmable memory: 512 bytes, all zero when new. A bit that is 1 stays 1. Works on board_window().
 * Nothing allocates; a refused call changes nothing.
 */
#ifndef THIMBLE_OTP_H
#define THIMBLE_OTP_H

#include <stdint.h>

#include "layout.h"

enum otp_status {
	OTP_OK = 0,
	OTP_ERROR_RANGE = -1,     /* outside the OTP */
	OTP_ERROR_ALIGNMENT = -2, /* not whole words, where words are asked for */
	OTP_ERROR_HIDDEN = -3,    /* a word of it is hidden until reset */
	OTP_ERROR_LOCKED = -4,    /* writing is locked until reset */
};

/** Copies length bytes at offset, of any alignment. @return OTP_OK, OTP_ERROR_RANGE or _HIDDEN; out is untouched then. */
int otp_read(uint32_t offset, uint8_t *out, uint32_t length);

/**
 * Sets the bits that are 1 in bits; the others stay as they are. Whole words. One operation for the whole call, also
 * where no bit changes; a length of 0 is none. When power fails in it, the first bytes are as asked for, and in the next
 * one those of the wanted bits that are in 0x55.
 * @return OTP_OK or OTP_ERROR_*.
 */
int otp_program(uint32_t offset, const uint8_t *bits, uint32_t length);

/**
 * Hides whole words until reset: they are neither read nor programmed, so that a hidden secret can neither be copied nor
 * set to all ones. Hidden words may be hidden again. @return OTP_OK, OTP_ERROR_RANGE or _ALIGNMENT.
 */
int otp_hide(uint32_t offset, uint32_t length);

/** Locks all programming until reset. */
void otp_lock_write(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/** Model of OTP, see otp.h. */
#include "otp.h"

#include <stdbool.h>
#include <string.h>

#include "../runtime/board.h"
#include "operation.h"
#include "registers.h"
#include "stop.h"

/* Bits of a byte that are programmed before the others: power may fail in between. */
#define FIRST_BITS 0x55u

static bool in_otp(uint32_t offset, uint32_t length)
{
	return offset <= OTP_SIZE && length <= OTP_SIZE - offset;
}

static bool is_hidden(uint32_t offset, uint32_t length)
{
	for (uint32_t at = offset; at < offset + length; at++) {
		if (silicon_has_bit(silicon_registers()->otp_hidden, at / OTP_WORD))
			return true;
	}
	return false;
}

int otp_read(uint32_t offset, uint8_t *out, uint32_t length)
{
	if (!in_otp(offset, length))
		return OTP_ERROR_RANGE;
	if (is_hidden(offset, length))
		return OTP_ERROR_HIDDEN;
	if (length != 0u)
		memcpy(out, board_window() + OTP_OFFSET + offset, length);
	return OTP_OK;
}

static void set_bits(uint8_t *byte, uint32_t bits)
{
	*byte = (uint8_t)(*byte | bits);
}

int otp_program(uint32_t offset, const uint8_t *bits, uint32_t length)
{
	uint8_t *otp = board_window() + OTP_OFFSET + offset;
	struct operation operation;

	if (!in_otp(offset, length))
		return OTP_ERROR_RANGE;
	if (offset % OTP_WORD != 0u || length % OTP_WORD != 0u)
		return OTP_ERROR_ALIGNMENT;
	if (is_hidden(offset, length))
		return OTP_ERROR_HIDDEN;
	if (silicon_registers()->otp_write_locked != 0u)
		return OTP_ERROR_LOCKED;
	if (length == 0u)
		return OTP_OK;

	operation = operation_begin(length);
	for (uint32_t i = 0u; i < operation.bytes; i++)
		set_bits(otp + i, bits[i]);
	if (operation.is_cut) {
		if (operation.bytes < length)
			set_bits(otp + operation.bytes, bits[operation.bytes] & FIRST_BITS);
		silicon_power_cut();
	}
	return OTP_OK;
}

int otp_hide(uint32_t offset, uint32_t length)
{
	if (!in_otp(offset, length))
		return OTP_ERROR_RANGE;
	if (offset % OTP_WORD != 0u || length % OTP_WORD != 0u)
		return OTP_ERROR_ALIGNMENT;
	for (uint32_t word = offset / OTP_WORD; word < (offset + length) / OTP_WORD; word++)
		silicon_set_bit(silicon_registers()->otp_hidden, word);
	return OTP_OK;
}

void otp_lock_write(void)
{
	silicon_registers()->otp_write_locked = 1u;
}

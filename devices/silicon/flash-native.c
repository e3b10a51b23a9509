/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The modelled flash and the inputs at power-on as natives of the firmware modules in devices/io. Thin: the TypeScript
 * there keeps an app inside its partition. Errors are an Error whose message begins with its code.
 */
#include <stddef.h>
#include <stdint.h>

#include "xsmc.h"

#include "../runtime/board.h"
#include "flash.h"
#include "power-on.h"

static void throw_flash_error(xsMachine *the, int status)
{
	switch (status) {
	case FLASH_OK:
		return;
	case FLASH_ERROR_RANGE:
		xsRangeError("FLASH_RANGE: outside the flash");
		break;
	case FLASH_ERROR_ALIGNMENT:
		xsRangeError("FLASH_ALIGNMENT: not whole write units or blocks");
		break;
	case FLASH_ERROR_PROGRAMMED:
		xsUnknownError("FLASH_PROGRAMMED: a write unit is programmed once between two erases");
		break;
	case FLASH_ERROR_PROTECTED:
		xsUnknownError("FLASH_PROTECTED: write-protected until the next reset");
		break;
	default:
		xsUnknownError("FLASH_FAILED: flash operation failed");
		break;
	}
}

static uint32_t to_offset(xsMachine *the, xsSlot *slot)
{
	xsIntegerValue value = fxToInteger(the, slot);

	if (value < 0)
		xsRangeError("FLASH_RANGE: outside the flash");
	return (uint32_t)value;
}

/** xs_thimble_flash_read(offset, length) -> ArrayBuffer */
void xs_thimble_flash_read(xsMachine *the)
{
	uint32_t offset = to_offset(the, &xsArg(0));
	uint32_t length = to_offset(the, &xsArg(1));

	if (offset > FLASH_SIZE || length > FLASH_SIZE - offset)
		throw_flash_error(the, FLASH_ERROR_RANGE);
	xsmcSetArrayBuffer(xsResult, NULL, (xsIntegerValue)length);
	throw_flash_error(the, flash_read(offset, xsmcToArrayBuffer(xsResult), length));
}

/** xs_thimble_flash_write(offset, bytes) */
void xs_thimble_flash_write(xsMachine *the)
{
	uint32_t offset = to_offset(the, &xsArg(0));
	void *bytes;
	xsUnsignedValue length;

	xsmcGetBufferReadable(xsArg(1), &bytes, &length);
	throw_flash_error(the, flash_write(offset, bytes, length));
}

/** xs_thimble_flash_erase(offset, length) */
void xs_thimble_flash_erase(xsMachine *the)
{
	uint32_t offset = to_offset(the, &xsArg(0));
	uint32_t length = to_offset(the, &xsArg(1));

	throw_flash_error(the, flash_erase(offset, length));
}

/** xs_thimble_input_digital(pin) -> 0 or 1 as driven at power-on, undefined when the pin floats */
void xs_thimble_input_digital(xsMachine *the)
{
	const struct power_on *block = (const struct power_on *)(board_window() + POWER_ON_OFFSET);
	xsIntegerValue pin = xsmcToInteger(xsArg(0));

	if (pin < 0 || pin > 31 || block->magic != POWER_ON_MAGIC || ((block->digital_driven >> pin) & 1u) == 0u)
		return;
	xsmcSetInteger(xsResult, (xsIntegerValue)((block->digital_levels >> pin) & 1u));
}

/** xs_thimble_input_analog(channel) -> raw reading at power-on */
void xs_thimble_input_analog(xsMachine *the)
{
	const struct power_on *block = (const struct power_on *)(board_window() + POWER_ON_OFFSET);
	xsIntegerValue channel = xsmcToInteger(xsArg(0));

	if (channel < 0 || channel >= (xsIntegerValue)POWER_ON_ANALOG_CHANNELS || block->magic != POWER_ON_MAGIC) {
		xsmcSetInteger(xsResult, 0);
		return;
	}
	xsmcSetInteger(xsResult, block->analog_values[channel]);
}

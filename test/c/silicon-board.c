/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Runs on a board in place of the runtime: locks what can be locked, resets by software, waits for its watchdog, and then
 * says in one line of JSON what it found at its third start.
 *
 *   causes       of the three starts, four bits each, the first one highest
 *   startUs      device time of the third
 *   starts       steps of a counter, one a start
 *   open         of five calls that the first start's locks refuse, those that the second start takes: all, 31
 */
#include <stdio.h>
#include <string.h>

#include "../../devices/silicon/counter.h"
#include "../../devices/silicon/flash.h"
#include "../../devices/silicon/operation.h"
#include "../../devices/silicon/otp.h"
#include "../../devices/silicon/power-on.h"
#include "../../devices/silicon/reset.h"
#include "../../devices/silicon/watchdog.h"
#include "board.h"
#include "runtime.h"

#define CAUSES_OFFSET 0u
#define SECRET_OFFSET 64u
#define REFUSED_OFFSET 128u

static void program_word(uint32_t offset, uint32_t value)
{
	if (otp_program(offset, (const uint8_t *)&value, sizeof value) != OTP_OK)
		runtime_fatal("OTP is not programmed");
}

static uint32_t read_word(uint32_t offset)
{
	uint32_t value = 0;

	if (otp_read(offset, (uint8_t *)&value, sizeof value) != OTP_OK)
		runtime_fatal("OTP is not read");
	return value;
}

/** Five calls that locks refuse. @return one bit for each that ended so. */
static uint32_t try_all(int hidden, int locked, int protected)
{
	static const uint8_t unit[FLASH_WRITE_UNIT] = { 1 };
	uint8_t out[4];
	uint32_t bits = 0;

	bits |= otp_read(SECRET_OFFSET, out, sizeof out) == hidden ? 1u : 0u;
	bits |= otp_program(SECRET_OFFSET, unit, 4) == hidden ? 2u : 0u;
	bits |= otp_program(SECRET_OFFSET + 32u, unit, 4) == locked ? 4u : 0u;
	bits |= flash_erase(FLASH_FW0_OFFSET, FLASH_SECTOR_SIZE) == protected ? 8u : 0u;
	bits |= flash_write(FLASH_FW0_OFFSET, unit, sizeof unit) == protected ? 16u : 0u;
	return bits;
}

_Noreturn void runtime_main(struct hand_over *given)
{
	const struct power_on *block = (const struct power_on *)(board_window() + POWER_ON_OFFSET);
	uint32_t starts = 0;
	char text[160];

	runtime_clock_start(block->wall_clock_ms, block->start_us, true);
	if (counter_increment(0) != COUNTER_OK || counter_read(0, &starts) != COUNTER_OK)
		runtime_fatal("the counter does not step");
	program_word(CAUSES_OFFSET, (uint32_t)reset_cause() << (4u * (3u - starts)));
	if (starts == 1u) {
		otp_hide(SECRET_OFFSET, 32);
		flash_protect(FLASH_FW0_OFFSET, FLASH_FW0_SIZE);
		const uint32_t before = operation_count();
		otp_lock_write();
		const uint32_t refused = try_all(OTP_ERROR_HIDDEN, OTP_ERROR_LOCKED, FLASH_ERROR_PROTECTED);
		if (operation_count() != before || refused != 31u)
			runtime_fatal("a lock is open");
		reset_software();
	}
	if (starts == 2u) {
		program_word(REFUSED_OFFSET, try_all(OTP_OK, OTP_OK, FLASH_OK));
		if (watchdog_start(runtime_clock_us(), 100) != WATCHDOG_OK)
			runtime_fatal("the watchdog does not start");
		for (;;)
			(void)runtime_clock_us();
	}
	snprintf(text, sizeof text, "{\"starts\":%u,\"causes\":%u,\"open\":%u,\"startUs\":%u,\"operations\":%u,\"watchdog\":%u}",
		(unsigned)starts, (unsigned)read_word(CAUSES_OFFSET), (unsigned)read_word(REFUSED_OFFSET),
		(unsigned)block->start_us, (unsigned)operation_count(), watchdog_is_running() ? 1u : 0u);
	runtime_halt(HALT_FINISHED, text);
}

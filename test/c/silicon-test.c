/* SPDX-License-Identifier: Apache-2.0 */
/** Tests of OTP, counters, watchdog and reset causes, run by test/board/silicon-c.test.ts as flash-test.c is. */
#include "silicon.h"

#include "../../devices/silicon/counter.h"
#include "../../devices/silicon/otp.h"
#include "../../devices/silicon/watchdog.h"

#define UDS_OFFSET 64u
#define UDS_SIZE 32u

static uint8_t *const otp = window + OTP_OFFSET;

static void test_otp_bits(void)
{
	uint8_t bits[OTP_SIZE], out[OTP_SIZE];

	new_device();
	CHECK(otp_read(0, out, OTP_SIZE) == OTP_OK);
	for (uint32_t i = 0; i < OTP_SIZE; i++)
		CHECK(out[i] == 0);
	/* Every pair of bytes: what was set stays. */
	for (uint32_t first = 0; first < 256; first++) {
		memset(otp, 0, OTP_SIZE);
		start(0, 0);
		for (uint32_t i = 0; i < 256; i++)
			bits[i] = (uint8_t)first;
		CHECK(otp_program(0, bits, 256) == OTP_OK);
		for (uint32_t i = 0; i < 256; i++)
			bits[i] = (uint8_t)i;
		CHECK(otp_program(0, bits, 256) == OTP_OK);
		CHECK(otp_read(0, out, 257) == OTP_OK);
		for (uint32_t i = 0; i < 256; i++)
			CHECK(out[i] == (first | i));
		CHECK(out[256] == 0);
		CHECK(operation_count() == 2);
	}
}

static void test_otp_range(void)
{
	uint8_t bits[OTP_SIZE], out[4] = { 9, 9, 9, 9 };

	new_device();
	memset(bits, 0xFF, sizeof bits);
	CHECK(otp_read(OTP_SIZE, out, 0) == OTP_OK);
	CHECK(otp_read(OTP_SIZE - 3u, out, 4) == OTP_ERROR_RANGE);
	CHECK(otp_read(OTP_SIZE + 1u, out, 0) == OTP_ERROR_RANGE);
	CHECK(otp_read(0xFFFFFFFCu, out, 8) == OTP_ERROR_RANGE);
	CHECK(out[0] == 9 && out[3] == 9);
	CHECK(otp_program(OTP_SIZE, bits, 4) == OTP_ERROR_RANGE);
	CHECK(otp_program(OTP_SIZE - 4u, bits, 8) == OTP_ERROR_RANGE);
	CHECK(otp_program(0xFFFFFFFCu, bits, 8) == OTP_ERROR_RANGE);
	CHECK(otp_hide(OTP_SIZE - 4u, 8) == OTP_ERROR_RANGE);
	for (uint32_t i = 1; i < OTP_WORD; i++) {
		CHECK(otp_program(i, bits, 4) == OTP_ERROR_ALIGNMENT);
		CHECK(otp_program(0, bits, i) == OTP_ERROR_ALIGNMENT);
		CHECK(otp_hide(i, 4) == OTP_ERROR_ALIGNMENT);
		CHECK(otp_hide(0, i) == OTP_ERROR_ALIGNMENT);
	}
	CHECK(otp_program(0, bits, 0) == OTP_OK);
	CHECK(operation_count() == 0);
	for (uint32_t i = 0; i < OTP_SIZE; i++)
		CHECK(otp[i] == 0);
	CHECK(otp_program(OTP_SIZE - 4u, bits, 4) == OTP_OK);
	CHECK(otp[OTP_SIZE - 1u] == 0xFF && otp[OTP_SIZE - 5u] == 0);
}

static void test_otp_hide(void)
{
	uint8_t bits[OTP_SIZE], out[OTP_SIZE];

	new_device();
	memset(bits, 0x11, sizeof bits);
	CHECK(otp_program(UDS_OFFSET, bits, UDS_SIZE) == OTP_OK);
	CHECK(otp_hide(UDS_OFFSET, UDS_SIZE) == OTP_OK);
	CHECK(otp_hide(UDS_OFFSET, 4) == OTP_OK);
	memset(bits, 0xFF, sizeof bits);
	for (uint32_t at = 0; at < OTP_SIZE; at++) {
		const int expected = at >= UDS_OFFSET && at < UDS_OFFSET + UDS_SIZE ? OTP_ERROR_HIDDEN : OTP_OK;

		out[0] = 9;
		CHECK(otp_read(at, out, 1) == expected);
		CHECK(expected == OTP_OK || out[0] == 9);
	}
	CHECK(otp_read(0, out, OTP_SIZE) == OTP_ERROR_HIDDEN);
	CHECK(otp_read(UDS_OFFSET - 1u, out, 2) == OTP_ERROR_HIDDEN);
	CHECK(otp_read(UDS_OFFSET + UDS_SIZE - 1u, out, 2) == OTP_ERROR_HIDDEN);
	CHECK(otp_program(UDS_OFFSET, bits, 4) == OTP_ERROR_HIDDEN);
	CHECK(otp_program(UDS_OFFSET - 4u, bits, 8) == OTP_ERROR_HIDDEN);
	CHECK(operation_count() == 1);
	CHECK(otp[UDS_OFFSET - 1u] == 0 && otp[UDS_OFFSET] == 0x11);
	CHECK(otp_program(UDS_OFFSET - 4u, bits, 4) == OTP_OK);
	CHECK(otp_program(UDS_OFFSET + UDS_SIZE, bits, 4) == OTP_OK);
	start(0, 0);
	CHECK(otp_read(UDS_OFFSET, out, UDS_SIZE) == OTP_OK);
	CHECK(out[0] == 0x11 && out[UDS_SIZE - 1u] == 0x11);
}

static void test_otp_lock(void)
{
	const uint8_t bits[4] = { 1, 2, 4, 8 };
	uint8_t out[4];

	new_device();
	otp_lock_write();
	CHECK(otp_program(0, bits, 4) == OTP_ERROR_LOCKED);
	CHECK(otp_program(OTP_SIZE - 4u, bits, 4) == OTP_ERROR_LOCKED);
	CHECK(otp_read(0, out, 4) == OTP_OK && out[0] == 0);
	CHECK(operation_count() == 0);
	start(0, 0);
	CHECK(otp_program(0, bits, 4) == OTP_OK);
	CHECK(otp_read(0, out, 4) == OTP_OK && memcmp(out, bits, 4) == 0);
}

/** Power fails at each byte: those before it are whole, that one has some of its bits, those behind none. */
static void test_otp_cut(void)
{
	uint8_t bits[12];

	memset(bits, 0xF0, sizeof bits);
	for (volatile uint32_t bytes = 0; bytes <= 12; bytes++) {
		new_device();
		start(2, bytes);
		CHECK(otp_program(0, bits, 4) == OTP_OK);
		CHECK(STOP_OF(otp_program(8, bits, 12)) == STOPPED_POWER_CUT);
		for (uint32_t i = 0; i < 12; i++)
			CHECK(otp[8 + i] == (i < bytes ? 0xF0 : i == bytes ? 0x50 : 0));
		CHECK(otp[4] == 0 && otp[20] == 0);
		/* Done again it is whole. */
		start(0, 0);
		CHECK(otp_program(8, bits, 12) == OTP_OK);
		for (uint32_t i = 0; i < 12; i++)
			CHECK(otp[8 + i] == 0xF0);
	}
	/* The same count as the flash has. */
	new_device();
	start(3, 0xFFFFFFFFu);
	CHECK(flash_erase(0, 4096) == FLASH_OK);
	CHECK(counter_increment(0) == COUNTER_OK);
	CHECK(STOP_OF(otp_program(0, bits, 12)) == STOPPED_POWER_CUT);
	CHECK(otp[5] == 0xF0 && otp[6] == 0x50 && otp[7] == 0);
}

static void test_counter(void)
{
	uint32_t value = 9;

	new_device();
	CHECK(counter_count() == 4);
	for (uint32_t i = 0; i < 4; i++)
		CHECK(counter_read(i, &value) == COUNTER_OK && value == 0);
	value = 9;
	CHECK(counter_read(4, &value) == COUNTER_ERROR_RANGE && value == 9);
	CHECK(counter_increment(4) == COUNTER_ERROR_RANGE);
	CHECK(counter_raise(0xFFFFFFFFu, 1) == COUNTER_ERROR_RANGE);
	CHECK(counter_finish(4) == COUNTER_ERROR_RANGE);
	CHECK(counter_increment(1) == COUNTER_OK);
	CHECK(counter_raise(1, 1) == COUNTER_ERROR_VALUE);
	CHECK(counter_raise(1, 0) == COUNTER_ERROR_VALUE);
	CHECK(counter_raise(1, 0xFFFFFFFEu) == COUNTER_OK);
	CHECK(counter_increment(1) == COUNTER_OK);
	CHECK(counter_read(1, &value) == COUNTER_OK && value == 0xFFFFFFFFu);
	CHECK(counter_increment(1) == COUNTER_ERROR_VALUE);
	CHECK(counter_finish(1) == COUNTER_OK);
	CHECK(operation_count() == 3);
	CHECK(counter_read(0, &value) == COUNTER_OK && value == 0);
	CHECK(counter_read(2, &value) == COUNTER_OK && value == 0);
	start(0, 0);
	CHECK(counter_read(1, &value) == COUNTER_OK && value == 0xFFFFFFFFu);
	block()->counters = 0;
	CHECK(counter_count() == 0 && counter_read(0, &value) == COUNTER_ERROR_RANGE);
	block()->counters = 1000;
	CHECK(counter_count() == COUNTERS_MAX && counter_increment(COUNTERS_MAX - 1u) == COUNTER_OK);
	CHECK(counter_increment(COUNTERS_MAX) == COUNTER_ERROR_RANGE);
}

static void test_counter_cut(void)
{
	for (volatile uint32_t bytes = 0; bytes <= 5; bytes++) {
		uint32_t value = 99;

		new_device();
		CHECK(counter_raise(2, 7) == COUNTER_OK);
		start(1, bytes);
		CHECK(STOP_OF(counter_raise(2, 10)) == STOPPED_POWER_CUT);
		start(0, 0);
		if (bytes == 0 || bytes >= 4) {
			CHECK(counter_read(2, &value) == COUNTER_OK && value == (bytes == 0 ? 7 : 10));
			CHECK(counter_finish(2) == COUNTER_OK && operation_count() == 0);
			continue;
		}
		CHECK(counter_read(2, &value) == COUNTER_ERROR_INTERRUPTED && value == 99);
		CHECK(counter_increment(2) == COUNTER_ERROR_INTERRUPTED);
		CHECK(counter_raise(2, 100) == COUNTER_ERROR_INTERRUPTED);
		CHECK(counter_read(1, &value) == COUNTER_OK && value == 0);
		CHECK(operation_count() == 0);
		/* Finishing is cut as well: at its begin, and in it. */
		for (volatile uint32_t again = 0; again < 4; again++) {
			start(1, again);
			CHECK(STOP_OF(counter_finish(2)) == STOPPED_POWER_CUT);
			CHECK(counter_read(2, &value) == COUNTER_ERROR_INTERRUPTED);
		}
		start(0, 0);
		CHECK(counter_finish(2) == COUNTER_OK);
		CHECK(counter_read(2, &value) == COUNTER_OK && value == 10);
		CHECK(operation_count() == 1);
	}
}

static void test_watchdog(void)
{
	new_device();
	CHECK(watchdog_max_ms() == 32768 && !watchdog_is_running());
	CHECK(watchdog_bites_at_us() == UINT64_MAX);
	CHECK(watchdog_kick(5) == WATCHDOG_ERROR_OFF);
	CHECK(watchdog_start(5, 0) == WATCHDOG_ERROR_PERIOD);
	CHECK(watchdog_start(5, 32769) == WATCHDOG_ERROR_PERIOD);
	CHECK(STOP_OF(watchdog_check(UINT64_MAX - 1u)) == 0);
	CHECK(watchdog_start(5, 2) == WATCHDOG_OK && watchdog_is_running());
	CHECK(watchdog_start(5, 3) == WATCHDOG_ERROR_RUNNING);
	CHECK(watchdog_bites_at_us() == 2006);
	CHECK(STOP_OF(watchdog_check(2005)) == 0);
	CHECK(STOP_OF(watchdog_check(2006)) == STOPPED_RESET(RESET_WATCHDOG));
	CHECK(STOP_OF(watchdog_kick(2006)) == STOPPED_RESET(RESET_WATCHDOG));
	CHECK(watchdog_kick(2005) == WATCHDOG_OK && watchdog_bites_at_us() == 4006);
	start(0, 0);
	CHECK(!watchdog_is_running());
	/* From the first microsecond on, for the longest time; beyond 32 bits. */
	CHECK(watchdog_start(0, 1) == WATCHDOG_OK && watchdog_bites_at_us() == 1001);
	start(0, 0);
	CHECK(watchdog_start(0x1000000000u, 32768) == WATCHDOG_OK && watchdog_bites_at_us() == 0x1000000000u + 32768001u);
	start(0, 0);
	block()->watchdog_max_ms = 0xFFFFFFFFu;
	CHECK(watchdog_start(0, 0xFFFFFFFFu) == WATCHDOG_OK && watchdog_bites_at_us() == 0xFFFFFFFFu * (uint64_t)1000u + 1u);
	start(0, 0);
	block()->watchdog_max_ms = 0;
	CHECK(watchdog_start(0, 1) == WATCHDOG_ERROR_PERIOD);
}

static void test_reset(void)
{
	new_device();
	CHECK(reset_cause() == RESET_UNKNOWN);
	for (uint32_t cause = RESET_POWER_ON; cause <= RESET_BROWN_OUT; cause++) {
		block()->reset_cause = cause;
		CHECK(reset_cause() == (enum reset_cause)cause);
		CHECK(reset_cause() == (enum reset_cause)cause);
	}
	block()->reset_cause = RESET_BROWN_OUT + 1u;
	CHECK(reset_cause() == RESET_UNKNOWN);
	block()->reset_cause = RESET_SOFTWARE;
	block()->magic = 0;
	CHECK(reset_cause() == RESET_UNKNOWN);
	CHECK(STOP_OF((reset_software(), 0)) == STOPPED_RESET(RESET_SOFTWARE));
}

static const struct test tests[] = {
	{ "otp-bits", test_otp_bits },
	{ "otp-range", test_otp_range },
	{ "otp-hide", test_otp_hide },
	{ "otp-lock", test_otp_lock },
	{ "otp-cut", test_otp_cut },
	{ "counter", test_counter },
	{ "counter-cut", test_counter_cut },
	{ "watchdog", test_watchdog },
	{ "reset", test_reset },
};

int main(int argc, char **argv)
{
	return run_test(tests, sizeof tests / sizeof *tests, argc, argv);
}

/* SPDX-License-Identifier: Apache-2.0 */
/** Tests of devices/silicon/flash.c, run by test/board/flash-c.test.ts: prints "ok NAME" or fails and exits 1. */
#include "silicon.h"

static uint8_t *const flash_bytes = window + FLASH_OFFSET;
static const uint8_t ZEROS[FLASH_SECTOR_SIZE * 2];

static void test_range_and_alignment(void)
{
	uint8_t out[32];

	new_device();
	CHECK(flash_read(FLASH_SIZE - 32u, out, 32) == FLASH_OK);
	CHECK(flash_read(FLASH_SIZE - 31u, out, 32) == FLASH_ERROR_RANGE);
	CHECK(flash_read(FLASH_SIZE, out, 0) == FLASH_OK);
	CHECK(flash_read(FLASH_SIZE + 1u, out, 0) == FLASH_ERROR_RANGE);
	CHECK(flash_read(0xFFFFFFF0u, out, 32) == FLASH_ERROR_RANGE);
	CHECK(flash_write(0xFFFFFFF0u, ZEROS, 32) == FLASH_ERROR_RANGE);
	CHECK(flash_write(FLASH_SIZE - 16u, ZEROS, 32) == FLASH_ERROR_RANGE);
	CHECK(flash_erase(FLASH_SIZE - 4096u, 8192) == FLASH_ERROR_RANGE);
	for (uint32_t i = 1; i < FLASH_WRITE_UNIT; i++) {
		CHECK(flash_write(i, ZEROS, FLASH_WRITE_UNIT) == FLASH_ERROR_ALIGNMENT);
		CHECK(flash_write(0, ZEROS, i) == FLASH_ERROR_ALIGNMENT);
	}
	CHECK(flash_erase(2048, 4096) == FLASH_ERROR_ALIGNMENT);
	CHECK(flash_erase(0, 2048) == FLASH_ERROR_ALIGNMENT);
	CHECK(operation_count() == 0);
	for (uint32_t i = 0; i < FLASH_SIZE; i += 4096u)
		CHECK(flash_bytes[i] == 0xFF);
}

static void test_program_once(void)
{
	uint8_t data[FLASH_WRITE_UNIT * 2];

	new_device();
	memset(data, 0xFF, sizeof data);
	/* Programming all ones counts too. */
	CHECK(flash_write(4096, data, 16) == FLASH_OK);
	CHECK(flash_write(4096, ZEROS, 16) == FLASH_ERROR_PROGRAMMED);
	CHECK(flash_write(4080, ZEROS, 32) == FLASH_ERROR_PROGRAMMED);
	CHECK(flash_bytes[4080] == 0xFF);
	CHECK(flash_write(4080, ZEROS, 16) == FLASH_OK);
	CHECK(flash_write(4112, ZEROS, 16) == FLASH_OK);
	CHECK(operation_count() == 3);
	CHECK(flash_erase(4096, 4096) == FLASH_OK);
	CHECK(flash_write(4080, ZEROS, 16) == FLASH_ERROR_PROGRAMMED);
	CHECK(flash_write(4096, ZEROS, 4096) == FLASH_OK);
	CHECK(flash_write(8192 - 16, ZEROS, 16) == FLASH_ERROR_PROGRAMMED);
	CHECK(flash_write(8192, ZEROS, 16) == FLASH_OK);
	CHECK(flash_write(FLASH_SIZE - 16u, ZEROS, 16) == FLASH_OK);
	CHECK(flash_write(FLASH_SIZE - 16u, ZEROS, 16) == FLASH_ERROR_PROGRAMMED);
}

static void test_cut_write(void)
{
	for (volatile uint32_t bytes = 0; bytes <= 64; bytes++) {
		new_device();
		start(2, bytes);
		CHECK(flash_write(0, ZEROS, 16) == FLASH_OK);
		CHECK(STOP_OF(flash_write(4096, ZEROS, 64)) == STOPPED_POWER_CUT);
		for (uint32_t i = 0; i < 64; i++)
			CHECK(flash_bytes[4096 + i] == (i < bytes ? 0x00 : 0xFF));
		start(0, 0);
		for (uint32_t unit = 0; unit < 4; unit++) {
			int expected = unit * 16 < bytes ? FLASH_ERROR_PROGRAMMED : FLASH_OK;
			CHECK(flash_write(4096 + unit * 16, ZEROS, 16) == expected);
		}
	}
	new_device();
	start(1, 0xFFFFFFFFu);
	CHECK(STOP_OF(flash_write(0, ZEROS, 64)) == STOPPED_POWER_CUT);
	CHECK(flash_bytes[31] == 0x00 && flash_bytes[32] == 0xFF);
}

static void test_cut_erase(void)
{
	static const uint32_t some[] = { 0, 1, 15, 16, 17, 2048, 4095, 4096 };

	for (volatile size_t i = 0; i < sizeof some / sizeof *some; i++) {
		new_device();
		CHECK(flash_write(0, ZEROS, 8192) == FLASH_OK);
		start(2, some[i]);
		CHECK(STOP_OF(flash_erase(0, 8192)) == STOPPED_POWER_CUT);
		CHECK(operation_count() == 2);
		CHECK(flash_bytes[0] == 0xFF && flash_bytes[4095] == 0xFF);
		for (uint32_t j = 0; j < 4096; j++)
			CHECK(flash_bytes[4096 + j] == (j < some[i] ? 0xFF : 0x00));
		start(0, 0);
		/* Nothing of a sector whose erase was cut may be programmed before it is erased again. */
		for (uint32_t j = 0; j < 4096; j += 16)
			CHECK(flash_write(4096 + j, ZEROS, 16) == FLASH_ERROR_PROGRAMMED);
		CHECK(flash_write(0, ZEROS, 4096) == FLASH_OK);
		CHECK(flash_erase(4096, 4096) == FLASH_OK);
		CHECK(flash_write(4096, ZEROS, 4096) == FLASH_OK);
	}
}

static void test_protect(void)
{
	uint8_t data[16];

	new_device();
	CHECK(flash_protect(4096, 2048) == FLASH_ERROR_ALIGNMENT);
	CHECK(flash_protect(2048, 4096) == FLASH_ERROR_ALIGNMENT);
	CHECK(flash_protect(FLASH_SIZE, 4096) == FLASH_ERROR_RANGE);
	CHECK(flash_protect(FLASH_SIZE - 4096u, 8192) == FLASH_ERROR_RANGE);
	CHECK(flash_write(4096, ZEROS, 16) == FLASH_OK);
	CHECK(flash_protect(0, 0) == FLASH_OK);
	CHECK(flash_protect(4096, 8192) == FLASH_OK);
	CHECK(flash_protect(4096, 4096) == FLASH_OK);
	CHECK(flash_protect(FLASH_SIZE - 4096u, 4096) == FLASH_OK);
	/* Each unit of them, and every call that touches one; also what would be refused for being programmed. */
	for (uint32_t at = 4096; at < 12288; at += 16)
		CHECK(flash_write(at, ZEROS, 16) == FLASH_ERROR_PROTECTED);
	CHECK(flash_write(4080, ZEROS, 32) == FLASH_ERROR_PROTECTED);
	CHECK(flash_write(12272, ZEROS, 32) == FLASH_ERROR_PROTECTED);
	CHECK(flash_erase(0, 8192) == FLASH_ERROR_PROTECTED);
	CHECK(flash_erase(8192, 8192) == FLASH_ERROR_PROTECTED);
	CHECK(flash_write(FLASH_SIZE - 16u, ZEROS, 16) == FLASH_ERROR_PROTECTED);
	CHECK(flash_write(4096, ZEROS, 0) == FLASH_OK);
	CHECK(operation_count() == 1);
	for (uint32_t i = 16; i < 16384; i++)
		CHECK(flash_bytes[4096 + i] == 0xFF && flash_bytes[i < 4096 ? i : 0] == 0xFF);
	CHECK(flash_read(4096, data, 16) == FLASH_OK && data[0] == 0);
	CHECK(flash_write(4080, ZEROS, 16) == FLASH_OK);
	CHECK(flash_write(12288, ZEROS, 16) == FLASH_OK);
	CHECK(flash_erase(0, 4096) == FLASH_OK);
	CHECK(flash_erase(12288, 4096) == FLASH_OK);
	start(0, 0);
	CHECK(flash_erase(4096, 8192) == FLASH_OK);
	CHECK(flash_write(4096, ZEROS, 8192) == FLASH_OK);
}

static void test_partitions(void)
{
	uint32_t end = 0;

	for (uint32_t i = 0; i < FLASH_PARTITION_COUNT; i++) {
		const struct flash_partition *partition = &flash_partitions[i];

		CHECK(partition->offset == end);
		CHECK(partition->size % FLASH_SECTOR_SIZE == 0 && partition->size > 0);
		CHECK(flash_find_partition(partition->name) == partition);
		end = partition->offset + partition->size;
	}
	CHECK(end == FLASH_SIZE);
	CHECK(flash_find_partition("nothing") == NULL);
}

static void print_layout(void)
{
#define FIELD(name) printf("power_on.%s=%zu\n", #name, offsetof(struct power_on, name))
#define NUMBER(name) printf("%s=%lu\n", #name, (unsigned long)name)
	for (uint32_t i = 0; i < FLASH_PARTITION_COUNT; i++)
		printf("partition.%s=%u+%u\n", flash_partitions[i].name, flash_partitions[i].offset, flash_partitions[i].size);
	NUMBER(WINDOW_SIZE);
	NUMBER(FLASH_OFFSET);
	NUMBER(FLASH_SIZE);
	NUMBER(FLASH_SECTOR_SIZE);
	NUMBER(FLASH_WRITE_UNIT);
	NUMBER(FLASH_ERASED);
	NUMBER(PROGRAMMED_OFFSET);
	NUMBER(PROGRAMMED_SIZE);
	NUMBER(REGISTERS_OFFSET);
	NUMBER(OTP_OFFSET);
	NUMBER(OTP_SIZE);
	NUMBER(OTP_WORD);
	NUMBER(COUNTERS_OFFSET);
	NUMBER(COUNTERS_MAX);
	NUMBER(COUNTER_FRESHNESS);
	NUMBER(POWER_ON_OFFSET);
	NUMBER(POWER_ON_MAGIC);
	NUMBER(POWER_ON_VERSION);
	NUMBER(POWER_ON_INSTRUMENTS);
	NUMBER(POWER_ON_ANALOG_CHANNELS);
	NUMBER(POWER_ON_VIRTUAL_TIME);
	NUMBER(POWER_ON_FIXED_SEED);
	NUMBER(POWER_ON_DEBUG);
	NUMBER(POWER_ON_DEBUGGER);
	NUMBER(POWER_ON_SERVICE);
	NUMBER(POWER_ON_DICE);
	NUMBER(HALT_POWER_CUT);
	NUMBER(HALT_RESET_SOFTWARE);
	NUMBER(HALT_RESET_WATCHDOG);
	NUMBER(RESET_POWER_ON);
	NUMBER(RESET_SOFTWARE);
	NUMBER(RESET_WATCHDOG);
	NUMBER(RESET_BROWN_OUT);
	FIELD(magic);
	FIELD(version);
	FIELD(flags);
	FIELD(seed);
	FIELD(wall_clock_ms);
	FIELD(heap_bytes);
	FIELD(stack_slots);
	FIELD(app_offset);
	FIELD(app_length);
	FIELD(cut_operation);
	FIELD(cut_bytes);
	FIELD(operations);
	FIELD(digital_levels);
	FIELD(digital_driven);
	FIELD(analog_values);
	FIELD(reset_cause);
	FIELD(start_us);
	FIELD(counters);
	FIELD(watchdog_max_ms);
	FIELD(switched_off);
	FIELD(instruments);
	printf("registers.watchdog_us=%zu\n", offsetof(struct registers, watchdog_us));
	printf("registers=%zu\n", sizeof(struct registers));
	printf("power_on=%zu\n", sizeof(struct power_on));
}

static const struct test tests[] = {
	{ "range-and-alignment", test_range_and_alignment },
	{ "program-once", test_program_once },
	{ "cut-write", test_cut_write },
	{ "cut-erase", test_cut_erase },
	{ "protect", test_protect },
	{ "partitions", test_partitions },
	{ "layout", print_layout },
};

int main(int argc, char **argv)
{
	return run_test(tests, sizeof tests / sizeof *tests, argc, argv);
}

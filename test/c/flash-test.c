/* SPDX-License-Identifier: Apache-2.0 */
/** Tests of devices/silicon/flash.c, run by test/board/flash-c.test.ts: prints "ok NAME" or fails and exits 1. */
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../devices/runtime/board.h"
#include "../../devices/silicon/flash.h"
#include "../../devices/silicon/power-on.h"

static uint8_t window[WINDOW_SIZE];
static jmp_buf cut_here;

uint8_t *board_window(void)
{
	return window;
}

_Noreturn void flash_power_cut(void)
{
	longjmp(cut_here, 1);
}

static struct power_on *block(void)
{
	return (struct power_on *)(window + POWER_ON_OFFSET);
}

static void start(uint32_t cut_operation, uint32_t cut_bytes)
{
	memset(block(), 0, sizeof(struct power_on));
	block()->magic = POWER_ON_MAGIC;
	block()->version = POWER_ON_VERSION;
	block()->cut_operation = cut_operation;
	block()->cut_bytes = cut_bytes;
}

static void new_device(void)
{
	memset(window, 0, sizeof window);
	memset(window + FLASH_OFFSET, 0xFF, FLASH_SIZE);
	start(0, 0);
}

#define CHECK(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			exit(1); \
		} \
	} while (0)

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
	CHECK(flash_operations() == 0);
	for (uint32_t i = 0; i < FLASH_SIZE; i += 4096u)
		CHECK(window[FLASH_OFFSET + i] == 0xFF);
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
	CHECK(window[4080] == 0xFF);
	CHECK(flash_write(4080, ZEROS, 16) == FLASH_OK);
	CHECK(flash_write(4112, ZEROS, 16) == FLASH_OK);
	CHECK(flash_operations() == 3);
	CHECK(flash_erase(4096, 4096) == FLASH_OK);
	CHECK(flash_write(4080, ZEROS, 16) == FLASH_ERROR_PROGRAMMED);
	CHECK(flash_write(4096, ZEROS, 4096) == FLASH_OK);
	CHECK(flash_write(8192 - 16, ZEROS, 16) == FLASH_ERROR_PROGRAMMED);
	CHECK(flash_write(8192, ZEROS, 16) == FLASH_OK);
	CHECK(flash_write(FLASH_SIZE - 16u, ZEROS, 16) == FLASH_OK);
	CHECK(flash_write(FLASH_SIZE - 16u, ZEROS, 16) == FLASH_ERROR_PROGRAMMED);
}

/** Whether power was cut in this write or (data null) erase. */
static bool is_cut(uint32_t offset, const uint8_t *data, uint32_t length)
{
	if (setjmp(cut_here) != 0)
		return true;
	if (data != NULL)
		flash_write(offset, data, length);
	else
		flash_erase(offset, length);
	return false;
}

static void test_cut_write(void)
{
	for (uint32_t bytes = 0; bytes <= 64; bytes++) {
		new_device();
		start(2, bytes);
		CHECK(flash_write(0, ZEROS, 16) == FLASH_OK);
		CHECK(is_cut(4096, ZEROS, 64));
		for (uint32_t i = 0; i < 64; i++)
			CHECK(window[4096 + i] == (i < bytes ? 0x00 : 0xFF));
		start(0, 0);
		for (uint32_t unit = 0; unit < 4; unit++) {
			int expected = unit * 16 < bytes ? FLASH_ERROR_PROGRAMMED : FLASH_OK;
			CHECK(flash_write(4096 + unit * 16, ZEROS, 16) == expected);
		}
	}
	new_device();
	start(1, 0xFFFFFFFFu);
	CHECK(is_cut(0, ZEROS, 64));
	CHECK(window[31] == 0x00 && window[32] == 0xFF);
}

static void test_cut_erase(void)
{
	static const uint32_t some[] = { 0, 1, 15, 16, 17, 2048, 4095, 4096 };

	for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
		new_device();
		CHECK(flash_write(0, ZEROS, 8192) == FLASH_OK);
		start(2, some[i]);
		CHECK(is_cut(0, NULL, 8192));
		CHECK(flash_operations() == 2);
		CHECK(window[0] == 0xFF && window[4095] == 0xFF);
		for (uint32_t j = 0; j < 4096; j++)
			CHECK(window[4096 + j] == (j < some[i] ? 0xFF : 0x00));
		start(0, 0);
		/* Nothing of a sector whose erase was cut may be programmed before it is erased again. */
		for (uint32_t j = 0; j < 4096; j += 16)
			CHECK(flash_write(4096 + j, ZEROS, 16) == FLASH_ERROR_PROGRAMMED);
		CHECK(flash_write(0, ZEROS, 4096) == FLASH_OK);
		CHECK(flash_erase(4096, 4096) == FLASH_OK);
		CHECK(flash_write(4096, ZEROS, 4096) == FLASH_OK);
	}
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
	NUMBER(FLASH_SIZE);
	NUMBER(FLASH_SECTOR_SIZE);
	NUMBER(FLASH_WRITE_UNIT);
	NUMBER(FLASH_ERASED);
	NUMBER(PROGRAMMED_OFFSET);
	NUMBER(PROGRAMMED_SIZE);
	NUMBER(POWER_ON_OFFSET);
	NUMBER(POWER_ON_MAGIC);
	NUMBER(POWER_ON_VERSION);
	NUMBER(POWER_ON_INSTRUMENTS);
	NUMBER(POWER_ON_ANALOG_CHANNELS);
	NUMBER(POWER_ON_VIRTUAL_TIME);
	NUMBER(POWER_ON_FIXED_SEED);
	NUMBER(POWER_ON_DEBUG);
	NUMBER(POWER_ON_DEBUGGER);
	NUMBER(HALT_POWER_CUT);
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
	FIELD(reserved);
	FIELD(instruments);
	printf("power_on=%zu\n", sizeof(struct power_on));
}

static const struct {
	const char *name;
	void (*run)(void);
} tests[] = {
	{ "range-and-alignment", test_range_and_alignment },
	{ "program-once", test_program_once },
	{ "cut-write", test_cut_write },
	{ "cut-erase", test_cut_erase },
	{ "partitions", test_partitions },
	{ "layout", print_layout },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc == 2 && i < sizeof tests / sizeof *tests; i++) {
		if (strcmp(argv[1], tests[i].name) == 0) {
			tests[i].run();
			printf("ok %s\n", argv[1]);
			return 0;
		}
	}
	fprintf(stderr, "no such test\n");
	return 2;
}

/* SPDX-License-Identifier: Apache-2.0 */
/** A window of its own for a C test of the silicon model, and power cuts and resets that come back to the test. */
#ifndef THIMBLE_TEST_SILICON_H
#define THIMBLE_TEST_SILICON_H

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../devices/runtime/board.h"
#include "../../devices/silicon/flash.h"
#include "../../devices/silicon/operation.h"
#include "../../devices/silicon/power-on.h"
#include "../../devices/silicon/registers.h"
#include "../../devices/silicon/stop.h"

#define CHECK(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			exit(1); \
		} \
	} while (0)

/* What a stop comes back as. */
#define STOPPED_POWER_CUT 1
#define STOPPED_RESET(cause) (16 + (int)(cause))

static uint8_t window[WINDOW_SIZE];
static jmp_buf stop_here;

uint8_t *board_window(void)
{
	return window;
}

_Noreturn void silicon_power_cut(void)
{
	longjmp(stop_here, STOPPED_POWER_CUT);
}

_Noreturn void silicon_reset(enum reset_cause cause)
{
	longjmp(stop_here, STOPPED_RESET(cause));
}

/** How a call stops; 0: it comes back. A local variable that changes around it is volatile. */
#define STOP_OF(call) __extension__({ int stop_ = setjmp(stop_here); if (stop_ == 0) { (void)(call); } stop_; })

static struct power_on *block(void)
{
	return (struct power_on *)(window + POWER_ON_OFFSET);
}

/** As the simulator does at each start. */
static void start(uint32_t cut_operation, uint32_t cut_bytes)
{
	memset(block(), 0, sizeof(struct power_on));
	memset(silicon_registers(), 0, sizeof(struct registers));
	block()->magic = POWER_ON_MAGIC;
	block()->version = POWER_ON_VERSION;
	block()->cut_operation = cut_operation;
	block()->cut_bytes = cut_bytes;
	block()->counters = 4;
	block()->watchdog_max_ms = 32768;
}

static void new_device(void)
{
	memset(window, 0, sizeof window);
	memset(window + FLASH_OFFSET, 0xFF, FLASH_SIZE);
	start(0, 0);
}

struct test {
	const char *name;
	void (*run)(void);
};

/** Runs the test of that name, and says so. */
static __attribute__((unused)) int run_test(const struct test *tests, size_t count, int argc, char **argv)
{
	for (size_t i = 0; argc == 2 && i < count; i++) {
		if (strcmp(argv[1], tests[i].name) == 0) {
			tests[i].run();
			printf("ok %s\n", argv[1]);
			return 0;
		}
	}
	fprintf(stderr, "no such test\n");
	return 2;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Power cuts in devices/psa/its-log.c, run by crypto-its.test.ts: prints "ok NAME ..." or says what failed and exits 1.
 * A scenario is a list of steps; power is cut at each flash operation of it, after each partial length.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../devices/psa/its-log.h"
#include "../../devices/runtime/board.h"
#include "../../devices/silicon/flash.h"
#include "../../devices/silicon/power-on.h"

static uint8_t window[WINDOW_SIZE];
static jmp_buf cut_here;

uint8_t *board_window(void)
{
	return window;
}

_Noreturn void silicon_power_cut(void)
{
	longjmp(cut_here, 1);
}

#define CHECK(condition)                                                                                   \
	do {                                                                                                   \
		if (!(condition)) {                                                                                \
			printf("%s:%d: %s (operation %u, bytes %u, step %u)\n", __FILE__, __LINE__, #condition,        \
			       block()->cut_operation, block()->cut_bytes, at);                                         \
			exit(1);                                                                                        \
		}                                                                                                  \
	} while (0)

struct step {
	uint32_t uid, length; /* length 0: remove */
	uint8_t fill;
};

static const struct step small[] = {
	{1, 52, 0xA1}, {2, 100, 0xB2}, {3, 16, 0xC3}, {2, 0, 0}, {1, 60, 0xD4}, {2, 1, 0x77}, {1, 0, 0}, {3, 33, 0xC4},
};
/* Fills the bank until it is copied: twelve records of which three live. */
static const struct step filling[] = {
	{1, 52, 0xA1},   {4, 4100, 0xE5}, {4, 4100, 0xE6}, {4, 4100, 0xE7}, {5, 4160, 0xF1}, {4, 4100, 0xE8},
	{4, 4100, 0xE9}, {4, 4100, 0xEA}, {4, 4100, 0xEB}, {1, 0, 0},
};
static const struct step *steps = small;
static unsigned step_count = sizeof small / sizeof small[0];
#define UIDS 6u

static volatile unsigned at; /* step under way */

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

/* Only the partition: the window is large. */
static void new_device(void)
{
	memset(window + FLASH_OFFSET + FLASH_ITS_OFFSET, FLASH_ERASED, FLASH_ITS_SIZE);
	memset(window + PROGRAMMED_OFFSET + FLASH_ITS_OFFSET / FLASH_WRITE_UNIT / 8, 0, FLASH_ITS_SIZE / FLASH_WRITE_UNIT / 8);
}

static void choose_filling(void)
{
	steps = filling;
	step_count = sizeof filling / sizeof filling[0];
}

static int run_step(const struct step *step)
{
	static uint8_t data[ITS_RECORD_BYTES_MAX];
	if (step->length == 0)
		return its_log_remove(step->uid);
	memset(data, step->fill, step->length);
	return its_log_put(step->uid, 0, data, step->length);
}

/* The step that last spoke of uid among the first count, or null. */
static const struct step *last_of(uint32_t uid, unsigned count)
{
	const struct step *found = NULL;
	for (unsigned i = 0; i < count; i++)
		if (steps[i].uid == uid)
			found = &steps[i];
	return found;
}

static bool is_as(const struct step *step, const struct its_record *record, bool found)
{
	static uint8_t data[ITS_RECORD_BYTES_MAX];
	if (step == NULL || step->length == 0)
		return !found;
	if (!found || record->length != step->length)
		return false;
	if (flash_read(record->offset, data, record->length) != FLASH_OK)
		return false;
	for (uint32_t i = 0; i < record->length; i++)
		if (data[i] != step->fill)
			return false;
	return true;
}

/* Every uid is as count steps left it; the uid of the step after, where cut, as that step or as before it. */
static void check_state(unsigned count, bool cut)
{
	for (uint32_t uid = 1; uid < UIDS; uid++) {
		struct its_record record = {0};
		bool found;
		CHECK(its_log_find(uid, &record, &found) == ITS_LOG_OK);
		const bool before = is_as(last_of(uid, count), &record, found);
		const bool after = cut && steps[count].uid == uid && is_as(&steps[count], &record, found);
		CHECK(before || after);
	}
}

/* 16 bytes in a row of a removed record would be a secret that stayed. */
static void check_gone(uint8_t fill)
{
	unsigned row = 0;
	for (uint32_t i = 0; i < FLASH_ITS_SIZE; i++) {
		row = window[FLASH_OFFSET + FLASH_ITS_OFFSET + i] == fill ? row + 1 : 0;
		CHECK(row < 16);
	}
}

static void run_from(unsigned first)
{
	for (at = first; at < step_count; at++) {
		CHECK(run_step(&steps[at]) == ITS_LOG_OK);
		if (steps[at].length == 0) {
			const uint32_t uid = steps[at].uid;
			for (unsigned i = 0; i < at; i++)
				if (steps[i].uid == uid)
					check_gone(steps[i].fill);
		}
	}
	check_state(step_count, false);
}

/* Runs the steps from first on. @return whether power was cut, in step `at`. */
static bool is_cut(unsigned first)
{
	if (setjmp(cut_here) != 0)
		return true;
	run_from(first);
	return false;
}

/* Runs step `at` alone, the first that follows a cut. */
static bool is_step_cut(void)
{
	if (setjmp(cut_here) != 0)
		return true;
	CHECK(run_step(&steps[at]) == ITS_LOG_OK);
	return false;
}

/* Cuts at every operation, after so many of its bytes; restarts, looks, and goes on with the step that was cut. */
static unsigned cuts(uint32_t bytes)
{
	for (uint32_t operation = 1;; operation++) {
		new_device();
		start(operation, bytes);
		if (!is_cut(0))
			return operation - 1; /* the scenario has no such operation */
		start(0, 0);
		check_state(at, true);
		run_from(at);
	}
}

static void power_cuts(void)
{
	static const uint32_t lengths[] = {0, 1, 4, 8, 10, 12, 15, 16, 17, 100, 2048, 4095};
	unsigned count = 0;
	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
		count += cuts(lengths[i]);
	printf("ok power-cuts %u cuts\n", count);
}

static void filling_cuts(void)
{
	choose_filling();
	printf("ok filling-cuts %u cuts\n", cuts(8));
}

/* Cuts again, at every operation of the step that clears up after the first cut. */
static void double_cuts(void)
{
	unsigned count = 0;
	for (uint32_t first = 1;; first++) {
		for (uint32_t second = 1;; second++) {
			new_device();
			start(first, 8);
			if (!is_cut(0)) {
				printf("ok double-cuts %u cuts\n", count);
				return;
			}
			start(second, 8);
			if (!is_step_cut())
				break;
			start(0, 0);
			check_state(at, true);
			run_from(at);
			count++;
		}
	}
}

static void full(void)
{
	static uint8_t data[ITS_RECORD_BYTES_MAX];
	uint32_t uid = 1;
	struct its_record record;
	bool found;
	int status;
	new_device();
	start(0, 0);
	while ((status = its_log_put(uid, 0, data, 4096)) == ITS_LOG_OK)
		uid++;
	CHECK(status == ITS_LOG_FULL);
	CHECK(uid == 8); /* seven of 4096 + 16 in 32 KiB - 16 */
	for (uint32_t i = 1; i < uid; i++)
		CHECK(its_log_find(i, &record, &found) == ITS_LOG_OK && found);
	CHECK(its_log_find(uid, &record, &found) == ITS_LOG_OK && !found);
	CHECK(its_log_remove(1) == ITS_LOG_OK);
	CHECK(its_log_put(uid, 0, data, 4096) == ITS_LOG_OK);
	printf("ok full\n");
}

/* Any bit of the live records flipped, but for those of the last: damage, and nothing is written over it. */
static void damage(void)
{
	static uint8_t before[FLASH_ITS_SIZE];
	struct its_record record;
	unsigned flips = 0;
	bool found;
	new_device();
	start(0, 0);
	at = 0;
	CHECK(run_step(&steps[0]) == ITS_LOG_OK && run_step(&steps[1]) == ITS_LOG_OK);
	uint8_t *its = window + FLASH_OFFSET + FLASH_ITS_OFFSET;
	uint32_t live = its[0] == FLASH_ERASED ? FLASH_ITS_SIZE / 2 : 0;
	for (uint32_t byte = live; byte < live + 16 + 16 + 52; byte++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			its[byte] = (uint8_t)(its[byte] ^ (1u << bit));
			memcpy(before, its, sizeof before);
			/* The unused word of a bank header is covered as well. */
			CHECK(its_log_find(2, &record, &found) == ITS_LOG_CORRUPT);
			CHECK(run_step(&steps[2]) == ITS_LOG_CORRUPT && its_log_remove(1) == ITS_LOG_CORRUPT);
			CHECK(memcmp(before, its, sizeof before) == 0);
			its[byte] = (uint8_t)(its[byte] ^ (1u << bit));
			flips++;
		}
	}
	printf("ok damage %u flips\n", flips);
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";
	if (strcmp(name, "power-cuts") == 0)
		power_cuts();
	else if (strcmp(name, "filling-cuts") == 0)
		filling_cuts();
	else if (strcmp(name, "double-cuts") == 0)
		double_cuts();
	else if (strcmp(name, "full") == 0)
		full();
	else if (strcmp(name, "damage") == 0)
		damage();
	else
		return 2;
	return 0;
}

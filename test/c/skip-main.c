/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Runs on the emulated Cortex-M33, from its RAM: replaces one instruction after the other by one that does nothing, and gives
 * the checks of devices/boot each case that they must refuse. test/boot/skips.ts fills the window and reads what came of it.
 */
#include <string.h>

#include "boot-cases.h"
#include "skip.h"

#define CASES_MAX 64u
#define DATA_SIZE 0x10000u
/* A verification that is not noted is 24 million instructions. */
#define MORE_TICKS 700000u

/* The window; skips.ts has the same. */
struct window {
	uint32_t case_bytes;
	uint32_t instructions;
	uint32_t longest; /* out: ticks of the longest case */
	uint32_t wrong;   /* out: the case that does not come out as it must with no instruction skipped, from 1 */
	uint32_t asked;   /* with ASKED: the case that is next, from 0 */
};
#define WINDOW ((struct window *)SKIP_WINDOW)
#define ADDRESSES ((const uint32_t *)(SKIP_WINDOW + 0x100u)) /* bit 0: of 4 bytes */
#define CASES ((const uint8_t *)(SKIP_WINDOW + 0x100000u))
#define RESULTS ((struct skip_result *)(SKIP_WINDOW + 0x200000u)) /* of each instruction, of each case */

/* In the place of the number of instructions: a debugger asks for each case, and skips what it likes. */
#define ASKED 0xFFFFFFFFu

#define NOP 0xBF00u
static const uint16_t nop_of_4[2] = { 0xF3AFu, 0x8000u };

struct prepared {
	struct boot_case one;
	const uint8_t *bytes;
};

static uint32_t check(void *argument)
{
	const struct prepared *prepared = argument;
	return boot_case_status(&prepared->one, prepared->bytes, prepared->one.size);
}

/* All that lasts is in the part of the memory that is kept. */
static struct prepared *const cases = (struct prepared *)(SKIP_KEPT + DATA_SIZE);

/* In what no call can change. */
void *skip_products_memory(void)
{
	return (void *)(SKIP_KEPT + 0x100000u);
}

static uint32_t read_cases(void)
{
	uint32_t count = 0;
	for (uint32_t at = 0; at < WINDOW->case_bytes && count < CASES_MAX; count++) {
		struct prepared *prepared = &cases[count];
		memcpy(&prepared->one, CASES + at, sizeof prepared->one);
		prepared->bytes = CASES + at + sizeof prepared->one;
		at += (uint32_t)sizeof prepared->one + ((prepared->one.size + 3u) & ~3u);
	}
	return count;
}

static void must_come_out(uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t used = 0;
		const struct skip_result result = skip_guarded_call(check, &cases[i], 0xFFFFFFu, &used);
		if (result.end != SKIP_RETURNED || result.value != cases[i].one.expected) {
			WINDOW->wrong = i + 1;
			RESULTS[0] = result;
			skip_exit(2);
		}
		if (used > WINDOW->longest)
			WINDOW->longest = used;
	}
}

static void skip(uint32_t address, uint16_t kept[2])
{
	uint16_t *const code = (uint16_t *)(address & ~1u);
	memcpy(kept, code, 4);
	if (address & 1u)
		memcpy(code, nop_of_4, 4);
	else
		code[0] = NOP;
	__asm__ volatile("dsb\n\tisb" ::: "memory");
}

/* The debugger stops here. */
__attribute__((noinline)) void skip_pause(void);
void skip_pause(void)
{
	__asm__ volatile("nop" ::: "memory");
}

static _Noreturn void serve(uint32_t count, uint32_t ticks)
{
	for (;;) {
		uint32_t used;
		skip_pause();
		RESULTS[0] = skip_guarded_call(check, &cases[WINDOW->asked % count], ticks, &used);
	}
}

_Noreturn void skip_main(void)
{
	skip_guard_start((uint8_t *)SKIP_KEPT, DATA_SIZE);
	const uint32_t count = read_cases();
	skip_products_note(true);
	for (uint32_t i = 0; i < count; i++)
		check(&cases[i]);
	skip_products_note(false);
	must_come_out(count);
	const uint32_t ticks = 2u * WINDOW->longest + MORE_TICKS;
	if (WINDOW->instructions == ASKED)
		serve(count, ticks);
	for (uint32_t i = 0; i < WINDOW->instructions; i++) {
		uint16_t kept[2];
		skip(ADDRESSES[i], kept);
		for (uint32_t j = 0; j < count; j++) {
			struct skip_result *const result = &RESULTS[i * count + j];
			uint32_t used;
			/* accepted with all instructions in place: says nothing */
			if (result->end == 0 && cases[j].one.expected != IMAGE_OK)
				*result = skip_guarded_call(check, &cases[j], ticks, &used);
		}
		memcpy((uint16_t *)(ADDRESSES[i] & ~1u), kept, 4);
		__asm__ volatile("dsb\n\tisb" ::: "memory");
	}
	must_come_out(count);
	skip_exit(0);
}

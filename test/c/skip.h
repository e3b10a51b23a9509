/* SPDX-License-Identifier: Apache-2.0 */
/** Calls that may go wrong in any way, on a Cortex-M33, between the files of the program that test/boot/skips.ts builds. */
#ifndef THIMBLE_SKIP_H
#define THIMBLE_SKIP_H

#include <stdbool.h>
#include <stdint.h>

/** How a call ended. test/boot/skips.ts has the same numbers. */
enum skip_end { SKIP_RETURNED = 1, SKIP_CRASHED = 2, SKIP_HUNG = 3 };

struct skip_result {
	uint32_t value; /* what was returned */
	uint32_t end;   /* enum skip_end */
};

/** What a call cannot change: the second RAM but its last 64 KB. The layout of it is the user's. */
#define SKIP_KEPT 0x38200000u
#define SKIP_KEPT_SIZE 0x1F0000u
/** The file of test/boot/skips.ts. */
#define SKIP_WINDOW 0x80000000u

/** To be called once, before any guarded call: .data and .bss as they are now are what each of those calls finds. */
void skip_guard_start(uint8_t *keep, uint32_t size);

/**
 * Calls without privileges: code, what is kept and the window are read only, .data and .bss are as they were, C heap and stack
 * are zeros. @param ticks of 50 instructions each: 1 to 0xFFFFFF; used: how many it took.
 */
struct skip_result skip_guarded_call(uint32_t (*call)(void *), void *argument, uint32_t ticks, uint32_t *used);

/** Ends the emulator with that exit status. */
_Noreturn void skip_exit(uint32_t status);

/** Before any call: from now on the products that the signatures need are computed and noted; or no longer. */
void skip_products_note(bool is_noting);

#define SKIP_PRODUCTS_SIZE 0x10000u
/** Where they are noted; whoever links skip-products.c says it. Zeros at the start. */
void *skip_products_memory(void);

_Noreturn void skip_main(void);

#endif

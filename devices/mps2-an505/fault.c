/* SPDX-License-Identifier: Apache-2.0 */
/** Faults of the Cortex-M33 in words: the faulting frame's pc and lr, and the fault status register. */
#include "board-internal.h"

static void put_hex(char *out, uint32_t value)
{
	for (int i = 7; i >= 0; i--, value >>= 4)
		out[i] = "0123456789abcdef"[value & 15u];
}

/* r0-r3, r12, lr, pc, xpsr. */
__attribute__((used)) static _Noreturn void report_fault(const uint32_t *frame)
{
	char text[] = "hardware fault: pc=........ lr=........ cfsr=........";
	put_hex(text + 19, frame[6]);
	put_hex(text + 31, frame[5]);
	put_hex(text + 45, *(volatile uint32_t *)0xE000ED28u);
	fault_told(text);
}

__attribute__((naked)) _Noreturn void fault_handler(void)
{
	__asm__ volatile("mrs r0, msp\n\tb report_fault");
}

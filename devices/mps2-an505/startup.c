/* SPDX-License-Identifier: Apache-2.0 */
/** Reset and faults of the Cortex-M33: data and bss, then the runtime. A fault is told on the console and stops the board. */
#include <stdint.h>
#include <string.h>

#include "../runtime/runtime.h"
#include "board-internal.h"

extern uint8_t _data_start[], _data_end[], _data_load[], _bss_start[], _bss_end[], _stack_top[];

_Noreturn void reset_handler(void);
_Noreturn void fault_handler(void);

_Noreturn void reset_handler(void)
{
	memcpy(_data_start, _data_load, (size_t)(_data_end - _data_start));
	memset(_bss_start, 0, (size_t)(_bss_end - _bss_start));
	board_start();
	runtime_main();
}

static void put_hex(char *out, uint32_t value)
{
	for (int i = 7; i >= 0; i--, value >>= 4)
		out[i] = "0123456789abcdef"[value & 15u];
}

/* The faulting frame: r0-r3, r12, lr, pc, xpsr; told with the fault status registers. */
__attribute__((used)) static _Noreturn void report_fault(const uint32_t *frame)
{
	char text[] = "hardware fault: pc=........ lr=........ cfsr=........";
	put_hex(text + 19, frame[6]);
	put_hex(text + 31, frame[5]);
	put_hex(text + 45, *(volatile uint32_t *)0xE000ED28u);
	runtime_fatal(text);
}

__attribute__((naked)) _Noreturn void fault_handler(void)
{
	__asm__ volatile("mrs r0, msp\n\tb report_fault");
}

__attribute__((section(".vectors"), used)) static const uintptr_t vectors[16 + 33] = {
	(uintptr_t)_stack_top,
	(uintptr_t)reset_handler,
	(uintptr_t)fault_handler, /* NMI */
	(uintptr_t)fault_handler, /* HardFault */
	(uintptr_t)fault_handler, /* MemManage */
	(uintptr_t)fault_handler, /* BusFault */
	(uintptr_t)fault_handler, /* UsageFault */
	(uintptr_t)fault_handler, /* SecureFault */
	[16 + 32] = (uintptr_t)question_handler, /* UART 0 has received */
};

/* SPDX-License-Identifier: Apache-2.0 */
/** The firmware's start on the Cortex-M33: data and bss, then the runtime. A fault is told in the HALT frame and stops the board. */
#include <stdint.h>
#include <string.h>

#include "../runtime/runtime.h"
#include "board-internal.h"

extern uint8_t _data_start[], _data_end[], _data_load[], _bss_start[], _bss_end[], _stack_top[];

#define VTOR (*(volatile uint32_t *)0xE000ED08u)

_Noreturn void reset_handler(struct hand_over *given);
_Noreturn void direct_handler(void);

/* Boot jumps here. */
_Noreturn void reset_handler(struct hand_over *given)
{
	memcpy(_data_start, _data_load, (size_t)(_data_end - _data_start));
	memset(_bss_start, 0, (size_t)(_bss_end - _bss_start));
	base_start();
	board_start();
	runtime_main(given);
}

_Noreturn void fault_told(const char *text)
{
	runtime_fatal(text);
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

/* The core starts here when it is given the firmware without boot. */
_Noreturn void direct_handler(void)
{
	VTOR = (uint32_t)vectors;
	reset_handler(NULL);
}

__attribute__((section(".direct"), used)) static const uintptr_t direct_vectors[2] = {
	(uintptr_t)_stack_top,
	(uintptr_t)direct_handler,
};

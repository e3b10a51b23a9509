/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Start of the Cortex-M33, and calls behind its memory protection: they run without privileges on a stack of their own, and
 * come back by SVC, by any fault or by SysTick.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "skip.h"

struct systick {
	volatile uint32_t control; /* bit 0: on, bit 1: exception, bit 2: core clock */
	volatile uint32_t reload;
	volatile uint32_t value;
};

struct mpu {
	volatile uint32_t type;
	volatile uint32_t control; /* bit 0: on, bit 2: the privileged reach what is in no region */
	volatile uint32_t region;
	volatile uint32_t base;  /* bits 2 and 1: access, bit 0: no execution */
	volatile uint32_t limit; /* bit 0: on */
};

#define SYSTICK ((struct systick *)0xE000E010u)
#define MPU ((struct mpu *)0xE000ED90u)
#define MPU_ATTRIBUTES (*(volatile uint32_t *)0xE000EDC0u)
#define NORMAL_MEMORY 0xFFu
#define ICSR (*(volatile uint32_t *)0xE000ED04u)
#define ICSR_CLEAR_SYSTICK (1u << 25)

#define READ_WRITE 0x3u /* by all, no execution */
#define READ_ONLY 0x7u
#define EXECUTE 0x6u

#define STACK (SKIP_KEPT + SKIP_KEPT_SIZE)
#define STACK_SIZE 0x10000u
#define HEAP_SIZE 0x10000u

extern uint8_t _data_start[], _data_end[], _data_load[], _bss_start[], _bss_end[], _stack_top[], _c_heap_start[];

static uint8_t *brk;

void *_sbrk(ptrdiff_t increment);
void *_sbrk(ptrdiff_t increment)
{
	if (brk == NULL)
		brk = _c_heap_start;
	if (increment > _c_heap_start + HEAP_SIZE - brk || increment < _c_heap_start - brk) {
		errno = ENOMEM;
		return (void *)-1;
	}
	uint8_t *previous = brk;
	brk += increment;
	return previous;
}

_Noreturn void skip_exit(uint32_t status)
{
	const uint32_t block[2] = { 0x20026, status };
	register uint32_t operation __asm__("r0") = 0x20; /* semihosting: SYS_EXIT_EXTENDED */
	register const uint32_t *parameter __asm__("r1") = block;
	__asm__ volatile("bkpt 0xab" ::"r"(operation), "r"(parameter) : "memory");
	for (;;) {
	}
}

static void open_region(uint32_t number, uintptr_t from, uintptr_t end, uint32_t access)
{
	MPU->region = number;
	MPU->base = (uint32_t)from | access;
	MPU->limit = ((uint32_t)end - 32u) | 1u;
}

/* Kept, with what the calls begin with. */
static uint8_t *first_data;

void skip_guard_start(uint8_t *keep, uint32_t size)
{
	const size_t used = (size_t)(_bss_end - _data_start);
	if (used > size)
		skip_exit(3);
	first_data = keep;
	memcpy(keep, _data_start, used);
	MPU_ATTRIBUTES = NORMAL_MEMORY;
	open_region(0, 0x10000000u, 0x10400000u, EXECUTE);
	open_region(1, (uintptr_t)_data_start, ((uintptr_t)_c_heap_start + HEAP_SIZE + 31u) & ~31u, READ_WRITE);
	open_region(2, SKIP_KEPT, STACK, READ_ONLY);
	open_region(3, STACK, STACK + STACK_SIZE, READ_WRITE);
	open_region(4, SKIP_WINDOW, SKIP_WINDOW + 0x1000000u, READ_ONLY);
}

/* r0: call, r1: argument, r2: its stack. In the result's registers: r0 value, r1 end. */
__attribute__((naked)) static uint64_t enter(uint32_t (*call)(void *), void *argument, uint32_t stack)
{
	__asm__ volatile("push {r3-r11, lr}\n\t"
	                 "msr psp, r2\n\t"
	                 "mrs r2, control\n\t"
	                 "orr r2, r2, #3\n\t"
	                 "mov r3, r0\n\t"
	                 "mov r0, r1\n\t"
	                 "msr control, r2\n\t"
	                 "isb\n\t"
	                 "blx r3\n\t"
	                 "svc 0\n\t"
	                 ".global skip_back\n"
	                 "skip_back:\n\t"
	                 "pop {r3-r11, pc}");
}

/* What enter() pushed is where the main stack ends: the frame that leads back to it is made there. */
#define LEAVE \
	"sub sp, #32\n\t" \
	"str r0, [sp]\n\t" \
	"str r1, [sp, #4]\n\t" \
	"ldr r2, =skip_back\n\t" \
	"str r2, [sp, #24]\n\t" \
	"mov r2, #0x01000000\n\t" \
	"str r2, [sp, #28]\n\t" \
	"mrs r2, control\n\t" \
	"bic r2, r2, #1\n\t" \
	"msr control, r2\n\t" \
	"isb\n\t" \
	"mvn lr, #6\n\t" /* 0xFFFFFFF9: thread, main stack */ \
	"bx lr\n\t" \
	".ltorg"

/* It was pending when a fault ended the call, and there is nothing left to end. */
#define TOO_LATE "tst lr, #4\n\tit eq\n\tbxeq lr\n\t"

/* A fault of the program itself. */
__attribute__((used)) static _Noreturn void skip_lost(void)
{
	skip_exit(4);
}

__attribute__((naked)) static void returned(void)
{
	__asm__ volatile(TOO_LATE "mrs r1, psp\n\tldr r0, [r1]\n\tmovs r1, #1\n\t" LEAVE);
}

__attribute__((naked)) static void crashed(void)
{
	__asm__ volatile("tst lr, #4\n\tbeq skip_lost\n\tmovs r0, #0\n\tmovs r1, #2\n\t" LEAVE);
}

__attribute__((naked)) static void hung(void)
{
	__asm__ volatile(TOO_LATE "movs r0, #0\n\tmovs r1, #3\n\t" LEAVE);
}

struct skip_result skip_guarded_call(uint32_t (*call)(void *), void *argument, uint32_t ticks, uint32_t *used)
{
	uint8_t *const data = first_data;
	memcpy(_data_start, data, (size_t)(_bss_end - _data_start));
	memset(_c_heap_start, 0, HEAP_SIZE);
	memset((uint8_t *)STACK, 0, STACK_SIZE);
	__asm__ volatile("msr psplim, %0" ::"r"(STACK));
	MPU->control = 5;
	SYSTICK->reload = ticks;
	SYSTICK->value = 0;
	SYSTICK->control = 7;
	__asm__ volatile("dsb\n\tisb" ::: "memory");
	const uint64_t result = enter(call, argument, STACK + STACK_SIZE);
	*used = ticks - SYSTICK->value;
	SYSTICK->control = 0;
	ICSR = ICSR_CLEAR_SYSTICK;
	MPU->control = 0;
	__asm__ volatile("dsb\n\tisb" ::: "memory");
	/* the call may have changed it: it is in .bss */
	first_data = data;
	return (struct skip_result){ (uint32_t)result, (uint32_t)(result >> 32) };
}

_Noreturn void reset_handler(void);
_Noreturn void reset_handler(void)
{
	memcpy(_data_start, _data_load, (size_t)(_data_end - _data_start));
	memset(_bss_start, 0, (size_t)(_bss_end - _bss_start));
	skip_main();
}

__attribute__((section(".vectors"), used)) static const uintptr_t vectors[16] = {
	[0] = (uintptr_t)_stack_top,
	[1] = (uintptr_t)reset_handler,
	[2] = (uintptr_t)crashed,
	[3] = (uintptr_t)crashed, /* HardFault: the others become it */
	[11] = (uintptr_t)returned,
	[15] = (uintptr_t)hung,
};

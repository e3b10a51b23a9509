/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What the firmware needs of mps2-an505 beside base.c: a question of the simulator on UART 0, the board link on UART 1, the
 * debug channel on UART 2, heaps and stack.
 */
#include "../runtime/board.h"

#include "../runtime/entropy.h"
#include "../runtime/runtime.h"
#include "board-internal.h"

struct systick {
	volatile uint32_t control; /* bit 0: on, bit 1: exception, bit 2: core clock */
	volatile uint32_t reload;
	volatile uint32_t value;
};

#define SYSTICK ((struct systick *)0xE000E010u)
#define ICSR (*(volatile uint32_t *)0xE000ED04u)
#define ICSR_CLEAR_SYSTICK (1u << 25)
#define NVIC_ENABLE ((volatile uint32_t *)0xE000E100u)
#define NVIC_CLEAR ((volatile uint32_t *)0xE000E280u)
#define NVIC_PRIORITY ((volatile uint8_t *)0xE000E400u)
#define SYSTICK_PRIORITY (*(volatile uint8_t *)0xE000ED23u)
#define PRIORITY_LOW 0x80u

#define UART0_RECEIVE_IRQ 32u /* startup.c has its place in the table of vectors */
#define UART1_RECEIVE_IRQ 34u
#define UART2_RECEIVE_IRQ 36u

extern uint8_t _xs_heap_start[], _xs_heap_end[], _stack_limit[], _stack_top[];

/* Masks all but the question. */
static void mask_low(void)
{
	__asm__ volatile("msr basepri, %0\n\tcpsie i" ::"r"(PRIORITY_LOW) : "memory");
}

/* Masks all: but each of them ends wfi. */
static void mask_all(void)
{
	__asm__ volatile("cpsid i\n\tmsr basepri, %0" ::"r"(0u) : "memory");
}

void board_start(void)
{
	base_start_uart(UART0, UART_ON | UART_RECEIVE_INTERRUPT);
	base_start_uart(UART1, UART_ON | UART_RECEIVE_INTERRUPT);
	/* A question of the simulator interrupts what runs. The others stay masked: pending, they only wake the core from wfi. */
	NVIC_PRIORITY[UART1_RECEIVE_IRQ] = PRIORITY_LOW;
	NVIC_PRIORITY[UART2_RECEIVE_IRQ] = PRIORITY_LOW;
	SYSTICK_PRIORITY = PRIORITY_LOW;
	mask_low();
	NVIC_ENABLE[UART0_RECEIVE_IRQ / 32u] = 1u << (UART0_RECEIVE_IRQ % 32u);
	NVIC_ENABLE[UART1_RECEIVE_IRQ / 32u] = 1u << (UART1_RECEIVE_IRQ % 32u);
#ifdef mxDebug
	base_start_uart(UART2, UART_ON | UART_RECEIVE_INTERRUPT);
	NVIC_ENABLE[UART2_RECEIVE_IRQ / 32u] = 1u << (UART2_RECEIVE_IRQ % 32u);
#endif
	/* QEMU can lose the wake-up of a byte that comes while the core falls asleep: SysTick wakes it every millisecond. */
	SYSTICK->reload = TICKS_PER_US * 1000u - 1u;
	SYSTICK->value = 0;
	SYSTICK->control = 7;
}

static bool has_received(const struct uart *uart)
{
	return (uart->state & UART_RECEIVED) != 0;
}

static void clear_interrupt(struct uart *uart, uint32_t irq)
{
	uart->interrupt = UART_RECEIVED;
	NVIC_CLEAR[irq / 32u] = 1u << (irq % 32u);
}

/*
 * Sleeps until a byte is there. The interrupt is taken back before the last look at the UART: a byte that comes
 * between that look and wfi raises it again, so wfi does not sleep on it.
 */
static size_t receive(struct uart *uart, uint32_t irq, uint8_t *out, size_t size)
{
	mask_all();
	for (;;) {
		ICSR = ICSR_CLEAR_SYSTICK;
		clear_interrupt(uart, irq);
		if (has_received(uart))
			break;
		__asm__ volatile("wfi" ::: "memory");
	}
	mask_low();
	size_t count = 0;
	while (count < size && has_received(uart))
		out[count++] = (uint8_t)uart->data;
	return count;
}

/* A byte on the console's UART is the simulator's question where the app is. */
void question_handler(void)
{
	while (has_received(UART0))
		(void)UART0->data;
	UART0->interrupt = UART_RECEIVED;
	runtime_ask_where(_stack_top);
}

size_t board_link_read(uint8_t *out, size_t size)
{
	return receive(UART1, UART1_RECEIVE_IRQ, out, size);
}

size_t board_debug_read(uint8_t *out, size_t size)
{
	return receive(UART2, UART2_RECEIVE_IRQ, out, size);
}

bool board_debug_readable(bool wait)
{
	if (wait)
		mask_all();
	while (wait) {
		ICSR = ICSR_CLEAR_SYSTICK;
		clear_interrupt(UART1, UART1_RECEIVE_IRQ);
		clear_interrupt(UART2, UART2_RECEIVE_IRQ);
		if (has_received(UART1) || has_received(UART2))
			break;
		__asm__ volatile("wfi" ::: "memory");
	}
	if (wait)
		mask_low();
	return has_received(UART2);
}

void board_debug_write(const uint8_t *data, size_t length)
{
	base_transmit(UART2, data, length);
}

uint64_t board_elapsed_us(void)
{
	return board_ticks() / TICKS_PER_US;
}

bool board_entropy(uint8_t *out, size_t length)
{
	return entropy_read(out, length);
}

size_t board_heap_max(void)
{
	return (size_t)(_xs_heap_end - _xs_heap_start);
}

uint8_t *board_heap(size_t size)
{
	return size > board_heap_max() ? NULL : _xs_heap_start;
}

void *board_stack_limit(void)
{
	return _stack_limit + 2048;
}

/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What boot and firmware both need of mps2-an505: console on UART 0, board link on UART 1, timer 0 as clock (20 MHz; with QEMU's
 * -icount shift=0 one tick is exactly 50 instructions), window at 0x80000000. All through the secure aliases of the
 * peripherals.
 */
#include "../runtime/board.h"
#include "board-internal.h"

struct timer {
	volatile uint32_t control; /* bit 0: on */
	volatile uint32_t value;   /* counts down */
	volatile uint32_t reload;
};

#define TIMER0 ((struct timer *)0x50000000u)
#define TIMER_ON 1u
#define TIMER_FIRST 0xFFFFFFFFu
#define WINDOW ((uint8_t *)0x80000000u)

static uint64_t ticks;
static uint32_t last_value = TIMER_FIRST;

void base_start_uart(struct uart *uart, uint32_t control)
{
	uart->divider = 16;
	uart->control = control;
}

void base_start(void)
{
	base_start_uart(UART0, UART_ON);
	base_start_uart(UART1, UART_ON);
	if ((TIMER0->control & TIMER_ON) != 0)
		return;
	TIMER0->reload = TIMER_FIRST;
	TIMER0->value = TIMER_FIRST;
	TIMER0->control = TIMER_ON;
}

uint8_t *board_window(void)
{
	return WINDOW;
}

static void put(struct uart *uart, uint8_t byte)
{
	while (uart->state & UART_TRANSMIT_FULL) {
	}
	uart->data = byte;
}

void base_transmit(struct uart *uart, const uint8_t *data, size_t length)
{
	for (size_t i = 0; i < length; i++)
		put(uart, data[i]);
}

void board_console_write(const char *text, size_t length)
{
	base_transmit(UART0, (const uint8_t *)text, length);
}

void board_link_write(const uint8_t *data, size_t length)
{
	base_transmit(UART1, data, length);
}

uint64_t board_ticks(void)
{
	uint32_t value = TIMER0->value;
	ticks += last_value - value;
	last_value = value;
	return ticks;
}

_Noreturn void board_stop(uint32_t status)
{
	(void)status; /* the HALT frame has told the simulator, which ends the emulator */
	for (;;)
		__asm__ volatile("wfi");
}

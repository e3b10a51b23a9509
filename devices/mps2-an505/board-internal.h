/* SPDX-License-Identifier: Apache-2.0 */
/** Between the files of this board only. */
#ifndef THIMBLE_MPS2_BOARD_INTERNAL_H
#define THIMBLE_MPS2_BOARD_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

struct uart {
	volatile uint32_t data;
	volatile uint32_t state; /* bit 0: transmit full, bit 1: received */
	volatile uint32_t control; /* bit 0: transmit on, bit 1: receive on, bit 3: receive interrupt */
	volatile uint32_t interrupt;
	volatile uint32_t divider;
};

#define UART0 ((struct uart *)0x50200000u)
#define UART1 ((struct uart *)0x50201000u)
#define UART2 ((struct uart *)0x50202000u)

#define UART_TRANSMIT_FULL 1u
#define UART_RECEIVED 2u
#define UART_ON 3u
#define UART_RECEIVE_INTERRUPT 8u
#define TICKS_PER_US 20u

/** memory.ld: what boot and firmware agree on. */
extern uint8_t _hand_over[], _execution_memory[], _firmware_start[], _firmware_end[], _ram_end[];

/** Starts console, link and timer; before anything else. A timer that runs already goes on. */
void base_start(void);
void base_start_uart(struct uart *uart, uint32_t control);
void base_transmit(struct uart *uart, const uint8_t *data, size_t length);

/** Starts what only the firmware has: interrupts and the debug channel. */
void board_start(void);

/** The interrupt of UART 0. */
void question_handler(void);

/** Of every exception that is a fault. */
_Noreturn void fault_handler(void);

/** Of each program: a fault has these words, and ends it. */
_Noreturn void fault_told(const char *text);

#endif

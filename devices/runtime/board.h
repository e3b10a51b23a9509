/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What a board supplies to the shared C runtime: console, link, clock, flash window, entropy, halt.
 * One implementation per board: devices/host/board.c, devices/mps2-an505/board.c. No policy here.
 */
#ifndef THIMBLE_BOARD_H
#define THIMBLE_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The memory window that holds the modelled flash and the power-on block (devices/silicon/layout.h). */
uint8_t *board_window(void);

/** Writes console text; blocks until it is handed over. */
void board_console_write(const char *text, size_t length);

/** Reads from the board link (framed, devices/runtime/link.c): blocks until at least one byte, returns the count. */
size_t board_link_read(uint8_t *out, size_t size);

/** Writes all bytes to the board link. */
void board_link_write(const uint8_t *data, size_t length);

/**
 * The debug channel, which debug builds use when the power-on block says that a debugger is there: a stream of its own,
 * beside the link. Reads: blocks until at least one byte, returns the count; 0 when the other end has gone.
 */
size_t board_debug_read(uint8_t *out, size_t size);

/**
 * Whether board_debug_read() would return at once. With wait it first sleeps until that or board_link_read() would.
 */
bool board_debug_readable(bool wait);

/** Writes all bytes to the debug channel; they are lost when the other end has gone. */
void board_debug_write(const uint8_t *data, size_t length);

/** Microseconds since power-on by the board's own counter; monotonic. */
uint64_t board_elapsed_us(void);

/**
 * The board's finest counter, for figures only: nanoseconds on host, timer ticks on mps2-an505 (with QEMU's
 * -icount shift=0 exactly 50 instructions each).
 */
uint64_t board_ticks(void);

/** Bytes that the C library's heap has taken so far; 0 where the board does not know. */
size_t board_c_heap_used(void);

/** Fills out from the board's entropy source. @return true only when all bytes are fresh. */
bool board_entropy(uint8_t *out, size_t length);

/** The most that board_heap may be asked for. */
size_t board_heap_max(void);

/** Memory for the XS heap: one block, at least 8-byte aligned, for the life of the board. Null when it has not that much. */
uint8_t *board_heap(size_t size);

/** Lowest address that the C stack may reach; XS reports an overflow instead of going below. */
void *board_stack_limit(void);

/** Stops the board for good. Never returns. */
_Noreturn void board_stop(uint32_t status);

#endif

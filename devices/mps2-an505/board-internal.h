/* SPDX-License-Identifier: Apache-2.0 */
/** Between the files of this board only. */
#ifndef THIMBLE_MPS2_BOARD_INTERNAL_H
#define THIMBLE_MPS2_BOARD_INTERNAL_H

/** Starts UARTs and timer; before anything else. */
void board_start(void);

/** The interrupt of UART 0. */
void question_handler(void);

#endif

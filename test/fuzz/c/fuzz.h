/* SPDX-License-Identifier: Apache-2.0 */
/** What the fuzz targets share: a board that is nothing but memory, and an end of a run that comes back. */
#ifndef THIMBLE_FUZZ_H
#define THIMBLE_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sxMachine;

/** board.c: how the checks of images work in this program. As it begins, any digest and any signature are right. */
extern struct fuzz_trust {
	bool believes; /* any digest and any signature are right */
	bool hashes;   /* SHA-256 is SHA-256 */
} fuzz_trust;

/** board.c: an erased flash, and the same "random" bytes again. */
void fuzz_board_reset(void);

/** board.c: no halt. */
#define FUZZ_NO_HALT 0xFFFFFFFFu

/**
 * board.c: does something during which the board may halt. @return why it halted (enum halt_reason) or FUZZ_NO_HALT. A halt
 * for HALT_FATAL is a finding and does not come back.
 */
uint32_t fuzz_guarded(void (*action)(void *context), void *context);

/** board.c: says what is wrong and ends as a crash does. */
_Noreturn void fuzz_finding(const char *text);

/** machine.c: a machine as the runtime makes it, before an app is mapped. */
struct sxMachine *fuzz_machine(void);
/** machine.c: also after a halt in the middle of anything. */
void fuzz_machine_delete(struct sxMachine *the);

#endif

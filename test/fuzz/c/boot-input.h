/* SPDX-License-Identifier: Apache-2.0 */
/** What boot-target.c takes and boot-seeds.ts writes: a head, then pieces of flash, one after the other. */
#ifndef THIMBLE_BOOT_INPUT_H
#define THIMBLE_BOOT_INPUT_H

#include "signature.h"

#define BOOT_FLAGS 0u    /* enum boot_flag */
#define BOOT_COUNTERS 1u /* ones in OTP: firmware, app, trust record, wipe epoch */
#define BOOT_POINT 5u    /* of root key 0 */
#define BOOT_HEAD_SIZE (BOOT_POINT + SIGNATURE_POINT_SIZE)

enum boot_flag {
	BOOT_HAS_ROOTS = 1,
	BOOT_IS_SECURED = 2,
	BOOT_HAS_SECRET = 4,
	BOOT_IS_DEBUG = 8,
	BOOT_IS_DECOMMISSIONED = 16,
	BOOT_IS_REVOKED = 32, /* root key 0 */
	BOOT_WANTS_SERVICE = 64,
	BOOT_BELIEVES = 128,  /* any digest and any signature are right */
};

/** A piece: what, where in it (in units of 4), how long, then so many bytes. */
#define PIECE_HEAD_SIZE 4u /* kind; offset; length, low byte first */

/** The first eight are places; bytes are put there. */
enum piece {
	PIECE_APP0,
	PIECE_APP1,
	PIECE_FW0,
	PIECE_FW1,
	PIECE_TRUST0,
	PIECE_TRUST1,
	PIECE_BOOT0,
	PIECE_BOOT1,
	PIECE_SLOTS,   /* a whole slot record, in the second sector when its offset is odd: sequence number, state, pairs (7 bytes) */
	PIECE_COPY,    /* the first place of the two bytes becomes as the second one */
	PIECE_RESTART, /* the device starts in between */
	PIECE_KINDS,
};

#endif

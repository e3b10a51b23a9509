/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What OTP means: the device's secret, root keys, lifecycle, owners and counters. docs/formats/otp.md has its map.
 *
 * A state or a key that is there for good has a word of its own: all ones. It counts from its first bit, so that a cut in
 * the middle cannot leave it in between; boot then sets the rest. A counter is the number of ones among its 64 bits.
 */
#ifndef THIMBLE_FUSES_H
#define THIMBLE_FUSES_H

#include "image.h"

#define FUSES_UDS_OFFSET 0x000u
#define FUSES_UDS_SIZE 32u
#define FUSES_ROOTS_OFFSET 0x020u
#define FUSES_OWNERS_OFFSET 0x0B0u
#define FUSES_OWNER_COUNT 4u
#define FUSES_HASH_SIZE 32u

/** Words: their offsets. */
enum fuses_word {
	FUSES_PROVISIONING = 0x060,
	FUSES_SECURED = 0x064,
	FUSES_DECOMMISSIONED = 0x068,
	FUSES_UDS_MADE = 0x06C,
	FUSES_ROOTS_SET = 0x070,
	FUSES_ROOT0_REVOKED = 0x074, /* and of root 1 in the next */
	FUSES_ROOT1_REVOKED = 0x078,
	FUSES_OWNER0_SET = 0x0A0, /* and of owners 1 to 3 in the next */
	FUSES_WORDS_END = 0x0B0,
};

/** Counters: their offsets, 8 bytes each. */
enum fuses_counter {
	FUSES_FIRMWARE = 0x080,
	FUSES_APP = 0x088,
	FUSES_TRUST = 0x090,
	FUSES_WIPE = 0x098,
	FUSES_DEBUG = 0x130, /* odd: in debug */
};

enum fuses_status {
	FUSES_OK = 0x4B2D87E1,
	FUSES_E_OTP = 0x240423BB,   /* OTP does not answer, or is locked */
	FUSES_E_VALUE = 0x250524AA, /* below the counter's present value, or over 64 */
};

/** PSA's states, far apart. */
enum lifecycle {
	LIFECYCLE_ASSEMBLY = 0x5A1E3C87,
	LIFECYCLE_PROVISIONING = 0x1E7869D2,
	LIFECYCLE_SECURED = 0x4B96C31D,
	LIFECYCLE_DEBUG = 0x0FD25A78,
	LIFECYCLE_DECOMMISSIONED = 0x47873CB4,
};

/** Copies: nothing secret. */
struct fuses {
	uint32_t lifecycle;
	uint32_t signature;  /* IMAGE_SIGNATURE_NOT_VERIFIED: there are no root keys, and the device was never secured */
	uint32_t uds_made;   /* the word: not 0 once there is a UDS */
	struct image_root roots[IMAGE_ROOT_COUNT];
	uint32_t owner_count;
	uint32_t firmware, app, trust; /* counters */
	uint32_t epoch;      /* wipe epoch: the wipe counter and each owner after the first */
};

/** Reads all but the secret. @param out zeroed unless the result is FUSES_OK. */
enum fuses_status fuses_read(struct fuses *out);

/** IMAGE_SIGNATURE_NOT_VERIFIED when images need no signature, read from OTP anew. */
uint32_t fuses_signature(void);

/** The same for a word (0: not set), for a counter, and for the wipe epoch. */
uint32_t fuses_word(enum fuses_word word);
uint32_t fuses_count(enum fuses_counter counter);
uint32_t fuses_epoch(void);

/** Sets a word. One operation. */
enum fuses_status fuses_set(enum fuses_word word);

/** Raises a counter to value, in one operation; to what it is already: none. */
enum fuses_status fuses_raise(enum fuses_counter counter, uint32_t value);

/** Sets what an interrupted step left in between, and after decommissioning what is to be gone. */
enum fuses_status fuses_finish(void);

#endif

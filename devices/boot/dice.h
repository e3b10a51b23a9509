/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Compound device identifiers of the Open Profile for DICE v2.6, §2.2: what the next layer gets to know instead of the
 * device's secret. With SHA-512, so that every input has the full 64 bytes.
 */
#ifndef THIMBLE_DICE_H
#define THIMBLE_DICE_H

#include <stdint.h>

#define DICE_CDI_SIZE 32u
#define DICE_HASH_SIZE 64u

/** Open Profile §2.3.1, table of modes. */
enum dice_mode {
	DICE_MODE_NOT_CONFIGURED = 0,
	DICE_MODE_NORMAL = 1,
	DICE_MODE_DEBUG = 2,
	DICE_MODE_MAINTENANCE = 3, /* "recovery" there */
};

/** What the next layer is. In the order in which it is hashed, without gaps. */
struct dice_input {
	uint8_t code[DICE_HASH_SIZE];      /* digest of its code */
	uint8_t config[DICE_HASH_SIZE];    /* inline value, or digest of a descriptor */
	uint8_t authority[DICE_HASH_SIZE]; /* who vouches for it */
	uint8_t mode;                      /* enum dice_mode */
	uint8_t hidden[DICE_HASH_SIZE];    /* known to nobody who reads certificates */
};

struct dice_cdis {
	uint8_t attest[DICE_CDI_SIZE]; /* other for each code, configuration, authority, mode, hidden input */
	uint8_t seal[DICE_CDI_SIZE];   /* other for each authority, mode, hidden input: the same over updates */
};

/** Far apart, and success is not zero. */
enum dice_status {
	DICE_OK = 0x69C3,
	DICE_E_CRYPTO = 0x2106,
};

/**
 * Derives the CDIs of the next layer. Of the first layer both current ones are the UDS.
 * @param next filled only when the result is DICE_OK; zeroed otherwise. Not the same as current.
 */
enum dice_status dice_next(const struct dice_cdis *current, const struct dice_input *input, struct dice_cdis *next);

/** HKDF-SHA-512 (RFC 5869) without a salt: what else is made of a secret. @return 0, or an error of Mbed TLS; out is zeroed then. */
int dice_derive(const uint8_t secret[static DICE_CDI_SIZE], const char *info, uint8_t out[static DICE_CDI_SIZE]);

#endif

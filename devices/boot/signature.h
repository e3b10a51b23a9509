/* SPDX-License-Identifier: Apache-2.0 */
/** ECDSA with P-256 and SHA-256, as boot believes it: SEC 1, 4.1.4, with the signature in DER. */
#ifndef THIMBLE_BOOT_SIGNATURE_H
#define THIMBLE_BOOT_SIGNATURE_H

#include <stddef.h>
#include <stdint.h>

/** x and y, big endian. */
#define SIGNATURE_POINT_SIZE 64u
#define SIGNATURE_DIGEST_SIZE 32u
/** A SubjectPublicKeyInfo of a P-256 key in DER: 27 bytes that are always the same, then the point. */
#define SIGNATURE_SPKI_SIZE 91u
#define SIGNATURE_SPKI_PREFIX_SIZE (SIGNATURE_SPKI_SIZE - SIGNATURE_POINT_SIZE)

#define SIGNATURE_VALID 0x5A69C3A6u
#define SIGNATURE_INVALID 0xA4973C58u

extern const uint8_t signature_spki_prefix[SIGNATURE_SPKI_PREFIX_SIZE];

/** @return SIGNATURE_VALID when x and y are the coordinates of a point on the curve; anything else is no. */
uint32_t signature_point_check(const uint8_t point[static SIGNATURE_POINT_SIZE]);

/**
 * Verifies Ecdsa-Sig-Value: lengths and integers in their one DER form, nothing after, r and s in 1 to n - 1.
 * @return SIGNATURE_VALID; anything else is no.
 */
uint32_t signature_check(const uint8_t point[static SIGNATURE_POINT_SIZE], const uint8_t digest[static SIGNATURE_DIGEST_SIZE],
	const uint8_t *signature, size_t size);

#endif

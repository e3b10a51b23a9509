/* SPDX-License-Identifier: Apache-2.0 */
/**
 * CBOR CDI certificates of the Open Profile for DICE v2.6, with P-256: what a layer says of the next one. The same bytes as
 * sdk/dice/certificate.ts makes. Nothing allocates; the caller signs.
 */
#ifndef THIMBLE_DICE_CERTIFICATE_H
#define THIMBLE_DICE_CERTIFICATE_H

#include <stddef.h>
#include <stdint.h>

#include "../boot/dice.h"
#include "sign1.h"

#define DICE_ID_SIZE 20u
#define DICE_POINT_SIZE 64u /* x, y */

/** Of a certificate whose configuration is inline and that has no profile's name. */
#define DICE_CERTIFICATE_SIZE 476u

/** Far apart, and success is not zero. */
enum dice_certificate_status {
	DICE_CERTIFICATE_OK = 0x5AA56996,
	DICE_CERTIFICATE_E_ROOM = 0x2F0F3AC5,   /* it does not fit, or is longer than 64 KB */
	DICE_CERTIFICATE_E_VALUE = 0x300F3BD4,  /* a mode that there is not, or a hash that is not the descriptor's */
	DICE_CERTIFICATE_E_CRYPTO = 0x310F3CE3, /* a hash could not be computed, or signing failed */
};

/** What is certified. Views. */
struct dice_certificate {
	const uint8_t *issuer_point;    /* x, y: DICE_POINT_SIZE bytes */
	const uint8_t *subject_point;
	const struct dice_input *input; /* hidden is not looked at */
	const uint8_t *descriptor;      /* of which input->config is the SHA-512; null: input->config stands for itself */
	size_t descriptor_size;
	const char *profile_name;       /* null: none */
};

/** UDS_ID or CDI_ID: the identifier of a public key. @param out zeroed unless the result is DICE_CERTIFICATE_OK. */
enum dice_certificate_status dice_identifier(const uint8_t point[static DICE_POINT_SIZE], uint8_t out[static DICE_ID_SIZE]);

/**
 * Makes a certificate: an untagged COSE_Sign1.
 * @param out zeroed unless the result is DICE_CERTIFICATE_OK. @param room SIGN1_ROOM(size) is enough.
 * @param sign - by the key of issuer_point. @param size of the certificate; 0 unless the result is DICE_CERTIFICATE_OK.
 */
enum dice_certificate_status dice_certificate_make(const struct dice_certificate *content, sign1_sign *sign, void *context, uint8_t *out,
	size_t room, size_t *size);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/** COSE_Sign1 with ES256 (RFC 9052 §4.2), made in the room where it will lie. Nothing allocates; the caller signs. */
#ifndef THIMBLE_SIGN1_H
#define THIMBLE_SIGN1_H

#include <stdbool.h>

#include "cbor.h"

#define SIGN1_SIGNATURE_SIZE 64u
#define SIGN1_PAYLOAD_MAX 0xFFFFu

/** What a message of this size is made in: what is signed has a longer head, and is there first. */
#define SIGN1_ROOM(size) ((size) + 11u)

/** Writes the payload: the same each time. Without room it is counted. */
typedef void sign1_payload(struct cbor_writer *writer, const void *content);

/** Signs: ECDSA with SHA-256. @return 0; any other value is a failure. */
typedef int sign1_sign(void *context, const uint8_t *message, size_t size, uint8_t signature[static SIGN1_SIGNATURE_SIZE]);

struct sign1 {
	bool is_tagged;
	sign1_payload *payload;
	const void *content;
	const uint8_t *certificate; /* of the key that signs, for SIGN1_PATH_LABEL; null: the unprotected bucket is empty */
	size_t certificate_size;
	sign1_sign *sign;
	void *context;
};

/** Header label, private use: sdk/attestation/path.ts. */
#define SIGN1_PATH_LABEL (-70001)
/** What a certificate adds to a message: label, array of one, head, and the certificate of 256 bytes or more. */
#define SIGN1_PATH_SIZE(certificate_size) (9u + (certificate_size))

/** Far apart, and success is not zero. */
enum sign1_status {
	SIGN1_OK = 0x5A96A569,
	SIGN1_E_ROOM = 0x2F2F1AE5,
	SIGN1_E_SIGN = 0x312F1CC3,
};

/**
 * Makes a message, in deterministic CBOR.
 * @param size - of the message; 0 unless the result is SIGN1_OK. What is in out then is of no use.
 */
enum sign1_status sign1_make(const struct sign1 *of, uint8_t *out, size_t room, size_t *size);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/** The PSA attestation token (RFC 9783) as this device fills it. docs/decisions/0009 says where each claim comes from. */
#ifndef THIMBLE_TOKEN_H
#define THIMBLE_TOKEN_H

#include "../boot/boot.h"
#include "sign1.h"

#define TOKEN_INSTANCE_ID_SIZE 33u
#define TOKEN_IMPLEMENTATION_ID_SIZE 32u
#define TOKEN_BOOT_SEED_SIZE 32u
#define TOKEN_NONCE_MAX 64u

/** What the longest claims are: a nonce of 64 bytes, three components, versions of 24 letters each. */
#define TOKEN_CLAIMS_MAX 547u
/** Of a token without certificate: tag, array, headers, payload's head, signature. */
#define TOKEN_SIZE_MAX (TOKEN_CLAIMS_MAX + 76u)

/** Numbers as the gate has them. */
enum token_profile {
	TOKEN_PROFILE_TFM = 1,   /* tag:psacertified.org,2023:psa#tfm */
	TOKEN_PROFILE_2_0_0 = 2, /* http://arm.com/psa/2.0.0 */
};

/** Who asked: below zero, outside of the secure world. */
enum token_client {
	TOKEN_CLIENT_APP = -1,
	TOKEN_CLIENT_SERVICE = -2,
};

/** Views, of the sizes above. */
struct token_claims {
	uint32_t profile; /* enum token_profile */
	const uint8_t *nonce;
	size_t nonce_size; /* 32, 48 or 64 */
	const uint8_t *instance_id, *boot_seed;
	int32_t client; /* enum token_client */
	uint32_t lifecycle; /* enum lifecycle */
	const struct boot_component *boot, *firmware, *app; /* app: one without a digest is left out */
};

/** Writes the claims: the payload of a COSE_Sign1. */
sign1_payload token_put_claims;

/** RFC 9783 §4.3.1, from enum lifecycle. */
uint32_t token_lifecycle(uint32_t lifecycle);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/** PSA Certified Attestation API 1.0: devices/secure/initial-attestation.c asks the call gate for what is here. */
#ifndef PSA_INITIAL_ATTESTATION_H
#define PSA_INITIAL_ATTESTATION_H

#include <stddef.h>
#include <stdint.h>

#include "psa/error.h"

#define PSA_INITIAL_ATTEST_API_VERSION_MAJOR 1
#define PSA_INITIAL_ATTEST_API_VERSION_MINOR 0

#define PSA_INITIAL_ATTEST_CHALLENGE_SIZE_32 (32u)
#define PSA_INITIAL_ATTEST_CHALLENGE_SIZE_48 (48u)
#define PSA_INITIAL_ATTEST_CHALLENGE_SIZE_64 (64u)

/** No token is longer, whatever the challenge. */
#define PSA_INITIAL_ATTEST_MAX_TOKEN_SIZE (1108u)

/**
 * A token over a challenge, in the profile of RFC 9783.
 * @param token_size of the token; 0 unless the result is PSA_SUCCESS.
 * @return PSA_ERROR_INVALID_ARGUMENT - no challenge has that size. PSA_ERROR_BUFFER_TOO_SMALL. PSA_ERROR_SERVICE_FAILURE - this
 * device does not have an attestation key in this state. PSA_ERROR_GENERIC_ERROR - anything else.
 */
psa_status_t psa_initial_attest_get_token(const uint8_t *auth_challenge, size_t challenge_size, uint8_t *token_buf, size_t token_buf_size,
	size_t *token_size);

/**
 * The most bytes that a token over a challenge of this size has.
 * @return PSA_ERROR_INVALID_ARGUMENT - no challenge has that size.
 */
psa_status_t psa_initial_attest_get_token_size(size_t challenge_size, size_t *token_size);

#endif

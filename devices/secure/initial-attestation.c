/* SPDX-License-Identifier: Apache-2.0 */
/** The PSA Attestation API, as a client of the call gate. */
#include "initial-attestation.h"

#include <psa/initial_attestation.h>
#include <stdbool.h>
#include <string.h>

#include "token.h"

_Static_assert(PSA_INITIAL_ATTEST_MAX_TOKEN_SIZE == SECURE_TOKEN_MAX, "the same room");

uint32_t initial_attestation(uint32_t profile, const uint8_t *challenge, size_t challenge_size, struct secure_token *out)
{
	const struct secure_in in[] = { { &profile, sizeof profile }, { challenge, challenge_size } };
	const struct secure_out to = { out, sizeof *out };
	memset(out, 0, sizeof *out);
	return secure_call(SECURE_ATTEST, in, 2, &to, 1);
}

static bool is_challenge_size(size_t size)
{
	return size == PSA_INITIAL_ATTEST_CHALLENGE_SIZE_32 || size == PSA_INITIAL_ATTEST_CHALLENGE_SIZE_48 ||
		size == PSA_INITIAL_ATTEST_CHALLENGE_SIZE_64;
}

psa_status_t psa_initial_attest_get_token(const uint8_t *auth_challenge, size_t challenge_size, uint8_t *token_buf, size_t token_buf_size,
	size_t *token_size)
{
	struct secure_token token;
	*token_size = 0;
	if (!is_challenge_size(challenge_size))
		return PSA_ERROR_INVALID_ARGUMENT;
	switch (initial_attestation(TOKEN_PROFILE_TFM, auth_challenge, challenge_size, &token)) {
	case SECURE_OK:
		break;
	case SECURE_E_ATTESTATION:
		return PSA_ERROR_SERVICE_FAILURE;
	default:
		return PSA_ERROR_GENERIC_ERROR;
	}
	if (token.size > token_buf_size)
		return PSA_ERROR_BUFFER_TOO_SMALL;
	memcpy(token_buf, token.bytes, token.size);
	*token_size = token.size;
	return PSA_SUCCESS;
}

psa_status_t psa_initial_attest_get_token_size(size_t challenge_size, size_t *token_size)
{
	if (!is_challenge_size(challenge_size))
		return PSA_ERROR_INVALID_ARGUMENT;
	*token_size = PSA_INITIAL_ATTEST_MAX_TOKEN_SIZE - PSA_INITIAL_ATTEST_CHALLENGE_SIZE_64 + challenge_size;
	return PSA_SUCCESS;
}

/* SPDX-License-Identifier: Apache-2.0 */
/** PSA MACs, with the whole tag or its first bytes: HMAC is Mbed TLS's, CBC-MAC cbc-mac.c's. Tags are compared in constant time. */
#include "block.h"
#include "cbc-mac.h"
#include "mbedtls/constant_time.h"
#include "natives.h"

#include <string.h>

static psa_status_t cbc_mac(psa_key_id_t key, psa_algorithm_t alg, psa_key_usage_t usage,
                            struct xs_thimble_psa_input message, uint8_t tag[static CBC_MAC_SIZE])
{
	psa_status_t status = xs_thimble_psa_permits(key, alg, usage);
	if (status == PSA_SUCCESS)
		status = xs_thimble_psa_cbc_mac(key, &message, 1, tag);
	return status;
}

void xs_thimble_psa_mac_compute(xsMachine *the)
{
	const psa_key_id_t key = xs_thimble_psa_key(the, 0);
	const psa_algorithm_t alg = (psa_algorithm_t)xsmcToInteger(xsArg(1));
	const size_t size = PSA_MAC_LENGTH(PSA_KEY_TYPE_AES, 0, alg);
	uint8_t tag[CBC_MAC_SIZE];
	size_t length = 0;
	psa_status_t status = xs_thimble_psa_ready();
	xs_thimble_psa_reserve(the, size);
	const struct xs_thimble_psa_input message = xs_thimble_psa_bytes(the, &xsArg(2));
	if (status == PSA_SUCCESS && PSA_ALG_IS_BLOCK_CIPHER_MAC(alg)) {
		status = cbc_mac(key, alg, PSA_KEY_USAGE_SIGN_MESSAGE, message, tag);
		if (status == PSA_SUCCESS)
			memcpy(xs_thimble_psa_output(the), tag, length = size);
	} else if (status == PSA_SUCCESS)
		status = psa_mac_compute(key, alg, message.data, message.size, xs_thimble_psa_output(the), size, &length);
	if (status == PSA_SUCCESS && length != size)
		status = PSA_ERROR_CORRUPTION_DETECTED;
	xs_thimble_psa_finish(the, status);
}

void xs_thimble_psa_mac_verify(xsMachine *the)
{
	const psa_key_id_t key = xs_thimble_psa_key(the, 0);
	const psa_algorithm_t alg = (psa_algorithm_t)xsmcToInteger(xsArg(1));
	psa_status_t status = xs_thimble_psa_ready();
	const struct xs_thimble_psa_input message = xs_thimble_psa_bytes(the, &xsArg(2));
	const struct xs_thimble_psa_input tag = xs_thimble_psa_bytes(the, &xsArg(3));
	uint8_t expected[CBC_MAC_SIZE];
	if (status == PSA_SUCCESS && PSA_ALG_IS_BLOCK_CIPHER_MAC(alg)) {
		status = cbc_mac(key, alg, PSA_KEY_USAGE_VERIFY_MESSAGE, message, expected);
		if (status == PSA_SUCCESS && (tag.size != PSA_MAC_LENGTH(PSA_KEY_TYPE_AES, 0, alg) ||
		                              mbedtls_ct_memcmp(tag.data, expected, tag.size) != 0))
			status = PSA_ERROR_INVALID_SIGNATURE;
	} else if (status == PSA_SUCCESS)
		status = psa_mac_verify(key, alg, message.data, message.size, tag.data, tag.size);
	xs_thimble_psa_status(the, status);
}

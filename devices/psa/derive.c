/* SPDX-License-Identifier: Apache-2.0 */
/** Key agreement and HKDF, from handle to handle. Mbed TLS 3.6 has no psa_key_agreement: the shim is here. */
#include "cbc-mac.h"
#include "mbedtls/platform_util.h"
#include "natives.h"
#include "point.h"
#include "seed.h"

#include <string.h>

#define AGREED_SIZE 32u /* P-256 and X25519 */
#define PREFIX_MAX 64u  /* limits.agreementPrefixBytes of sdk/crypto/arguments.ts */

static bool all_zero(const uint8_t bytes[static AGREED_SIZE])
{
	uint8_t any = 0;
	for (size_t i = 0; i < AGREED_SIZE; i++)
		any = (uint8_t)(any | bytes[i]);
	return any == 0;
}

void xs_thimble_psa_key_agreement(xsMachine *the)
{
	uint8_t bytes[PREFIX_MAX + AGREED_SIZE] = {0};
	uint8_t whole[WHOLE_POINT_SIZE];
	size_t length = 0;
	psa_key_attributes_t attributes;
	psa_key_id_t result = PSA_KEY_ID_NULL;
	const psa_key_id_t key = xs_thimble_psa_key(the, 0);
	xs_thimble_psa_attributes(the, 2, &attributes);
	struct xs_thimble_psa_input peer = xs_thimble_psa_bytes(the, &xsArg(1));
	const struct xs_thimble_psa_input prefix = xs_thimble_psa_bytes(the, &xsArg(7));
	psa_status_t status = xs_thimble_psa_ready();
	if (status == PSA_SUCCESS)
		status = xs_thimble_psa_whole_point(&peer, whole); /* X25519's keys have 32 bytes */
	if (status != PSA_SUCCESS)
		goto out;
	if (prefix.size > PREFIX_MAX) {
		status = PSA_ERROR_INVALID_ARGUMENT;
		goto out;
	}
	memcpy(bytes, prefix.data, prefix.size);
	uint8_t *secret = bytes + prefix.size;
	status = psa_raw_key_agreement(PSA_ALG_ECDH, key, peer.data, peer.size, secret, AGREED_SIZE, &length);
	if (status != PSA_SUCCESS)
		goto out;
	if (length != AGREED_SIZE)
		status = PSA_ERROR_CORRUPTION_DETECTED;
	else if (all_zero(secret) || psa_get_key_type(&attributes) != PSA_KEY_TYPE_DERIVE)
		status = PSA_ERROR_INVALID_ARGUMENT;
	else
		status = psa_import_key(&attributes, bytes, prefix.size + AGREED_SIZE, &result);
out:
	mbedtls_platform_zeroize(bytes, sizeof bytes);
	xs_thimble_psa_give_key(the, status, result);
}

void xs_thimble_psa_hkdf_extract(xsMachine *the)
{
	psa_key_derivation_operation_t operation = psa_key_derivation_operation_init();
	psa_key_attributes_t attributes;
	psa_key_id_t result = PSA_KEY_ID_NULL;
	const psa_algorithm_t alg = (psa_algorithm_t)xsmcToInteger(xsArg(0));
	const bool salt_is_key = xsmcTypeOf(xsArg(1)) != xsReferenceType;
	const psa_key_id_t salt_key = salt_is_key ? xs_thimble_psa_key(the, 1) : PSA_KEY_ID_NULL;
	const psa_key_id_t ikm = xs_thimble_psa_key(the, 2);
	xs_thimble_psa_attributes(the, 3, &attributes);
	struct xs_thimble_psa_input salt = {NULL, 0};
	if (!salt_is_key)
		salt = xs_thimble_psa_bytes(the, &xsArg(1));

	psa_status_t status = xs_thimble_psa_ready();
	/* PSA would cut the PRK to any shorter length that is asked for. */
	if (status == PSA_SUCCESS && psa_get_key_bits(&attributes) != 8 * PSA_HASH_LENGTH(PSA_ALG_HKDF_GET_HASH(alg)))
		status = PSA_ERROR_INVALID_ARGUMENT;
	if (status == PSA_SUCCESS)
		status = psa_key_derivation_setup(&operation, alg);
	if (status == PSA_SUCCESS && salt_is_key)
		status = psa_key_derivation_input_key(&operation, PSA_KEY_DERIVATION_INPUT_SALT, salt_key);
	else if (status == PSA_SUCCESS)
		status = psa_key_derivation_input_bytes(&operation, PSA_KEY_DERIVATION_INPUT_SALT, salt.data, salt.size);
	if (status == PSA_SUCCESS)
		status = psa_key_derivation_input_key(&operation, PSA_KEY_DERIVATION_INPUT_SECRET, ikm);
	if (status == PSA_SUCCESS)
		status = psa_key_derivation_output_key(&attributes, &operation, &result);
	(void)psa_key_derivation_abort(&operation);
	xs_thimble_psa_give_key(the, status, result);
}

/* The algorithm that the PRK's policy names; usage is what the policy must have. */
static psa_status_t policy_of(psa_key_id_t prk, psa_key_usage_t usage, psa_algorithm_t *alg)
{
	psa_key_attributes_t attributes = psa_key_attributes_init();
	psa_status_t status = xs_thimble_psa_ready();
	if (status == PSA_SUCCESS)
		status = psa_get_key_attributes(prk, &attributes);
	if (status != PSA_SUCCESS)
		return status;
	*alg = psa_get_key_algorithm(&attributes);
	if ((!PSA_ALG_IS_HKDF_EXPAND(*alg) && *alg != THIMBLE_ALG_HKDF_EXPAND_AES_CBC_MAC) ||
	    (psa_get_key_usage_flags(&attributes) & usage) != usage)
		return PSA_ERROR_NOT_PERMITTED;
	return PSA_SUCCESS;
}

/* Starts an expansion of size bytes on a hash. */
static psa_status_t start_expand(psa_key_derivation_operation_t *operation, psa_key_id_t prk, psa_algorithm_t alg,
                                 struct xs_thimble_psa_input info, size_t size)
{
	if (size > 255 * PSA_HASH_LENGTH(PSA_ALG_HKDF_GET_HASH(alg)))
		return PSA_ERROR_INVALID_ARGUMENT;
	psa_status_t status = psa_key_derivation_setup(operation, alg);
	if (status == PSA_SUCCESS)
		status = psa_key_derivation_input_key(operation, PSA_KEY_DERIVATION_INPUT_SECRET, prk);
	if (status == PSA_SUCCESS)
		status = psa_key_derivation_input_bytes(operation, PSA_KEY_DERIVATION_INPUT_INFO, info.data, info.size);
	return status;
}

static psa_status_t expand_to_bytes(psa_key_id_t prk, psa_algorithm_t alg, struct xs_thimble_psa_input info,
                                    uint8_t *output, size_t size)
{
	if (alg == THIMBLE_ALG_HKDF_EXPAND_AES_CBC_MAC)
		return xs_thimble_psa_cbc_mac_expand(prk, info, output, size);
	psa_key_derivation_operation_t operation = psa_key_derivation_operation_init();
	psa_status_t status = start_expand(&operation, prk, alg, info, size);
	if (status == PSA_SUCCESS)
		status = psa_key_derivation_output_bytes(&operation, output, size);
	(void)psa_key_derivation_abort(&operation);
	return status;
}

/* A key that PSA's derivation does not make; of a key pair, the output is the seed. */
static psa_status_t expand_and_import(psa_key_id_t prk, psa_algorithm_t alg, struct xs_thimble_psa_input info,
                                      const psa_key_attributes_t *attributes, psa_key_id_t *result)
{
	uint8_t bytes[CBC_MAC_EXPAND_MAX];
	const size_t size = PSA_BITS_TO_BYTES(psa_get_key_bits(attributes));
	psa_status_t status = size <= sizeof bytes ? PSA_SUCCESS : PSA_ERROR_INVALID_ARGUMENT;
	if (status == PSA_SUCCESS)
		status = expand_to_bytes(prk, alg, info, bytes, size);
	if (status == PSA_SUCCESS && psa_get_key_type(attributes) == PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1))
		status = xs_thimble_psa_import_from_seed(attributes, bytes, result);
	else if (status == PSA_SUCCESS)
		status = psa_import_key(attributes, bytes, size, result);
	mbedtls_platform_zeroize(bytes, sizeof bytes);
	return status;
}

void xs_thimble_psa_hkdf_expand(xsMachine *the)
{
	psa_key_derivation_operation_t operation = psa_key_derivation_operation_init();
	psa_key_attributes_t attributes;
	psa_key_id_t result = PSA_KEY_ID_NULL;
	psa_algorithm_t alg = PSA_ALG_NONE;
	const psa_key_id_t prk = xs_thimble_psa_key(the, 0);
	xs_thimble_psa_attributes(the, 2, &attributes);
	const struct xs_thimble_psa_input info = xs_thimble_psa_bytes(the, &xsArg(1));
	psa_status_t status = policy_of(prk, PSA_KEY_USAGE_DERIVE, &alg);
	const bool is_pair = PSA_KEY_TYPE_IS_ECC_KEY_PAIR(psa_get_key_type(&attributes));
	if (status == PSA_SUCCESS && (is_pair || alg == THIMBLE_ALG_HKDF_EXPAND_AES_CBC_MAC)) {
		status = expand_and_import(prk, alg, info, &attributes, &result);
	} else if (status == PSA_SUCCESS) {
		status = start_expand(&operation, prk, alg, info, PSA_BITS_TO_BYTES(psa_get_key_bits(&attributes)));
		if (status == PSA_SUCCESS)
			status = psa_key_derivation_output_key(&attributes, &operation, &result);
		(void)psa_key_derivation_abort(&operation);
	}
	xs_thimble_psa_give_key(the, status, result);
}

void xs_thimble_psa_hkdf_expand_bytes(xsMachine *the)
{
	psa_algorithm_t alg = PSA_ALG_NONE;
	const psa_key_id_t prk = xs_thimble_psa_key(the, 0);
	const size_t size = (size_t)xsmcToInteger(xsArg(2));
	xs_thimble_psa_reserve(the, size);
	const struct xs_thimble_psa_input info = xs_thimble_psa_bytes(the, &xsArg(1));
	psa_status_t status = policy_of(prk, PSA_KEY_USAGE_DERIVE | THIMBLE_USAGE_DERIVE_BYTES, &alg);
	if (status == PSA_SUCCESS)
		status = expand_to_bytes(prk, alg, info, xs_thimble_psa_output(the), size);
	xs_thimble_psa_finish(the, status);
}

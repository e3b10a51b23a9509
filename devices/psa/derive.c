/* SPDX-License-Identifier: Apache-2.0 */
/** Key agreement and HKDF, from handle to handle. Mbed TLS 3.6 has no psa_key_agreement: the shim is here. */
#include "mbedtls/platform_util.h"
#include "natives.h"
#include "point.h"

#define AGREED_SIZE 32u /* P-256 and X25519 */

static bool all_zero(const uint8_t bytes[static AGREED_SIZE])
{
	uint8_t any = 0;
	for (size_t i = 0; i < AGREED_SIZE; i++)
		any = (uint8_t)(any | bytes[i]);
	return any == 0;
}

void xs_thimble_psa_key_agreement(xsMachine *the)
{
	uint8_t secret[AGREED_SIZE] = {0};
	uint8_t whole[WHOLE_POINT_SIZE];
	size_t length = 0;
	psa_key_attributes_t attributes;
	psa_key_id_t result = PSA_KEY_ID_NULL;
	const psa_key_id_t key = xs_thimble_psa_key(the, 0);
	xs_thimble_psa_attributes(the, 2, &attributes);
	struct xs_thimble_psa_input peer = xs_thimble_psa_bytes(the, &xsArg(1));
	psa_status_t status = xs_thimble_psa_ready();
	if (status == PSA_SUCCESS)
		status = xs_thimble_psa_whole_point(&peer, whole); /* X25519's keys have 32 bytes */
	if (status != PSA_SUCCESS)
		goto out;
	status = psa_raw_key_agreement(PSA_ALG_ECDH, key, peer.data, peer.size, secret, sizeof secret, &length);
	if (status != PSA_SUCCESS)
		goto out;
	if (length != sizeof secret)
		status = PSA_ERROR_CORRUPTION_DETECTED;
	else if (all_zero(secret) || psa_get_key_type(&attributes) != PSA_KEY_TYPE_DERIVE)
		status = PSA_ERROR_INVALID_ARGUMENT;
	else
		status = psa_import_key(&attributes, secret, sizeof secret, &result);
out:
	mbedtls_platform_zeroize(secret, sizeof secret);
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

/* Starts an expansion with the algorithm that the PRK's policy names; usage is what the policy must have. */
static psa_status_t start_expand(psa_key_derivation_operation_t *operation, psa_key_id_t prk, psa_key_usage_t usage,
                                 struct xs_thimble_psa_input info, size_t *hash_size)
{
	psa_key_attributes_t attributes = psa_key_attributes_init();
	psa_status_t status = xs_thimble_psa_ready();
	if (status == PSA_SUCCESS)
		status = psa_get_key_attributes(prk, &attributes);
	if (status != PSA_SUCCESS)
		return status;
	const psa_algorithm_t alg = psa_get_key_algorithm(&attributes);
	if (!PSA_ALG_IS_HKDF_EXPAND(alg) || (psa_get_key_usage_flags(&attributes) & usage) != usage)
		return PSA_ERROR_NOT_PERMITTED;
	*hash_size = PSA_HASH_LENGTH(PSA_ALG_HKDF_GET_HASH(alg));
	status = psa_key_derivation_setup(operation, alg);
	if (status == PSA_SUCCESS)
		status = psa_key_derivation_input_key(operation, PSA_KEY_DERIVATION_INPUT_SECRET, prk);
	if (status == PSA_SUCCESS)
		status = psa_key_derivation_input_bytes(operation, PSA_KEY_DERIVATION_INPUT_INFO, info.data, info.size);
	return status;
}

void xs_thimble_psa_hkdf_expand(xsMachine *the)
{
	psa_key_derivation_operation_t operation = psa_key_derivation_operation_init();
	psa_key_attributes_t attributes;
	psa_key_id_t result = PSA_KEY_ID_NULL;
	size_t hash_size = 0;
	const psa_key_id_t prk = xs_thimble_psa_key(the, 0);
	xs_thimble_psa_attributes(the, 2, &attributes);
	const struct xs_thimble_psa_input info = xs_thimble_psa_bytes(the, &xsArg(1));
	psa_status_t status = start_expand(&operation, prk, PSA_KEY_USAGE_DERIVE, info, &hash_size);
	if (status == PSA_SUCCESS && psa_get_key_bits(&attributes) > 8 * 255 * hash_size)
		status = PSA_ERROR_INVALID_ARGUMENT;
	if (status == PSA_SUCCESS)
		status = psa_key_derivation_output_key(&attributes, &operation, &result);
	(void)psa_key_derivation_abort(&operation);
	xs_thimble_psa_give_key(the, status, result);
}

void xs_thimble_psa_hkdf_expand_bytes(xsMachine *the)
{
	psa_key_derivation_operation_t operation = psa_key_derivation_operation_init();
	size_t hash_size = 0;
	const psa_key_id_t prk = xs_thimble_psa_key(the, 0);
	const size_t size = (size_t)xsmcToInteger(xsArg(2));
	xs_thimble_psa_reserve(the, size);
	const struct xs_thimble_psa_input info = xs_thimble_psa_bytes(the, &xsArg(1));
	const psa_key_usage_t usage = PSA_KEY_USAGE_DERIVE | THIMBLE_USAGE_DERIVE_BYTES;
	psa_status_t status = start_expand(&operation, prk, usage, info, &hash_size);
	if (status == PSA_SUCCESS && size > 255 * hash_size)
		status = PSA_ERROR_INVALID_ARGUMENT;
	if (status == PSA_SUCCESS)
		status = psa_key_derivation_output_bytes(&operation, xs_thimble_psa_output(the), size);
	(void)psa_key_derivation_abort(&operation);
	xs_thimble_psa_finish(the, status);
}

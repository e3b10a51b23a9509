/* SPDX-License-Identifier: Apache-2.0 */
/** PSA signatures: deterministic ECDSA on P-256; a signature is r||s, 64 bytes. */
#include "natives.h"

#define SIGNATURE_SIZE 64u

typedef psa_status_t (*sign_function)(psa_key_id_t key, psa_algorithm_t alg, const uint8_t *input, size_t input_size,
                                      uint8_t *signature, size_t size, size_t *length);
typedef psa_status_t (*verify_function)(psa_key_id_t key, psa_algorithm_t alg, const uint8_t *input, size_t input_size,
                                        const uint8_t *signature, size_t size);

static void sign(xsMachine *the, sign_function function)
{
	const psa_key_id_t key = xs_thimble_psa_key(the, 0);
	const psa_algorithm_t alg = (psa_algorithm_t)xsmcToInteger(xsArg(1));
	size_t length = 0;
	psa_status_t status = xs_thimble_psa_ready();
	xs_thimble_psa_reserve(the, SIGNATURE_SIZE);
	const struct xs_thimble_psa_input input = xs_thimble_psa_bytes(the, &xsArg(2));
	if (status == PSA_SUCCESS)
		status = function(key, alg, input.data, input.size, xs_thimble_psa_output(the), SIGNATURE_SIZE, &length);
	if (status == PSA_SUCCESS && length != SIGNATURE_SIZE)
		status = PSA_ERROR_CORRUPTION_DETECTED;
	xs_thimble_psa_finish(the, status);
}

static void verify(xsMachine *the, verify_function function)
{
	psa_status_t status = PSA_ERROR_INVALID_SIGNATURE;
	const psa_key_id_t key = xs_thimble_psa_key(the, 0);
	const psa_algorithm_t alg = (psa_algorithm_t)xsmcToInteger(xsArg(1));
	const psa_status_t ready = xs_thimble_psa_ready();
	const struct xs_thimble_psa_input input = xs_thimble_psa_bytes(the, &xsArg(2));
	const struct xs_thimble_psa_input signature = xs_thimble_psa_bytes(the, &xsArg(3));
	if (ready != PSA_SUCCESS)
		status = ready;
	else
		status = function(key, alg, input.data, input.size, signature.data, signature.size);
	xs_thimble_psa_status(the, status);
}

void xs_thimble_psa_sign_message(xsMachine *the)
{
	sign(the, psa_sign_message);
}

void xs_thimble_psa_sign_hash(xsMachine *the)
{
	sign(the, psa_sign_hash);
}

void xs_thimble_psa_verify_message(xsMachine *the)
{
	verify(the, psa_verify_message);
}

void xs_thimble_psa_verify_hash(xsMachine *the)
{
	verify(the, psa_verify_hash);
}

/* SPDX-License-Identifier: Apache-2.0 */
/** PSA MACs: HMAC with the whole digest as tag, or its first bytes. PSA compares in constant time. */
#include "natives.h"

void xs_thimble_psa_mac_compute(xsMachine *the)
{
	const psa_key_id_t key = xs_thimble_psa_key(the, 0);
	const psa_algorithm_t alg = (psa_algorithm_t)xsmcToInteger(xsArg(1));
	const size_t size = PSA_MAC_LENGTH(PSA_KEY_TYPE_HMAC, 0, alg);
	size_t length = 0;
	psa_status_t status = xs_thimble_psa_ready();
	xs_thimble_psa_reserve(the, size);
	const struct xs_thimble_psa_input message = xs_thimble_psa_bytes(the, &xsArg(2));
	if (status == PSA_SUCCESS)
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
	if (status == PSA_SUCCESS)
		status = psa_mac_verify(key, alg, message.data, message.size, tag.data, tag.size);
	xs_thimble_psa_status(the, status);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "block.h"

#include "mbedtls/platform_util.h"

#include <string.h>

psa_status_t xs_thimble_psa_permits(psa_key_id_t key, psa_algorithm_t alg, psa_key_usage_t usage)
{
	psa_key_attributes_t attributes = psa_key_attributes_init();
	const psa_status_t status = psa_get_key_attributes(key, &attributes);
	if (status != PSA_SUCCESS)
		return status;
	if (psa_get_key_algorithm(&attributes) != alg || (psa_get_key_usage_flags(&attributes) & usage) == 0)
		return PSA_ERROR_NOT_PERMITTED;
	return PSA_SUCCESS;
}

psa_status_t xs_thimble_psa_block(psa_cipher_operation_t *cipher, uint8_t block[static BLOCK_SIZE])
{
	uint8_t output[BLOCK_SIZE];
	size_t length = 0;
	psa_status_t status = psa_cipher_update(cipher, block, BLOCK_SIZE, output, sizeof output, &length);
	if (status == PSA_SUCCESS && length != sizeof output)
		status = PSA_ERROR_CORRUPTION_DETECTED;
	if (status == PSA_SUCCESS)
		memcpy(block, output, sizeof output);
	mbedtls_platform_zeroize(output, sizeof output);
	return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "block.h"

#include "mbedtls/platform_util.h"

#include <string.h>

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

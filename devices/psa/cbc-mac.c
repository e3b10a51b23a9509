/* SPDX-License-Identifier: Apache-2.0 */
/** Composed from PSA's AES block cipher: XOR a block in, encrypt. A last block that is not full ends in zeros. */
#include "cbc-mac.h"

#include "block.h"
#include "mbedtls/platform_util.h"

#include <string.h>

static bool is_on_cbc_mac(psa_algorithm_t alg)
{
	return PSA_ALG_FULL_LENGTH_MAC(alg) == PSA_ALG_CBC_MAC || alg == THIMBLE_ALG_HKDF_EXPAND_AES_CBC_MAC;
}

void xs_thimble_psa_allow_cbc_mac(psa_key_attributes_t *attributes)
{
	if (!is_on_cbc_mac(psa_get_key_algorithm(attributes)))
		return;
	psa_set_key_enrollment_algorithm(attributes, PSA_ALG_ECB_NO_PADDING);
	psa_set_key_usage_flags(attributes, psa_get_key_usage_flags(attributes) | PSA_KEY_USAGE_ENCRYPT);
}

psa_key_usage_t xs_thimble_psa_given_usage(const psa_key_attributes_t *attributes)
{
	const psa_key_usage_t usage = psa_get_key_usage_flags(attributes);
	return is_on_cbc_mac(psa_get_key_algorithm(attributes)) ? usage & ~PSA_KEY_USAGE_ENCRYPT : usage;
}

psa_status_t xs_thimble_psa_cbc_mac(psa_key_id_t key, const struct xs_thimble_psa_input *parts, size_t count,
                                    uint8_t tag[static CBC_MAC_SIZE])
{
	psa_cipher_operation_t cipher = psa_cipher_operation_init();
	size_t filled = 0;
	uint8_t block[CBC_MAC_SIZE] = {0};
	psa_status_t status = psa_cipher_encrypt_setup(&cipher, key, PSA_ALG_ECB_NO_PADDING);
	for (size_t part = 0; part < count; part++) {
		for (size_t i = 0; i < parts[part].size && status == PSA_SUCCESS; i++) {
			if (filled == CBC_MAC_SIZE) {
				status = xs_thimble_psa_block(&cipher, block);
				filled = 0;
			}
			block[filled] = (uint8_t)(block[filled] ^ parts[part].data[i]);
			filled++;
		}
	}
	if (status == PSA_SUCCESS)
		status = xs_thimble_psa_block(&cipher, block);
	if (status == PSA_SUCCESS)
		memcpy(tag, block, sizeof block);
	mbedtls_platform_zeroize(block, sizeof block);
	(void)psa_cipher_abort(&cipher);
	return status;
}

psa_status_t xs_thimble_psa_cbc_mac_expand(psa_key_id_t prk, struct xs_thimble_psa_input info, uint8_t *output,
                                           size_t size)
{
	uint8_t block[CBC_MAC_SIZE];
	uint8_t index = 0;
	psa_status_t status = size <= CBC_MAC_EXPAND_MAX ? PSA_SUCCESS : PSA_ERROR_INVALID_ARGUMENT;
	for (size_t done = 0; done < size && status == PSA_SUCCESS; done += sizeof block) {
		const size_t before = index == 0 ? 0 : sizeof block;
		index++;
		const struct xs_thimble_psa_input parts[] = {{block, before}, info, {&index, 1}};
		status = xs_thimble_psa_cbc_mac(prk, parts, 3, block);
		if (status == PSA_SUCCESS)
			memcpy(output + done, block, size - done < sizeof block ? size - done : sizeof block);
	}
	mbedtls_platform_zeroize(block, sizeof block);
	return status;
}

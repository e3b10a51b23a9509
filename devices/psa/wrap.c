/* SPDX-License-Identifier: Apache-2.0 */
/**
 * AES Key Wrap (RFC 3394), which Mbed TLS 3.6 has no PSA call for: composed from PSA's AES block cipher. A key for KW is
 * for PSA_ALG_ECB_NO_PADDING in PSA's eyes, `wrap` is ENCRYPT and `unwrap` is DECRYPT; the contract offers no other use of
 * either. Keys of cbc-mac.h reach the block cipher too, so the policy is looked at here before it is used.
 */
#include "block.h"
#include "mbedtls/constant_time.h"
#include "mbedtls/platform_util.h"
#include "natives.h"

#include <string.h>

#define SEMIBLOCK (BLOCK_SIZE / 2)
#define ROUNDS 6u
#define KEY_MIN 16u
#define KEY_MAX 512u /* limits.wrappedKeyBytes of sdk/crypto/arguments.ts */

static const uint8_t integrity[SEMIBLOCK] = {0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6};

/* Step t of RFC 3394 §2.2: A ^= t, t in 64 bits; a key of KEY_MAX has t of 9 bits. */
static void add_step(uint8_t block[static SEMIBLOCK], size_t step)
{
	block[SEMIBLOCK - 1] = (uint8_t)(block[SEMIBLOCK - 1] ^ (step & 0xFF));
	block[SEMIBLOCK - 2] = (uint8_t)(block[SEMIBLOCK - 2] ^ (step >> 8));
}

/* In place: data has the integrity check value (or its place) first, then semiblocks of the key. */
static psa_status_t wrap(psa_key_id_t key, uint8_t *data, size_t size)
{
	psa_cipher_operation_t cipher = psa_cipher_operation_init();
	uint8_t block[BLOCK_SIZE];
	const size_t semiblocks = size / SEMIBLOCK - 1;
	psa_status_t status = xs_thimble_psa_permits(key, PSA_ALG_ECB_NO_PADDING, PSA_KEY_USAGE_ENCRYPT);
	if (status == PSA_SUCCESS)
		status = psa_cipher_encrypt_setup(&cipher, key, PSA_ALG_ECB_NO_PADDING);
	memcpy(block, integrity, SEMIBLOCK);
	for (size_t step = 1; step <= ROUNDS * semiblocks && status == PSA_SUCCESS; step++) {
		uint8_t *part = data + SEMIBLOCK * (1 + (step - 1) % semiblocks);
		memcpy(block + SEMIBLOCK, part, SEMIBLOCK);
		status = xs_thimble_psa_block(&cipher, block);
		add_step(block, step);
		memcpy(part, block + SEMIBLOCK, SEMIBLOCK);
	}
	memcpy(data, block, SEMIBLOCK);
	mbedtls_platform_zeroize(block, sizeof block);
	(void)psa_cipher_abort(&cipher);
	return status;
}

static psa_status_t unwrap(psa_key_id_t key, uint8_t *data, size_t size)
{
	psa_cipher_operation_t cipher = psa_cipher_operation_init();
	uint8_t block[BLOCK_SIZE];
	const size_t semiblocks = size / SEMIBLOCK - 1;
	psa_status_t status = xs_thimble_psa_permits(key, PSA_ALG_ECB_NO_PADDING, PSA_KEY_USAGE_DECRYPT);
	if (status == PSA_SUCCESS)
		status = psa_cipher_decrypt_setup(&cipher, key, PSA_ALG_ECB_NO_PADDING);
	memcpy(block, data, SEMIBLOCK);
	for (size_t step = ROUNDS * semiblocks; step >= 1 && status == PSA_SUCCESS; step--) {
		uint8_t *part = data + SEMIBLOCK * (1 + (step - 1) % semiblocks);
		memcpy(block + SEMIBLOCK, part, SEMIBLOCK);
		add_step(block, step);
		status = xs_thimble_psa_block(&cipher, block);
		memcpy(part, block + SEMIBLOCK, SEMIBLOCK);
	}
	if (status == PSA_SUCCESS && mbedtls_ct_memcmp(block, integrity, SEMIBLOCK) != 0)
		status = PSA_ERROR_INVALID_SIGNATURE;
	mbedtls_platform_zeroize(block, sizeof block);
	(void)psa_cipher_abort(&cipher);
	return status;
}

static bool is_wrappable(size_t size)
{
	return size >= KEY_MIN && size <= KEY_MAX && size % SEMIBLOCK == 0;
}

void xs_thimble_psa_wrap_key(xsMachine *the)
{
	uint8_t data[SEMIBLOCK + KEY_MAX];
	size_t size = 0;
	const psa_key_id_t wrapping = xs_thimble_psa_key(the, 0);
	const psa_key_id_t key = xs_thimble_psa_key(the, 1);
	psa_status_t status = xs_thimble_psa_ready();
	if (status == PSA_SUCCESS)
		status = psa_export_key(key, data + SEMIBLOCK, KEY_MAX, &size);
	if (status == PSA_ERROR_BUFFER_TOO_SMALL || (status == PSA_SUCCESS && !is_wrappable(size)))
		status = PSA_ERROR_INVALID_ARGUMENT;
	if (status == PSA_SUCCESS)
		status = wrap(wrapping, data, SEMIBLOCK + size);
	xs_thimble_psa_reserve(the, status == PSA_SUCCESS ? SEMIBLOCK + size : 0);
	if (status == PSA_SUCCESS)
		memcpy(xs_thimble_psa_output(the), data, SEMIBLOCK + size);
	mbedtls_platform_zeroize(data, sizeof data);
	xs_thimble_psa_finish(the, status);
}

void xs_thimble_psa_unwrap_key(xsMachine *the)
{
	uint8_t data[SEMIBLOCK + KEY_MAX];
	psa_key_attributes_t attributes;
	psa_key_id_t result = PSA_KEY_ID_NULL;
	const psa_key_id_t wrapping = xs_thimble_psa_key(the, 0);
	xs_thimble_psa_attributes(the, 2, &attributes);
	const struct xs_thimble_psa_input wrapped = xs_thimble_psa_bytes(the, &xsArg(1));
	psa_status_t status = xs_thimble_psa_ready();
	if (status == PSA_SUCCESS && (wrapped.size < SEMIBLOCK || !is_wrappable(wrapped.size - SEMIBLOCK)))
		status = PSA_ERROR_INVALID_ARGUMENT;
	if (status == PSA_SUCCESS) {
		memcpy(data, wrapped.data, wrapped.size);
		status = unwrap(wrapping, data, wrapped.size);
	}
	if (status == PSA_SUCCESS)
		status = psa_import_key(&attributes, data + SEMIBLOCK, wrapped.size - SEMIBLOCK, &result);
	mbedtls_platform_zeroize(data, sizeof data);
	xs_thimble_psa_give_key(the, status, result);
}

/* SPDX-License-Identifier: Apache-2.0 */
/** One block of PSA's AES, and the policy check for what is composed from it. */
#ifndef THIMBLE_PSA_BLOCK_H
#define THIMBLE_PSA_BLOCK_H

#include "binding.h"

#define BLOCK_SIZE 16u

/**
 * Whether the key is for alg and has the usage. To be asked before the block cipher is set up: Mbed TLS lets that be used
 * by every key that has it, as its algorithm or as enrollment algorithm (cbc-mac.h).
 * @return PSA_SUCCESS, PSA_ERROR_NOT_PERMITTED, or what psa_get_key_attributes gives.
 */
psa_status_t xs_thimble_psa_permits(psa_key_id_t key, psa_algorithm_t alg, psa_key_usage_t usage);

/** In place. @param cipher - set up with PSA_ALG_ECB_NO_PADDING, to encrypt or to decrypt; the key is expanded once for all blocks. */
psa_status_t xs_thimble_psa_block(psa_cipher_operation_t *cipher, uint8_t block[static BLOCK_SIZE]);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/** One block of PSA's AES, for what is composed from it. */
#ifndef THIMBLE_PSA_BLOCK_H
#define THIMBLE_PSA_BLOCK_H

#include "binding.h"

#define BLOCK_SIZE 16u

/** In place. @param cipher - set up with PSA_ALG_ECB_NO_PADDING, to encrypt or to decrypt; the key is expanded once for all blocks. */
psa_status_t xs_thimble_psa_block(psa_cipher_operation_t *cipher, uint8_t block[static BLOCK_SIZE]);

#endif

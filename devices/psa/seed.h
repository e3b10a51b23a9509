/* SPDX-License-Identifier: Apache-2.0 */
/** A P-256 key pair from a seed. */
#ifndef THIMBLE_PSA_SEED_H
#define THIMBLE_PSA_SEED_H

#include <stdint.h>

#include "psa/crypto.h"

#define SEED_SIZE 32u

/**
 * The Open Profile for DICE: RFC 6979 §3.2 with HMAC-SHA-512, the seed in the place of key and message.
 * @param attributes - of an ECC_KEY_PAIR_SECP_R1 of 256 bits.
 */
psa_status_t xs_thimble_psa_import_from_seed(const psa_key_attributes_t *attributes,
                                             const uint8_t seed[static SEED_SIZE], psa_key_id_t *result);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/** AES-CBC-MAC and what COSE builds on it (RFC 9053 §3.2, §5.1), which Mbed TLS does not have. */
#ifndef THIMBLE_PSA_CBC_MAC_H
#define THIMBLE_PSA_CBC_MAC_H

#include "binding.h"

#define CBC_MAC_SIZE 16u
#define CBC_MAC_EXPAND_MAX 512u /* limits.aesExpandBytes of sdk/crypto/arguments.ts */

/** HKDF-Expand with AES-CBC-MAC is COSE's, not PSA's: HKDF-Expand's number without a hash, among the vendor's. */
#define THIMBLE_ALG_HKDF_EXPAND_AES_CBC_MAC (PSA_ALG_VENDOR_FLAG | PSA_ALG_HKDF_EXPAND(PSA_ALG_NONE))

/**
 * A key of these algorithms may also ENCRYPT with ECB, its enrollment algorithm in Mbed TLS's eyes. The contract offers
 * no block cipher, and what is composed from one asks xs_thimble_psa_permits for the key's own algorithm first.
 * Attributes of other algorithms stay as they are.
 */
void xs_thimble_psa_allow_cbc_mac(psa_key_attributes_t *attributes);

/** The usages that the caller gave: without what xs_thimble_psa_allow_cbc_mac added. */
psa_key_usage_t xs_thimble_psa_given_usage(const psa_key_attributes_t *attributes);

/** The whole tag over the parts, one after the other. The caller has looked at the key's policy. */
psa_status_t xs_thimble_psa_cbc_mac(psa_key_id_t key, const struct xs_thimble_psa_input *parts, size_t count,
                                    uint8_t tag[static CBC_MAC_SIZE]);

/** HKDF-Expand of up to CBC_MAC_EXPAND_MAX bytes; as above. */
psa_status_t xs_thimble_psa_cbc_mac_expand(psa_key_id_t prk, struct xs_thimble_psa_input info, uint8_t *output,
                                           size_t size);

#endif

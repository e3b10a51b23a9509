/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The natives that crypto.ts calls. An `attributes` stands for five integers: type, bits, usage, alg (PSA's encodings) and
 * the persistent id or 0. Each gives what the arrow says, or a negative PSA status.
 */
#ifndef THIMBLE_PSA_NATIVES_H
#define THIMBLE_PSA_NATIVES_H

#include "binding.h"

/* random.c */
void xs_thimble_psa_generate_random(xsMachine *the); /* (length) -> ArrayBuffer */

/* hash.c: an operation is a host object whose destructor aborts it */
void xs_thimble_psa_hash_compute(xsMachine *the); /* (alg, bytes) -> ArrayBuffer */
void xs_thimble_psa_hash_setup(xsMachine *the);   /* (alg) -> operation */
void xs_thimble_psa_hash_update(xsMachine *the);  /* (operation, bytes) -> 0 */
void xs_thimble_psa_hash_finish(xsMachine *the);  /* (operation, alg) -> ArrayBuffer */
void xs_thimble_psa_hash_clone(xsMachine *the);   /* (operation) -> operation */
void xs_thimble_psa_hash_abort(xsMachine *the);   /* (operation) -> 0 */

/* key.c */
void xs_thimble_psa_import_key(xsMachine *the);         /* (attributes, bytes) -> handle */
void xs_thimble_psa_generate_key(xsMachine *the);       /* (attributes) -> handle */
void xs_thimble_psa_export_key(xsMachine *the);         /* (handle) -> ArrayBuffer */
void xs_thimble_psa_export_public_key(xsMachine *the);  /* (handle) -> ArrayBuffer */
void xs_thimble_psa_get_key_attributes(xsMachine *the); /* (handle) -> ArrayBuffer of attributes, u32 little endian */
void xs_thimble_psa_open_key(xsMachine *the);           /* (id) -> handle */
void xs_thimble_psa_destroy_key(xsMachine *the);        /* (handle) -> 0 */

/* mac.c */
void xs_thimble_psa_mac_compute(xsMachine *the); /* (handle, alg, message) -> ArrayBuffer */
void xs_thimble_psa_mac_verify(xsMachine *the);  /* (handle, alg, message, tag) -> 0 */

/* equal.c */
void xs_thimble_psa_equal(xsMachine *the); /* (bytes, bytes) -> 0 */

/* aead.c */
void xs_thimble_psa_aead_encrypt(xsMachine *the); /* (handle, alg, tag size, nonce, aad, plaintext) -> ArrayBuffer */
void xs_thimble_psa_aead_decrypt(xsMachine *the); /* (handle, alg, tag size, nonce, aad, ciphertext) -> ArrayBuffer */

/* sign.c */
void xs_thimble_psa_sign_message(xsMachine *the);   /* (handle, alg, message) -> ArrayBuffer */
void xs_thimble_psa_sign_hash(xsMachine *the);      /* (handle, alg, hash) -> ArrayBuffer */
void xs_thimble_psa_verify_message(xsMachine *the); /* (handle, alg, message, signature) -> 0 */
void xs_thimble_psa_verify_hash(xsMachine *the);    /* (handle, alg, hash, signature) -> 0 */

/* wrap.c */
void xs_thimble_psa_wrap_key(xsMachine *the);   /* (wrapping handle, handle) -> ArrayBuffer */
void xs_thimble_psa_unwrap_key(xsMachine *the); /* (wrapping handle, bytes, attributes) -> handle */

/* derive.c */
void xs_thimble_psa_key_agreement(xsMachine *the);     /* (handle, peer, attributes, prefix) -> handle */
void xs_thimble_psa_hkdf_extract(xsMachine *the);      /* (alg, bytes or handle, handle, attributes) -> handle */
void xs_thimble_psa_hkdf_expand(xsMachine *the);       /* (handle, info, attributes) -> handle */
void xs_thimble_psa_hkdf_expand_bytes(xsMachine *the); /* (handle, info, length) -> ArrayBuffer */

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What the natives of devices/psa share. A native takes arguments that crypto.ts has checked, and gives its result or a
 * negative PSA status, which crypto.ts turns into a SecurityError. Secret bytes of keys never enter the XS heap, but for
 * psa_export_key where the key's policy allows it.
 */
#ifndef THIMBLE_PSA_BINDING_H
#define THIMBLE_PSA_BINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "psa/crypto.h"
#include "xsmc.h"

/**
 * PSA has no usage for "derived bytes may go to the caller". The nearest, which Mbed TLS keeps and never acts on here,
 * lets the caller compare derived bytes; it stands for `deriveBytes` in stored policies.
 */
#define THIMBLE_USAGE_DERIVE_BYTES PSA_KEY_USAGE_VERIFY_DERIVATION

struct xs_thimble_psa_input {
	const uint8_t *data;
	size_t size;
};

/** Points into a byte array or buffer of the XS heap: void after any XS call that may allocate. Throws on anything else. */
struct xs_thimble_psa_input xs_thimble_psa_bytes(xsMachine *the, xsSlot *slot);

/** The bytes of the ArrayBuffer that is the native's result; void as above. */
uint8_t *xs_thimble_psa_output(xsMachine *the);

/** Makes the native's result: an ArrayBuffer of size zeros. */
void xs_thimble_psa_reserve(xsMachine *the, size_t size);

/** Ends a native that gives bytes: keeps the result on PSA_SUCCESS, wipes it and gives the status otherwise. */
void xs_thimble_psa_finish(xsMachine *the, psa_status_t status);

/** Ends a native that gives a status only. */
void xs_thimble_psa_status(xsMachine *the, psa_status_t status);

/** Ends a native that makes a key: gives a handle for id, or the status. */
void xs_thimble_psa_give_key(xsMachine *the, psa_status_t status, psa_key_id_t id);

/** Reads five integers, from argument first on: type, bits, usage, alg, persistent id or 0. */
void xs_thimble_psa_attributes(xsMachine *the, xsIntegerValue first, psa_key_attributes_t *attributes);

/** Starts PSA; cheap when it has been started. */
psa_status_t xs_thimble_psa_ready(void);

/** handle.c: the PSA key behind argument index, PSA_KEY_ID_NULL when there is none (PSA: PSA_ERROR_INVALID_HANDLE). */
psa_key_id_t xs_thimble_psa_key(xsMachine *the, xsIntegerValue index);

/** handle.c: a handle (positive) for a key that was just made, or 0 when the table is full. */
int32_t xs_thimble_psa_handle_new(psa_key_id_t id);
/** The same handle each time for a volatile key of the firmware's own, or 0 when the table is full. It is not to be dropped. */
int32_t xs_thimble_psa_handle_keep(psa_key_id_t id);
bool xs_thimble_psa_handle_is_kept(int32_t handle);
psa_key_id_t xs_thimble_psa_handle_id(int32_t handle);
void xs_thimble_psa_handle_drop(int32_t handle);

#endif

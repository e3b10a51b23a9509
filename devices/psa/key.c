/* SPDX-License-Identifier: Apache-2.0 */
/** PSA key management. Bytes of a secret key cross here only: in with import, out where the policy has `export`. */
#include "cbc-mac.h"
#include "natives.h"
#include "point.h"

/* Bytes of the key or, where public_half, of its public key; 0 with a status other than success. */
static size_t exported_size(psa_key_id_t key, bool public_half, psa_status_t *status)
{
	psa_key_attributes_t attributes = psa_key_attributes_init();
	*status = xs_thimble_psa_ready();
	if (*status == PSA_SUCCESS)
		*status = psa_get_key_attributes(key, &attributes);
	if (*status != PSA_SUCCESS)
		return 0;
	const psa_key_type_t type = psa_get_key_type(&attributes);
	const size_t bits = psa_get_key_bits(&attributes);
	const bool is_public = PSA_KEY_TYPE_IS_PUBLIC_KEY(type);
	if (public_half && !PSA_KEY_TYPE_IS_ASYMMETRIC(type)) {
		*status = PSA_ERROR_INVALID_ARGUMENT;
		return 0;
	}
	/* Not PSA's macro: it gives the size of a Weierstrass point for X25519 too. */
	if ((public_half || is_public) && PSA_KEY_TYPE_ECC_GET_FAMILY(type) == PSA_ECC_FAMILY_SECP_R1)
		return 1 + 2 * PSA_BITS_TO_BYTES(bits);
	return PSA_BITS_TO_BYTES(bits);
}

void xs_thimble_psa_import_key(xsMachine *the)
{
	psa_key_attributes_t attributes;
	psa_key_id_t key = PSA_KEY_ID_NULL;
	uint8_t whole[WHOLE_POINT_SIZE];
	xs_thimble_psa_attributes(the, 0, &attributes);
	struct xs_thimble_psa_input bytes = xs_thimble_psa_bytes(the, &xsArg(5));
	psa_status_t status = xs_thimble_psa_ready();
	if (status == PSA_SUCCESS && psa_get_key_type(&attributes) == PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECP_R1))
		status = xs_thimble_psa_whole_point(&bytes, whole);
	if (status == PSA_SUCCESS)
		status = psa_import_key(&attributes, bytes.data, bytes.size, &key);
	xs_thimble_psa_give_key(the, status, key);
}

void xs_thimble_psa_generate_key(xsMachine *the)
{
	psa_key_attributes_t attributes;
	psa_key_id_t key = PSA_KEY_ID_NULL;
	xs_thimble_psa_attributes(the, 0, &attributes);
	psa_status_t status = xs_thimble_psa_ready();
	if (status == PSA_SUCCESS)
		status = psa_generate_key(&attributes, &key);
	xs_thimble_psa_give_key(the, status, key);
}

static void export_key(xsMachine *the, bool public_half)
{
	const psa_key_id_t key = xs_thimble_psa_key(the, 0);
	psa_status_t status;
	size_t length = 0;
	const size_t size = exported_size(key, public_half, &status);
	xs_thimble_psa_reserve(the, size);
	uint8_t *output = xs_thimble_psa_output(the);
	if (status == PSA_SUCCESS)
		status = public_half ? psa_export_public_key(key, output, size, &length)
		                     : psa_export_key(key, output, size, &length);
	if (status == PSA_SUCCESS && length != size)
		status = PSA_ERROR_CORRUPTION_DETECTED;
	xs_thimble_psa_finish(the, status);
}

void xs_thimble_psa_export_key(xsMachine *the)
{
	export_key(the, false);
}

void xs_thimble_psa_export_public_key(xsMachine *the)
{
	export_key(the, true);
}

static uint8_t *put32(uint8_t *out, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		*out++ = (uint8_t)(value >> (8 * i));
	return out;
}

void xs_thimble_psa_get_key_attributes(xsMachine *the)
{
	const psa_key_id_t key = xs_thimble_psa_key(the, 0);
	psa_key_attributes_t attributes = psa_key_attributes_init();
	psa_status_t status = xs_thimble_psa_ready();
	xs_thimble_psa_reserve(the, 20);
	if (status == PSA_SUCCESS)
		status = psa_get_key_attributes(key, &attributes);
	if (status == PSA_SUCCESS) {
		const bool volatile_key = PSA_KEY_LIFETIME_IS_VOLATILE(psa_get_key_lifetime(&attributes));
		uint8_t *out = xs_thimble_psa_output(the);
		out = put32(out, psa_get_key_type(&attributes));
		out = put32(out, (uint32_t)psa_get_key_bits(&attributes));
		out = put32(out, xs_thimble_psa_given_usage(&attributes));
		out = put32(out, psa_get_key_algorithm(&attributes));
		(void)put32(out, volatile_key ? 0 : psa_get_key_id(&attributes));
	}
	xs_thimble_psa_finish(the, status);
}

void xs_thimble_psa_open_key(xsMachine *the)
{
	const psa_key_id_t key = (psa_key_id_t)xsmcToInteger(xsArg(0));
	psa_key_attributes_t attributes = psa_key_attributes_init();
	psa_status_t status = xs_thimble_psa_ready();
	if (status == PSA_SUCCESS)
		status = psa_get_key_attributes(key, &attributes);
	if (status == PSA_ERROR_INVALID_HANDLE)
		status = PSA_ERROR_DOES_NOT_EXIST;
	xs_thimble_psa_status(the, status == PSA_SUCCESS ? (psa_status_t)key : status);
}

void xs_thimble_psa_destroy_key(xsMachine *the)
{
	const int32_t handle = xsmcToInteger(xsArg(0));
	const psa_key_id_t key = xs_thimble_psa_handle_id(handle);
	psa_status_t status = xs_thimble_psa_ready();
	if (xs_thimble_psa_handle_is_kept(handle)) {
		xs_thimble_psa_status(the, PSA_ERROR_NOT_PERMITTED);
		return;
	}
	if (status == PSA_SUCCESS)
		status = key == PSA_KEY_ID_NULL ? PSA_ERROR_INVALID_HANDLE : psa_destroy_key(key);
	/* Whatever PSA says, the handle is not used again. */
	xs_thimble_psa_handle_drop(handle);
	xs_thimble_psa_status(the, status);
}

/* SPDX-License-Identifier: Apache-2.0 */
/** Arguments in, results out: the only file of devices/psa that knows how XS holds bytes. */
#include "binding.h"
#include "cbc-mac.h"

#include "mbedtls/platform_util.h"

/* Never dereferenced: PSA wants a pointer that is not null even for no bytes. */
static const uint8_t no_bytes[1] = {0};

struct xs_thimble_psa_input xs_thimble_psa_bytes(xsMachine *the, xsSlot *slot)
{
	void *data = NULL;
	xsUnsignedValue size = 0;
	(void)_xsmcGetBuffer(the, slot, &data, &size, 0);
	if (size == 0)
		return (struct xs_thimble_psa_input){no_bytes, 0};
	return (struct xs_thimble_psa_input){data, size};
}

void xs_thimble_psa_reserve(xsMachine *the, size_t size)
{
	xsmcSetArrayBuffer(xsResult, NULL, (xsIntegerValue)size);
}

uint8_t *xs_thimble_psa_output(xsMachine *the)
{
	void *data = NULL;
	xsUnsignedValue size = 0;
	(void)_xsmcGetBuffer(the, &xsResult, &data, &size, 1);
	return data;
}

void xs_thimble_psa_status(xsMachine *the, psa_status_t status)
{
	xsmcSetInteger(xsResult, status);
}

void xs_thimble_psa_finish(xsMachine *the, psa_status_t status)
{
	if (status == PSA_SUCCESS)
		return;
	void *data = NULL;
	xsUnsignedValue size = 0;
	(void)_xsmcGetBuffer(the, &xsResult, &data, &size, 1);
	mbedtls_platform_zeroize(data, size);
	xs_thimble_psa_status(the, status);
}

void xs_thimble_psa_give_key(xsMachine *the, psa_status_t status, psa_key_id_t id)
{
	int32_t handle = 0;
	if (status == PSA_SUCCESS) {
		handle = xs_thimble_psa_handle_new(id);
		if (handle == 0) {
			(void)psa_destroy_key(id);
			status = PSA_ERROR_INSUFFICIENT_MEMORY;
		}
	}
	xsmcSetInteger(xsResult, status == PSA_SUCCESS ? handle : status);
}

void xs_thimble_psa_attributes(xsMachine *the, xsIntegerValue first, psa_key_attributes_t *attributes)
{
	*attributes = psa_key_attributes_init();
	psa_set_key_type(attributes, (psa_key_type_t)xsmcToInteger(xsArg(first)));
	psa_set_key_bits(attributes, (size_t)xsmcToInteger(xsArg(first + 1)));
	psa_set_key_usage_flags(attributes, (psa_key_usage_t)xsmcToInteger(xsArg(first + 2)));
	psa_set_key_algorithm(attributes, (psa_algorithm_t)xsmcToInteger(xsArg(first + 3)));
	const xsIntegerValue id = xsmcToInteger(xsArg(first + 4));
	if (id != 0)
		psa_set_key_id(attributes, (psa_key_id_t)id);
	xs_thimble_psa_allow_cbc_mac(attributes);
}

psa_status_t xs_thimble_psa_ready(void)
{
	return psa_crypto_init();
}

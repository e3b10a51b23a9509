/* SPDX-License-Identifier: Apache-2.0 */
/** PSA hashes: one-shot and incremental. */
#include <stdlib.h>

#include "mbedtls/platform_util.h"
#include "natives.h"

/* Outside the XS heap: a chunk there moves, and a back-end may keep pointers into its operation. */
static void destroy_operation(void *data)
{
	if (data == NULL)
		return;
	(void)psa_hash_abort(data);
	mbedtls_platform_zeroize(data, sizeof(psa_hash_operation_t));
	free(data);
}

static psa_hash_operation_t *operation_of(xsMachine *the, xsSlot *slot)
{
	return fxGetHostDataValidate(the, slot, (void *)destroy_operation);
}

/* Makes the native's result: a host object with a fresh operation, or null when there is no memory. */
static psa_hash_operation_t *new_operation(xsMachine *the)
{
	xsResult = xsNewHostObject(destroy_operation);
	psa_hash_operation_t *operation = calloc(1, sizeof *operation);
	if (operation) {
		*operation = psa_hash_operation_init();
		xsmcSetHostData(xsResult, operation);
	}
	return operation;
}

void xs_thimble_psa_hash_compute(xsMachine *the)
{
	const psa_algorithm_t alg = (psa_algorithm_t)xsmcToInteger(xsArg(0));
	const size_t size = PSA_HASH_LENGTH(alg);
	psa_status_t status = xs_thimble_psa_ready();
	size_t length = 0;
	xs_thimble_psa_reserve(the, size);
	const struct xs_thimble_psa_input input = xs_thimble_psa_bytes(the, &xsArg(1));
	if (status == PSA_SUCCESS)
		status = psa_hash_compute(alg, input.data, input.size, xs_thimble_psa_output(the), size, &length);
	if (status == PSA_SUCCESS && length != size)
		status = PSA_ERROR_CORRUPTION_DETECTED;
	xs_thimble_psa_finish(the, status);
}

void xs_thimble_psa_hash_setup(xsMachine *the)
{
	const psa_algorithm_t alg = (psa_algorithm_t)xsmcToInteger(xsArg(0));
	psa_status_t status = xs_thimble_psa_ready();
	if (status == PSA_SUCCESS) {
		psa_hash_operation_t *operation = new_operation(the);
		status = operation ? psa_hash_setup(operation, alg) : PSA_ERROR_INSUFFICIENT_MEMORY;
	}
	if (status != PSA_SUCCESS)
		xs_thimble_psa_status(the, status);
}

void xs_thimble_psa_hash_update(xsMachine *the)
{
	psa_hash_operation_t *operation = operation_of(the, &xsArg(0));
	const struct xs_thimble_psa_input input = xs_thimble_psa_bytes(the, &xsArg(1));
	xs_thimble_psa_status(the, operation ? psa_hash_update(operation, input.data, input.size) : PSA_ERROR_BAD_STATE);
}

void xs_thimble_psa_hash_finish(xsMachine *the)
{
	psa_hash_operation_t *operation = operation_of(the, &xsArg(0));
	const size_t size = PSA_HASH_LENGTH((psa_algorithm_t)xsmcToInteger(xsArg(1)));
	psa_status_t status = PSA_ERROR_BAD_STATE;
	size_t length = 0;
	xs_thimble_psa_reserve(the, size);
	if (operation)
		status = psa_hash_finish(operation, xs_thimble_psa_output(the), size, &length);
	if (status == PSA_SUCCESS && length != size)
		status = PSA_ERROR_CORRUPTION_DETECTED;
	xs_thimble_psa_finish(the, status);
}

void xs_thimble_psa_hash_clone(xsMachine *the)
{
	psa_status_t status = PSA_ERROR_BAD_STATE;
	const psa_hash_operation_t *source = operation_of(the, &xsArg(0));
	if (source) {
		psa_hash_operation_t *operation = new_operation(the);
		status = operation ? psa_hash_clone(source, operation) : PSA_ERROR_INSUFFICIENT_MEMORY;
	}
	if (status != PSA_SUCCESS)
		xs_thimble_psa_status(the, status);
}

void xs_thimble_psa_hash_abort(xsMachine *the)
{
	psa_hash_operation_t *operation = operation_of(the, &xsArg(0));
	xs_thimble_psa_status(the, operation ? psa_hash_abort(operation) : PSA_SUCCESS);
}

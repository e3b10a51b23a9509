/* SPDX-License-Identifier: Apache-2.0 */
/** Comparing bytes without telling by the time it takes where they differ; PSA has no public call for that. */
#include "mbedtls/constant_time.h"
#include "natives.h"

void xs_thimble_psa_equal(xsMachine *the)
{
	const struct xs_thimble_psa_input a = xs_thimble_psa_bytes(the, &xsArg(0));
	const struct xs_thimble_psa_input b = xs_thimble_psa_bytes(the, &xsArg(1));
	psa_status_t status = PSA_ERROR_INVALID_SIGNATURE;
	if (a.size == b.size && mbedtls_ct_memcmp(a.data, b.data, a.size) == 0)
		status = PSA_SUCCESS;
	xs_thimble_psa_status(the, status);
}

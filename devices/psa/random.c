/* SPDX-License-Identifier: Apache-2.0 */
/** Random bytes: all of PSA's are the board's entropy source (devices/runtime/board.h), with nothing between. */
#include "board.h"
#include "natives.h"

psa_status_t mbedtls_psa_external_get_random(mbedtls_psa_external_random_context_t *context, uint8_t *output,
                                             size_t output_size, size_t *output_length);

psa_status_t mbedtls_psa_external_get_random(mbedtls_psa_external_random_context_t *context, uint8_t *output,
                                             size_t output_size, size_t *output_length)
{
	(void)context;
	*output_length = 0;
	if (!board_entropy(output, output_size))
		return PSA_ERROR_INSUFFICIENT_ENTROPY;
	*output_length = output_size;
	return PSA_SUCCESS;
}

void xs_thimble_psa_generate_random(xsMachine *the)
{
	const size_t size = (size_t)xsmcToInteger(xsArg(0));
	psa_status_t status = xs_thimble_psa_ready();
	xs_thimble_psa_reserve(the, size);
	if (status == PSA_SUCCESS)
		status = psa_generate_random(xs_thimble_psa_output(the), size);
	xs_thimble_psa_finish(the, status);
}

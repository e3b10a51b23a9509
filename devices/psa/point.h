/* SPDX-License-Identifier: Apache-2.0 */
#ifndef THIMBLE_PSA_POINT_H
#define THIMBLE_PSA_POINT_H

#include "binding.h"

#define COMPRESSED_POINT_SIZE 33u
#define WHOLE_POINT_SIZE 65u

/**
 * Makes a compressed point whole: *point then points to whole. Anything else is left as it is, for PSA to judge.
 * @return PSA_SUCCESS; PSA_ERROR_INVALID_ARGUMENT: no point of P-256 has that x; PSA_ERROR_INSUFFICIENT_MEMORY.
 */
psa_status_t xs_thimble_psa_whole_point(struct xs_thimble_psa_input *point, uint8_t whole[static WHOLE_POINT_SIZE]);

#endif

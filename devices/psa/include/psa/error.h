/* SPDX-License-Identifier: Apache-2.0 */
/** PSA status codes; Mbed TLS includes this name when the secure storage is not its own. */
#ifndef PSA_ERROR_H
#define PSA_ERROR_H

#include <stdint.h>

#include "psa/crypto_types.h"
#include "psa/crypto_values.h"

#endif

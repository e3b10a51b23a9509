/* SPDX-License-Identifier: Apache-2.0 */
/** Mbed TLS 3.6 for the boot program: hashes, HKDF and the curve of its signatures. No PSA, no random numbers, no files. */
#ifndef THIMBLE_BOOT_MBEDTLS_CONFIG_H
#define THIMBLE_BOOT_MBEDTLS_CONFIG_H

#include <limits.h>
#include <stdint.h>

#define MBEDTLS_SHA256_C
#define MBEDTLS_SHA512_C
#define MBEDTLS_MD_C
#define MBEDTLS_HKDF_C
#define MBEDTLS_BIGNUM_C
#define MBEDTLS_ECP_C
#define MBEDTLS_ECP_DP_SECP256R1_ENABLED
#define MBEDTLS_ECP_NIST_OPTIM
#define MBEDTLS_HAVE_ASM

#endif

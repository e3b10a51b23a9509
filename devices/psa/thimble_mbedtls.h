/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Mbed TLS 3.6 for Thimble: PSA Crypto, and what boot needs beside it. What PSA offers is chosen in psa_config.h.
 * No files, no clock, no entropy pool of its own: random bytes are the board's (random.c), key storage is ours (its.c).
 */
#ifndef THIMBLE_MBEDTLS_CONFIG_H
#define THIMBLE_MBEDTLS_CONFIG_H

/* newlib: Mbed TLS looks at UINT_MAX and SIZE_MAX before it includes what defines them. */
#include <limits.h>
#include <stdint.h>

#define MBEDTLS_PSA_CRYPTO_C
#define MBEDTLS_PSA_CRYPTO_CONFIG
#define MBEDTLS_PSA_CRYPTO_CONFIG_FILE "psa_config.h"
#define MBEDTLS_PSA_CRYPTO_STORAGE_C
#define MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG
/** Boot derives its CDIs without PSA. */
#define MBEDTLS_HKDF_C
/** One thread and no other world behind these calls: no defensive copies of buffers. */
#define MBEDTLS_PSA_ASSUME_EXCLUSIVE_BUFFERS
/** handle.c has as many entries. */
#define MBEDTLS_PSA_KEY_SLOT_COUNT 32

#define MBEDTLS_HAVE_ASM
#if defined(__x86_64__)
#define MBEDTLS_AESNI_C
#endif
/** Constant tables stay in flash; one table of four, as RAM and flash are worth more than AES speed. */
#define MBEDTLS_AES_ROM_TABLES
#define MBEDTLS_AES_FEWER_TABLES
#define MBEDTLS_ECP_NIST_OPTIM

#endif

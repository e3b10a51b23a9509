/* SPDX-License-Identifier: Apache-2.0 */
/** PSA Internal Trusted Storage 1.0: what Mbed TLS keeps persistent keys with. Implemented in ../../its.c. */
#ifndef PSA_INTERNAL_TRUSTED_STORAGE_H
#define PSA_INTERNAL_TRUSTED_STORAGE_H

#include <stddef.h>
#include <stdint.h>

#include "psa/error.h"

#define PSA_ITS_API_VERSION_MAJOR 1
#define PSA_ITS_API_VERSION_MINOR 0

typedef uint64_t psa_storage_uid_t;
typedef uint32_t psa_storage_create_flags_t;

#define PSA_STORAGE_FLAG_NONE 0u
#define PSA_STORAGE_FLAG_WRITE_ONCE (1u << 0)

struct psa_storage_info_t {
	size_t size;
	psa_storage_create_flags_t flags;
};

/**
 * Stores data under uid, in place of what was there; old or new after a power cut.
 * @return PSA_ERROR_NOT_SUPPORTED: an unknown flag, or uid over 32 bits. PSA_ERROR_NOT_PERMITTED: write-once and there.
 * PSA_ERROR_INVALID_ARGUMENT: uid 0. PSA_ERROR_INSUFFICIENT_STORAGE. PSA_ERROR_DATA_CORRUPT, PSA_ERROR_STORAGE_FAILURE.
 */
psa_status_t psa_its_set(psa_storage_uid_t uid, uint32_t data_length, const void *p_data,
                         psa_storage_create_flags_t create_flags);

/** Reads up to data_length bytes from data_offset. PSA_ERROR_DOES_NOT_EXIST, or as psa_its_set. */
psa_status_t psa_its_get(psa_storage_uid_t uid, uint32_t data_offset, uint32_t data_length, void *p_data,
                         size_t *p_data_length);

psa_status_t psa_its_get_info(psa_storage_uid_t uid, struct psa_storage_info_t *p_info);

/** Removes uid and erases its bytes. PSA_ERROR_DOES_NOT_EXIST; PSA_ERROR_NOT_PERMITTED: write-once. */
psa_status_t psa_its_remove(psa_storage_uid_t uid);

#endif

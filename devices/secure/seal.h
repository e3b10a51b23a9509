/* SPDX-License-Identifier: Apache-2.0 */
/** What the services of the sealed store share: when a device may seal, and the raise of the wipe epoch. */
#ifndef THIMBLE_SECURE_SEAL_H
#define THIMBLE_SECURE_SEAL_H

#include "services.h"

/**
 * Whether the sealed store is there in this start: in provisioning and secured, in the normal mode, with CDIs; and in assembly
 * and test, where nothing is secret.
 * @param is_sealed CHECK_PASSED where the key is of CDI_seal; 0 otherwise.
 * @return SECURE_OK or SECURE_E_SEALED.
 */
uint32_t secure_may_seal(const struct secure_request *request, uint32_t *is_sealed);

/** Raises the wipe counter in OTP by one, in one operation. @return SECURE_OK or SECURE_E_OTP: nothing changed. */
uint32_t secure_raise_wipe(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/** A token by the call gate, in either profile: what psa/initial_attestation.h has no words for. */
#ifndef THIMBLE_INITIAL_ATTESTATION_H
#define THIMBLE_INITIAL_ATTESTATION_H

#include "gate.h"

/** @param profile - enum token_profile. @param out zeros unless the result is SECURE_OK. @return what the gate says. */
uint32_t initial_attestation(uint32_t profile, const uint8_t *challenge, size_t challenge_size, struct secure_token *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/** The modelled entropy source: deterministic from the seed that the simulator gives at each power-on. */
#ifndef THIMBLE_ENTROPY_H
#define THIMBLE_ENTROPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Starts the source. @return false when the generator refuses; every later read then fails. */
bool entropy_seed(const uint8_t seed[static 32]);

/** @return true only when all bytes of out are random. */
bool entropy_read(uint8_t *out, size_t length);

#endif

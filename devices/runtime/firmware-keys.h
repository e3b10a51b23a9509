/* SPDX-License-Identifier: Apache-2.0 */
/** Names of the engine and the firmware as XS keys in read-only memory: firmware-keys.c, generated with the firmware. */
#ifndef THIMBLE_FIRMWARE_KEYS_H
#define THIMBLE_FIRMWARE_KEYS_H

#include "xsAll.h"

/** Buckets of XS's table of names; host-sim/compiler/firmware-c.ts has the same number. */
#define FIRMWARE_NAME_MODULO 509

/** Keys by identifier, up to firmware_known_ids; the first is null. */
extern txSlot *const firmware_keys[];

/** What the table of names begins with. */
extern txSlot *const firmware_names[FIRMWARE_NAME_MODULO];

#endif

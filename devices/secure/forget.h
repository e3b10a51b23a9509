/* SPDX-License-Identifier: Apache-2.0 */
/** What must not outlive a wipe: the keys in PSA's storage, the settings in key-value storage, and what is left of the sealed store. */
#ifndef THIMBLE_SECURE_FORGET_H
#define THIMBLE_SECURE_FORGET_H

#include <stdint.h>

enum forget_status {
	FORGET_OK = 0x4A3D95E2,
	FORGET_E_FLASH = 0x32123FA9, /* the flash refused: what was there may still be */
};

/**
 * Erases the partitions "storage", "kv" and "its" unless they are of this wipe epoch, which it notes in "its". To be called at each
 * start, before anything reads them. A cut is finished by the next call: the note comes last.
 * @param epoch - as boot hands it over; 0: nothing was ever wiped, and nothing is done.
 */
enum forget_status secure_forget(uint32_t epoch);

#endif

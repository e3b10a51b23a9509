/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Which slots run: a log of records in the partition "boot". A record is one write unit; the last whole one counts. Nothing
 * here is trusted: whoever writes flash chooses slots, and what lies in them is verified all the same.
 */
#ifndef THIMBLE_SLOTS_H
#define THIMBLE_SLOTS_H

#include <stdint.h>

enum slots_state {
	SLOTS_CONFIRMED = 0x96, /* `active` is good */
	SLOTS_PENDING = 0x5A,   /* `active` is to be tried at the next start */
	SLOTS_TRYING = 0xC3,    /* `active` is being tried: `previous` comes back unless it is confirmed */
	SLOTS_REVERTED = 0x3C,  /* `active` is good again, `previous` has failed */
};

/** A firmware and an app: bit 0 is the firmware's slot, bit 1 the app's. They change and revert together. */
#define SLOTS_FIRMWARE(pair) ((pair)&1u)
#define SLOTS_APP(pair) ((pair) >> 1 & 1u)

struct slots {
	enum slots_state state;
	uint8_t active, previous;
};

enum slots_status {
	SLOTS_OK = 0x4D1B72E8,
	SLOTS_E_FLASH = 0x260625BD,
};

/** The last record; of an empty log: pair 0, confirmed. */
void slots_read(struct slots *out);

/**
 * Appends a record. When power fails in it, the last one is the old or the new one.
 * @return SLOTS_OK or SLOTS_E_FLASH.
 */
enum slots_status slots_write(const struct slots *slots);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/**
 * From reset to the firmware: which slots may run, verified, measured, and what the firmware is told. docs/decisions/0008
 * has the order of work and why. A board supplies the functions at the end.
 */
#ifndef THIMBLE_BOOT_H
#define THIMBLE_BOOT_H

#include "dice.h"
#include "image.h"

#define HAND_OVER_MAGIC 0x4F484254u /* "TBHO" */
#define HAND_OVER_VERSION 2u
#define DEVICE_ID_SIZE 16u

/** What the firmware is to start. */
enum boot_start {
	BOOT_START_APP = 0x2D4B1E87,
	BOOT_START_SERVICE = 0x4E8772B4, /* the firmware's own service app: asked for, or this lifecycle has nothing else */
	BOOT_START_NOTHING = 0x1BD24E78, /* no slot has an app that may run: refusal says why */
};

/** Whose seed is handed over: how the device proves what it is. Of the board, and never another one. */
enum boot_attestation {
	BOOT_ATTESTATION_NONE = 0,         /* no seed: no secret yet, no root keys, or decommissioned */
	BOOT_ATTESTATION_IAK = 0x4D8E72B1, /* of the key that signs tokens */
	BOOT_ATTESTATION_DEVICE_KEY = 0x1E72B14D, /* of the key that certifies the one that signs tokens, and is wiped then */
};

/** What runs, as its verified image says. */
struct boot_component {
	uint64_t version;
	uint32_t counter, slot;
	uint8_t digest[32], signer[32]; /* signer: KEYHASH; zeros: not signed */
};

/** The boot record, and the secrets of this start. Whoever takes it wipes the original. */
struct hand_over {
	uint32_t magic, version;
	uint32_t lifecycle;      /* enum lifecycle */
	uint32_t start;          /* enum boot_start */
	uint32_t refusal;        /* enum image_status of the app, with BOOT_START_NOTHING */
	uint32_t slots;          /* enum slots_state after this boot's own steps */
	uint32_t trust_version;  /* 0: no root keys */
	uint32_t epoch;
	uint32_t has_cdis;       /* IMAGE_SIGNED: cdis and device_id are there; otherwise zeros */
	struct boot_component boot, firmware, app; /* boot: for the program around this to fill. app: zeros unless BOOT_START_APP */
	uint8_t trust_root[32];  /* hash of the root key that signed the trust record; zeros without one */
	uint32_t app_offset, app_size; /* of the app's payload, from the start of the flash */
	uint32_t heap_bytes, stack_slots;
	uint8_t device_id[DEVICE_ID_SIZE]; /* the same for the chip's life; public */
	struct dice_input input; /* what was measured: of that the CDIs are */
	struct dice_cdis cdis;
	uint32_t attestation;    /* enum boot_attestation */
	uint8_t attestation_seed[DICE_CDI_SIZE]; /* of nothing but the device's secret: the same for the chip's life */
	uint64_t ticks[6];       /* board_ticks() at the start, and after: trust record, firmware copied, firmware, app, measurement */
};

/** Success; any other value is a failure: a status of image.h, fuses.h, slots.h or dice.h. */
#define BOOT_OK 0x4C1D63F2u
#define BOOT_E_TRUST 0x27072AB7u /* no trust record that may be believed */
#define BOOT_E_NOTHING 0x280829C8u /* no firmware that may run */
#define BOOT_E_MEASURE 0x290928D6u /* CDIs could not be derived */
#define BOOT_E_PROTECT 0x2A0A27E5u /* what runs could not be protected, or the secret hidden */

/**
 * Does all but run the firmware, which lies verified and locked in execution memory then.
 * @param wants_service - whether somebody at the device holds its service jumper.
 * @param out zeroed unless the result is BOOT_OK.
 */
uint32_t boot_prepare(uint32_t wants_service, struct hand_over *out);

/* What the board supplies. */

/** Execution memory for a firmware image, header included; its payload is where it is linked for. @param size filled. */
uint8_t *boot_memory(uint32_t *size);

/** Nothing writes the firmware in execution memory from now on, nothing else is executed. */
void boot_lock(void);

/** BOOT_ATTESTATION_IAK where a world of its own keeps keys, or is to; BOOT_ATTESTATION_DEVICE_KEY where none will. */
uint32_t boot_attestation(void);

/** Tells people about a slot that is not started: kind is "fw", "app" or "trust", status of image.h. */
void boot_refused(const char *kind, uint32_t slot, uint32_t status);

#endif

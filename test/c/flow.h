/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A device's life in steps: what lies in OTP and flash, what the firmware does, its starts, and what must come of each.
 * test/boot/flow.ts packs them. Whoever links flow.c says what the silicon is.
 */
#ifndef THIMBLE_FLOW_H
#define THIMBLE_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "boot.h"

/** What is done; a and b are its arguments, and bytes of a size that is padded to 4 follow. test/boot/flow.ts has the same numbers. */
enum flow_kind {
	FLOW_OTP = 1,    /* sets bits at a, whatever is locked */
	FLOW_FLASH = 2,  /* puts bytes at a, as a flash programmer does */
	FLOW_START = 3,  /* boots; a: somebody wants service. The bytes are a struct flow_expected */
	FLOW_SLOTS = 4,  /* slots_write; a: state, active and previous as bytes. This and the next four: as the firmware does */
	FLOW_RAISE = 5,  /* fuses_raise(a, b) */
	FLOW_SET = 6,    /* fuses_set(a) */
	FLOW_WRITE = 7,  /* erases the sector at a and writes it */
	FLOW_PROGRAM = 8, /* otp_program at a */
	FLOW_HIDE = 9,   /* b bytes of OTP at a do not answer at the next start */
	FLOW_OTP_IS = 10, /* the bytes are at a */
	FLOW_MARK = 11,  /* power cuts begin, and the next one: end */
	FLOW_LOCKED = 12, /* after the last start: a is how many of the calls that a lock refuses were refused, as bits */
	FLOW_MEMORY = 13, /* boot_memory() is a bytes from now on */
	FLOW_NOT_RAISED = 14, /* fuses_raise(a, b) is refused for its value */
	FLOW_FORM = 15,  /* boot_attestation() says a from now on */
};

struct flow_step {
	uint32_t kind, a, b, size;
};

#define FLOW_REFUSED_MAX 8u

struct flow_refused {
	uint32_t kind; /* first letter */
	uint32_t slot;
	uint32_t status;
};

#define FLOW_ANY 0xFFFFFFFFu

/** What must come of a start. */
struct flow_expected {
	uint32_t status;
	uint32_t values[10]; /* in the order of flow_values(); FLOW_ANY: whatever it is */
	uint32_t refused_count; /* FLOW_ANY: whatever they are */
	struct flow_refused refused[FLOW_REFUSED_MAX];
	uint32_t cdis; /* 1: as below, to the end; 2: not that CDI_seal */
	uint8_t attest[32], seal[32], device_id[16];
	uint32_t attestation;
	uint8_t attestation_seed[32];
};

/** What did not come out as it must. */
struct flow_failure {
	uint32_t step; /* from 0; FLOW_ANY: none */
	uint32_t field; /* of flow.ts */
	uint32_t got;
};

/** What the last start gave. */
struct flow_outcome {
	uint32_t status;
	struct hand_over out;
	struct flow_refused refused[FLOW_REFUSED_MAX];
	uint32_t refused_count;
	bool is_locked;
};

extern struct flow_outcome flow_outcome;

/** start, slots, slots of firmware and app, trust version, mode, CDIs, lifecycle, refusal, epoch. */
void flow_values(const struct hand_over *out, uint32_t values[static 10]);

/** Starts the device, without looking at what comes of it. */
void flow_start(uint32_t wants_service);

/**
 * Runs steps from *at on: to the end, or up to the next mark.
 * @param at in and out: offset in bytes.
 */
struct flow_failure flow_run(const uint8_t *steps, size_t size, size_t *at);

/** Whether what runs is what lies in the slots that the record names, and the hand-over says so. */
bool flow_is_consistent(void);

/** Execution memory. */
extern uint8_t flow_memory[];

/* What the silicon supplies. */

/** An empty device. */
void flow_new(void);
/** Locks are open again. */
void flow_reset(void);
void flow_put(uint32_t offset, const uint8_t *bytes, uint32_t size);
uint8_t *flow_otp(void);

#endif

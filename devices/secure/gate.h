/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The one way to what needs the device's secret, a CDI, a private key of its own, or OTP: a service by number, with
 * vectors in and out, as psa_call() has it. A world of its own can begin exactly here: nothing above calls past it.
 *
 * The gate copies the inputs into memory of its own before anything looks at them, knows of each service how many vectors
 * of which sizes it has and when it may be called, and gives outputs only with SECURE_OK. A call that fails has changed
 * nothing, but for what the service says.
 */
#ifndef THIMBLE_SECURE_GATE_H
#define THIMBLE_SECURE_GATE_H

#include <stddef.h>
#include <stdint.h>

#include "../boot/boot.h"

/** Services; in brackets their vectors: in -> out, sizes in bytes. */
enum secure_service {
	SECURE_RECORD = 1,    /* (-> struct secure_record) */
	SECURE_STATUS,        /* (-> struct secure_status) what OTP says now */
	SECURE_MAKE_SECRET,   /* () after a cut: again */
	SECURE_SET_ROOTS,     /* (32, 32) a hash that a cut left half written: the same again */
	SECURE_SET_OWNER,     /* (32) likewise */
	SECURE_SECURE,        /* () */
	SECURE_INSTALL_TRUST, /* (1 to SECURE_TRUST_MAX) a whole trust record */
	SECURE_CHALLENGE,     /* (-> 16) */
	SECURE_ORDER,         /* (4: enum secure_order, 0 or 32, 65, 64) uses the challenge up, whatever comes of it */
	SECURE_CONFIRM,       /* () */
	SECURE_IDENTITY,      /* (4: enum secure_identity -> 4: psa_key_id_t) the same one each time */
	SECURE_RESTART,       /* () does not come back */
	SECURE_ATTEST,        /* (4: enum token_profile, 32 to 64: nonce -> struct secure_token) */
	SECURE_ATTESTATION_KEY, /* (-> 65) public half of what the instance id is of */
	SECURE_SEAL_KEY,      /* (-> struct secure_seal) the same one each time */
	SECURE_COUNTER_READ,  /* (-> 4) ends an interrupted step first */
	SECURE_COUNTER_RAISE, /* (4) to its own value: nothing happens; below it: SECURE_E_COUNTER, nothing changed */
	SECURE_WIPE_SEALED,   /* () the sealed store is gone until the restart, which is the caller's to order */
	SECURE_SERVICES_END,
};

#define SECURE_HASH_SIZE 32u
#define SECURE_TRUST_MAX 1024u
#define SECURE_CHALLENGE_SIZE 16u
#define SECURE_POINT_SIZE 65u
#define SECURE_SIGNATURE_SIZE 64u
#define SECURE_TOKEN_MAX 1108u
/** The last wipe epoch that a sealed store tells from others: an app's own wipe does not go beyond. */
#define SECURE_WIPE_EPOCH_MAX 63u

/** Numbers as in the payload of an order. */
enum secure_order {
	SECURE_ENTER_DEBUG = 1,
	SECURE_LEAVE_DEBUG,
	SECURE_WIPE,
	SECURE_TRANSFER, /* argument: the new owner's hash */
	SECURE_DECOMMISSION,
};

enum secure_identity {
	SECURE_SIGNING = 1,
	SECURE_AGREEMENT,
};

/** What the gate and its services say; also enum image_status. Failures have CHECK_FAILURE_BIT. */
enum secure_status {
	SECURE_OK = 0x4E93B16C,
	SECURE_E_CALL = 0x2B0B26F4,     /* no such service, or not with these vectors */
	SECURE_E_STATE = 0x2C0C2D43,    /* not in this state or start, or done already */
	SECURE_E_OTP = 0x2D0D2C52,      /* OTP or flash failed; or has bits that what is to be written there does not have */
	SECURE_E_ENTROPY = 0x2E0E2F61,  /* no random bytes */
	SECURE_E_ORDER = 0x2F0F2E70,    /* not the owner's, not with the last challenge, or not for this device */
	SECURE_E_IDENTITY = 0x30103187, /* there is no such key in this state, or in this start */
	SECURE_E_CRYPTO = 0x31113096,   /* PSA or Mbed TLS failed, or has no room for a key */
	SECURE_E_ATTESTATION = 0x32123AA9, /* this device has no attestation key, or not in this state */
	SECURE_E_SEALED = 0x33133BB8,   /* no sealed store in this state, or in this start */
	SECURE_E_COUNTER = 0x34143CCB,  /* the board has no counter, or it does not have the value that it is to have */
};

struct secure_in {
	const void *data;
	size_t size;
};

struct secure_out {
	void *data;
	size_t size;
};

/** What boot found: the same until the next reset. Nothing secret. lifecycle.ts has the offsets. */
struct secure_record {
	uint32_t lifecycle; /* enum lifecycle */
	uint32_t start;     /* enum boot_start */
	uint32_t slots;     /* enum slots_state */
	uint32_t trust_version;
	uint32_t epoch;
	uint32_t is_booted; /* 0: started directly; firmware and app are zeros then */
	struct boot_component firmware, app;
	uint8_t device_id[DEVICE_ID_SIZE]; /* zeros: none */
};
_Static_assert(sizeof(struct secure_record) == 200, "the same on every board");

/** An attestation token. attestation.ts has the offsets. */
struct secure_token {
	uint32_t size;
	uint8_t bytes[SECURE_TOKEN_MAX]; /* zeros from size on */
};
_Static_assert(sizeof(struct secure_token) == 1112, "the same on every board");

/** The key of the sealed store. */
struct secure_seal {
	uint32_t key;       /* psa_key_id_t */
	uint32_t is_sealed; /* 1; 0: made of no secret, in assembly and test */
};
_Static_assert(sizeof(struct secure_seal) == 8, "the same on every board");

/** What OTP says now. */
struct secure_status_now {
	uint32_t lifecycle;
	uint32_t has_secret, has_roots; /* 0 or 1 */
	uint32_t owner_count;
	uint32_t firmware, app; /* counters */
	uint8_t owner[SECURE_HASH_SIZE]; /* zeros: none */
};
_Static_assert(sizeof(struct secure_status_now) == 56, "the same on every board");

/**
 * Begins a start: takes what boot handed over. It copies; the caller wipes the original. Where the seed is that of a device
 * key, the alias key of what runs is certified with it here, and of the device key only the public half is left.
 * @param from null: started without boot. The record then says assembly-and-test, and there are no secrets.
 */
void secure_begin(const struct hand_over *from);

/** @return SECURE_OK; any other value is a failure: enum secure_status or image_status. */
uint32_t secure_call(uint32_t service, const struct secure_in *in, size_t in_count, const struct secure_out *out, size_t out_count);

#endif

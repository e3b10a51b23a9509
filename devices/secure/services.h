/* SPDX-License-Identifier: Apache-2.0 */
/** What the gate gives its services: their vectors in its own memory, and the state of this start. */
#ifndef THIMBLE_SECURE_SERVICES_H
#define THIMBLE_SECURE_SERVICES_H

#include "../boot/fuses.h"
#include "../boot/trust.h"
#include "dice-certificate.h"
#include "gate.h"
#include "token.h"

#define SECURE_VECTORS_MAX 4u

/** A call that the gate let through: vectors have sizes that its table allows, memory is the gate's. */
struct secure_request {
	const uint8_t *in[SECURE_VECTORS_MAX];
	size_t in_size[SECURE_VECTORS_MAX];
	uint8_t *out; /* the only one there is */
	struct fuses fuses; /* as they are now */
};

/** Secrets of this start, and what its services have to remember. */
struct secure_start {
	struct secure_record record;
	uint32_t mode;     /* enum dice_mode */
	uint32_t has_cdis; /* IMAGE_SIGNED: cdis is filled */
	struct dice_cdis cdis;
	uint32_t attestation; /* enum boot_attestation: whose the seed is */
	uint8_t attestation_seed[DICE_CDI_SIZE]; /* wiped once there is a key of it */
	uint32_t attestation_key; /* psa_key_id_t of what signs tokens; 0: not made yet */
	uint8_t attestation_point[SECURE_POINT_SIZE]; /* of the key that the instance id is of; zeros: not made yet */
	uint8_t certificate[SIGN1_ROOM(DICE_CERTIFICATE_SIZE)]; /* of the alias key; size 0: none */
	size_t certificate_size;
	uint8_t boot_seed[TOKEN_BOOT_SEED_SIZE];
	uint32_t has_boot_seed;
	struct boot_component boot;
	uint8_t trust_root[SECURE_HASH_SIZE]; /* of the root key that signed the trust record; zeros: none */
	uint8_t challenge[SECURE_CHALLENGE_SIZE];
	uint32_t has_challenge;
	uint32_t keys[2]; /* psa_key_id_t of each enum secure_identity; 0: not made yet */
	uint32_t seal_key; /* psa_key_id_t of what the sealed store's keys are made of; 0: not made yet */
};

extern struct secure_start secure_start;

/* Each: SECURE_OK or a failure. */
uint32_t secure_record(struct secure_request *request);
uint32_t secure_status(struct secure_request *request);
uint32_t secure_make_secret(struct secure_request *request);
uint32_t secure_set_roots(struct secure_request *request);
uint32_t secure_set_owner(struct secure_request *request);
uint32_t secure_secure(struct secure_request *request);
uint32_t secure_install_trust(struct secure_request *request);
uint32_t secure_challenge(struct secure_request *request);
uint32_t secure_order(struct secure_request *request);
uint32_t secure_confirm(struct secure_request *request);
uint32_t secure_identity(struct secure_request *request);
uint32_t secure_restart(struct secure_request *request);
uint32_t secure_attest(struct secure_request *request);
uint32_t secure_attestation_key(struct secure_request *request);
uint32_t secure_seal_key(struct secure_request *request);
uint32_t secure_counter_read(struct secure_request *request);
uint32_t secure_counter_raise(struct secure_request *request);
uint32_t secure_wipe_sealed(struct secure_request *request);

/** Whether OTP has root keys: its word. */
uint32_t secure_has_roots(void);

/** Writes a hash where OTP has none, or the same one half written, and looks that it is there. */
uint32_t secure_write_once(uint32_t offset, const uint8_t *bytes, uint32_t size);

/** Reads the hash of the present owner's key. */
uint32_t secure_read_owner(const struct fuses *fuses, uint8_t out[static SECURE_HASH_SIZE]);

/** Writes the next owner's hash, then its word: from then on it is the present one. */
uint32_t secure_add_owner(const struct fuses *fuses, const uint8_t hash[static SECURE_HASH_SIZE]);

/** SHA-256 of a key as SubjectPublicKeyInfo. */
uint32_t secure_key_hash(const uint8_t point[static SIGNATURE_POINT_SIZE], uint8_t out[static SECURE_HASH_SIZE]);

/** Whether boot would start what is in flash with these roots. @return IMAGE_OK, or what it would say. */
uint32_t secure_rehearse(const struct fuses *fuses, const struct image_root roots[static IMAGE_ROOT_COUNT]);

/** Forgets the identity keys: of the last start, or of an epoch that is over. */
void secure_forget_keys(void);

/** The same for the key of the sealed store. */
void secure_forget_seal(void);

/**
 * Where the seed of this start is a device key's: certifies the alias key, and wipes the device key and its seed, come what may.
 * Without a certificate there are no tokens. @param input - what boot measured.
 */
void secure_certify(const struct dice_input *input);

/** Forgets the key of the last start that signed tokens. */
void secure_forget_attestation(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "gate.h"

#include <stdbool.h>
#include <string.h>

#include <mbedtls/platform_util.h>

#include "../boot/check.h"
#include "services.h"

/* When a service may be called: states that OTP says now. */
#define ASSEMBLY 1u
#define PROVISIONING 2u
#define SECURED 4u
#define DEBUG 8u
#define DECOMMISSIONED 16u
#define ALWAYS 31u
/* And only while the firmware's own service app runs. */
#define SERVICE_START 32u

/* Inputs, then the output: the largest of each. */
#define MEMORY_SIZE (SECURE_TRUST_MAX + sizeof(struct secure_token))
_Static_assert(sizeof(struct secure_record) <= sizeof(struct secure_token), "the largest output");

struct sizes {
	uint16_t least, most;
};

struct service {
	uint32_t (*run)(struct secure_request *request);
	uint32_t when;
	uint32_t in_count, out_count;
	struct sizes in[SECURE_VECTORS_MAX];
	uint16_t out_size;
};

#define EXACTLY(size) { (uint16_t)(size), (uint16_t)(size) }

static const struct service services[SECURE_SERVICES_END] = {
	[SECURE_RECORD] = { secure_record, ALWAYS, 0, 1, { { 0, 0 } }, sizeof(struct secure_record) },
	[SECURE_STATUS] = { secure_status, ALWAYS, 0, 1, { { 0, 0 } }, sizeof(struct secure_status_now) },
	[SECURE_MAKE_SECRET] = { secure_make_secret, ASSEMBLY | PROVISIONING | SERVICE_START, 0, 0, { { 0, 0 } }, 0 },
	[SECURE_SET_ROOTS] = { secure_set_roots, PROVISIONING | SERVICE_START, 2, 0, { EXACTLY(SECURE_HASH_SIZE), EXACTLY(SECURE_HASH_SIZE) }, 0 },
	[SECURE_SET_OWNER] = { secure_set_owner, PROVISIONING | SERVICE_START, 1, 0, { EXACTLY(SECURE_HASH_SIZE) }, 0 },
	[SECURE_SECURE] = { secure_secure, PROVISIONING | SERVICE_START, 0, 0, { { 0, 0 } }, 0 },
	[SECURE_INSTALL_TRUST] = { secure_install_trust, PROVISIONING | SECURED | DEBUG, 1, 0, { { 1, SECURE_TRUST_MAX } }, 0 },
	[SECURE_CHALLENGE] = { secure_challenge, SECURED | DEBUG, 0, 1, { { 0, 0 } }, SECURE_CHALLENGE_SIZE },
	[SECURE_ORDER] = { secure_order, SECURED | DEBUG, 4, 0,
		{ EXACTLY(4), { 0, SECURE_HASH_SIZE }, EXACTLY(SECURE_POINT_SIZE), EXACTLY(SECURE_SIGNATURE_SIZE) }, 0 },
	[SECURE_CONFIRM] = { secure_confirm, ASSEMBLY | PROVISIONING | SECURED | DEBUG, 0, 0, { { 0, 0 } }, 0 },
	[SECURE_IDENTITY] = { secure_identity, ALWAYS, 1, 1, { EXACTLY(4) }, 4 },
	[SECURE_RESTART] = { secure_restart, ALWAYS, 0, 0, { { 0, 0 } }, 0 },
	[SECURE_ATTEST] = { secure_attest, ALWAYS, 2, 1, { EXACTLY(4), { 32, TOKEN_NONCE_MAX } }, sizeof(struct secure_token) },
	[SECURE_ATTESTATION_KEY] = { secure_attestation_key, ALWAYS, 0, 1, { { 0, 0 } }, SECURE_POINT_SIZE },
	[SECURE_SEAL_KEY] = { secure_seal_key, ALWAYS, 0, 1, { { 0, 0 } }, sizeof(struct secure_seal) },
	[SECURE_COUNTER_READ] = { secure_counter_read, ALWAYS, 0, 1, { { 0, 0 } }, 4 },
	[SECURE_COUNTER_RAISE] = { secure_counter_raise, ALWAYS, 1, 0, { EXACTLY(4) }, 0 },
	[SECURE_WIPE_SEALED] = { secure_wipe_sealed, ALWAYS, 0, 0, { { 0, 0 } }, 0 },
};

/* Until secure_begin(): a device that was started directly. */
struct secure_start secure_start = { .record = { .lifecycle = LIFECYCLE_ASSEMBLY, .start = BOOT_START_APP } };

static uint32_t bit_of(uint32_t lifecycle)
{
	switch (lifecycle) {
	case LIFECYCLE_ASSEMBLY:
		return ASSEMBLY;
	case LIFECYCLE_PROVISIONING:
		return PROVISIONING;
	case LIFECYCLE_SECURED:
		return SECURED;
	case LIFECYCLE_DEBUG:
		return DEBUG;
	case LIFECYCLE_DECOMMISSIONED:
		return DECOMMISSIONED;
	default:
		return 0;
	}
}

/* Copies the inputs one after the other. The sizes are read once: whoever calls could change them meanwhile. */
CHECK_FUNCTION uint32_t copy_in(const struct service *service, const struct secure_in *in, uint8_t *memory, struct secure_request *request)
{
	CHECKS;
	uint8_t *at = memory;
	for (uint32_t i = 0; i < service->in_count; i++) {
		const struct secure_in one = ((const volatile struct secure_in *)in)[i];
		CHECK(gate_in_size, one.size >= service->in[i].least && one.size <= service->in[i].most, SECURE_E_CALL);
		CHECK(gate_in_data, one.data != NULL || one.size == 0, SECURE_E_CALL);
		if (one.size != 0) /* an empty one may have no address */
			memcpy(at, one.data, one.size);
		request->in[i] = at;
		request->in_size[i] = one.size;
		at += one.size;
	}
	return CHECKED(SECURE_OK);
}

CHECK_FUNCTION uint32_t call(const struct service *service, const struct secure_in *in, size_t in_count, const struct secure_out *out,
	size_t out_count, uint8_t *memory)
{
	CHECKS;
	struct secure_request request = { .out = memory + SECURE_TRUST_MAX };
	struct secure_out to = { NULL, 0 };
	CHECK(gate_counts, in_count == service->in_count && out_count == service->out_count, SECURE_E_CALL);
	CHECK(gate_vectors, (in != NULL || in_count == 0) && (out != NULL || out_count == 0), SECURE_E_CALL);
	if (service->out_count != 0)
		to = *(const volatile struct secure_out *)out;
	CHECK(gate_out_size, to.size == service->out_size, SECURE_E_CALL);
	CHECK(gate_out_data, to.data != NULL || to.size == 0, SECURE_E_CALL);
	CHECK_CALL(copied, copy_in(service, in, memory, &request), SECURE_OK, copied);
	CHECK_CALL(read, fuses_read(&request.fuses), FUSES_OK, SECURE_E_OTP);
	CHECK(gate_lifecycle, (service->when & bit_of(request.fuses.lifecycle)) != 0, SECURE_E_STATE);
	CHECK(gate_start, (service->when & SERVICE_START) == 0 || secure_start.record.start == BOOT_START_SERVICE, SECURE_E_STATE);
	CHECK_CALL(done, service->run(&request), SECURE_OK, done);
	if (to.size != 0)
		memcpy(to.data, request.out, to.size);
	return CHECKED(SECURE_OK);
}

uint32_t secure_call(uint32_t service, const struct secure_in *in, size_t in_count, const struct secure_out *out, size_t out_count)
{
	CHECKS;
	static uint8_t memory[MEMORY_SIZE];
	CHECK(gate_service, service >= SECURE_RECORD && service < SECURE_SERVICES_END, SECURE_E_CALL);
	volatile uint32_t status = call(&services[service], in, in_count, out, out_count, memory);
	mbedtls_platform_zeroize(memory, sizeof memory);
	CHECK_AGAIN(status == SECURE_OK, status);
	return CHECKED(SECURE_OK);
}

void secure_begin(const struct hand_over *from)
{
	struct secure_record *record = &secure_start.record;
	secure_forget_keys();
	secure_forget_seal();
	secure_forget_attestation();
	mbedtls_platform_zeroize(&secure_start, sizeof secure_start);
	record->lifecycle = LIFECYCLE_ASSEMBLY;
	record->start = BOOT_START_APP;
	if (from == NULL || from->magic != HAND_OVER_MAGIC || from->version != HAND_OVER_VERSION)
		return;
	*record = (struct secure_record){
		.lifecycle = from->lifecycle,
		.start = from->start,
		.slots = from->slots,
		.trust_version = from->trust_version,
		.epoch = from->epoch,
		.is_booted = 1,
		.firmware = from->firmware,
		.app = from->app,
	};
	secure_start.boot = from->boot;
	memcpy(secure_start.trust_root, from->trust_root, sizeof secure_start.trust_root);
	secure_start.mode = from->input.mode;
	secure_start.has_cdis = from->has_cdis;
	if (from->has_cdis != IMAGE_SIGNED)
		return;
	memcpy(record->device_id, from->device_id, sizeof record->device_id);
	secure_start.cdis = from->cdis;
	secure_start.attestation = from->attestation;
	memcpy(secure_start.attestation_seed, from->attestation_seed, sizeof secure_start.attestation_seed);
	secure_certify(&from->input);
}

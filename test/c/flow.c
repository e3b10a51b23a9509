/* SPDX-License-Identifier: Apache-2.0 */
#include "flow.h"

#include <string.h>

#include "../../devices/runtime/board.h"
#include "../../devices/silicon/flash.h"
#include "../../devices/silicon/otp.h"
#include "fuses.h"
#include "slots.h"

#define MEMORY_SIZE 0x1000u
/* Of struct flow_failure. */
#define FIELD_STATUS 0u
#define FIELD_VALUES 1u
#define FIELD_REFUSED 20u
#define FIELD_CDIS 40u
#define FIELD_NOT_ZERO 41u
#define FIELD_INCONSISTENT 42u
#define FIELD_CALL 43u
#define FIELD_OTP 44u
#define FIELD_LOCKED 45u
#define FIELD_CASE 46u
#define FIELD_ATTESTATION 47u

struct flow_outcome flow_outcome;
_Alignas(8) uint8_t flow_memory[MEMORY_SIZE];
static uint32_t memory_size;
static uint32_t form; /* enum boot_attestation */
static uint32_t hidden_at, hidden_size;
static uint64_t ticks;

uint8_t *boot_memory(uint32_t *size)
{
	*size = memory_size;
	return flow_memory;
}

uint32_t boot_attestation(void)
{
	return form;
}

void boot_lock(void)
{
	flow_outcome.is_locked = true;
}

void boot_refused(const char *kind, uint32_t slot, uint32_t status)
{
	if (flow_outcome.refused_count < FLOW_REFUSED_MAX)
		flow_outcome.refused[flow_outcome.refused_count++] = (struct flow_refused){ (uint32_t)kind[0], slot, status };
}

uint64_t board_ticks(void)
{
	return ++ticks;
}

void flow_start(uint32_t wants_service)
{
	flow_reset();
	(void)otp_hide(hidden_at, hidden_size);
	hidden_size = 0;
	memset(&flow_outcome, 0, sizeof flow_outcome);
	memset(&flow_outcome.out, 0xEE, sizeof flow_outcome.out);
	memset(flow_memory, 0, sizeof flow_memory);
	flow_outcome.status = boot_prepare(wants_service, &flow_outcome.out);
}

void flow_values(const struct hand_over *out, uint32_t values[static 10])
{
	const uint32_t all[10] = { out->start, out->slots, out->firmware.slot, out->app.slot, out->trust_version, out->input.mode,
		out->has_cdis, out->lifecycle, out->refusal, out->epoch };
	memcpy(values, all, sizeof all);
}

static bool is_zero(const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (((const uint8_t *)bytes)[i] != 0)
			return false;
	}
	return true;
}

static bool is_image_of(const struct boot_component *component, const uint8_t *image, const uint8_t *slot)
{
	size_t size;
	return image_size(image, MEMORY_SIZE, &size) == IMAGE_OK && memcmp(image, slot, size) == 0 && component->slot < 2 &&
		(image != flow_memory || is_zero(flow_memory + size, MEMORY_SIZE - size));
}

bool flow_is_consistent(void)
{
	const struct hand_over *out = &flow_outcome.out;
	const uint8_t *firmware = flash_map(out->firmware.slot == 0 ? FLASH_FW0_OFFSET : FLASH_FW1_OFFSET);
	const uint8_t *app = flash_map(out->app.slot == 0 ? FLASH_APP0_OFFSET : FLASH_APP1_OFFSET);
	if (out->magic != HAND_OVER_MAGIC || out->version != HAND_OVER_VERSION || !flow_outcome.is_locked)
		return false;
	if (!is_image_of(&out->firmware, flow_memory, firmware))
		return false;
	/* Nobody is named as a signer whose signature was not verified. */
	if (is_zero(out->firmware.signer, 32) != (out->trust_version == 0))
		return false;
	for (uint32_t i = 0; i + 1 < 6; i++) {
		if (out->ticks[i] == 0 || out->ticks[i + 1] <= out->ticks[i])
			return false;
	}
	if (out->start != BOOT_START_APP)
		return is_zero(&out->app, sizeof out->app) && out->app_offset == 0 && out->app_size == 0;
	return is_image_of(&out->app, app, app) && flash_map(0) + out->app_offset == app + IMAGE_HEADER_SIZE && out->app_size != 0;
}

static struct flow_failure failure(uint32_t field, uint32_t got)
{
	return (struct flow_failure){ 0, field, got };
}

static struct flow_failure compare(const struct flow_expected *expected)
{
	const struct hand_over *out = &flow_outcome.out;
	uint32_t values[10];
	if (flow_outcome.status != expected->status)
		return failure(FIELD_STATUS, flow_outcome.status);
	flow_values(out, values);
	for (uint32_t i = 0; i < 10; i++) {
		if (expected->values[i] != FLOW_ANY && values[i] != expected->values[i])
			return failure(FIELD_VALUES + i, values[i]);
	}
	if (expected->refused_count != FLOW_ANY) {
		if (flow_outcome.refused_count != expected->refused_count)
			return failure(FIELD_REFUSED, flow_outcome.refused_count);
		for (uint32_t i = 0; i < expected->refused_count; i++) {
			if (memcmp(&flow_outcome.refused[i], &expected->refused[i], sizeof(struct flow_refused)) != 0)
				return failure(FIELD_REFUSED + 1 + i, flow_outcome.refused[i].status);
		}
	}
	if (flow_outcome.status != BOOT_OK)
		return is_zero(out, sizeof *out) ? failure(FLOW_ANY, 0) : failure(FIELD_NOT_ZERO, 0);
	if (!flow_is_consistent())
		return failure(FIELD_INCONSISTENT, 0);
	if (expected->cdis == 1 && (memcmp(out->cdis.attest, expected->attest, 32) != 0 || memcmp(out->cdis.seal, expected->seal, 32) != 0 ||
		memcmp(out->device_id, expected->device_id, 16) != 0))
		return failure(FIELD_CDIS, 0);
	if (expected->cdis == 1 && (out->attestation != expected->attestation ||
		memcmp(out->attestation_seed, expected->attestation_seed, 32) != 0))
		return failure(FIELD_ATTESTATION, out->attestation);
	if (expected->cdis == 2 && memcmp(out->cdis.seal, expected->seal, 32) == 0)
		return failure(FIELD_CDIS, 1);
	if (out->has_cdis == 0 && (!is_zero(&out->cdis, sizeof out->cdis) || !is_zero(out->device_id, sizeof out->device_id)))
		return failure(FIELD_CDIS, 2);
	if (out->has_cdis == 0 ? out->attestation != BOOT_ATTESTATION_NONE || !is_zero(out->attestation_seed, 32) : out->attestation != form)
		return failure(FIELD_ATTESTATION, out->attestation);
	return failure(FLOW_ANY, 0);
}

/* Calls that locks refuse, one bit each: writes to each slot, the secret read. */
static uint32_t try_locked(void)
{
	static const uint32_t offsets[4] = { FLASH_FW0_OFFSET, FLASH_FW1_OFFSET, FLASH_APP0_OFFSET, FLASH_APP1_OFFSET };
	static const uint32_t sizes[4] = { FLASH_FW0_SIZE, FLASH_FW1_SIZE, FLASH_APP0_SIZE, FLASH_APP1_SIZE };
	const uint8_t unit[FLASH_WRITE_UNIT] = { 0 };
	uint8_t secret[FUSES_UDS_SIZE];
	uint32_t bits = 0;
	for (uint32_t i = 0; i < 4; i++) {
		const bool first = flash_write(offsets[i], unit, sizeof unit) == FLASH_ERROR_PROTECTED;
		const bool last = flash_write(offsets[i] + sizes[i] - FLASH_WRITE_UNIT, unit, sizeof unit) == FLASH_ERROR_PROTECTED;
		bits |= first && last ? 1u << i : 0;
	}
	return bits | (otp_read(FUSES_UDS_OFFSET, secret, sizeof secret) == OTP_ERROR_HIDDEN ? 16u : 0);
}

static struct flow_failure called(bool is_good)
{
	return failure(is_good ? FLOW_ANY : FIELD_CALL, 0);
}

static struct flow_failure run_step(const struct flow_step *step, const uint8_t *bytes)
{
	const struct slots slots = { (enum slots_state)(step->a & 0xFF), (uint8_t)(step->a >> 8), (uint8_t)(step->a >> 16) };
	struct flow_expected expected;
	switch (step->kind) {
	case FLOW_OTP:
		for (uint32_t i = 0; i < step->size; i++)
			flow_otp()[step->a + i] |= bytes[i];
		return called(true);
	case FLOW_FLASH:
		flow_put(step->a, bytes, step->size);
		return called(true);
	case FLOW_START:
		if (step->size != sizeof expected)
			return failure(FIELD_CASE, 0);
		memcpy(&expected, bytes, sizeof expected);
		flow_start(step->a);
		return compare(&expected);
	case FLOW_SLOTS:
		return called(slots_write(&slots) == SLOTS_OK);
	case FLOW_RAISE:
		return called(fuses_raise((enum fuses_counter)step->a, step->b) == FUSES_OK);
	case FLOW_SET:
		return called(fuses_set((enum fuses_word)step->a) == FUSES_OK);
	case FLOW_WRITE:
		return called(flash_erase(step->a, FLASH_SECTOR_SIZE) == FLASH_OK && flash_write(step->a, bytes, step->size) == FLASH_OK);
	case FLOW_PROGRAM:
		return called(otp_program(step->a, bytes, step->size) == OTP_OK);
	case FLOW_HIDE:
		hidden_at = step->a;
		hidden_size = step->b;
		return called(true);
	case FLOW_OTP_IS:
		return memcmp(flow_otp() + step->a, bytes, step->size) == 0 ? called(true) : failure(FIELD_OTP, flow_otp()[step->a]);
	case FLOW_LOCKED: {
		const uint32_t bits = try_locked();
		return bits == step->a ? called(true) : failure(FIELD_LOCKED, bits);
	}
	case FLOW_NOT_RAISED:
		return called(fuses_raise((enum fuses_counter)step->a, step->b) == FUSES_E_VALUE);
	case FLOW_MEMORY:
		memory_size = step->a;
		return called(true);
	case FLOW_FORM:
		form = step->a;
		return called(true);
	default:
		return failure(FIELD_CASE, step->kind);
	}
}

struct flow_failure flow_run(const uint8_t *steps, size_t size, size_t *at)
{
	uint32_t index = 0;
	if (*at == 0) {
		memory_size = MEMORY_SIZE;
		form = BOOT_ATTESTATION_IAK;
	}
	for (size_t next = 0; next < *at; index++) {
		struct flow_step step;
		memcpy(&step, steps + next, sizeof step);
		next += sizeof step + ((step.size + 3u) & ~3u);
	}
	while (size - *at >= sizeof(struct flow_step)) {
		struct flow_step step;
		memcpy(&step, steps + *at, sizeof step);
		const uint8_t *bytes = steps + *at + sizeof step;
		*at += sizeof step + ((step.size + 3u) & ~3u);
		if (step.kind == FLOW_MARK)
			break;
		struct flow_failure failed = run_step(&step, bytes);
		if (failed.field != FLOW_ANY) {
			failed.step = index;
			return failed;
		}
		index++;
	}
	return (struct flow_failure){ FLOW_ANY, FLOW_ANY, 0 };
}

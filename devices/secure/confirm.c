/* SPDX-License-Identifier: Apache-2.0 */
/** The end of a trial: the slot record first, then the counters. When power or OTP fails between, boot raises them at the next start. */
#include "../boot/check.h"
#include "../boot/slots.h"
#include "services.h"

uint32_t secure_confirm(struct secure_request *request)
{
	CHECKS;
	const struct secure_record *start = &secure_start.record;
	struct slots slots;
	(void)request;
	slots_read(&slots);
	if (start->slots != SLOTS_TRYING || start->start != BOOT_START_APP)
		return CHECKED(SECURE_OK);
	if (slots.state == SLOTS_TRYING) {
		slots = (struct slots){ SLOTS_CONFIRMED, slots.active, slots.active };
		CHECK_CALL(written, slots_write(&slots), SLOTS_OK, SECURE_E_OTP);
	}
	/* Without root keys images are not signed, and counters stay. */
	if (start->trust_version >= 1 && slots.state == SLOTS_CONFIRMED) {
		CHECK_CALL(firmware, fuses_raise(FUSES_FIRMWARE, start->firmware.counter), FUSES_OK, SECURE_E_OTP);
		CHECK_CALL(app, fuses_raise(FUSES_APP, start->app.counter), FUSES_OK, SECURE_E_OTP);
	}
	return CHECKED(SECURE_OK);
}

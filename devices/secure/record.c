/* SPDX-License-Identifier: Apache-2.0 */
/** What is told to anybody who asks, and the services that need nothing of their own. */
#include <string.h>

#include "../boot/check.h"
#include "../silicon/otp.h"
#include "../silicon/reset.h"
#include "services.h"

uint32_t secure_has_roots(void)
{
	uint32_t word = 0;
	return otp_read(FUSES_ROOTS_SET, (uint8_t *)&word, sizeof word) == OTP_OK && word != 0;
}

uint32_t secure_record(struct secure_request *request)
{
	memcpy(request->out, &secure_start.record, sizeof secure_start.record);
	return SECURE_OK;
}

uint32_t secure_status(struct secure_request *request)
{
	CHECKS;
	const struct fuses *fuses = &request->fuses;
	struct secure_status_now now = {
		.lifecycle = fuses->lifecycle,
		.has_secret = fuses->uds_made != 0,
		.has_roots = secure_has_roots(),
		.owner_count = fuses->owner_count,
		.firmware = fuses->firmware,
		.app = fuses->app,
	};
	if (fuses->owner_count != 0) {
		CHECK_CALL(read, secure_read_owner(fuses, now.owner), SECURE_OK, read);
	}
	memcpy(request->out, &now, sizeof now);
	return CHECKED(SECURE_OK);
}

uint32_t secure_restart(struct secure_request *request)
{
	(void)request;
	reset_software();
}

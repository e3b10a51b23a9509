/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The wipe that an app asks for. The wipe epoch is in the hidden input of the CDIs: once it is raised, what was sealed before is
 * unreadable from the next start on, also in a copy of the flash. It is one word of OTP in one operation, so a cut leaves
 * the old epoch, or the new one; what lies in the flash is erased at the start that follows (forget.c).
 */
#include <mbedtls/platform_util.h>

#include "../boot/check.h"
#include "seal.h"

uint32_t secure_raise_wipe(void)
{
	CHECKS;
	CHECK_CALL(raised, fuses_raise(FUSES_WIPE, fuses_count(FUSES_WIPE) + 1), FUSES_OK, SECURE_E_OTP);
	return CHECKED(SECURE_OK);
}

uint32_t secure_wipe_sealed(struct secure_request *request)
{
	CHECKS;
	uint32_t is_sealed;
	CHECK_CALL(may, secure_may_seal(request, &is_sealed), SECURE_OK, may);
	/* A bit in OTP would end assembly, and there is no secret to be parted from. */
	CHECK(wipe_sealed, is_sealed == CHECK_PASSED, SECURE_E_STATE);
	CHECK(wipe_epoch, request->fuses.epoch < SECURE_WIPE_EPOCH_MAX, SECURE_E_OTP);
	CHECK_CALL(raised, secure_raise_wipe(), SECURE_OK, raised);
	/* Until the restart nothing is made of the old CDI_seal any more. */
	secure_forget_keys();
	secure_forget_seal();
	mbedtls_platform_zeroize(&secure_start.cdis, sizeof secure_start.cdis);
	secure_start.has_cdis = 0;
	return CHECKED(SECURE_OK);
}

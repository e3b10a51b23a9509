// SPDX-License-Identifier: Apache-2.0
/** What the call gate says (gate.h, ../boot/image.h), as errors. test/boot/gate-numbers.test.ts holds the numbers in step. */
import type { DetailCode, ErrorCode } from "../../sdk/errors/codes.js";
import { ProtocolError, SecurityError } from "../../sdk/errors/security-error.js";

export const SECURE_OK = 0x4e93b16c;

/** Of gate.h, each with what is to be said of it. */
const LIFECYCLE: readonly (readonly [status: number, DetailCode, string])[] = Object.freeze([
  [0x2c0c2d43, "LIFECYCLE_STATE", "not in this state of the device or in this start, or done already"],
  [0x2d0d2c52, "LIFECYCLE_OTP", "OTP or flash failed, or holds bits of something else"],
  [0x2f0f2e70, "LIFECYCLE_ORDER", "not by the owner, not with the last challenge, or not for this device"],
  [0x30103187, "IDENTITY_UNAVAILABLE", "this device has no such key in this state, or in this start"],
  [0x32123aa9, "ATTEST_UNAVAILABLE", "this device does not have an attestation key, or not in this state"],
  [0x33133bb8, "STORAGE_UNAVAILABLE", "there is no sealed store in this state of the device, or in this start"],
  [0x34143ccb, "STORAGE_COUNTER", "this board has no counter, or it does not have the value that it is to have"],
] as const);

const FAILURES: readonly (readonly [status: number, ErrorCode, string])[] = Object.freeze([
  [0x2b0b26f4, "PSA_ERROR_PROGRAMMER_ERROR", "no service is called like this"],
  [0x2e0e2f61, "PSA_ERROR_INSUFFICIENT_ENTROPY", "no random bytes"],
  [0x31113096, "PSA_ERROR_INSUFFICIENT_MEMORY", "no room for a key"],
] as const);

/** Of image.h: what boot says of an image. */
const IMAGE: readonly (readonly [status: number, DetailCode])[] = Object.freeze([
  [0x31010ee1, "IMAGE_E_SIZE"],
  [0x32020dd2, "IMAGE_E_HEADER"],
  [0x33030cc3, "IMAGE_E_TLV"],
  [0x34040bb4, "IMAGE_E_TLV_UNKNOWN"],
  [0x35050aa5, "IMAGE_E_TLV_REPEATED"],
  [0x36060996, "IMAGE_E_TLV_MISSING"],
  [0x37070887, "IMAGE_E_UNSIGNED"],
  [0x38080778, "IMAGE_E_DIGEST"],
  [0x39090669, "IMAGE_E_KEY"],
  [0x3a0a055a, "IMAGE_E_ROLE"],
  [0x3b0b044b, "IMAGE_E_REVOKED"],
  [0x3c0c033c, "IMAGE_E_SIGNATURE"],
  [0x3d0d022d, "IMAGE_E_CLASS"],
  [0x3e0e011e, "IMAGE_E_COUNTER"],
  [0x210120fe, "IMAGE_E_ABI"],
  [0x220221dd, "IMAGE_E_DEPENDENCY"],
  [0x230322cc, "IMAGE_E_RECORD"],
] as const);

/** The error for a status of the gate. */
export function gateError(status: number, operation: string): SecurityError {
  for (const [known, code, text] of LIFECYCLE)
    if (known === status) return new ProtocolError(code, `${operation}: ${text}`);
  for (const [known, code] of IMAGE) {
    if (known === status) return new ProtocolError(code, `${operation}: boot would refuse it`);
  }
  for (const [known, code, text] of FAILURES)
    if (known === status) return new SecurityError(code, `${operation}: ${text}`);
  return new SecurityError("PSA_ERROR_CORRUPTION_DETECTED", `${operation}: status 0x${(status >>> 0).toString(16)}`);
}

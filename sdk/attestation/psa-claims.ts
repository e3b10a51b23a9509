// SPDX-License-Identifier: Apache-2.0
/** What a PSA token says (RFC 9783 §4), whichever profile it came in. */
import type { Lifecycle } from "../contracts/lifecycle.js";

/** RFC 9783; its forerunner, with the same labels but that of the boot seed (2397, not 268); and the first one, with labels of its own. */
export type PsaProfile = "tag:psacertified.org,2023:psa#tfm" | "http://arm.com/psa/2.0.0" | "PSA_IOT_PROFILE_1";

/** Components that a token may have here. RFC 9783 knows no bound; a verifier needs one, as a result repeats them. */
export const COMPONENTS_MAX = 32;

/** RFC 9783 §4.4.1: one measured component. */
export interface SoftwareComponent {
  /** Measurement type: `boot`, `firmware` and `app` in our tokens. */
  readonly type: string | undefined;
  /** Measurement value: 32, 48 or 64 bytes. */
  readonly value: Uint8Array;
  readonly version: string | undefined;
  /** Hash of the signer's public key: 32, 48 or 64 bytes. 32 zeros in our tokens: not signed. */
  readonly signerId: Uint8Array;
  /** Measurement description: the hash's name. */
  readonly description: string | undefined;
}

/** Byte strings are views into the token. */
export interface PsaClaims {
  readonly profile: PsaProfile;
  /** 32, 48 or 64 bytes. */
  readonly nonce: Uint8Array;
  /** 33 bytes, the first 0x01. */
  readonly instanceId: Uint8Array;
  /** 32 bytes. */
  readonly implementationId: Uint8Array;
  /** Negative: the caller was outside the secure world. */
  readonly clientId: number;
  /** The number as it stands there: 0 to 0xffff. */
  readonly securityLifecycle: number;
  /** What the number means (RFC 9783 §4.3.1), undefined for "unknown". */
  readonly lifecycle: Lifecycle | "non-psa-rot-debug" | undefined;
  /** 8 to 32 bytes (32 in PSA_IOT_PROFILE_1). */
  readonly bootSeed: Uint8Array | undefined;
  readonly certificationReference: string | undefined;
  /** 1 to COMPONENTS_MAX, but for PSA_IOT_PROFILE_1, which can say that there are none. */
  readonly components: readonly SoftwareComponent[];
  readonly verificationService: string | undefined;
}

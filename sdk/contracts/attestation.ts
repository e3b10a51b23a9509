// SPDX-License-Identifier: Apache-2.0
/**
 * The attestation contract: PSA Initial Attestation (PSA Certified Attestation API 1.0) as an app sees it. Types only. On a
 * board the token is made behind the call gate of devices/secure, from what boot measured; nothing here can change a claim.
 */

/** RFC 9783 §4.5.2; and the profile that older verifiers know. */
export type TokenProfile = "tag:psacertified.org,2023:psa#tfm" | "http://arm.com/psa/2.0.0";

/** Errors of all methods: ProtocolError ATTEST_UNAVAILABLE - there is no attestation key: before the device has its secret, once decommissioned. */
export interface InitialAttestation {
  /**
   * `psa_initial_attest_get_token`: a COSE_Sign1 (ES256) whose payload is a PSA token. New bytes.
   * @param nonce - 32, 48 or 64 bytes, of whoever is to be convinced. Any other length: RangeError.
   * @param profile - default: that of RFC 9783.
   */
  token(nonce: Uint8Array, profile?: TokenProfile): Uint8Array;

  /** 0x04‖x‖y, 65 bytes: of the IAK, or of the device key that certifies alias keys. The instance id is 0x01 and its SHA-256. */
  publicKey(): Uint8Array;
}

// SPDX-License-Identifier: Apache-2.0
/** What is known to be good, of one implementation: from a signed CoRIM (corim-signed.ts), or written by hand. */

/** One release of one component. */
export interface ReferenceComponent {
  /** Measurement type: `boot`, `firmware`, `app`. undefined: a component that says none. */
  readonly type: string | undefined;
  readonly version: string | undefined;
  /** 32, 48 or 64 bytes. */
  readonly value: Uint8Array;
  /** undefined: anybody's signature. 32 zeros: not signed. */
  readonly signerId: Uint8Array | undefined;
}

/**
 * All releases that may run. A token holds when each of its components is one of these (type, value, version where the
 * reference has one, signer id where it has one), each type that is here is in the token once, and one component at least is there.
 */
export interface ReferenceValues {
  /** 32 bytes. */
  readonly implementationId: Uint8Array;
  readonly components: readonly ReferenceComponent[];
}

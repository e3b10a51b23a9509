// SPDX-License-Identifier: Apache-2.0
/** What a call throws, in a form that a spec compares with one string. Portable: specs of all areas use it. */
import { ProtocolError, SecurityError } from "../../sdk/errors/security-error.js";

/** @returns "CBOR_TRUNCATED@3", "COSE_CRIT", "PSA_ERROR_NOT_SUPPORTED", "RangeError", or "nothing" when it returns. */
export function thrownBy(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ProtocolError) {
      return error.offset === undefined ? error.detail : `${error.detail}@${error.offset}`;
    }
    if (error instanceof SecurityError) return error.code;
    return error instanceof Error ? error.name : `no Error: ${typeof error}`;
  }
  return "nothing";
}

/** @returns What an error says; "nothing" when there is none. */
export function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof Error ? error.message : `no Error: ${typeof error}`;
  }
  return "nothing";
}

/** @returns Which rule was broken, without the place: "STORAGE_DAMAGED" for "STORAGE_DAMAGED@64". */
export function detailOf(action: () => unknown): string {
  return thrownBy(action).replace(/@.*$/, "");
}

// SPDX-License-Identifier: Apache-2.0
/** What a case from the RFCs is: bytes, what the verifier knows, and what it has to say. Written without a look at the verifier. */
import type { PsaClaims, PsaProfile } from "../../sdk/attestation/psa-claims.js";
import type { ReferenceValues } from "../../sdk/attestation/reference-values.js";
import type { Item } from "./cbor-bytes.js";
import type { Parties } from "./token-maker.js";

/** What has to be found at fault. Each stands for the steps and codes that may name it: run-cases.ts. */
export type Fault =
  | "envelope"
  | "algorithm"
  | "key"
  | "path"
  | "signature"
  | "claims"
  | "profile"
  | "nonce"
  | "instanceId"
  | "lifecycle"
  | "clientId"
  | "implementationId"
  | "component"
  | "components"
  | "certificate";

/** What the verifier was given beside the token. */
export interface Given {
  /** Default "device": its key is known by its instance id. "owner": the owner's key alone. */
  readonly trust?: "device" | "owner" | "both" | "nobody";
  /** Default NONCE. */
  readonly nonce?: Uint8Array;
  readonly lifecycles?: readonly NonNullable<PsaClaims["lifecycle"]>[];
  readonly clientIds?: readonly number[];
  /** Default: that of RFC 9783 alone. */
  readonly profiles?: readonly PsaProfile[];
  /** Default: the three components as the good token has them. null: none. */
  readonly reference?: ReferenceValues | null;
  /** Seconds since 1970. Default: nothing is known of the time. */
  readonly now?: number;
}

export interface RfcCase {
  readonly name: string;
  readonly section: string;
  readonly token: (parties: Parties) => Item;
  readonly given?: Given;
  readonly expect: "accepted" | { readonly refused: readonly Fault[] };
  /** Of an accepted token: what its claims have to say, among others. */
  readonly says?: Partial<PsaClaims>;
}

type Made = RfcCase["token"];
export type More = Pick<RfcCase, "given" | "says">;

/** Writers of rows for one section. */
export function rows(section: string): {
  accepted: (name: string, token: Made, more?: More) => RfcCase;
  refused: (fault: Fault | readonly Fault[], name: string, token: Made, more?: More) => RfcCase;
} {
  return {
    accepted: (name, token, more = {}) => ({ name, section, token, expect: "accepted", ...more }),
    refused: (fault, name, token, more = {}) => {
      const refused: readonly Fault[] = typeof fault === "string" ? [fault] : fault;
      return { name, section, token, expect: { refused }, ...more };
    },
  };
}

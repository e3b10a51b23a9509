// SPDX-License-Identifier: Apache-2.0
/** What an Entity Attestation Token can say (RFC 9711 §4.2), by the names that its claims are registered under. */
import type { CborValue } from "../cbor/value.js";
import type { Claims } from "../cwt/claims.js";

/** §4.2.9, in the order of their numbers from 0. */
export type DebugStatus =
  | "enabled"
  | "disabled"
  | "disabled-since-boot"
  | "disabled-permanently"
  | "disabled-fully-and-permanently";

/** §4.3.3, in the order of their numbers from 1. */
export type IntendedUse = "generic" | "registration" | "provisioning" | "csr" | "pop";

/** §4.2.17, in the order of their numbers from 1. */
export type MeasurementResult = "success" | "fail" | "not-run" | "absent";

/** hwversion and swversion: a version, and in which scheme of CoSWID (RFC 9393 §4.1) it is written. */
export interface Version {
  readonly version: string;
  readonly scheme?: number | string;
}

/** §4.2.10: WGS 84, degrees and metres. */
export interface Location {
  readonly latitude: number;
  readonly longitude: number;
  readonly altitude?: number;
  readonly accuracy?: number;
  readonly altitudeAccuracy?: number;
  readonly heading?: number;
  readonly speed?: number;
  /** Seconds since 1970: when it was found; or how many seconds ago. */
  readonly timestamp?: number;
  readonly age?: number;
}

/** §4.2.14: a digital letter of approval, by where it is registered. */
export interface Approval {
  readonly registrar: string;
  readonly platformLabel: string;
  readonly applicationLabel?: string;
}

/** A manifest (§4.2.15) or measurements (§4.2.16) in a format of their own, by its CoAP content format. */
export interface Content {
  readonly contentType: number;
  readonly content: Uint8Array | string;
}

/** §4.2.17: what a measurement system found. */
export interface MeasurementResults {
  readonly system: string;
  readonly results: readonly { readonly id: string | Uint8Array; readonly result: MeasurementResult }[];
}

/** §4.2.18: claims of a part; a token of the part, which somebody has to verify yet; or the digest of claims elsewhere. */
export type Submodule =
  | { readonly kind: "claims"; readonly claims: EatClaims }
  /** A CWT in its tag. */
  | { readonly kind: "token"; readonly token: Uint8Array }
  /** @see Submodule; the algorithm is COSE's, by number or name. */
  | { readonly kind: "digest"; readonly algorithm: number | string; readonly digest: Uint8Array };

/** All claims are optional. CWT's `iat` is a whole number of seconds here (§4.3.1). */
export interface EatClaims extends Claims {
  /** 8 to 64 bytes; or two of them and more. */
  readonly eat_nonce?: Uint8Array | readonly Uint8Array[];
  /** 7 to 33 bytes, the first its type; else it is opaque. */
  readonly ueid?: Uint8Array;
  readonly sueids?: ReadonlyMap<string, Uint8Array>;
  /** A private enterprise number, 3 bytes of the IEEE, or 16 random bytes. */
  readonly oemid?: number | Uint8Array;
  /** 1 to 32 bytes. */
  readonly hwmodel?: Uint8Array;
  readonly hwversion?: Version;
  /** Seconds since the start. */
  readonly uptime?: number | bigint;
  readonly oemboot?: boolean;
  readonly dbgstat?: DebugStatus;
  readonly location?: Location;
  /** A URI, or the content of an OID. */
  readonly eat_profile?: string | Uint8Array;
  readonly submods?: ReadonlyMap<string, Submodule>;
  readonly bootcount?: number | bigint;
  readonly bootseed?: Uint8Array;
  readonly dloas?: readonly Approval[];
  readonly swname?: string;
  readonly swversion?: Version;
  readonly manifests?: readonly Content[];
  readonly measurements?: readonly Content[];
  readonly measres?: readonly MeasurementResults[];
  readonly intuse?: IntendedUse;
  /** Claims that have no name here, by label. */
  readonly others?: ReadonlyMap<number | bigint | string, CborValue>;
}

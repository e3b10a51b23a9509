// SPDX-License-Identifier: Apache-2.0
/**
 * From a token to the key that has to have signed it (docs/decisions/0009): a device that is known, or one that a known owner
 * certifies; and from the device key to the alias key of what runs, where a token begins its path with such a certificate.
 */
import { Major } from "../cbor/reader.js";
import type { Crypto, KeyAttributes, KeyId } from "../contracts/crypto.js";
import type { HeaderMap } from "../cose/headers.js";
import { type DiceCertificate, type DiceVerifier, verifyDiceCertificate } from "../dice/verify.js";
import { ProtocolError, SecurityError } from "../errors/security-error.js";
import type { CheckedOptions, Endorsement } from "./appraisal-options.js";
import { type CertifiedKey, verifyAttestationCredential } from "./credential-path.js";
import { readPath } from "./path.js";
import { codeOf, type Report, textOf } from "./report.js";

const P256: KeyAttributes = Object.freeze({
  type: "ECC_PUBLIC_KEY_SECP_R1",
  bits: 256,
  usage: Object.freeze(["verifyMessage"] as const),
  alg: "DETERMINISTIC_ECDSA_SHA_256",
} as const);

export type PathVerifier = DiceVerifier & Pick<Crypto, "verifyMessage">;

export interface SigningKey {
  readonly key: KeyId;
  /** What the alias certificate says; undefined: the device's own key signs. */
  readonly alias: DiceCertificate | undefined;
  /** Of the device's key. None: nobody said whose it is. */
  readonly endorsements: readonly Endorsement[];
  /** Keys that were made for this. */
  readonly temporary: readonly KeyId[];
}

/** The certificates of a path by what they are for. */
interface Certificates {
  readonly alias: Uint8Array | undefined;
  readonly credential: Uint8Array | undefined;
}

/**
 * A DICE certificate is an array, a CWT has a tag: that tells which is which, and nothing else is believed of them here.
 * @param isKnown - the device's key is: no owner has to vouch for it, and what stands in that place is not looked at.
 */
function sortPath(path: readonly Uint8Array[], isKnown: boolean): Certificates {
  const alias = majorOf(path[0]) === Major.array ? path[0] : undefined;
  const rest = alias === undefined ? path : path.slice(1);
  if (rest.length > 1) throw new ProtocolError("ATTEST_PATH", "longer than an alias key, a device key and an owner");
  const [credential] = rest;
  if (majorOf(credential) === Major.array) {
    throw new ProtocolError("ATTEST_PATH", "a second alias certificate, where the device key signs one only");
  }
  if (isKnown) return { alias, credential: undefined };
  if (credential !== undefined && majorOf(credential) !== Major.tag) {
    throw new ProtocolError("ATTEST_PATH", "neither an alias certificate nor an owner's");
  }
  return { alias, credential };
}

function majorOf(certificate: Uint8Array | undefined): number | undefined {
  return certificate && (certificate[0] as number) >> 5; // none is empty
}

/** Whatever is wrong with a certificate is a path that leads nowhere; which rule it broke is in the words. */
function orPath<Result>(name: string, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof SecurityError)) throw error;
    throw new ProtocolError("ATTEST_PATH", `${name}: ${codeOf(error)}: ${textOf(error)}`);
  }
}

/**
 * Finds the key, and notes the steps "key" and "path".
 * @returns undefined: there is none, and a step says why.
 */
export function findSigningKey(
  crypto: PathVerifier,
  header: HeaderMap,
  instanceId: Uint8Array,
  options: CheckedOptions,
  report: Report,
): SigningKey | undefined {
  const known = options.devices(instanceId);
  if (known !== undefined) report.good("key", "the key of this device is known");
  const certificates = report.attempt("path", () => sortPath(readPath(header), known !== undefined));
  if (certificates === undefined) return undefined;
  const { alias, credential } = certificates;
  if (known === undefined && (credential === undefined || options.owners.length === 0)) {
    const why = credential === undefined ? "and nobody certifies it" : "and no owner's key was given";
    report.refuse("key", "ATTEST_KEY", `the device is not known, ${why}`);
    return undefined;
  }
  const temporary: KeyId[] = [];
  const found = report.attempt("path", () => {
    let key = known;
    let owner: CertifiedKey["owner"] | undefined;
    if (key === undefined) {
      const certified = orPath("credential", () =>
        verifyAttestationCredential(crypto, options.owners, credential as Uint8Array, instanceId, options.dates),
      );
      ({ key, owner } = certified);
      temporary.push(key);
    }
    const endorsements = options.endorsements?.(crypto.exportPublicKey(key)) ?? [];
    if (alias === undefined) return { key, owner, endorsements, content: undefined };
    const deviceKey = key;
    const content = orPath("alias certificate", () => verifyDiceCertificate(crypto, deviceKey, alias, options.dates));
    const aliasKey = crypto.importKey(P256, content.subjectPublicKey);
    temporary.push(aliasKey);
    return { key: aliasKey, owner, endorsements, content };
  });
  if (found === undefined) {
    for (const key of temporary) crypto.destroyKey(key);
    return undefined;
  }
  const { key, owner, endorsements, content } = found;
  if (owner !== undefined) report.good("key", `certified by the owner ${owner.name}`);
  const steps = [
    content === undefined ? [] : ["the device key"],
    owner === undefined ? [] : [`the owner ${owner.name}`],
  ];
  const by = steps.flat().join(", and that one by ");
  report.good("path", by === "" ? "no certificate is needed" : `the key that signed is certified by ${by}`);
  return { key, alias: content, endorsements, temporary };
}

// SPDX-License-Identifier: Apache-2.0
/** `thimble attest verify`: a token against what is known; each verdict, and status 0 only when it is accepted. */
import { createNodeCrypto } from "../devices/node/crypto.js";
import { requireP256 } from "../host-sim/keys/public-key.js";
import type { KeyStore } from "../host-sim/keys/store.js";
import type { Appraisal, StepVerdict } from "../sdk/attestation/appraisal.js";
import type { LifecycleName } from "../sdk/attestation/appraisal-options.js";
import type { PsaProfile } from "../sdk/attestation/psa-claims.js";
import { appraise } from "../sdk/attestation/verify.js";
import { encodeHex } from "../sdk/bytes/hex.js";
import type { Crypto, KeyId } from "../sdk/contracts/crypto.js";
import { Endorsed } from "./attest-endorsed.js";
import { importPublic, readDevices, readOwners } from "./attest-known.js";
import { readToken } from "./attest-token.js";
import { explainClaims } from "./attest-words.js";
import { ExitStatus } from "./exit-status.js";
import { ending, openStore, type SecretArguments } from "./keys-store.js";
import { Passphrases } from "./passphrases.js";
import { findKey } from "./read-image.js";
import { colorsFor, printJson } from "./terminal.js";
import { findVerifier } from "./verifier-key.js";

export interface VerifyTokenArguments extends SecretArguments {
  readonly nonce: Uint8Array;
  readonly deviceKey?: string;
  readonly devices?: string;
  readonly owner: readonly string[];
  readonly reference: readonly string[];
  readonly referenceKey?: string;
  readonly anySoftware: boolean;
  readonly claimsProfile: readonly PsaProfile[];
  readonly allow: readonly LifecycleName[];
}

const RFC_PROFILE = "tag:psacertified.org,2023:psa#tfm";
const STEP_WIDTH = 18;

async function readEndorsed(
  crypto: Crypto,
  { anySoftware, reference, referenceKey }: VerifyTokenArguments,
  store: KeyStore,
  passphrases: Passphrases,
): Promise<Endorsed | undefined> {
  if (anySoftware) return undefined;
  const signer =
    referenceKey === undefined ? findVerifier(store, undefined) : await findKey(store, referenceKey, passphrases);
  return new Endorsed(crypto, signer, reference);
}

/** Who names one key says that it is the device's: then any instance id will do, of other makers' too. */
async function findDevices(
  crypto: Crypto,
  { deviceKey, devices }: VerifyTokenArguments,
  store: KeyStore,
  passphrases: Passphrases,
  endorsed: (instanceId: Uint8Array) => KeyId | undefined,
): Promise<(instanceId: Uint8Array) => KeyId | undefined> {
  if (deviceKey !== undefined) {
    const { name, key } = await findKey(store, deviceKey, passphrases);
    requireP256(key, name);
    const known = importPublic(crypto, key);
    return () => known;
  }
  const known = devices === undefined ? new Map<string, KeyId>() : await readDevices(crypto, devices);
  return (instanceId) => known.get(encodeHex(instanceId)) ?? endorsed(instanceId);
}

function describeStep({ step, verdict, code, text }: StepVerdict): string {
  const { green, red, dim } = colorsFor(process.stdout);
  const paint = { good: green, refused: red, unchecked: dim }[verdict];
  return `  ${paint(verdict.padEnd(9))}  ${step.padEnd(STEP_WIDTH)}  ${code === undefined ? "" : `${code}: `}${text}`;
}

function print(appraisal: Appraisal): void {
  const { green, red, yellow } = colorsFor(process.stdout);
  const lines = appraisal.verdicts.map(describeStep);
  if (appraisal.result === "refused") {
    const { step, code, text } = appraisal.reason;
    lines.push(red(`refused: ${step}: ${code}: ${text}`));
  } else {
    const unchecked = appraisal.verdicts.filter(({ verdict }) => verdict === "unchecked").map(({ step }) => step);
    lines.push(green("accepted"));
    if (unchecked.length > 0) lines.push(yellow(`not looked at: ${unchecked.join(", ")}`));
  }
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** @returns the exit status. */
export function verifyToken(named: string, options: VerifyTokenArguments): Promise<number> {
  return ending(options.json, async () => {
    const token = readToken(named);
    const crypto = createNodeCrypto();
    const store = openStore(options);
    const passphrases = new Passphrases(options.passphraseFile);
    const now = Math.floor(Date.now() / 1000);
    const endorsed = await readEndorsed(crypto, options, store, passphrases);
    const byReference = (instanceId: Uint8Array) => endorsed?.device(instanceId, now);
    const appraisal = appraise(crypto, token, {
      nonce: options.nonce,
      devices: await findDevices(crypto, options, store, passphrases, byReference),
      endorsements: (publicKey) => endorsed?.endorsements(publicKey, now) ?? [],
      owners: await readOwners(crypto, store, options.owner, passphrases),
      time: { earliest: () => now, latest: () => now },
      references: endorsed?.references(now) ?? "unchecked",
      policy: { profiles: [RFC_PROFILE, ...options.claimsProfile], lifecycles: ["secured", ...options.allow] },
    });
    const isAccepted = appraisal.result === "accepted";
    if (options.json) {
      const { result, verdicts } = appraisal;
      const rest = isAccepted ? { claims: explainClaims(appraisal.claims) } : { reason: appraisal.reason };
      printJson({ ok: isAccepted, result, ...rest, verdicts });
    } else print(appraisal);
    return isAccepted ? ExitStatus.ok : ExitStatus.failed;
  });
}

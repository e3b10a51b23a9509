// SPDX-License-Identifier: Apache-2.0
/** What the claims of a PSA token mean, in words for someone who never saw one. */

import { printable } from "../sdk/attestation/printable.js";
import type { PsaClaims, SoftwareComponent } from "../sdk/attestation/psa-claims.js";
import { encodeHex } from "../sdk/bytes/hex.js";

export interface ExplainedClaim {
  /** For scripts. */
  readonly claim: string;
  /** For people. */
  readonly title: string;
  readonly value: string;
  /** One sentence. */
  readonly meaning: string;
}

const PROFILES: Readonly<Record<PsaClaims["profile"], string>> = Object.freeze({
  "tag:psacertified.org,2023:psa#tfm": "Which rules the token follows: those of RFC 9783.",
  "http://arm.com/psa/2.0.0": "Which rules the token follows: those before RFC 9783, for older verifiers.",
  PSA_IOT_PROFILE_1:
    "Which rules the token follows: the first version of them, which names its claims by other numbers.",
});

const LIFECYCLES: Readonly<Record<NonNullable<PsaClaims["lifecycle"]>, string>> = Object.freeze({
  "assembly-and-test": "The device is still in the factory: nothing of it is protected.",
  provisioning: "The device is being provisioned: its keys and its owner are being set.",
  secured: "The device is in use, with its protections on.",
  "non-psa-rot-debug": "The device is in use, and software outside its root of trust can be debugged.",
  debug: "The device is open for debugging: whoever has it can make it run, and say, anything.",
  decommissioned: "The device is out of use for good: its keys are gone.",
});
const UNKNOWN_LIFECYCLE = "A state that the standard does not name.";

const UNSIGNED = /^(00)+$/;
const OUR_BOOT = "thimble-boot-";

/** The implementation ids of ours are text, filled up with zeros. */
function implementationText(id: Uint8Array): string {
  const text = Buffer.from(id).toString("latin1").replace(/\0+$/, "");
  return text.startsWith(OUR_BOOT) ? ` (${printable(text)})` : "";
}

function clientMeaning(clientId: number): string {
  const what = "Client id: which program on the device asked for the token";
  if (clientId === -1) return `${what}. It is one outside the secure world; with Thimble, the app.`;
  if (clientId === -2) return `${what}. It is one outside the secure world; with Thimble, the firmware's service app.`;
  return `${what}. It is one ${clientId < 0 ? "outside" : "in"} the secure world.`;
}

const COMPONENTS: Readonly<Record<string, string>> = Object.freeze({
  boot: "The program that starts first, measures the others and can never be changed",
  firmware: "The native code, the engine and the SDK",
  app: "The product's own modules",
});

function signerOf({ signerId }: SoftwareComponent): string {
  const hex = encodeHex(signerId);
  return UNSIGNED.test(hex) ? "Nobody signed it" : `Signed by the key with the hash ${hex}`;
}

function explainComponent(component: SoftwareComponent, index: number): ExplainedClaim {
  const { type, value, version, description } = component;
  const name = type === undefined ? `#${index + 1}` : printable(type);
  const what = type !== undefined && Object.hasOwn(COMPONENTS, type) ? COMPONENTS[type] : "Software of the device";
  const hash = description === undefined ? "" : ` (${printable(description)})`;
  const which = version === undefined ? "no version" : `version ${printable(version)}`;
  return {
    claim: `component ${name}`,
    title: `runs ${name}`,
    value: `${which}, hash ${encodeHex(value)}`,
    meaning: `${what}. The hash${hash} was taken when the device started. ${signerOf(component)}.`,
  };
}

/** In the order in which someone reads them: which device, in which state, what it runs, for whom. */
export function explainClaims(claims: PsaClaims): ExplainedClaim[] {
  const { implementationId, lifecycle, securityLifecycle, clientId, bootSeed } = claims;
  const state = `${lifecycle ?? "unknown"} (0x${securityLifecycle.toString(16).padStart(4, "0")})`;
  const rows: (readonly [claim: string, title: string, value: string | undefined, meaning: string])[] = [
    ["profile", "profile", claims.profile, PROFILES[claims.profile]],
    [
      "instanceId",
      "device",
      encodeHex(claims.instanceId),
      "Instance id: which device this is. With Thimble it is 01 and the hash of the device's public attestation key.",
    ],
    [
      "implementationId",
      "kind of device",
      `${encodeHex(implementationId)}${implementationText(implementationId)}`,
      "Implementation id: which kind of device this is, by its chip and the program in it that can never be changed.",
    ],
    ["lifecycle", "lifecycle", state, lifecycle === undefined ? UNKNOWN_LIFECYCLE : LIFECYCLES[lifecycle]],
    [
      "nonce",
      "nonce",
      encodeHex(claims.nonce),
      "The challenge that the token answers. If it is the one that you drew just now, the token is fresh; otherwise it may be a copy of an old one.",
    ],
    ["clientId", "asked for by", `${clientId}`, clientMeaning(clientId)],
    [
      "bootSeed",
      "start",
      bootSeed && encodeHex(bootSeed),
      "Boot seed: random bytes, new at each start. Tokens with the same seed come from the same start.",
    ],
    [
      "certificationReference",
      "certificate",
      claims.certificationReference && printable(claims.certificationReference),
      "The number of the PSA certificate that the token says the chip has.",
    ],
    [
      "verificationService",
      "verifier",
      claims.verificationService && printable(claims.verificationService),
      "Where the maker says that the token can be verified. You decide whom you ask.",
    ],
  ];
  const explained = rows.flatMap(([claim, title, value, meaning]) =>
    value === undefined ? [] : [{ claim, title, value, meaning }],
  );
  const at = explained.findIndex(({ claim }) => claim === "nonce");
  explained.splice(at, 0, ...claims.components.map(explainComponent));
  return explained;
}

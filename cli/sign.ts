// SPDX-License-Identifier: Apache-2.0
/** `thimble sign`: what makes an image one that a device with keys takes. */
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { formatVersion, type ImageVersion } from "../host-sim/image/format.js";
import { parseImage } from "../host-sim/image/parse.js";
import { classOf, counterOf } from "../host-sim/image/profile.js";
import { signImage } from "../host-sim/image/sign.js";
import { isListed, readRecord } from "../host-sim/keys/record.js";
import type { KeyStore } from "../host-sim/keys/store.js";
import type { StoredKey } from "../host-sim/keys/stored-key.js";
import { writeWhole } from "../host-sim/whole-file.js";
import { showWarnings } from "./build.js";
import { ending, openStore, printResult, requireInUse, requireRole, type SecretArguments } from "./keys-store.js";
import { Passphrases } from "./passphrases.js";
import { readImageFile } from "./read-image.js";
import { groupDigits } from "./terminal.js";

export interface SignArguments extends SecretArguments {
  readonly key: string;
  readonly class?: "app" | "firmware";
  readonly counter?: number;
  readonly version?: ImageVersion;
  readonly depends?: ImageVersion;
  readonly output?: string;
}

/** `app.img` becomes `app.signed.img`; what is signed already, itself. */
function defaultOutput(path: string): string {
  return path.endsWith(".signed.img") ? path : `${path.replace(/\.img$/, "")}.signed.img`;
}

/** What a device would say to this key, as far as the store knows. */
function warningsOf(store: KeyStore, key: StoredKey): string[] {
  const record = readRecord(store);
  if (record !== undefined && isListed(record, key)) return [];
  const what = record === undefined ? "there is no trust record" : `${key.name} is not in the trust record`;
  return [`${what}: no device believes this signature before \`thimble keys trust --add ${key.name}\``];
}

/** @returns the exit status. */
export function sign(path: string, options: SignArguments): Promise<number> {
  return ending(options.json, async () => {
    const image = readImageFile(path);
    const store = openStore(options);
    const key = store.find(options.key);
    requireRole(key, "image");
    requireInUse(key);
    const { class: kind, counter, version, depends } = options;
    const asked = {
      ...(kind === undefined ? {} : { class: kind }),
      ...(counter === undefined ? {} : { counter }),
      ...(version === undefined ? {} : { version }),
      ...(depends === undefined ? {} : { depends }),
    };
    const warnings = warningsOf(store, key);
    const signer = await new Passphrases(options.passphraseFile).signer(store, key);
    const signed = signImage(image, asked, signer);
    const output = options.output ?? defaultOutput(path);
    writeWhole(resolve(output), signed);
    const parsed = parseImage(signed);
    const facts = {
      image: output,
      class: classOf(parsed) ?? null,
      version: formatVersion(parsed.version),
      securityCounter: counterOf(parsed) ?? null,
      size: signed.length,
      imageDigest: createHash("sha256").update(signed).digest("hex"),
      key: key.name,
      keyHash: key.hash.toString("hex"),
    };
    if (!options.json) showWarnings(warnings);
    const lines = [
      `signed ${output}`,
      `  class    ${facts.class}`,
      `  version  ${facts.version}`,
      `  counter  ${facts.securityCounter}`,
      `  size     ${groupDigits(facts.size)} bytes`,
      `  key      ${key.name} (${facts.keyHash})`,
    ];
    return printResult(options.json, { ...facts, warnings }, lines);
  });
}

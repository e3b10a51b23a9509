// SPDX-License-Identifier: Apache-2.0
/** `thimble keys create`: one key; or, without a role, all that a product begins with, and its first trust record. */

import { parseImage } from "../host-sim/image/parse.js";
import { parseTrustRecord } from "../host-sim/image/trust-record.js";
import { KeyError } from "../host-sim/keys/error.js";
import { publicHalf } from "../host-sim/keys/public-key.js";
import { planRecord, signRecord } from "../host-sim/keys/record.js";
import type { KeyRole } from "../host-sim/keys/roles.js";
import { generateKey, type KeyStore, type NewKey, signerOf } from "../host-sim/keys/store.js";
import { newKey, type StoredKey } from "../host-sim/keys/stored-key.js";
import { describeKey, ending, freeKeyName, openStore, printResult, type SecretArguments } from "./keys-store.js";
import { Passphrases } from "./passphrases.js";
import { colorsFor, say } from "./terminal.js";

/** What a product begins with. */
const FIRST: readonly (readonly [name: string, role: KeyRole, what: string])[] = [
  ["root-1", "root", "signs trust records"],
  ["root-2", "root", "the spare: to be kept somewhere else"],
  ["image-1", "image", "signs firmware and apps"],
  ["manifest-1", "manifest", "signs updates"],
];

const WHAT_NEXT: Readonly<Record<KeyRole, string>> = {
  root: "A device has the hashes of two root keys from its provisioning on: this one counts for new devices.",
  image: "No device believes it before a trust record lists it: thimble keys trust --add NAME",
  manifest: "No device believes it before a trust record lists it: thimble keys trust --add NAME",
  owner: "It certifies devices when they are provisioned.",
  verifier: "It signs what a verifier says about a device, and which software it holds to be good.",
};

function makeKey(name: string, role: KeyRole): NewKey {
  const privateKey = generateKey();
  return { stored: newKey(name, role, publicHalf(privateKey)), privateKey };
}

async function createAll(store: KeyStore, options: SecretArguments): Promise<number> {
  const isOfThese = ({ name, role }: StoredKey): boolean =>
    FIRST.some(([firstName, firstRole]) => firstName === name || firstRole === role);
  if (store.list().some(isOfThese) || store.readTrust() !== undefined) {
    const advice = "`thimble keys create ROLE [NAME]` makes one more, `thimble keys show` lists them.";
    throw new KeyError("KEY_EXISTS", `there are keys already in ${store.folder}`, advice);
  }
  const { bold, dim } = colorsFor(process.stderr);
  const plan = [...FIRST, ["trust.img", "", "trust record, version 1, signed by root-1"] as const];
  const rows = plan.map(([name, role, what]) => `  ${name.padEnd(10)}  ${role.padEnd(8)}  ${dim(what)}`);
  say([`to be made in ${bold(store.folder)}:`, ...rows].join("\n"));
  const passphrase = await new Passphrases(options.passphraseFile).forNew("these keys");
  const added = FIRST.map(([name, role]) => makeKey(name, role));
  const listed = added.map(({ stored }) => stored).filter(({ role }) => role !== "root");
  const root = signerOf(added[0]?.privateKey ?? generateKey());
  const trust = signRecord(planRecord(undefined, { added: listed }), root);
  await store.store({ added, trust }, passphrase);
  const { version } = parseTrustRecord(parseImage(trust));
  const keys = added.map(({ stored }) => describeKey(store, stored));
  const lines = [
    `made ${FIRST.map(([name]) => name).join(", ")} and trust.img in ${store.folder}`,
    "Keep root-2 somewhere else from today on: docs/keys.md says how.",
  ];
  return printResult(options.json, { folder: store.folder, keys, trustVersion: version }, lines);
}

/** @returns the exit status. */
export function createKeys(
  role: KeyRole | undefined,
  name: string | undefined,
  options: SecretArguments,
): Promise<number> {
  return ending(options.json, async () => {
    const store = openStore(options);
    if (role === undefined) return await createAll(store, options);
    const found = store.list().map((key) => key.name);
    const chosen = name ?? freeKeyName(role, 1, found);
    store.checkFree([chosen]);
    const passphrase = await new Passphrases(options.passphraseFile).forNew(`the ${role} key ${chosen}`);
    const made = makeKey(chosen, role);
    await store.store({ added: [made] }, passphrase);
    const { hash } = made.stored;
    const lines = [`made the ${role} key ${chosen} in ${store.folder}`, `hash ${hash.toString("hex")}`];
    lines.push(WHAT_NEXT[role].replace("NAME", chosen));
    return printResult(options.json, { folder: store.folder, keys: [describeKey(store, made.stored)] }, lines);
  });
}

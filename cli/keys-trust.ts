// SPDX-License-Identifier: Apache-2.0
/** `thimble keys trust`, `rotate` and `revoke`: the trust record, and all that makes a new one. */
import type { TrustRecord } from "../host-sim/image/trust-record.js";
import { KeyError } from "../host-sim/keys/error.js";
import { pointOf, publicHalf } from "../host-sim/keys/public-key.js";
import {
  isListed,
  nameOf,
  otherRootOf,
  planRecord,
  type RecordPlan,
  readRecord,
  signRecord,
} from "../host-sim/keys/record.js";
import { generateKey, type KeyStore, type NewKey, type StoreChange } from "../host-sim/keys/store.js";
import { newKey, type StoredKey, today } from "../host-sim/keys/stored-key.js";
import {
  describeKey,
  ending,
  freeKeyName,
  openStore,
  printResult,
  requireInUse,
  requireRole,
  type SecretArguments,
} from "./keys-store.js";
import { Passphrases } from "./passphrases.js";
import { colorsFor, say } from "./terminal.js";

export interface TrustArguments extends SecretArguments {
  /** Name of the root key that signs. */
  readonly root?: string;
}

export interface RotateArguments extends TrustArguments {
  /** Of the new key. */
  readonly name?: string;
  /** The old one is revoked in the same step. */
  readonly revoke: boolean;
}

/** The root key that signs: as named, or the first in use whose private half can be reached. @throws KeyError */
function chooseRoot(store: KeyStore, name: string | undefined, except?: StoredKey): StoredKey {
  if (name !== undefined) {
    const key = store.find(name);
    requireRole(key, "root");
    requireInUse(key);
    if (key.name !== except?.name) return key;
    const advice = "The other root key signs it: a device revokes one at the word of the other.";
    throw new KeyError("KEY_ROLE", `${name} cannot sign its own revocation`, advice);
  }
  const usable = store.list().filter(({ role, revoked }) => role === "root" && revoked === undefined);
  const others = usable.filter((key) => key.name !== except?.name);
  const found = others.find((key) => key.token !== undefined || store.hasPrivate(key));
  if (found !== undefined) return found;
  const [first] = others;
  const advice =
    first === undefined
      ? "A trust record is signed by a root key: `thimble keys create root`, or `thimble keys import`."
      : `Put ${first.name}.pem back beside ${first.name}.jwk for as long as this takes.`;
  const message = `no ${except === undefined ? "" : "other "}root key with its private half in ${store.folder}`;
  throw new KeyError("KEY_PUBLIC_ONLY", message, advice);
}

/** What the new record changes, before anybody gives a passphrase. */
function sayPlan(
  store: KeyStore,
  last: TrustRecord | undefined,
  plan: RecordPlan,
  root: StoredKey,
  { add = [], notBy }: Step,
): void {
  const { green, red, bold } = colorsFor(process.stderr);
  const known = [...store.list(), ...add];
  const was = last?.keys ?? [];
  const has = (keys: typeof was, key: (typeof was)[number]): boolean =>
    keys.some(({ publicKey }) => Buffer.compare(publicKey, key.publicKey) === 0);
  const line = (mark: string, key: (typeof was)[number]): string =>
    `  ${mark} ${key.role.padEnd(8)}  ${nameOf(key, known) ?? Buffer.from(key.publicKey).toString("hex").slice(2, 18)}`;
  const lines = [
    bold(`trust record, version ${plan.version}, to be signed by ${root.name}:`),
    ...plan.keys.map((key) => (has(was, key) ? line(" ", key) : green(line("+", key)))),
    ...was.filter((key) => !has(plan.keys, key)).map((key) => red(line("-", key))),
    ...(notBy === undefined ? [] : [red(`  - root      ${notBy.name}`)]),
  ];
  say(lines.join("\n"));
}

interface Step {
  readonly add?: readonly StoredKey[];
  readonly remove?: readonly StoredKey[];
  /** A root key that is being revoked. */
  readonly notBy?: StoredKey;
  readonly change?: Pick<StoreChange, "added" | "changed">;
  /** Asks for what the new keys are encrypted with. */
  readonly passphrase?: () => Promise<string>;
}

/** Plans the next record, says so, signs it and stores all of it. @returns its version. */
async function makeRecord(
  store: KeyStore,
  options: TrustArguments,
  passphrases: Passphrases,
  step: Step,
): Promise<number> {
  const { add = [], remove = [], notBy, change = {}, passphrase } = step;
  const replaces = store.readTrust();
  const last = readRecord(store);
  const root = chooseRoot(store, options.root, notBy);
  const otherRoot = otherRootOf(store, last, root, notBy !== undefined);
  const plan = planRecord(last, { added: add, removed: remove, otherRoot });
  sayPlan(store, last, plan, root, step);
  const signer = await passphrases.signer(store, root);
  const trust = signRecord(plan, signer);
  const secret = await passphrase?.();
  await store.store({ ...change, trust, replaces }, secret);
  return plan.version;
}

const NEXT = "Devices take it once it reaches them, and then none before it.";

/** @returns the exit status. */
export function trust(options: TrustArguments & { readonly add?: readonly string[] }): Promise<number> {
  return ending(options.json, async () => {
    const store = openStore(options);
    if (options.add === undefined) return showRecord(store, options);
    const add = options.add.map((name) => store.find(name));
    const version = await makeRecord(store, options, new Passphrases(options.passphraseFile), { add });
    const lines = [`made version ${version} of ${store.trustPath}`, NEXT];
    return printResult(options.json, { trustVersion: version, file: store.trustPath }, lines);
  });
}

function showRecord(store: KeyStore, options: TrustArguments): number {
  const record = readRecord(store);
  if (record === undefined) {
    const advice = "`thimble keys create` makes keys and a record, `thimble keys trust --add NAME` a record of keys.";
    throw new KeyError("KEY_RECORD", `there is no trust record in ${store.folder}`, advice);
  }
  const stored = store.list();
  const root = stored.find(({ key }) => Buffer.compare(pointOf(key), record.root) === 0);
  const keys = record.keys.map((key) => {
    const name = nameOf(key, stored);
    const hash = stored.find((candidate) => candidate.name === name)?.hash.toString("hex") ?? null;
    return { role: key.role, name: name ?? null, hash, publicKey: Buffer.from(key.publicKey).toString("hex") };
  });
  const { version, otherRoot } = record;
  const facts = { file: store.trustPath, trustVersion: version, root: root?.name ?? null, otherRoot, keys };
  const rows = keys.map(({ role, name, publicKey }) => `  ${role.padEnd(8)}  ${name ?? publicKey}`);
  const revokes = otherRoot === "revoked" ? ", which revokes the other root key" : "";
  const lines = [`${store.trustPath}: version ${version} of at most 64, signed by ${root?.name}${revokes}`, ...rows];
  return printResult(options.json, facts, lines);
}

/** @returns the exit status. */
export function rotate(name: string, options: RotateArguments): Promise<number> {
  return ending(options.json, async () => {
    const store = openStore(options);
    const old = store.find(name);
    requireInUse(old);
    if (old.role === "root") {
      const advice = `Devices have the hashes of two root keys for life. If ${name} is lost or stolen: thimble keys revoke ${name}`;
      throw new KeyError("KEY_ROLE", "a root key cannot be rotated", advice);
    }
    const taken = store.list().map((key) => key.name);
    const chosen = options.name ?? freeKeyName(name.replace(/-\d+$/, ""), 2, taken);
    store.checkFree([chosen]);
    const privateKey = generateKey();
    const made: NewKey = { stored: newKey(chosen, old.role, publicHalf(privateKey)), privateKey };
    const passphrases = new Passphrases(options.passphraseFile);
    const passphrase = (): Promise<string> => passphrases.forNew(`the ${old.role} key ${chosen}`);
    const facts = { keys: [describeKey(store, made.stored)] };
    const changed = options.revoke ? [{ ...old, revoked: today() }] : [];
    if (old.role === "owner" || old.role === "verifier") {
      await store.store({ added: [made], changed }, await passphrase());
      const lines = [`made the ${old.role} key ${chosen}; ${name} ${options.revoke ? "is revoked" : "stays as it is"}`];
      return printResult(options.json, { ...facts, trustVersion: null }, lines);
    }
    const remove = options.revoke ? [old] : [];
    const step = { add: [made.stored], remove, change: { added: [made], changed }, passphrase };
    const version = await makeRecord(store, options, passphrases, step);
    const lines = [
      `made the ${old.role} key ${chosen}, and version ${version} of ${store.trustPath}`,
      options.revoke ? `revoked ${name}` : `${name} counts as well until: thimble keys revoke ${name}`,
    ];
    return printResult(options.json, { ...facts, trustVersion: version }, lines);
  });
}

/** What is to be known about a root key that was revoked. */
function afterRoot({ name }: StoredKey, { name: other }: StoredKey): string[] {
  return [
    `${name} signs nothing any more here; ${other} signed this record. A device that takes it revokes ${name} in its fuses,`,
    `for good. With ${other} lost as well, no device takes another record.`,
  ];
}

/** @returns the exit status. */
export function revoke(name: string, options: TrustArguments): Promise<number> {
  return ending(options.json, async () => {
    const store = openStore(options);
    const key = store.find(name);
    requireInUse(key);
    const changed = [{ ...key, revoked: today() }];
    const passphrases = new Passphrases(options.passphraseFile);
    const last = readRecord(store);
    if (key.role !== "root" && (last === undefined || !isListed(last, key))) {
      await store.store({ changed });
      const lines = [`revoked ${name}. No trust record lists it, so there is no new one`];
      return printResult(options.json, { name, trustVersion: last?.version ?? null }, lines);
    }
    const isRoot = key.role === "root";
    const other = isRoot ? chooseRoot(store, options.root, key) : undefined;
    const step = isRoot ? { notBy: key, change: { changed } } : { remove: [key], change: { changed } };
    const version = await makeRecord(store, options, passphrases, step);
    const lines = [`revoked ${name}, and made version ${version} of ${store.trustPath}`];
    lines.push(...(other === undefined ? [NEXT] : afterRoot(key, other)));
    return printResult(options.json, { name, trustVersion: version }, lines);
  });
}

// SPDX-License-Identifier: Apache-2.0
/** `thimble keys show`: what a key store holds; and the public half of a key, for other tools. */

import type { TrustRecord } from "../host-sim/image/trust-record.js";
import { encodePublicKey, type PublicKeyFormat } from "../host-sim/keys/public-key.js";
import { isListed, readRecord } from "../host-sim/keys/record.js";
import { ROLES } from "../host-sim/keys/roles.js";
import type { KeyStore } from "../host-sim/keys/store.js";
import type { StoredKey } from "../host-sim/keys/stored-key.js";
import { ExitStatus } from "./exit-status.js";
import { describeKey, ending, openStore, printResult, privateHalfOf, type StoreArguments } from "./keys-store.js";
import { colorsFor } from "./terminal.js";

export interface ShowArguments extends StoreArguments {
  readonly format?: PublicKeyFormat;
}

function byRole(a: StoredKey, b: StoredKey): number {
  return ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || a.created.localeCompare(b.created);
}

function stateOf(key: StoredKey, record: TrustRecord | undefined): string {
  if (key.revoked !== undefined) return `revoked ${key.revoked}`;
  if (key.role !== "image" && key.role !== "manifest") return "";
  return record !== undefined && isListed(record, key) ? "trusted" : "not trusted";
}

function table(rows: readonly (readonly string[])[]): string[] {
  const [head = []] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function showAll(store: KeyStore, options: ShowArguments): number {
  const keys = store.list().sort(byRole);
  const record = readRecord(store);
  const { dim } = colorsFor(process.stdout);
  const rows = keys.map((key) => [
    key.name,
    key.role,
    key.created,
    privateHalfOf(store, key),
    stateOf(key, record),
    key.hash.toString("hex"),
  ]);
  const [head = "", ...lines] = table([["name", "role", "created", "private", "state", "key hash"], ...rows]);
  const facts = {
    folder: store.folder,
    trustVersion: record?.version ?? null,
    keys: keys.map((key) => ({ ...describeKey(store, key), isTrusted: record !== undefined && isListed(record, key) })),
  };
  const about = record === undefined ? "no trust record" : `trust record: version ${record.version}`;
  const none = [`no keys in ${store.folder}: \`thimble keys create\` makes some`];
  return printResult(options.json, facts, keys.length === 0 ? none : [dim(head), ...lines, about]);
}

/** @returns the exit status. */
export function showKeys(name: string | undefined, options: ShowArguments): Promise<number> {
  return ending(options.json, async () => {
    const store = openStore(options);
    if (name === undefined) return showAll(store, options);
    const key = store.find(name);
    const format = options.format ?? "pem";
    const bytes = Buffer.from(encodePublicKey(key.key, format));
    const publicKey = format === "cose" ? `${bytes.toString("hex")}\n` : bytes.toString("utf8");
    if (options.json) return printResult(true, { ...describeKey(store, key), format, publicKey }, []);
    if (options.format !== undefined) {
      process.stdout.write(publicKey);
      return ExitStatus.ok;
    }
    const state = stateOf(key, readRecord(store));
    const lines = [
      `name      ${key.name}`,
      `role      ${key.role}`,
      `created   ${key.created}`,
      `private   ${privateHalfOf(store, key)}${key.token === undefined ? "" : ` (${key.token.token}, ${key.token.label})`}`,
      ...(state === "" ? [] : [`state     ${state}`]),
      `key hash  ${key.hash.toString("hex")}`,
      publicKey.trimEnd(),
    ];
    return printResult(false, {}, lines);
  });
}

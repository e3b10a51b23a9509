// SPDX-License-Identifier: Apache-2.0
/** Cases for test/c/boot-cases.c: bytes, by which policy they are checked, what must come of it; and their packing. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { type Listed, u32, type Version } from "./maker.js";

type Kind = "image" | "record" | "signature" | "size" | "damagedImage" | "damagedRecord" | "flow";
const KINDS: readonly Kind[] = ["image", "record", "signature", "size", "damagedImage", "damagedRecord", "flow"];
const KEYS_MAX = 8;

/** Numbers of devices/boot/*.h by name. */
function readNumbers(): ReadonlyMap<string, number> {
  const names = ["image.h", "signature.h", "trust.h", "boot.h", "fuses.h", "slots.h", "dice.h"];
  const text = names.map((name) => readFileSync(join(packageRoot, "devices", "boot", name), "utf8")).join("\n");
  const found = text.matchAll(/^(?:\tX\((\w+), |#define (\w+) |\t(\w+) = )(0x[0-9A-Fa-f]+|\d+)/gm);
  return new Map([...found].map(([, x, name, word, value]) => [(x ?? name ?? word) as string, Number(value)]));
}

const NUMBERS = readNumbers();

/** @throws Error when the headers do not have it. */
export function numberOf(name: string): number {
  const value = NUMBERS.get(name);
  if (value === undefined) throw new Error(`devices/boot does not define ${name}`);
  return value;
}

/** Of a status or another word that is far from all others. */
export function nameOf(value: number): string {
  return [...NUMBERS].find(([, known]) => known === value && known > 0xffff)?.[0] ?? `0x${value.toString(16)}`;
}

interface Root {
  readonly hash: Uint8Array;
  readonly isValid: boolean;
}

export interface Policy {
  readonly imageClass: number;
  readonly signature: "REQUIRED" | "NOT_VERIFIED";
  readonly leastCounter: number;
  readonly keys: readonly Listed[];
  readonly roots: readonly Root[];
  readonly abi?: Uint8Array;
  readonly firmware?: Version;
}

export interface Case {
  readonly name: string;
  readonly kind: Kind;
  readonly bytes: Uint8Array;
  /** "IMAGE_OK", "SIGNATURE_VALID" or a code. */
  readonly expected: string;
  /** As struct boot_case has them, where that is success. */
  readonly values?: readonly number[];
  readonly policy?: Policy;
  /** Damaged forms: every n-th. */
  readonly step?: number;
}

export const NO_POLICY: Policy = Object.freeze({
  imageClass: 0,
  signature: "REQUIRED",
  leastCounter: 0,
  keys: [],
  roots: [],
});

/** Low and high half of a version as image_view has it. */
export function versionWords([major, minor, revision, build]: Version): readonly [number, number] {
  return [build, ((major << 24) | (minor << 16) | revision) >>> 0];
}

function rootBytes(root: Root | undefined): Buffer {
  const state = root === undefined ? 0 : root.isValid ? numberOf("IMAGE_ROOT_VALID") : 1;
  return Buffer.concat([root?.hash ?? Buffer.alloc(32), u32(state)]);
}

function pack({ kind, bytes, expected, values = [], policy = NO_POLICY, step = 1 }: Case): Buffer {
  const { abi, firmware, keys, roots } = policy;
  const listed = Buffer.concat([...keys.map(([role, point]) => Buffer.concat([u32(role), point]))]);
  const head = Buffer.concat([
    u32(KINDS.indexOf(kind) + 1, numberOf(expected)),
    u32(...Array.from({ length: 6 }, (_, i) => values[i] ?? 0)),
    u32(step, policy.imageClass, numberOf(`IMAGE_SIGNATURE_${policy.signature}`), policy.leastCounter),
    u32((abi ? 1 : 0) + (firmware ? 2 : 0), keys.length, ...(firmware ? versionWords(firmware) : [0, 0])),
    abi ?? Buffer.alloc(32),
    rootBytes(roots[0]),
    rootBytes(roots[1]),
    listed,
    Buffer.alloc(KEYS_MAX * 68 - listed.length),
    u32(bytes.length),
  ]);
  return Buffer.concat([head, bytes, Buffer.alloc(-bytes.length & 3)]);
}

export function packCases(cases: readonly Case[]): Buffer {
  return Buffer.concat(cases.map(pack));
}

export interface Outcome {
  readonly cases: number;
  readonly forms: number;
  /** Case and what came of it, one after the other. */
  readonly failures: readonly number[];
}

/** "case: expected x, got y" for each that did not come out as it must. */
export function failuresOf(cases: readonly Case[], { failures }: Outcome): string[] {
  const lines = [];
  for (let i = 0; i < failures.length; i += 2) {
    const one = cases[failures[i] as number];
    lines.push(`${one?.name}: expected ${one?.expected}, got ${nameOf(failures[i + 1] as number)}`);
  }
  return lines;
}

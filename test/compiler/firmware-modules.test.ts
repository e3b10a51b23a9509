// SPDX-License-Identifier: Apache-2.0
/** Which modules the firmware has, by the rule of docs/decisions/0010-modules-of-a-firmware.md. */
import { statSync } from "node:fs";
import { join, relative } from "node:path";
import { assert } from "chai";
import { CompileError } from "../../host-sim/compiler/compile-error.js";
import { listExports } from "../../host-sim/compiler/exports.js";
import { readFirmware } from "../../host-sim/compiler/firmware.js";
import { carriedModules, collectFirmware, packageNames } from "../../host-sim/compiler/firmware-modules.js";
import { firmwareFolder, packageRoot } from "../../host-sim/engine/paths.js";
import { useEngines } from "../cli/support.js";

/** Of the SDK: what devices/psa, devices/secure and the firmware's own app import. A change of this list is a change of the ABI. */
const SDK_MODULES = `
bytes/bytes bytes/hex bytes/utf8 bytes/value-format
cbor/decode cbor/encode cbor/float cbor/reader cbor/value cbor/writer
cose/algorithms cose/authenticated cose/headers cose/key cose/message cose/sign1
crypto/arguments crypto/attributes crypto/der crypto/instance-id
cwt/claims cwt/cwt
errors/codes errors/security-error
identity/answers identity/credential identity/device-credentials identity/messages identity/order identity/service
storage/checkpoint storage/cleaner storage/commit-plan storage/committer storage/directory storage/domain storage/entries
storage/entry-reader storage/find-head storage/flash-area storage/freshness storage/geometry storage/header
storage/item storage/key-index storage/log-parts storage/log-writer storage/long-writer storage/mend-paths storage/mount storage/record
storage/recover storage/retired storage/scan storage/sealed-domain storage/sealed-entries storage/sealed-log
storage/sealed-store storage/seals storage/state storage/undoing storage/value-size`;
const ARCHIVE_MOST = 195_000;

describe("the modules of the firmware", function () {
  this.timeout(60_000);
  useEngines();

  it("are those of devices/ and, of the SDK, what these import", () => {
    const modules = collectFirmware();
    assert.deepEqual(
      modules.map(({ specifier }) => specifier),
      [...readFirmware().modules],
    );
    const ofSdk = modules.filter(({ source }) => source.startsWith(join(packageRoot, "sdk")));
    assert.deepEqual(
      ofSdk.map(({ specifier }) => specifier),
      SDK_MODULES.trim()
        .split(/\s+/)
        .map((name) => `thimble/${name}`),
    );
    const imported = new Set(modules.flatMap(({ imports }) => Object.values(imports)));
    const needless = modules.filter((module, place) => ofSdk.includes(module) && !imported.has(`#${place}`));
    assert.deepEqual(needless, []);
  });

  it("fit into the byte code that the firmware may have", () => {
    assert.isBelow(statSync(join(firmwareFolder(), "release", "firmware.xsa")).size, ARCHIVE_MOST);
  });

  it("and those that apps carry are all that the manifests name, none of them in both", () => {
    const { modules, carried } = readFirmware();
    const both = modules.filter((name) => name in carried);
    assert.deepEqual(both, []);
    const known = new Set([...modules, ...Object.keys(carried)]);
    for (const [source, specifier] of packageNames())
      assert.isTrue(known.has(specifier), relative(packageRoot, source));
    for (const [specifier, path] of Object.entries(carried)) assert.strictEqual(path, `sdk/${specifier.slice(8)}.ts`);
  });

  it("refuse a module for apps that imports what no manifest names", () => {
    const nameless = join(packageRoot, "sdk", "cose", "iv.ts");
    const names = new Map([...packageNames()].filter(([source]) => source !== nameless));
    assert.throws(
      () => carriedModules(collectFirmware(), names),
      CompileError,
      "an app that carries thimble/cose/encrypted cannot import ./iv.js: no manifest names it for apps",
    );
  });

  for (const [text, expected] of [
    ["export const a = 1, b = 2; export function c() {} export class D {} export enum E { x }", "D,E,a,b,c"],
    ["const a = 1; export { a, a as b }; export default a;", "a,b,default"],
    ["export default function main() {}", "default"],
    ["export type A = 1; export interface B {} export declare const c: number; export type { D } from './d';", ""],
    ["export { a, type B } from './a';", "a"],
  ] as const) {
    it(`export what is there at run time: ${text}`, () => {
      assert.strictEqual(listExports(text, "x.ts").join(), expected);
    });
  }

  for (const text of ["export * from './a';", "export * as a from './a';", "export const { a } = { a: 1 };"]) {
    it(`name what they export: not ${text}`, () => {
      assert.throws(
        () => listExports(text, "x.ts"),
        RangeError,
        "x.ts: a module of the firmware names what it exports",
      );
    });
  }
});

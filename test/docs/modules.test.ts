// SPDX-License-Identifier: Apache-2.0
/** docs/modules.md and docs/sdk.md have each module that an app can import, with what it exports or can do. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { readFirmware } from "../../host-sim/compiler/firmware.js";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { useEngines } from "../cli/support.js";

/** For ourselves: a counter that stands for no time (benches), a check of arguments. */
const OWN = ["thimble/device/io/ticks", "requireBytes"];

function read(...path: string[]): string {
  return readFileSync(join(packageRoot, ...path), "utf8");
}

function namesIn(text: string, pattern: RegExp): string[] {
  const names = [...text.matchAll(pattern)].map(([, name = ""]) => name);
  assert.isAbove(names.length, 0);
  return names.filter((name) => !OWN.includes(name));
}

const page = read("docs", "modules.md") + read("docs", "sdk.md");

function assertNamed(names: readonly string[]): void {
  assert.deepEqual(
    names.filter((name) => !new RegExp(`[\`"]${name}[\`"(]`).test(page)),
    [],
  );
}

describe("docs/modules.md and docs/sdk.md", function () {
  this.timeout(60_000);
  useEngines();

  it("has every module of the firmware", () => {
    const manifest = JSON.parse(read("devices", "io", "manifest.json")) as { modules: object };
    assertNamed(Object.keys(manifest.modules).filter((name) => !OWN.includes(name)));
    for (const folder of ["bytes", "cbor", "cose", "errors"]) assert.include(page, `\`thimble/${folder}/...\``);
  });

  it("says of each module whether the firmware has it", () => {
    const [, section = ""] = page.split("## Where a module is\n");
    const [table = ""] = section.split("\n## ");
    const rows = [...table.matchAll(/^\| (`thimble\/.*?) \| (.*?) ?\| (.*?) ?\|$/gm)];
    const { modules, carried } = readFirmware();
    const open = modules.filter((name) => name.startsWith("thimble/") && !name.startsWith("thimble/device/"));
    const namesOf = (cell: string): string[] => [...cell.matchAll(/`([\w/-]+)`/g)].map(([, name = ""]) => name);
    const said = new Map<string, readonly [firmware: string, apps: string]>();
    for (const [, folders = "", firmware = "", apps = ""] of rows) {
      for (const folder of namesOf(folders)) said.set(folder.replace("thimble/", ""), [firmware, apps]);
    }
    const isIn = (cell: string, name: string): boolean => cell.startsWith("all") || namesOf(cell).includes(name);
    for (const [names, here, there] of [[open, 0, 1] as const, [Object.keys(carried), 1, 0] as const]) {
      for (const specifier of names.filter((name) => !name.startsWith("thimble/contracts/"))) {
        const [, folder = "", name = ""] = specifier.split("/");
        const cells = said.get(folder) ?? ["", ""];
        assert.isTrue(isIn(cells[here], name), specifier);
        if (cells[here] === "all others") assert.notInclude(namesOf(cells[there]), name);
        if (cells[there] === "all") assert.fail(`${specifier} is on the other side`);
      }
    }
  });

  it("has every function of thimble/bytes", () => {
    for (const file of readdirSync(join(packageRoot, "sdk", "bytes"))) {
      assertNamed(namesIn(read("sdk", "bytes", file), /^export function (\w+)/gm));
    }
  });

  it("has every function of thimble/crypto/der", () => {
    assertNamed(namesIn(read("sdk", "crypto", "der.ts"), /^export function (\w+)/gm));
  });

  it("has every method of the crypto contract", () => {
    const [, methods = ""] = read("sdk", "contracts", "crypto.ts").split("export interface Crypto {");
    assertNamed(namesIn(methods, /^ {2}(\w+)\(/gm));
  });

  it("has every method of the lifecycle contract", () => {
    const [, methods = ""] = read("sdk", "contracts", "lifecycle.ts").split("export interface DeviceLifecycle {");
    assertNamed(namesIn(methods, /^ {2}(\w+)\(/gm));
  });

  it("has every format of key-value storage", () => {
    const [, formats = ""] = read("sdk", "contracts", "ecma419", "storage.d.ts").split("interface StorageValues {");
    assertNamed(namesIn(formats.split("}")[0] ?? "", /^ {4}(\w+):/gm));
  });
});

// SPDX-License-Identifier: Apache-2.0
/** What devices/secure has in TypeScript and in C: numbers of services, states and statuses, and places in structures. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { describe, it } from "mocha";
import { packageRoot } from "../../host-sim/engine/paths.js";

const read = (...names: readonly string[]): string => readFileSync(join(packageRoot, "devices", ...names), "utf8");
const STATUS = read("secure", "status.ts");
const GATE = read("secure", "gate.h");

function numbersIn(text: string, pattern: RegExp): Map<string, number> {
  return new Map([...text.matchAll(pattern)].map(([, name, value]) => [name as string, Number(value)]));
}

describe("devices/secure in TypeScript and in C", () => {
  it("has the same statuses of images", () => {
    const inC = numbersIn(read("boot", "image.h"), /^\tX\((IMAGE_E_\w+), (0x\w+)\)/gm);
    assert.isAtLeast(inC.size, 17);
    const here = new Map(
      [...STATUS.matchAll(/^ {2}\[(0x\w+), "(IMAGE_E_\w+)"/gm)].map(([, n, name]) => [name, Number(n)]),
    );
    assert.deepEqual([...here], [...inC]);
  });

  it("has each status of the gate, far from one another", () => {
    const inC = numbersIn(GATE, /^\t(SECURE_(?:OK|E_\w+)) = (0x\w+)/gm);
    assert.isAtLeast(inC.size, 8);
    const here = new Set([...STATUS.matchAll(/0x[0-9a-f]{8}/g)].map(([number]) => Number(number)));
    for (const [name, value] of inC) assert.isTrue(here.has(value), name);
    const images = numbersIn(read("boot", "image.h"), /^\tX\((\w+), (0x\w+)\)/gm);
    const all = [...inC.values(), ...images.values()];
    for (const [i, one] of all.entries()) {
      for (const other of all.slice(i + 1)) {
        const apart = [...(one ^ other).toString(2)].filter((bit) => bit === "1").length;
        assert.isAtLeast(apart, 4, `${one.toString(16)} ${other.toString(16)}`);
      }
    }
  });

  it("has the same lifecycles and states", () => {
    const text = read("secure", "record.ts");
    const lifecycles = numbersIn(read("boot", "fuses.h"), /^\t(LIFECYCLE_\w+) = (0x\w+)/gm);
    const here = [...text.matchAll(/^ {2}\[(0x\w+), "/gm)].map(([, number]) => Number(number));
    assert.deepEqual(here, [...lifecycles.values()]);
    for (const [file, name] of [
      ["boot.h", "BOOT_START_APP"],
      ["slots.h", "SLOTS_TRYING"],
      ["slots.h", "SLOTS_REVERTED"],
    ] as const) {
      const [, inC] = new RegExp(`^\\t${name} = (0x\\w+)`, "m").exec(read("boot", file)) ?? [];
      const [, value] = new RegExp(`^const ${name} = (0x\\w+);`, "m").exec(text) ?? [];
      assert.strictEqual(Number(value), Number(inC), name);
    }
  });

  it("has the same profiles of tokens", () => {
    const inC = [...read("secure", "token.h").matchAll(/^\tTOKEN_PROFILE_\w+ = (\d),\s*\/\* (\S+) \*\//gm)];
    const here = [...read("secure", "attestation.ts").matchAll(/^ {2}"(\S+)": (\d),/gm)];
    assert.lengthOf(inC, 2);
    assert.deepEqual(
      here.map(([, name, number]) => [number, name]),
      inC.map(([, number, name]) => [number, name]),
    );
  });

  it("has the same sizes and services", () => {
    const record = read("secure", "record.ts");
    const sizes = numbersIn(GATE, /_Static_assert\(sizeof\(struct (\w+)\) == (\d+)/g);
    assert.include(record, `RECORD_SIZE = ${sizes.get("secure_record")};`);
    assert.include(record, `STATUS_SIZE = ${sizes.get("secure_status_now")};`);
    assert.strictEqual(sizes.get("secure_seal"), 8);
    const [, list = ""] = /enum secure_service \{(.*?)\}/s.exec(GATE) ?? [];
    const services = [...list.matchAll(/^\tSECURE_(\w+)/gm)].map(([, name]) => (name as string).toLowerCase());
    for (const file of ["lifecycle.ts", "attestation.ts", "gate-counter.ts", "storage.ts"]) {
      const [, table = ""] = /const Service = Object\.freeze\(\{(.*?)\}/s.exec(read("secure", file)) ?? [];
      const numbers = numbersIn(table, /(\w+): (\d+)/g);
      assert.isAtLeast(numbers.size, 1);
      for (const [name, number] of numbers) {
        assert.strictEqual(services[number - 1]?.replaceAll("_", ""), name.toLowerCase());
      }
    }
  });
});

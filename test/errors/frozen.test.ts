// SPDX-License-Identifier: Apache-2.0
/** What the ground floor exports is frozen, as on a board where XS preloads it; Node has no linker to say so. */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { assert } from "chai";
import { describe, it } from "mocha";

const SDK = new URL("../../sdk/", import.meta.url);

/** The path to the first thing in `value` that can be changed: the object itself, a class's prototype, what is inside. */
function findMutable(value: unknown, path: string): string | undefined {
  if (typeof value === "function") {
    const descriptor = Object.getOwnPropertyDescriptor(value, "prototype");
    const isClass = descriptor?.writable === false; // of a plain function it is writable, and nobody uses it
    return isClass && !Object.isFrozen(descriptor.value) ? `${path}.prototype` : undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  if (!Object.isFrozen(value) || value instanceof Map || value instanceof Set || ArrayBuffer.isView(value)) return path;
  for (const [key, item] of Object.entries(value)) {
    const inside = findMutable(item, `${path}.${key}`);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

describe("exports of the ground floor are frozen", () => {
  for (const folder of ["bytes", "errors", "cbor", "cose", "cwt", "identity", "storage"]) {
    const names = readdirSync(fileURLToPath(new URL(folder, SDK))).filter((name) => name.endsWith(".js"));
    for (const name of names) {
      it(`${folder}/${name}`, async () => {
        const module = (await import(new URL(`${folder}/${name}`, SDK).href)) as Record<string, unknown>;
        assert.isNotEmpty(Object.keys(module));
        for (const [key, value] of Object.entries(module)) {
          assert.isUndefined(findMutable(value, key));
        }
      });
    }
  }

  it("finds what is not frozen (the check itself)", () => {
    assert.strictEqual(findMutable(Object.freeze({ a: Object.freeze({ b: [] }) }), "x"), "x.a.b");
    assert.strictEqual(findMutable(class {}, "C"), "C.prototype");
    assert.strictEqual(findMutable(Object.freeze(new Map()), "m"), "m");
  });
});

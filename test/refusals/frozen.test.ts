// SPDX-License-Identifier: Apache-2.0
/** What an app finds on a board: the globals and no more, and nothing of the engine or the firmware that it can change. */
import { assert } from "chai";
import { readFirmware } from "../../host-sim/compiler/firmware.js";
import { useEngines } from "../cli/support.js";
import { BOARDS, linesOf, nameOf } from "./boards.js";
import { GLOBALS } from "./globals.js";

/** Walks all that is reachable from what the app starts with and writes each thing that could still be changed. */
const WALK = `
const seen = new Set();
const walk = (value, path) => {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return;
  if (value === globalThis || seen.has(value)) return;
  seen.add(value);
  if (Object.isExtensible(value)) trace(path, " extensible\\n");
  for (const key of Reflect.ownKeys(value)) {
    const property = Reflect.getOwnPropertyDescriptor(value, key);
    const name = path + "." + String(key);
    if (property.configurable || property.writable) trace(name, " changeable\\n");
    if ("value" in property) walk(property.value, name);
    else [property.get, property.set].forEach((f) => walk(f, name));
  }
  walk(Object.getPrototypeOf(value), path + ".__proto__");
};
`;
const HIDDEN = `{
  generator: function* () {}, asyncGenerator: async function* () {}, async: async () => 0, arrayIterator: [][Symbol.iterator](),
  mapIterator: new Map().entries(), setIterator: new Set().values(), stringIterator: ""[Symbol.iterator](),
  regExpIterator: "a".matchAll(/a/g),
}`;

describe("what an app finds on a board", function () {
  this.timeout(60_000);
  useEngines(...BOARDS);

  for (const machine of BOARDS) {
    describe(nameOf(machine), () => {
      it("has the globals of Moddable, and no more", async () => {
        const source = `trace(JSON.stringify(Reflect.ownKeys(globalThis).map(String)), "\\n");`;
        const [names = ""] = await linesOf(machine, source);
        assert.deepEqual(JSON.parse(names).sort(), [...GLOBALS].sort());
      });

      it("has frozen built-ins, also those without a name", async () => {
        const source = `${WALK}
          seen.add(trace);
          for (const key of Reflect.ownKeys(globalThis)) walk(globalThis[key], String(key));
          for (const [name, value] of Object.entries(${HIDDEN})) walk(Object.getPrototypeOf(value), name);
          trace("seen ", seen.size > 500 || seen.size, "\\n");`;
        assert.deepEqual(await linesOf(machine, source), ["seen true"]);
      });

      it("refuses to change a built-in", async () => {
        const attempts = [
          "Array.prototype.push = 1",
          "Array.prototype.length = 5",
          "Array.prototype.fill.call(Object.defineProperty(Array.prototype, 'length', { value: 7 }), 3)",
          "Object.prototype.evil = 1",
          "Function.prototype.call = () => 1",
          "delete Array.prototype.push",
          "Object.defineProperty(Uint8Array, Symbol.hasInstance, { value: () => true })",
          "Object.setPrototypeOf(Uint8Array.prototype, {})",
          "Math.random = () => 4",
          "globalThis.Uint8Array = class extends Uint8Array { get length() { return 16; } }",
          "delete globalThis.Object",
          "globalThis.trace = () => {}",
        ];
        const source = attempts.map((code) => `try { ${code}; trace("done\\n"); } catch (e) { trace(e.name, "\\n"); }`);
        assert.deepEqual([...new Set(await linesOf(machine, source.join("\n")))], ["TypeError"]);
      });

      it("refuses to change what a module of the firmware or the SDK exports, or the shape of its classes", async () => {
        const { modules: inFirmware, carried } = readFirmware();
        const modules = [...inFirmware.filter((name) => !name.startsWith("thimble:")), ...Object.keys(carried)];
        const imports = Object.keys(carried).map((name) => `() => import(${JSON.stringify(name)})`);
        const source = `[${imports.join(", ")}]; for (const name of ${JSON.stringify(modules)}) {
            const space = await import(name);
            for (const key of Object.keys(space)) {
              const value = space[key];
              const fail = (f, what) => { try { f(); trace(name, " ", key, " ", what, "\\n"); } catch {} };
              fail(() => { space[key] = 1; }, "replaced");
              fail(() => { delete space[key]; }, "deleted");
              fail(() => Object.defineProperty(space, key, { value: 1 }), "defined");
              if (typeof value === "object" && !Object.isFrozen(value)) trace(name, " ", key, " not frozen\\n");
              if (Array.isArray(value)) continue;
              const shape = typeof value === "function" ? value.prototype : Object.getPrototypeOf(value);
              const isClass = typeof value === "function" && String(Object.getOwnPropertyDescriptor(value, "prototype")?.writable) === "false";
              if ((typeof value === "object" || isClass) && !Object.isFrozen(shape)) trace(name, " ", key, " prototype not frozen\\n");
            }
            fail2(() => { space.evil = 1; }, name);
          }
          function fail2(f, name) { try { f(); trace(name, " extended\\n"); } catch {} }
          trace("done\\n");`;
        // All modules at once: more than an app has any use for.
        assert.deepEqual(await linesOf(machine, source, { heapBytes: 1_000_000 }), ["done"]);
      });
    });
  }
});

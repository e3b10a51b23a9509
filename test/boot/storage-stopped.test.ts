// SPDX-License-Identifier: Apache-2.0
/**
 * `thimble/device/storage` after a write that failed halfway: what is open says STORAGE_STOPPED until somebody opens again.
 * The write fails because an app has taken all places for keys, and the first write after a start needs one.
 */
import { assert } from "chai";
import { describe, it } from "mocha";
import { useEngines } from "../cli/support.js";
import { BOARDS, linesOf, nameOf } from "../refusals/boards.js";

const MODULES = `
import storage, { recover, storageStatus } from "thimble/device/storage";
import plain from "embedded:storage/key-value";
import { lifecycle } from "thimble/device/lifecycle";
import { crypto } from "thimble/device/crypto";
const told = (action) => {
  try { return \`\${action()}\`; } catch (error) { return error.detail ?? error.code ?? error.name; }
};
const open = (path = "p") => storage.open({ path, format: "string" });
const counts = plain.open({ path: "starts", format: "uint8" });
const start = (counts.read("n") ?? 0) + 1;
counts.write("n", start);
const others = [];
const hmac = { type: "HMAC", bits: 256, usage: ["signMessage"], alg: "HMAC_SHA_256" };
const takePlaces = () => told(() => { for (;;) others.push(crypto.generateKey(hmac)); });
const freePlaces = () => { for (const key of others.splice(0)) crypto.destroyKey(key); };
/** The store after a write that failed: two that are open on it. */
const stop = () => {
  const stores = [open(), open("q")];
  stores[0].read("a");
  takePlaces();
  trace(told(() => stores[0].write("a", "2")), "\\n");
  return stores;
};
`;

/** All of it in one run; the second start shows what is in the flash. */
const IN_THE_SAME_RUN = `${MODULES}
if (start === 1) {
  open().write("a", "1");
  open("q").write("b", "0");
  lifecycle.restart();
} else if (start === 2) {
  const [p, q] = stop();
  trace([() => p.read("a"), () => p.write("a", "3"), () => p.delete("a"), () => [...q], () => q.write("b", "3")].map(told).join(), "\\n");
  // It has given back the places that it had: enough to read again, and not to write.
  for (let i = 0; i < 3; i++) trace(told(() => open().read("a")), " ", told(() => open().write("a", "3")), "\\n");
  freePlaces();
  trace(told(() => open().read("a")), " ", storageStatus().store.isStopped, "\\n");
  trace([() => p.read("a"), () => q.write("b", "3")].map(told).join(), "\\n");
  open().write("a", "4");
  open("q").write("b", "5");
  lifecycle.restart();
}
trace(start, ":", open().read("a"), open("q").read("b"), "\\n");
`;

/** Nobody opens again before the reset. */
const AFTER_A_RESET = `${MODULES}
if (start === 1) {
  open().write("a", "1");
  lifecycle.restart();
} else if (start === 2) {
  stop();
  lifecycle.restart();
}
const p = open();
trace(p.read("a"), " ", told(() => p.write("a", "6")), " ", p.read("a"), "\\n");
`;

/** Where others ask for more than \`open\`: for the state, or a recovery. */
const OTHER_WAYS = `${MODULES}
if (start === 1) {
  open().write("a", "1");
  lifecycle.restart();
} else if (start < 4) {
  const [p] = stop();
  freePlaces();
  trace(start === 2 ? storageStatus().store.isStopped : recover().kept, " ", told(() => p.read("a")), " ", open().read("a"), "\\n");
  if (start === 2) lifecycle.restart();
}
`;

const FULL = "PSA_ERROR_INSUFFICIENT_MEMORY";

describe("thimble/device/storage after a write that failed halfway", function () {
  this.timeout(60_000);
  useEngines(...BOARDS);

  for (const machine of BOARDS) {
    it(`is there again with the next open, on ${nameOf(machine)}`, async () => {
      assert.deepEqual(await linesOf(machine, IN_THE_SAME_RUN), [
        FULL,
        Array(5).fill("STORAGE_STOPPED").join(),
        ...Array(3).fill(`1 ${FULL}`),
        "1 false",
        "SyntaxError,SyntaxError",
        "3:45",
      ]);
    });

    it(`is there again after a reset, on ${nameOf(machine)}`, async () => {
      assert.deepEqual(await linesOf(machine, AFTER_A_RESET), [FULL, "1 undefined 6"]);
    });

    it(`is there again when its state or a recovery is asked for, on ${nameOf(machine)}`, async () => {
      assert.deepEqual(await linesOf(machine, OTHER_WAYS), [FULL, "false SyntaxError 1", FULL, "2 SyntaxError 1"]);
    });
  }
});

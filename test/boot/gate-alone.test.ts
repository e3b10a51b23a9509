// SPDX-License-Identifier: Apache-2.0
/** Nothing above the call gate reaches OTP, slot records, CDIs or the secret past it: a world of its own can begin there. */
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { assert } from "chai";
import { describe, it } from "mocha";
import { packageRoot } from "../../host-sim/engine/paths.js";

const DEVICES = join(packageRoot, "devices");
/** Below the gate, and the programs that run before there is one. */
const BELOW = ["boot", "boot-program", "secure", "silicon"];
const HEADERS = [
  "boot/fuses.h",
  "boot/slots.h",
  "boot/dice.h",
  "boot/trust.h",
  "silicon/otp.h",
  "silicon/counter.h",
  "secure/services.h",
  "secure/seal.h",
];

const read = (name: string): string => readFileSync(join(DEVICES, name), "utf8");

/** Functions that headers declare. */
function declared(text: string): string[] {
  return [...text.matchAll(/^(?:enum |struct )?\w+ \*?(\w+)\(/gm)].map(([, name]) => name as string);
}

/** @returns "file: function" for each use of one of these. */
function usesIn(files: readonly string[], names: readonly string[]): string[] {
  const pattern = new RegExp(`\\b(?:${names.join("|")})\\b`, "g");
  return files.flatMap((file) => [...new Set(read(file).match(pattern))].map((name) => `${file}: ${name}`));
}

describe("the call gate", () => {
  const all = readdirSync(DEVICES, { recursive: true, encoding: "utf8" }).filter((name) => /\.[ch]$/.test(name));
  const above = all.filter((name) => !BELOW.includes(name.split(sep)[0] as string));
  const functions = HEADERS.flatMap((name) => declared(read(name)));

  it("is the only way to what is behind it", () => {
    assert.includeMembers(functions, [
      "otp_read",
      "otp_program",
      "fuses_raise",
      "slots_write",
      "dice_derive",
      "counter_raise",
      "secure_raise_wipe",
      "secure_order",
    ]);
    assert.isAtLeast(above.length, 40);
    assert.deepEqual(usesIn(above, functions), []);
  });

  it("is given the secrets of a start in one place, which keeps no copy", () => {
    const secrets = ["secure_begin", "cdis", "attestation_seed"];
    assert.deepEqual(
      usesIn(above, secrets),
      secrets.map((name) => `runtime/main.c: ${name}`),
    );
    assert.match(
      read("runtime/main.c"),
      /secure_begin\(given\);[^}]*zeroize\(&given->cdis, sizeof given->cdis\);\n\t\w+zeroize\(given->attestation_seed, sizeof given->attestation_seed\);\n\tbooted =/,
    );
  });

  it("is called by its natives alone", () => {
    const callers = all.filter((name) => /\bsecure_call\(/.test(read(name)));
    assert.sameMembers(
      callers,
      ["gate.c", "gate.h", "initial-attestation.c", "natives.c"].map((name) => join("secure", name)),
    );
  });
});

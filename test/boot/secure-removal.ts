// SPDX-License-Identifier: Apache-2.0
/** Builds the C tests of devices/secure with one check left out, and looks whether one of them notices. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Check } from "./removal.js";
import { SECURE, SecureProgram } from "./secure-program.js";

/** Of secure-test.c, the quick ones first. */
const TESTS = [
  ...[
    "gate",
    "secret",
    "record",
    "direct",
    "roots",
    "owner",
    "orders",
    "identity",
    "seal",
    "counter",
    "wipe-sealed",
    "attestation",
    "attestation-needs",
    "confirm",
    "decommission",
  ],
  ...["trust", "transfer", "wipe", "signatures", "debug", "states"],
] as const;

/** @throws Error when an id stands twice. */
export function readSecureChecks(): readonly Check[] {
  const checks = SECURE.flatMap((source) =>
    [...readFileSync(source, "utf8").matchAll(/\bCHECK\((\w+),/g)].map(
      ([, id]): Check => ({ id: id as string, file: basename(source) }),
    ),
  );
  const ids = new Set(checks.map(({ id }) => id));
  if (ids.size !== checks.length) throw new Error("devices/secure: a check is there twice");
  return checks;
}

export class SecureRemoval {
  readonly #program = new SecureProgram("secure-test");

  /** @param tests - that look; by default all. */
  kills({ id, file }: Check, tests: readonly string[] = TESTS): boolean {
    const source = SECURE.find((one) => basename(one) === file) as string;
    const program = this.#program.build({ id, source });
    return tests.some((name) => !this.#passes(program, name));
  }

  /** @throws Error when a test fails with all checks in place: nothing could be learned from it. */
  prepare(): void {
    const program = this.#program.build();
    for (const name of TESTS) this.#program.run(program, name);
  }

  #passes(program: string, name: string): boolean {
    try {
      this.#program.run(program, name);
      return true;
    } catch {
      return false;
    }
  }

  close(): void {
    this.#program.close();
  }
}

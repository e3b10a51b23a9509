// SPDX-License-Identifier: Apache-2.0
/** What Stryker is told: which folder of sdk/ it changes, and which specs should turn red for it. */
import type { Stryker } from "@stryker-mutator/core";

type Options = ConstructorParameters<typeof Stryker>[0];

/** Each has a folder of portable specs of the same name, which run on Node, a process for each spec. */
export const FOLDERS = Object.freeze(["cbor", "cose", "cwt", "crypto", "dice", "identity", "attestation", "storage"]);

export function optionsFor(folder: string, concurrency: number): Options {
  return {
    mutate: [`sdk/${folder}/**/*.ts`],
    ignorePatterns: ["build", "dist", "coverage", "bench", "examples", "docs", "/*.tgz"],
    // What is changed need not be of the right type; the tests are what has to notice.
    disableTypeChecks: "sdk/**/*.ts",
    buildCommand: "tsc -p tsconfig.json --noCheck",
    testRunner: "tap",
    plugins: ["@stryker-mutator/tap-runner"],
    tap: {
      testFiles: [`dist/test/specs/${folder}/**/*.spec.js`],
      nodeArgs: ["-r", "{{hookFile}}", "dist/test/mutation/tap.js", "{{testFile}}"],
      forceBail: true,
    },
    // The words of an error are for people: changed ones are no fault.
    mutator: { excludedMutations: ["StringLiteral"] },
    reporters: ["clear-text", "progress"],
    clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false },
    timeoutMS: 20_000,
    concurrency,
    tempDirName: "build/stryker",
  };
}

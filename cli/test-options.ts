// SPDX-License-Identifier: Apache-2.0
/** The options of `thimble test`: mocha's own words where mocha has one. */
import { availableParallelism } from "node:os";
import { type Command, InvalidArgumentError, Option } from "commander";
import { boardOption, busyLimitOption, countFrom } from "./options.js";
import type { TestArguments } from "./test.js";

const TIMEOUT_MS = 2000;

/** As mocha reads it: `/words/i`, or the expression alone. @throws InvalidArgumentError */
function parseGrep(text: string): RegExp {
  const [, source = text, flags = ""] = /^\/(.+)\/([a-z]*)$/s.exec(text) ?? [];
  if (flags.includes("y")) throw new InvalidArgumentError("Flag y is about the place in a text: use ^.");
  try {
    // With g an expression goes on where it found something before, here in another title.
    return new RegExp(source, flags.replace("g", ""));
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
}

/** `name=value`, several with commas; an option that is only named is "true". */
function addReporterOption(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const pairs = text.split(",").map((part) => {
    const at = part.indexOf("=");
    return at < 0 ? [part, "true"] : [part.slice(0, at), part.slice(at + 1)];
  });
  return { ...before, ...Object.fromEntries(pairs) };
}

export function addTest(program: Command, done: (status: number) => void): void {
  program
    .command("test")
    .description("run an app's specs (*.spec.ts) against it on simulated boards, and report as mocha does")
    .argument("[dir]", "the app's folder, a folder in it, or one spec", ".")
    .addOption(boardOption())
    .addOption(new Option("-g, --grep <expression>", "only tests whose full title fits").argParser(parseGrep))
    .option("-i, --invert", "with --grep: only the others", false)
    .addOption(
      new Option("--timeout <ms>", "of tests and hooks, in the tester's time; 0: none")
        .argParser(countFrom(0))
        .default(TIMEOUT_MS),
    )
    .addOption(new Option("--retries <count>", "run a failed test again so often").argParser(countFrom(0)).default(0))
    .option("--bail", "stop after the first failure", false)
    .option("--forbid-only", "fail where .only is left over", false)
    .option("--forbid-pending", "fail where a test is skipped or not written yet", false)
    .option("-R, --reporter <name>", "one of mocha's", "spec")
    .addOption(
      new Option("-O, --reporter-option <name=value>", "for the reporter").argParser(addReporterOption).default({}, ""),
    )
    .addOption(
      new Option("-j, --jobs <count>", "files that are run at a time")
        .argParser(countFrom(1))
        .default(availableParallelism(), "one for each processor"),
    )
    .addOption(busyLimitOption())
    .option("--json", "print one JSON object instead", false)
    .action(async (dir: string, options: TestArguments) => done(await (await import("./test.js")).test(dir, options)));
}

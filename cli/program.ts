// SPDX-License-Identifier: Apache-2.0
/**
 * The verbs and their options. Each verb's code is loaded when it is asked for: `thimble sim` on an unchanged app is to
 * start as fast as a script.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError, Option } from "commander";
import { packageRoot } from "../host-sim/engine/paths.js";
import { addAttest } from "./attest-options.js";
import type { BuildArguments } from "./build.js";
import type { CreateArguments } from "./create.js";
import type { DoctorArguments } from "./doctor.js";
import { ExitStatus } from "./exit-status.js";
import { addKeys, addSign, addVerify } from "./keys-options.js";
import { boardOption, folderArgument, JSON_HELP } from "./options.js";
import { addProvision } from "./provision-options.js";
import { addSim } from "./sim-options.js";
import { startedAs } from "./started-as.js";
import { templateNames } from "./templates.js";
import { say } from "./terminal.js";
import { addTest } from "./test-options.js";

/** What the command promises to scripts; shown by `--help`. */
const STATUSES = `
Exit status: 0 when it ended well, 1 when it did not, 2 for wrong usage, 130 when interrupted.`;

/** What someone types first; in the words that work here. */
function firstSteps(): string {
  const thimble = startedAs(process.cwd());
  return `
First steps:
  $ ${thimble} create        a project from a template
  $ ${thimble} sim --watch   in its folder: runs it, anew at each save
  $ ${thimble} test          runs its specs`;
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string };
  return version;
}

/** Options of build as they are given. */
type BuildOptions = BuildArguments & { readonly firmware?: boolean; readonly output?: string };

/** Options that are not given; commander would print such defaults. */
const OFF = Object.freeze({ debug: false, json: false } as const);

function addDoctor(program: Command, done: (status: number) => void): void {
  program
    .command("doctor")
    .description("say what this machine has for building and running, and what is missing")
    .option("--json", JSON_HELP)
    .action(async (options: Partial<DoctorArguments>) =>
      done(await (await import("./doctor.js")).doctor({ ...OFF, ...options })),
    );
}

function addCreate(program: Command, done: (status: number) => void): void {
  program
    .command("create")
    .description("make a project from a template; asks on a terminal for what is not given")
    .argument("[name]", "name of the project and of its folder, made in the current one (default: the template's)")
    .addOption(new Option("-t, --template <template>", "what to begin with").choices(templateNames))
    .option("--json", JSON_HELP)
    .action(async (name: string | undefined, options: CreateArguments) =>
      done(await (await import("./create.js")).create(name, { ...OFF, ...options })),
    );
}

function addBuild(program: Command, done: (status: number) => void): void {
  program
    .command("build")
    .description("check and compile an app into the image that a board takes; or make the image of the firmware")
    .addArgument(folderArgument())
    .addOption(boardOption())
    .option("-d, --debug", "for the debug engine: byte code that a debugger can step through")
    .option("--firmware", "the firmware's image, to be signed; no app is built")
    .option("-o, --output <file>", "--firmware: where the image is copied to")
    .option("--json", JSON_HELP)
    .action(async (dir: string, { firmware, output, ...given }: BuildOptions) => {
      const options = { ...OFF, ...given };
      if (output !== undefined && !firmware) program.error("error: option '--output' needs '--firmware'");
      if (firmware)
        done(await (await import("./build-firmware.js")).buildFirmware({ ...options, ...(output && { output }) }));
      else done(await (await import("./build.js")).build(dir, options));
    });
}

/** Whether a script reads us: then errors, too, are JSON. */
function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end < 0 ? args : args.slice(0, end)).includes("--json");
}

/** Commander has said what is wrong. @returns the exit status. */
function sayUsage({ exitCode, code }: CommanderError): number {
  if (exitCode === 0) return ExitStatus.ok;
  const thimble = startedAs(process.cwd());
  if (code !== "commander.help") say(`(${thimble} --help shows all verbs, ${thimble} <verb> --help its options)`);
  return ExitStatus.usage;
}

/** Runs one command line. @returns the exit status; errors have been shown. */
export async function run(args: readonly string[]): Promise<number> {
  const program = new Command("thimble");
  let status: number = ExitStatus.ok;
  const done = (value: number): void => {
    status = value;
  };
  program
    .description("Firmware apps in TypeScript: build them, run them on simulated boards.")
    .version(readVersion())
    // What stands behind a verb is the verb's: `thimble sign --version 1.2.0`.
    .enablePositionalOptions()
    .addHelpText("after", () => `${firstSteps()}\n${STATUSES}`)
    .exitOverride();
  addCreate(program, done);
  addDoctor(program, done);
  addBuild(program, done);
  addSim(program, done);
  addTest(program, done);
  addKeys(program, done);
  addSign(program, done);
  addVerify(program, done);
  addProvision(program, done);
  addAttest(program, done);
  try {
    await program.parseAsync(args, { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return sayUsage(error);
    const { showError } = await import("./errors.js");
    return await showError(error, wantsJson(args));
  }
}

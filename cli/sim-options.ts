// SPDX-License-Identifier: Apache-2.0
/** The options of `thimble sim`. */
import { type Command, Option } from "commander";
import {
  boardOption,
  boardProfileOption,
  busyLimitOption,
  folderArgument,
  JSON_HELP,
  parseMilliseconds,
  parsePort,
  parseSeed,
  wrongProfile,
} from "./options.js";
import type { WatchArguments } from "./sim-run.js";

/** Options that are not given; commander would print such defaults. */
const OFF = Object.freeze({ debug: false, icount: false, json: false, fresh: false, install: false } as const);

/** Options of sim as they are given. */
type SimOptions = Omit<WatchArguments, "time"> & { readonly watch?: boolean; readonly time?: "virtual" | "real" };

/** Options that make no sense together. */
function findContradiction(options: SimOptions): string | undefined {
  const { board, icount, watch, json, fresh, install, state, boardProfile } = options;
  if (icount && board !== "mps2-an505") {
    return "option '--icount' needs '--board mps2-an505': the host counts no instructions";
  }
  if (watch && json) return "option '--json' describes the end of a run: '--watch' has none";
  if (fresh && !watch) return "option '--fresh' needs '--watch': without it each run has a new device";
  if (watch && typeof install === "string")
    return "option '--install IMAGE' puts one image there: '--watch' builds many";
  if (install && state === undefined) return "option '--install' needs '--state': a new device takes each app anyway";
  if (fresh && state !== undefined) return "option '--fresh' would erase the device that '--state' keeps";
  return wrongProfile(board, boardProfile);
}

export function addSim(program: Command, done: (status: number) => void): void {
  program
    .command("sim")
    .description("run an app on a simulated board; it is built first when it changed")
    .addArgument(folderArgument())
    .addOption(boardOption())
    .addOption(boardProfileOption())
    .option(
      "-w, --watch",
      "go on until it is quit: build and start the app anew at each change; keys press the switches",
    )
    .option("--fresh", "--watch with a new device at each change (default: the device keeps its flash)")
    .option("-s, --state <dir>", "the device's flash, kept between runs (default: a new device)")
    .option(
      "--install [image]",
      "put the app, or this image (signed, say), into the flash of a device that starts with its boot program",
    )
    .option("-i, --input <file>", "recording to feed to the inputs: CSV or JSON lines")
    .addOption(
      new Option("-u, --until <ms>", "end after so many milliseconds of the device's time").argParser(
        parseMilliseconds,
      ),
    )
    .addOption(
      new Option(
        "-t, --time <clock>",
        "virtual: jump over waiting (default); real: wait (default with --watch)",
      ).choices(["virtual", "real"]),
    )
    .addOption(busyLimitOption())
    .addOption(
      new Option("--seed <hex>", "repeat a run's random numbers: for tests only, they are no secret").argParser(
        parseSeed,
      ),
    )
    .option("-d, --debug", "debug engine: xsbug is connected to when it listens")
    .addOption(
      new Option("--debug-port <port>", "--debug, for a debugger that connects to this port (0: a free one)")
        .argParser((text: string) => parsePort(text, 0))
        .implies({ debug: true }),
    )
    .option("--icount", "count instructions (mps2-an505)")
    .option("--json", JSON_HELP)
    .action(async (dir: string, given: SimOptions) => {
      const wrong = findContradiction(given);
      if (wrong !== undefined) program.error(`error: ${wrong}`);
      const { watch, ...others } = given;
      const options = { ...OFF, time: watch ? ("real" as const) : ("virtual" as const), ...others };
      if (watch) done(await (await import("./watch.js")).watch(dir, options));
      else done(await (await import("./sim.js")).sim(dir, options));
    });
}

// SPDX-License-Identifier: Apache-2.0
/**
 * Code of a page that stands alone: an app that can include everything, built, then run on each board. What the blocks of a
 * page have in common, that is all but their own lines, is checked and compiled once.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AppBuild } from "../../host-sim/compiler/app-build.js";
import { appPlaces, type BuildOptions } from "../../host-sim/compiler/app-places.js";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { BOARDS, run } from "../refusals/boards.js";
import { checkManifest } from "./snippets.js";

/** The device's time in which an app shows what it does. */
const APP_LIMIT_US = 60_000_000;
const OPTIONS: BuildOptions = Object.freeze({ board: "host", debug: false });

/** Everything that an app can include: for apps of which a page shows the code alone. */
function wholeManifest(): string {
  const ours = readdirSync(join(packageRoot, "manifests")).map((name) => `$(THIMBLE)/manifests/${name}`);
  const moddable = [
    "examples/manifest_base.json",
    "modules/io/manifest.json",
    "modules/io/storage/manifest.json",
    "modules/io/flash/manifest.json",
  ];
  const include = [...moddable.map((path) => `$(MODDABLE)/${path}`), ...ours];
  return JSON.stringify({ include, modules: { "*": "./main" } });
}

export class PageApps {
  readonly #folder: string;
  #build: AppBuild | undefined;

  /** @param folder - is made when the first app comes. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws ManifestError - one of the boards takes no such app. */
  #start(): AppBuild {
    const manifest = join(this.#folder, "manifest.json");
    writeFileSync(manifest, wholeManifest());
    checkManifest(manifest);
    return new AppBuild(appPlaces(this.#folder, OPTIONS), OPTIONS);
  }

  /** @throws CompileError; Error - how it ended on a board, when that is not well. */
  async run(main: string): Promise<void> {
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(join(this.#folder, "main.ts"), main);
    this.#build ??= this.#start();
    const image = readFileSync(this.#build.build().image);
    for (const machine of BOARDS) {
      const { reason, text } = await run(machine, image, { untilUs: APP_LIMIT_US });
      if (reason !== "stopped" && reason !== "finished") throw new Error(`${machine.board}: ${reason}: ${text}`);
    }
  }
}

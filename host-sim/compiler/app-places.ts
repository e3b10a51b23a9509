// SPDX-License-Identifier: Apache-2.0
/** An app to build: where its manifest lies and its results go, and what the last build left there. Loads no TypeScript. */
import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Board } from "../engine/paths.js";
import { readRecord } from "./build-record.js";

export interface BuildOptions {
  readonly board: Board;
  /** Keep file and line in the byte code, for the debug engine. */
  readonly debug: boolean;
  /** Folder for the results; by default `build/` of the project. */
  readonly output?: string;
  /** Told what is being done. */
  readonly progress?: (text: string) => void;
}

interface CarriedModule {
  readonly name: string;
  readonly bytes: number;
}

export interface BuiltApp {
  readonly name: string;
  /** The image: what a board's slot takes. */
  readonly image: string;
  /** SHA-256 of the image, hex. */
  readonly digest: string;
  readonly size: number;
  /** Where file and line to its positions are: `readLines` of lines.ts. */
  readonly lines: string;
  /** ABI digest of the firmware that it is linked for, hex. */
  readonly abi: string;
  readonly modules: readonly string[];
  /** Those of them that are the SDK's, with the bytes of their byte code. */
  readonly carried: readonly CarriedModule[];
  readonly warnings: readonly string[];
}

/** Where an app and what is built from it lie. */
export interface AppPlaces {
  readonly manifest: string;
  /** The manifest's folder. */
  readonly folder: string;
  readonly output: {
    readonly folder: string;
    readonly image: string;
    readonly archive: string;
    readonly lines: string;
  };
  readonly results: readonly string[];
  readonly record: string;
}

/** @param path - an app's folder, or a manifest file. */
export function appPlaces(path: string, options: BuildOptions): AppPlaces {
  const target = resolve(path);
  const isFile = existsSync(target) && !statSync(target).isDirectory();
  const manifest = isFile ? target : join(target, "manifest.json");
  const folder = dirname(manifest);
  const variant = `${options.board}-${options.debug ? "debug" : "release"}`;
  const outputFolder = join(options.output ?? join(folder, "build"), variant);
  const [image, archive, lines] = [
    join(outputFolder, "app.img"),
    join(outputFolder, "app.xsa"),
    join(outputFolder, "app.lines"),
  ];
  const output = { folder: outputFolder, image, archive, lines };
  const results = [image, archive, lines];
  return { manifest, folder, output, results, record: join(outputFolder, "build.json") };
}

/** The last build, when nothing that it was made from has changed since. Loads no TypeScript. */
export function unchangedApp(places: AppPlaces): BuiltApp | undefined {
  return readRecord<BuiltApp>(places.record, places.manifest, places.results);
}

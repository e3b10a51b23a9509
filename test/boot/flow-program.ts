// SPDX-License-Identifier: Apache-2.0
/** Builds the program that runs flows (test/c/flow-main.c) under the sanitizers, over the model of the silicon. */
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { engineFolder, mbedtlsFolder, packageRoot } from "../../host-sim/engine/paths.js";
import { makeScratch } from "../../host-sim/scratch.js";
import { type Flow, type FlowCase, packFlows } from "./flow.js";

const run = promisify(execFile);
const OUTPUT_MAX = 1 << 24;
const BOOT = join(packageRoot, "devices", "boot");

/** All of boot. */
const BOOT_SOURCES = ["boot", "dice", "fuses", "image", "signature", "slots", "trust"].map(
  (name) => `devices/boot/${name}.c`,
);
const MODEL = ["flash", "otp"].map((name) => `devices/silicon/${name}.c`);
const TESTS = ["flow", "flow-host", "flow-main", "skip-products"].map((name) => `test/c/${name}.c`);
const SOURCES = [...BOOT_SOURCES, ...MODEL, ...TESTS];

const STRICT = ["-std=gnu11", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-O1", "-g"];
const SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

export interface Cuts {
  readonly operations: number;
  readonly first: number;
  readonly second: number;
  readonly outcomes: Readonly<Record<string, number>>;
}

export class FlowProgram {
  readonly #folder = makeScratch("flow");
  readonly folder: string = this.#folder;

  async #compile(source: string, object: string, more: readonly string[] = []): Promise<string> {
    const psa = join(packageRoot, "devices", "psa");
    const system = [join(mbedtlsFolder(), "include"), join(psa, "include"), psa].map((folder) => `-isystem${folder}`);
    const config = '-DMBEDTLS_CONFIG_FILE="thimble_mbedtls.h"';
    const flags = [...STRICT, ...SANITIZERS, config, ...system, `-I${BOOT}`, ...more];
    await run(process.env.CC ?? "cc", [...flags, "-c", join(packageRoot, source), "-o", object]);
    return object;
  }

  #objectOf(source: string): string {
    return join(this.#folder, `${basename(source)}.o`);
  }

  async #link(program: string, objects: readonly string[]): Promise<void> {
    const library = join(engineFolder("host", "release"), "psa", "libthimble_psa.a");
    const wrap = "-Wl,--gc-sections,--wrap=mbedtls_ecp_muladd";
    await run(process.env.CC ?? "cc", ["-fsanitize=address,undefined", ...objects, library, wrap, "-o", program]);
  }

  async build(): Promise<void> {
    mkdirSync(this.#folder, { recursive: true });
    const objects: string[] = [];
    for (const source of SOURCES) {
      objects.push(await this.#compile(source, this.#objectOf(source)));
    }
    await this.#link(join(this.#folder, "whole"), objects);
  }

  /** @returns what did not come out as it must, one line each. */
  async failures(cases: readonly FlowCase[]): Promise<readonly string[]> {
    const text = await this.#run("whole", packFlows(cases));
    const { failures } = JSON.parse(text) as { failures: readonly number[] };
    const lines = [];
    for (let i = 0; i < failures.length; i += 4) {
      const [index = 0, step = 0, field = 0, got = 0] = failures.slice(i, i + 4);
      lines.push(`${cases[index]?.name}: ${cases[index]?.flow.describe(step, field, got)}`);
    }
    return lines;
  }

  async #run(program: string, bytes: Uint8Array, ...words: readonly string[]): Promise<string> {
    const file = join(this.#folder, `${program}-flows`);
    writeFileSync(file, bytes);
    try {
      const { stdout } = await run(join(this.#folder, program), [file, ...words], { maxBuffer: OUTPUT_MAX });
      return stdout;
    } catch (error) {
      const { code, stdout, stderr } = error as { code?: unknown; stdout: string; stderr: string };
      if (code === 1 && stdout.startsWith("{")) return stdout;
      throw new Error(`the program that runs flows ended with status ${code}: ${stderr.slice(0, 4000)}`);
    }
  }

  /** Whether these come out otherwise when one source is built without a check. */
  async notices(source: string, check: string, cases: readonly FlowCase[]): Promise<boolean> {
    const without = await this.#compile(source, join(this.#folder, `${check}.o`), [`-DTHIMBLE_WITHOUT_CHECK=${check}`]);
    const others = SOURCES.filter((other) => other !== source).map((other) => this.#objectOf(other));
    await this.#link(join(this.#folder, check), [without, ...others]);
    try {
      const text = await this.#run(check, packFlows(cases));
      return (JSON.parse(text) as { failures: readonly number[] }).failures.length > 0;
    } catch {
      return true; // a sanitizer ended it
    }
  }

  /** @throws Error when the device is not whole after one of the cuts. */
  async cuts(flow: Flow): Promise<Cuts> {
    return JSON.parse(await this.#run("whole", packFlows([{ name: "", flow }]), "cuts")) as Cuts;
  }
}

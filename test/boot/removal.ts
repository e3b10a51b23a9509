// SPDX-License-Identifier: Apache-2.0
/** Builds the C test of boot's checks with one check left out, and looks whether the test notices. */
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { engineFolder, mbedtlsFolder, packageRoot } from "../../host-sim/engine/paths.js";
import { makeScratch } from "../../host-sim/scratch.js";
import { type Case, packCases } from "./cases.js";
import { LIFECYCLE_FLOWS } from "./flow-cases.js";
import { DAMAGE_FLOWS } from "./flow-damage.js";
import { FlowProgram } from "./flow-program.js";
import { TRIAL_FLOWS } from "./flow-trial.js";
import { TRUST_FLOWS } from "./flow-trust.js";
import { imageCases } from "./image-cases.js";
import { recordCases } from "./record-cases.js";
import { signatureCases } from "./signature-cases.js";

const run = promisify(execFile);
const BOOT = join(packageRoot, "devices", "boot");
const TESTS = ["boot-cases.c", "boot-main.c"].map((name) => join(packageRoot, "test", "c", name));
const TEST_LIMIT_MS = 60_000;
const AT_ONCE = 2;
/** Of the damaged forms: enough for what no case of its own has. */
const STEP = 64;

export interface Check {
  readonly id: string;
  /** Of devices/boot. */
  readonly file: string;
}

/** What the cases of boot-c.test.ts cover. */
const FILES = ["image.c", "signature.c", "trust.c"];
/** What the flows of flow.test.ts cover. Boot's other files have no checks. */
const FLOW_FILES = ["boot.c", "fuses.c"];
const FLOWS = [...LIFECYCLE_FLOWS, ...DAMAGE_FLOWS, ...TRUST_FLOWS, ...TRIAL_FLOWS];

/** @throws Error when an id stands twice. */
export function readChecks(): readonly Check[] {
  const checks = readdirSync(BOOT)
    .filter((name) => name.endsWith(".c"))
    .sort()
    .flatMap((file) => {
      const text = readFileSync(join(BOOT, file), "utf8");
      return [...text.matchAll(/\bCHECK\((\w+),/g)].map(([, id]): Check => ({ id: id as string, file }));
    });
  const ids = new Set<string>();
  for (const { id, file } of checks) {
    if (ids.has(id)) throw new Error(`${file}: the check ${id} is there twice`);
    ids.add(id);
  }
  const [odd] = checks.filter(({ file }) => ![...FILES, ...FLOW_FILES].includes(file));
  if (odd !== undefined) throw new Error(`${odd.file}: no test is known for the check ${odd.id}`);
  return checks;
}

const objectOf = (folder: string, source: string): string => join(folder, `${basename(source)}.o`);

export class Removal {
  readonly #folder = makeScratch("checks");
  readonly #file = join(this.#folder, "cases");
  readonly #cases: readonly Case[];
  readonly #flows = new FlowProgram();

  constructor(cases: readonly Case[] = [...imageCases(STEP), ...recordCases(STEP), ...signatureCases()]) {
    this.#cases = cases;
  }

  async #compile(source: string, object: string, ...more: readonly string[]): Promise<void> {
    const flags = ["-std=gnu11", "-O1", "-w", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
    const config = '-DMBEDTLS_CONFIG_FILE="thimble_mbedtls.h"';
    const psa = join(packageRoot, "devices", "psa");
    const folders = [BOOT, join(mbedtlsFolder(), "include"), join(psa, "include"), psa].map((folder) => `-I${folder}`);
    await run(process.env.CC ?? "cc", [...flags, config, ...folders, ...more, "-c", source, "-o", object]);
  }

  async #link(program: string, objects: readonly string[]): Promise<void> {
    const library = join(engineFolder("host", "release"), "psa", "libthimble_psa.a");
    await run(process.env.CC ?? "cc", ["-fsanitize=address,undefined", ...objects, library, "-o", program]);
  }

  async #passes(program: string): Promise<boolean> {
    try {
      await run(program, [this.#file], { timeout: TEST_LIMIT_MS, maxBuffer: 1 << 24 });
      return true;
    } catch {
      return false;
    }
  }

  /** @throws Error when the test fails with all checks in place: nothing could be learned from it. */
  async prepare(): Promise<void> {
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(this.#file, packCases(this.#cases));
    const sources = [...FILES.map((name) => join(BOOT, name)), ...TESTS];
    for (const source of sources) await this.#compile(source, objectOf(this.#folder, source));
    const program = join(this.#folder, "whole");
    await this.#link(
      program,
      sources.map((source) => objectOf(this.#folder, source)),
    );
    if (!(await this.#passes(program))) throw new Error("the test of boot's checks fails with all checks in place");
    await this.#flows.build();
    const [failure] = await this.#flows.failures(FLOWS);
    if (failure !== undefined) throw new Error(`with all checks in place: ${failure}`);
  }

  /** Whether the test fails without this check. */
  async kills({ id, file }: Check): Promise<boolean> {
    if (FLOW_FILES.includes(file)) return this.#flows.notices(`devices/boot/${file}`, id, FLOWS);
    const without = join(this.#folder, `${id}.o`);
    const program = join(this.#folder, id);
    await this.#compile(join(BOOT, file), without, `-DTHIMBLE_WITHOUT_CHECK=${id}`);
    const others = [...FILES.filter((name) => name !== file), ...TESTS].map((name) => objectOf(this.#folder, name));
    await this.#link(program, [without, ...others]);
    const isKilled = !(await this.#passes(program));
    rmSync(program);
    return isKilled;
  }

  /** Those whose removal nothing noticed. @param done - is told of each. */
  async survivors(
    checks: readonly Check[],
    done: (check: Check, isKilled: boolean) => void,
  ): Promise<readonly Check[]> {
    const left = [...checks];
    const alive: Check[] = [];
    const work = async (): Promise<void> => {
      for (let check = left.shift(); check !== undefined; check = left.shift()) {
        const isKilled = await this.kills(check);
        if (!isKilled) alive.push(check);
        done(check, isKilled);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return alive;
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
    rmSync(this.#flows.folder, { recursive: true, force: true });
  }
}

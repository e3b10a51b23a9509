// SPDX-License-Identifier: Apache-2.0
/** README.md and every page of docs/: each code block is run, or read by what will read it. One that nothing claims fails. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineTarget } from "../../host-sim/engine/build.js";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { useEngines } from "../cli/support.js";
import { Pool } from "../harness/pool.js";
import { type Block, type Page, readPage } from "./page.js";
import { PageRun } from "./page-run.js";
import { pageNames } from "./pages.js";

const RELEASE: readonly EngineTarget[] = [
  { board: "host", variant: "release" },
  { board: "mps2-an505", variant: "release" },
];
const DEBUG: EngineTarget = { board: "host", variant: "debug" };

function readPages(): Page[] {
  return pageNames().map((name) => readPage(name, readFileSync(join(packageRoot, name), "utf8")));
}

/** What became of each block; of the page's end under `undefined`. */
type Outcome = ReadonlyMap<Block | undefined, unknown>;

async function runPage(page: Page): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "thimble-docs-"));
  const failures = new Map<Block | undefined, unknown>();
  const run = new PageRun(page, folder);
  try {
    for (const block of page.blocks) await run.run(block).catch((error: unknown) => failures.set(block, error));
    await run.end().catch((error: unknown) => failures.set(undefined, error));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return failures;
}

function titleOf({ page, line, language, words, path, text }: Block): string {
  const first = language === "console" ? (text.split("\n")[0] ?? "") : [language, ...words].join(" ");
  return `${page}:${line} ${path === undefined ? first : `\`${path}\``}`;
}

const pages = readPages().filter(({ blocks }) => blocks.length > 0);
const pool = new Pool({ width: 2, ahead: 2 });

describe("code blocks of the documentation", function () {
  this.timeout(0);
  const usesDebug = pages.some(({ blocks }) => blocks.some(({ text }) => /^\$ .*--debug/m.test(text)));
  useEngines(...RELEASE, ...(usesDebug ? [DEBUG] : []));
  after(() => pool.close());

  for (const page of pages) {
    describe(page.name, () => {
      const outcome = pool.add(() => runPage(page));
      const check = async (block: Block | undefined) => {
        const failures = await outcome();
        if (failures.has(block)) throw failures.get(block);
      };
      for (const block of page.blocks) it(titleOf(block), () => check(block));
      it("has no code that does not build", () => check(undefined));
    });
  }
});

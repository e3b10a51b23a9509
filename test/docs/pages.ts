// SPDX-License-Identifier: Apache-2.0
/** Which pages there are: README.md and all of docs/. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../host-sim/engine/paths.js";

/** Paths below the package's folder. */
export function pageNames(): string[] {
  const below = readdirSync(join(packageRoot, "docs"), { recursive: true, encoding: "utf8" });
  const names = below.filter((path) => path.endsWith(".md")).map((path) => join("docs", path));
  return ["README.md", ...names.sort()];
}

// SPDX-License-Identifier: Apache-2.0
/** Names of files as messages show them: from a folder that the reader knows. */
import { realpathSync } from "node:fs";

/** @returns the text with all that lies in the folder, which is there, named from it. */
export function nameFrom(folder: string, text: string): string {
  const path = realpathSync(folder).replace(/[^\w/]/g, "\\$&");
  return text.replace(new RegExp(`(?<![\\w./-])${path}/`, "g"), "");
}

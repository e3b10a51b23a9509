// SPDX-License-Identifier: Apache-2.0
/** Which one section of `platforms` is meant for a platform such as `host` or `esp32/moddable_six`. */
import type { JsonMember } from "./json.js";

/**
 * Finds the section as mcconfig does. The whole name is tried first, then the name without its last part, and so on.
 * At each step the first key in the order of the file wins that equals the name, or `family/*` for a member of the
 * family, or `*` + `/board` for that board of any family. `...` is taken when nothing else fits. Sections are never
 * combined: `esp32/x` hides `esp32`.
 */
export function matchPlatform(
  platforms: ReadonlyMap<string, JsonMember>,
  platform: string,
): readonly [string, JsonMember] | undefined {
  const parts = platform.split("/");
  for (; parts.length > 0; parts.pop()) {
    const name = parts.join("/");
    for (const entry of platforms) {
      if (fits(entry[0], name)) return entry;
    }
  }
  const fallback = platforms.get("...");
  return fallback && ["...", fallback];
}

function fits(key: string, name: string): boolean {
  if (key.endsWith("/*")) return name.startsWith(key.slice(0, -1));
  if (key.startsWith("*/")) return name.endsWith(key.slice(1));
  return key === name;
}

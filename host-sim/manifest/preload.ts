// SPDX-License-Identifier: Apache-2.0
/** From the patterns of `preload` to specifiers of the app's modules. */
import { ManifestError, placeText } from "./error.js";
import type { Context, Manifest } from "./manifest.js";
import type { ModuleList } from "./modules.js";
import { textList } from "./schema.js";

/**
 * `"lib/*"` means every module whose specifier begins with `lib/`. What the firmware has is preloaded there and left
 * out here. A name that fits nothing is a warning: mcconfig says nothing at all.
 */
export function resolvePreload(manifests: readonly Manifest[], list: ModuleList, context: Context): readonly string[] {
  const specifiers = list.modules.map((module) => module.specifier);
  const preload = new Set<string>();
  for (const manifest of manifests) {
    for (const section of manifest.sections) {
      const member = section.members?.get("preload");
      if (member === undefined) continue;
      for (const { text, line } of textList(manifest, member.node, '"preload"')) {
        const fits = matcher(text, manifest, line);
        const found = specifiers.filter(fits);
        for (const specifier of found) preload.add(specifier);
        if (found.length === 0 && !list.provided.some(fits)) {
          context.warnings.push(`${placeText(manifest.place(line))}: no module to preload fits "${text}"`);
        }
      }
    }
  }
  return [...preload].sort();
}

function matcher(pattern: string, manifest: Manifest, line: number): (specifier: string) => boolean {
  const star = pattern.indexOf("*");
  if (star < 0) return (specifier) => specifier === pattern;
  if (star < pattern.length - 1) {
    throw new ManifestError(`"*" stands at the end of a name: "${pattern}"`, manifest.place(line));
  }
  const prefix = pattern.slice(0, -1);
  return (specifier) => specifier.startsWith(prefix);
}

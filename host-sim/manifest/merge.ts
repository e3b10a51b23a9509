// SPDX-License-Identifier: Apache-2.0
/** Merges `config`, `defines` and `creation` as mcconfig does: deeply, the later manifest wins. */
import { ManifestError, placeText } from "./error.js";
import type { Json, JsonNode, JsonObject } from "./json.js";
import type { Context, Manifest } from "./manifest.js";
import { membersOf } from "./schema.js";

/**
 * Merges an object of one manifest into the result of those before it.
 * @param name - path of the object, for messages: `config`, `config.wifi`.
 * @throws ManifestError - `node` is no object; or an object meets an array, which mcconfig would drop silently.
 */
export function mergeObject(
  target: JsonObject,
  node: JsonNode,
  name: string,
  manifest: Manifest,
  context: Context,
): void {
  for (const [key, member] of membersOf(manifest, node, `"${name}"`)) {
    const before = Object.hasOwn(target, key) ? target[key] : undefined;
    target[key] = merged(before, member.node, `${name}.${key}`, manifest, context);
  }
}

function merged(before: Json | undefined, node: JsonNode, name: string, manifest: Manifest, context: Context): Json {
  if (!isComposite(before) || !isComposite(node.value)) return structuredClone(node.value);
  const place = manifest.place(node.line);
  if (Array.isArray(before) !== Array.isArray(node.value)) {
    throw new ManifestError(`"${name}" is an array in one manifest and an object in another`, place);
  }
  if (!Array.isArray(before)) {
    mergeObject(before, node, name, manifest, context);
    return before;
  }
  // Element by element: that is how mcconfig merges two arrays, and a board must see the same values as we do.
  const items = node.items ?? [];
  if (before.length > items.length) {
    context.warnings.push(
      `${placeText(place)}: "${name}" replaces the first ${items.length} elements of an array of ${before.length}; the rest stays`,
    );
  }
  for (const [index, item] of items.entries()) {
    before[index] = merged(before[index], item, `${name}[${index}]`, manifest, context);
  }
  return before;
}

function isComposite(value: Json | undefined): value is Json[] | JsonObject {
  return typeof value === "object" && value !== null;
}

// SPDX-License-Identifier: Apache-2.0
/** The one error of the manifest reader: what is wrong, and where a person looks. */

/** A place in a manifest. `includedFrom` is the place of the `include` that brought the file in. */
export interface Place {
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly includedFrom?: Place | undefined;
}

/** `file:line:column`, as far as they are known. */
export function placeText(place: Place): string {
  let text = place.file;
  if (place.line !== undefined) text += `:${place.line}`;
  if (place.column !== undefined) text += `:${place.column}`;
  return text;
}

/**
 * A manifest that cannot be used. `message` is ready to be shown: `file:line: reason`, then one line for each include
 * on the way from the app's manifest. `reason` is the bare text.
 */
export class ManifestError extends Error {
  override readonly name = "ManifestError";
  readonly reason: string;
  readonly file: string;
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor(reason: string, place: Place) {
    let message = `${placeText(place)}: ${reason}`;
    for (let from = place.includedFrom; from !== undefined; from = from.includedFrom) {
      message += `\n  included from ${placeText(from)}`;
    }
    super(message);
    this.reason = reason;
    this.file = place.file;
    this.line = place.line;
    this.column = place.column;
  }
}

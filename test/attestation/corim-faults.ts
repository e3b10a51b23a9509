// SPDX-License-Identifier: Apache-2.0
/** Rows that cases of modules and of measurements have in common. Written from the drafts, without a look at what reads them. */
import { type Item, int } from "./cbor-bytes.js";
import type { CorimCase, corimRows } from "./corim-case.js";
import { otherKinds } from "./corim-maker.js";

type Rows = ReturnType<typeof corimRows>;

/** Each kind of item but those, where another belongs. */
export function refusedKinds(
  rows: Rows,
  name: string,
  make: (item: Item) => Item,
  but: readonly string[] = [],
): readonly CorimCase[] {
  return otherKinds(but).map(([kind, item]) => rows.refused("either", `${kind} in the place of ${name}`, make(item)));
}

export function broken(rows: Rows, name: string, made: Item): CorimCase {
  return rows.refused("structure", name, made);
}

/** A fault that an extension of the draft could make good. */
export function unknown(rows: Rows, name: string, made: Item): CorimCase {
  return rows.refused("either", name, made);
}

/** A map of fewer than 23 members, with one more. */
export function doubled(one: Item, label: number, value: Item): Item {
  const more = one.slice();
  more[0] = (more[0] as number) + 1;
  return new Uint8Array([...more, ...int(label), ...value]);
}

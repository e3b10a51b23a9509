// SPDX-License-Identifier: Apache-2.0
/** The app of a board that fuzzes decoders: it is told which, from which seed and how often. */
import { channel } from "../../../../sdk/testing/channel.js";
import { crypto } from "../../../harness/machine.js";
import { Finding, fuzzDecoder, type Tally } from "../decoder.js";
import { decoders } from "../decoders.js";

const all = decoders(crypto);

/** A tally, or what was found. */
function run(index: number, seed: number, runs: number): Tally | string {
  const decoder = all[index];
  if (decoder === undefined) throw new RangeError(`no decoder ${index}`);
  try {
    return fuzzDecoder(decoder, seed, runs);
  } catch (error) {
    if (error instanceof Finding) return error.message;
    throw error;
  }
}

channel.handle("names", () => all.map(({ name }) => name));
channel.handle("fuzz", (params) => {
  const { index, seed, runs } = params as { index: number; seed: number; runs: number };
  return run(index, seed, runs);
});

// SPDX-License-Identifier: Apache-2.0
/** The public CBOR vectors as suites: RFC 8949 Appendix A, malformed inputs, and the CBOR working group's bad inputs. */
import type { Vectors } from "../../harness/vectors.js";
import type { Case, Suite } from "../suite.js";
import type { CborCase } from "./run-case.js";

interface Example {
  readonly hex: string;
  readonly roundtrip: boolean;
  readonly decoded?: unknown;
  readonly diagnostic?: string;
}

const NO_VALUE = Object.freeze({
  code: "CBOR_UNSUPPORTED_SIMPLE",
  why: "a simple value that JavaScript has no value for (docs/deviations.md)",
});
const NOT_WELL_FORMED = Object.freeze({
  code: "CBOR_INVALID_SIMPLE",
  why: "well-formed in RFC 7049 only: RFC 8949 §3.3 has no simple values below 32 in two bytes",
});

type ExampleCase = CborCase & { kind: "example" };

function deviationOf({ hex, diagnostic = "" }: Example): ExampleCase["deviation"] {
  if (/^f8[01]/.test(hex)) return NOT_WELL_FORMED;
  return diagnostic.startsWith("simple(") ? NO_VALUE : undefined;
}

/** Without what tells of indefinite lengths: `(_ h'01', h'02')` is the value h'0102'. */
function plainNotation(diagnostic: string): string {
  const joined = (chunks: string, quote: RegExp) => [...chunks.matchAll(quote)].map(([, chunk]) => chunk).join("");
  return diagnostic
    .replace(/\(_ ((?:h'[^']*'(?:, )?)+)\)/g, (_, chunks: string) => `h'${joined(chunks, /h'([^']*)'/g)}'`)
    .replace(/\(_ ((?:"[^"]*"(?:, )?)+)\)/g, (_, chunks: string) => `"${joined(chunks, /"([^"]*)"/g)}"`)
    .replace(/([[{])_ /g, "$1");
}

function readExample(example: Example): Case {
  const { hex, diagnostic } = example;
  // Of strings in chunks the file can say that they round-trip: with their chunks.
  const roundtrip = example.roundtrip && !/^[579b]f/.test(hex);
  const expected =
    "decoded" in example ? { decoded: example.decoded } : { diagnostic: plainNotation(diagnostic as string) };
  const deviation = deviationOf(example);
  const data: CborCase = { kind: "example", hex, roundtrip, ...expected, ...(deviation ? { deviation } : {}) };
  return { id: hex, data };
}

function readMalformed(hex: string, description = hex): Case {
  const data: CborCase = { kind: "malformed", hex };
  return { id: description, data };
}

/** All files of the folder. @throws Error - a file that is not known here. */
export function readCbor(vectors: Vectors): Suite[] {
  const files: Readonly<Record<string, (json: unknown) => Case[]>> = {
    "appendix_a.json": (json) => (json as Example[]).map(readExample),
    "fail.json": (json) => (json as { hex: string }[]).map(({ hex }) => readMalformed(hex)),
    "rfc8949-bad.json": (json) =>
      (json as { tests: { hex: string; description: string }[] }).tests.map(({ hex, description }) =>
        readMalformed(hex, description),
      ),
  };
  return vectors.list(".", ".json").map((file) => {
    const read = files[file];
    if (read === undefined) throw new Error(`cbor/${file} is not known here`);
    const name = `cbor/${file.slice(0, -".json".length)}`;
    return { name, runner: "cbor" as const, cases: read(vectors.json(file)), isSlow: false };
  });
}

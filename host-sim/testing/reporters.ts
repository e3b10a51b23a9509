// SPDX-License-Identifier: Apache-2.0
/** Mocha's own reporters, by name. */
import { stripVTControlCharacters } from "node:util";
import Mocha from "mocha";

/** For a browser. */
const REFUSED: readonly string[] = ["html"];
/** They ask at once how many tests there are, or which suites: they hear everything at the end. */
const AT_THE_END: readonly string[] = ["progress", "landing", "json-stream", "markdown"];

export interface Reporter {
  readonly make: new (runner: Mocha.Runner, options: Mocha.MochaOptions) => Mocha.reporters.Base;
  /** Whether it can hear what happens when it happens. */
  readonly isLive: boolean;
}

/** Mocha keeps each under the name of its class and that of its file. */
function all(): Readonly<Record<string, Reporter["make"]>> {
  return Mocha.reporters as unknown as Readonly<Record<string, Reporter["make"]>>;
}

export function reporterNames(): string[] {
  const names = Object.keys(all()).filter((name) => /^[a-z-]+$/.test(name) && name !== "base");
  return names.filter((name) => !REFUSED.includes(name)).sort();
}

/** @returns undefined when mocha has none of that name for a terminal. */
export function findReporter(name: string): Reporter | undefined {
  const make = reporterNames().includes(name) ? all()[name] : undefined;
  return make && { make, isLive: !AT_THE_END.includes(name) };
}

/** Mocha colours its marks when it is loaded, in CI for a file or a pipe as well: those are taken back. */
export function colorReporters(useColors: boolean): void {
  const { symbols } = Mocha.reporters.Base as unknown as { symbols: Readonly<Record<string, string>> };
  const plain = Object.fromEntries(
    Object.entries(symbols).map(([name, mark]) => [name, stripVTControlCharacters(mark)]),
  );
  Object.assign(Mocha.reporters.Base, { useColors });
  if (!useColors) Object.assign(symbols, plain);
}

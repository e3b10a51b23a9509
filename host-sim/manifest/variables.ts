// SPDX-License-Identifier: Apache-2.0
/** The variables of `build` and their use as `$(NAME)`. One set for all manifests of a project, as in mcconfig. */
import { nearestName } from "../nearest.js";
import { ManifestError, type Place, placeText } from "./error.js";
import type { JsonMember } from "./json.js";

const USE = /\$\(([^)]*)\)/g;
/** Set by us: a manifest that changed them would no longer mean the same to mcconfig. */
const FIXED: readonly string[] = ["MODDABLE", "THIMBLE", "PLATFORM", "FULLPLATFORM"];
/** mcconfig adds to these two instead of replacing them. */
const JOINED: readonly string[] = ["C_FLAGS", "LIBRARIES"];
const HINTS: Readonly<Record<string, string>> = {
  MODULES: "$(MODDABLE)/examples/manifest_base.json sets it: include that first",
  BUILD: "$(MODDABLE)/examples/manifest_base.json sets it: include that first",
  IO: "$(MODDABLE)/modules/io/manifest.json sets it: include that first",
  SUBPLATFORM: "this platform has no sub-platforms",
};

export class Variables {
  readonly #values = new Map<string, { readonly value: string; readonly setAt?: Place }>();
  readonly #shell: Readonly<Record<string, string | undefined>>;
  readonly #warnings: string[];
  /** What was taken from the shell's environment: part of what a build depends on. */
  readonly used = new Map<string, string>();

  constructor(
    fixed: Readonly<Record<string, string>>,
    shell: Readonly<Record<string, string | undefined>>,
    warnings: string[],
  ) {
    for (const [name, value] of Object.entries(fixed)) this.#values.set(name, { value });
    this.#shell = shell;
    this.#warnings = warnings;
  }

  get(name: string): string | undefined {
    const own = this.#values.get(name);
    if (own !== undefined) return own.value;
    const value = Object.hasOwn(this.#shell, name) ? this.#shell[name] : undefined;
    if (value !== undefined) this.used.set(name, value);
    return value;
  }

  /**
   * Replaces each `$(NAME)`.
   * @throws ManifestError - a name that is set neither by `build` nor in the environment, or `$(` without an end.
   */
  expand(text: string, place: Place): string {
    const result = text.replace(USE, (_whole, name: string) => {
      const value = this.get(name);
      if (value === undefined) {
        const meant = nearestName(name, [...FIXED, ...this.#values.keys()]);
        const other = meant === undefined ? 'set it in "build" or in the environment' : `did you mean $(${meant})?`;
        const hint = Object.hasOwn(HINTS, name) ? HINTS[name] : other;
        throw new ManifestError(`unknown variable $(${name}) in "${text}" (${hint})`, place);
      }
      return value;
    });
    if (text.replace(USE, "").includes("$(")) throw new ManifestError(`"$(" without ")" in "${text}"`, place);
    return result;
  }

  /**
   * Takes over one member of a `build` object. `"NAME ?="` prefers the environment's value.
   * @param directory - of the manifest: a value that begins with `./` becomes a path in it.
   */
  define(rawName: string, member: JsonMember, directory: string, place: Place): void {
    const conditional = rawName.endsWith(" ?=");
    const name = conditional ? rawName.slice(0, -3) : rawName;
    if (FIXED.includes(name)) throw new ManifestError(`"build" may not set ${name}`, place);
    const raw = member.node.value;
    if (typeof raw !== "string" && typeof raw !== "number" && typeof raw !== "boolean") {
      throw new ManifestError(`the variable ${name} in "build" is a string or a number`, place);
    }
    const fromShell = conditional && Object.hasOwn(this.#shell, name) ? this.#shell[name] : undefined;
    if (fromShell !== undefined) {
      this.used.set(name, fromShell);
      this.#set(name, fromShell, place);
      return;
    }
    const value = this.expand(String(raw), place);
    this.#set(name, value.startsWith("./") ? `${directory}/${value.slice(2)}`.replace(/\/$/, "") : value, place);
  }

  #set(name: string, value: string, place: Place): void {
    const before = this.#values.get(name);
    if (before !== undefined && JOINED.includes(name)) {
      this.#values.set(name, { value: `${before.value} ${value}`, setAt: place });
      return;
    }
    if (before?.setAt !== undefined && before.value !== value && before.setAt.file !== place.file) {
      this.#warnings.push(
        `${placeText(place)}: "build" sets ${name} for all manifests and replaces the value of ${placeText(before.setAt)}`,
      );
    }
    this.#values.set(name, { value, setAt: place });
  }
}

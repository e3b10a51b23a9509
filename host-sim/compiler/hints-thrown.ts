// SPDX-License-Identifier: Apache-2.0
/** What XS says in few words when it throws: why that is so on a board, and the way out. docs/from-node.md has the same rows. */

export interface ThrownHint {
  /** The end of a message. Its group, when it has one, is a name. */
  readonly says: RegExp;
  /** As in the documentation. */
  readonly example: string;
  /** For these names only. */
  readonly names?: readonly string[];
  readonly hint: string;
}

/** Properties of Object.prototype: every object has them, and assignment does not hide a frozen one. */
const OF_OBJECT = ["toString", "toLocaleString", "valueOf", "constructor", "hasOwnProperty", "isPrototypeOf"] as const;

/** How FROZEN begins, where it is not known what is frozen. */
export const FROZEN_OBJECT = "The object is frozen.";
const FROZEN = `${FROZEN_OBJECT} Built-ins are read-only on a board: write a function of your own instead. So is what modules of the firmware export, and what modules in the manifest's \`preload\` made: keep what changes in an object that is made at run time.`;

/** The first that fits counts. */
export const THROWN_HINTS: readonly ThrownHint[] = Object.freeze([
  {
    says: /[sS]et (name): not writable$/,
    example: 'error.name = "MyError"',
    hint: 'Error.prototype is frozen, and its name with it. A field gives an error a name: class MyError extends Error { name = "MyError" }.',
  },
  {
    says: /[sS]et (\S+): not writable$/,
    names: OF_OBJECT,
    example: "object.toString = f",
    hint: "Object.prototype is frozen, and assignment does not hide what it has. Write it as a method of a class or of an object literal, or use Object.defineProperty.",
  },
  { says: /[sS]et (\S+): not writable$/, example: "Math.PI = 3", hint: FROZEN },
  { says: /[sS]et (\S+): not extensible$/, example: "Array.prototype.last = f", hint: FROZEN },
  { says: /delete (\S+): no permission \(strict mode\)$/, example: "delete Math.abs", hint: FROZEN },
  {
    says: /invalid (?:descriptor|prototype)$/,
    example: "Object.defineProperty(Array.prototype, ...)",
    hint: `Where it is of a frozen object: ${FROZEN.slice(0, 1).toLowerCase()}${FROZEN.slice(1)}`,
  },
  {
    says: /set (\S+): no setter$/,
    example: 'error.stack = ""',
    hint: "It is a getter without a setter.",
  },
  {
    says: /set (\S+): const$/,
    example: "counter = 1, of an import",
    hint: "A const, and a name that is imported, cannot be assigned to: export a function that changes it.",
  },
  {
    says: /set (\S+): undefined variable$/,
    example: "undeclared = 1",
    hint: "Modules are strict: declare it with let or const. An app's own global is globalThis.NAME.",
  },
  {
    says: /get (\S+): not initialized yet$/,
    example: "use of a const above its line",
    hint: "Its declaration has not run yet: it stands further down, or two modules import each other.",
  },
  {
    says: /cannot coerce (undefined|null) to object$/,
    example: "undefined.property",
    hint: "What stands before the dot or the bracket is undefined or null there: ?. passes over it.",
  },
  {
    says: /no function$/,
    example: "object.misspelt()",
    hint: "What is called there is no function, or is not there at all: look at its name, and at where it comes from.",
  },
  { says: /no constructor$/, example: "new (() => 1)()", hint: "What stands behind new is no class there." },
  {
    says: /SyntaxError: \d+: .+$/,
    example: "JSON.parse('{\"a\":1')",
    hint: "The number is the line within the JSON text.",
  },
  {
    says: /no parser on the device: code from text is not supported$/,
    example: 'eval("1"), new Function("1")',
    hint: "Boards run what was compiled before: write the function, or a table of functions.",
  },
] satisfies ThrownHint[]);

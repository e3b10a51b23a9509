// SPDX-License-Identifier: Apache-2.0
/** Globals that Node or a browser has and a board has not, and what to use instead. docs/from-node.md has the same rows. */

/** Names that go together, and one or two sentences to follow "Cannot find name ...". */
export type HintRow = readonly [names: readonly string[], instead: string];

const NO_HTTP = 'Boards have no HTTP and no TCP yet: they speak UDP, by "embedded:io/socket/udp".';
const ONE_PROGRAM = "A board runs one program, with one thread and no page around it.";
const NO_FILES = 'A board has no files. Settings are in "mc/config", what is to last in "embedded:storage/key-value".';
/** Of globals and modules alike. */
export const CRYPTO =
  'Use crypto of "thimble/device/crypto"; the manifest includes "$(THIMBLE)/manifests/crypto.json".';
export const BYTES =
  'Use Uint8Array for bytes. Text of them and back: encodeHex and decodeHex of "thimble/bytes/hex", decodeUtf8 and encodeUtf8 of "thimble/bytes/utf8".';
const CALLBACK = "Pass a function: modules of a board call onReadable and the like, timers are ended by Timer.clear.";
const EXPORT = 'Write export, and import x from "x": modules are ES modules.';

export const GLOBAL_HINTS: readonly HintRow[] = Object.freeze([
  [["setTimeout"], 'Use Timer.set(callback, milliseconds), with import Timer from "timer".'],
  [["setInterval"], 'Use Timer.repeat(callback, milliseconds), with import Timer from "timer".'],
  [["setImmediate"], 'Use Timer.set(callback), with import Timer from "timer".'],
  [["clearTimeout", "clearInterval", "clearImmediate"], 'Use Timer.clear(timer), with import Timer from "timer".'],
  [["queueMicrotask"], "Use Promise.resolve().then(callback)."],
  [
    ["requestAnimationFrame", "cancelAnimationFrame"],
    'Use Timer.repeat(callback, 16), with import Timer from "timer".',
  ],
  [["Buffer"], BYTES],
  [["Blob", "File", "FileReader", "ReadableStream", "WritableStream"], "Use Uint8Array for bytes."],
  [["fetch", "Request", "Response", "Headers", "FormData", "XMLHttpRequest", "WebSocket", "EventSource"], NO_HTTP],
  [
    ["process"],
    'A board has no process and no environment: settings are in "mc/config", memory is limited by the manifest\'s creation.',
  ],
  [["require"], EXPORT],
  [["module", "exports"], EXPORT],
  [["__dirname", "__filename"], NO_FILES],
  [["URL", "URLSearchParams"], 'Boards have no parser of URLs: keep address and port apart, in "mc/config".'],
  [["TextEncoder"], 'Use encodeUtf8, with import { encodeUtf8 } from "thimble/bytes/utf8".'],
  [["TextDecoder"], 'Use decodeUtf8, with import { decodeUtf8 } from "thimble/bytes/utf8".'],
  [["crypto", "Crypto", "CryptoKey", "SubtleCrypto"], CRYPTO],
  [["structuredClone"], "Use JSON.parse(JSON.stringify(value)) for plain data, or { ...value } for one level."],
  [["performance"], "Use Date.now(), milliseconds. In virtual time it stands still while code runs."],
  [["localStorage", "sessionStorage", "indexedDB"], 'Use "embedded:storage/key-value": it keeps values in flash.'],
  [["window", "self"], `${ONE_PROGRAM} The global object is globalThis.`],
  [["global"], "The global object is globalThis."],
  [["document", "navigator", "location", "history", "HTMLElement"], ONE_PROGRAM],
  [
    ["btoa", "atob"],
    'There is no base64: encodeHex of "thimble/bytes/hex" writes bytes as text, decodeHex reads them.',
  ],
  [["alert", "confirm", "prompt"], 'Use trace(text, "\\n"): it writes to the console. Nobody is there to answer.'],
  [["console"], 'Use trace(text, "\\n"): it writes to the console.'],
  [["Event", "EventTarget", "CustomEvent", "EventEmitter", "AbortController", "AbortSignal"], CALLBACK],
  [["Worker", "SharedArrayBuffer", "MessageChannel", "BroadcastChannel"], ONE_PROGRAM],
  [["WebAssembly"], "Boards run the byte code of XS alone."],
  [["Temporal"], "Boards have ES2022: Date, in UTC."],
  [["Compartment", "harden", "lockdown"], "The built-ins are frozen without it, and an app is one compartment."],
  [["Deno", "Bun", "NodeJS"], "That is of another runtime: apps run on XS."],
  [
    ["describe", "it", "before", "after", "beforeEach", "afterEach", "expect", "assert"],
    "Specs are in files of their own, NAME.spec.ts, which `thimble test` runs beside the app.",
  ],
] satisfies HintRow[]);

// SPDX-License-Identifier: Apache-2.0
/**
 * Modules that an import may name and a board has not, and what to use instead. docs/from-node.md has the same rows.
 * Without `node:` in front; a name that ends with `/` stands for all that begin so.
 */
import { BYTES, CRYPTO, type HintRow } from "./hints-globals.js";

const UDP = 'Boards have no TCP yet: they speak UDP, by "embedded:io/socket/udp".';
const UP = 'The network is up from the start: use "embedded:io/socket/udp".';
const NO_FILES =
  'A board has no files: "embedded:storage/key-value" keeps values, "embedded:storage/flash" is a part of the flash.';
const DIGITAL = 'Use "embedded:io/digital".';
const ANALOG = 'Use "embedded:io/analog".';
const KEY_VALUE = 'Use "embedded:storage/key-value".';
const FLASH = 'Use "embedded:storage/flash".';
const NOT_MODELLED = "It is not modelled yet. Put it in a module of your own, and give the simulator another one.";
const NO_SCREEN = "No screen is modelled.";
const NO_PROCESS = 'A board has no operating system: settings are in "mc/config".';

/** Modules of Node. */
export const NODE_MODULE_HINTS: readonly HintRow[] = Object.freeze([
  [["fs", "fs/promises", "path"], NO_FILES],
  [["http", "https", "http2", "net", "tls", "dns"], UDP],
  [["dgram"], 'Use "embedded:io/socket/udp".'],
  [["crypto"], CRYPTO],
  [["buffer"], BYTES],
  [["string_decoder"], 'Use decodeUtf8 of "thimble/bytes/utf8".'],
  [["timers", "timers/promises"], 'Use "timer".'],
  [["events"], "Pass a function where one is to be told: modules of a board call onReadable and the like."],
  [
    ["stream", "stream/promises", "zlib", "readline"],
    "Modules of a board hand over what has come: read() in onReadable.",
  ],
  [["os", "process", "child_process", "cluster", "v8", "vm"], NO_PROCESS],
  [["worker_threads", "async_hooks"], "A board has one thread."],
  [["util", "querystring", "punycode"], "Write what you need of it in a module of your own."],
  [["url"], 'Boards have no parser of URLs: keep address and port apart, in "mc/config".'],
  [["assert", "assert/strict"], 'Use "chai" in a spec; in an app throw an Error.'],
  [["test"], "Specs are in NAME.spec.ts, written as for mocha; `thimble test` runs them."],
  [["perf_hooks"], "Use Date.now(), milliseconds."],
  [["module"], 'Modules are ES modules: write import x from "x".'],
] satisfies HintRow[]);

/** Modules of Moddable's SDK, which its boards have. */
export const MODDABLE_MODULE_HINTS: readonly HintRow[] = Object.freeze([
  [["wifi", "wifi/connection", "ethernet", "sntp"], UP],
  [["socket", "securesocket", "embedded:io/socket/tcp", "embedded:io/socket/listener"], UDP],
  [["mqtt", "websocket", "fetch", "embedded:network/", "telnet", "smtp", "mdns", "ping"], UDP],
  [["pins/digital", "pins/digital/monitor", "embedded:io/digitalbank"], DIGITAL],
  [["pins/analog"], ANALOG],
  [["pins/", "embedded:io/i2c", "embedded:io/smbus", "embedded:io/spi", "embedded:io/serial"], NOT_MODELLED],
  [["embedded:io/pwm", "embedded:io/pulsecount", "embedded:io/touch", "embedded:provider/builtin"], NOT_MODELLED],
  [["embedded:sensor/", "embedded:rtc/", "embedded:update", "embedded:led/", "bleserver", "bleclient"], NOT_MODELLED],
  [["file", "file/", "zip", "resource", "Resource"], NO_FILES],
  [["preference"], KEY_VALUE],
  [["flash"], FLASH],
  [["crypt", "digest", "rng", "secp256r1", "ed25519", "curve25519", "x509", "arcfour", "aes"], CRYPTO],
  [["text/encoder"], 'Use encodeUtf8 of "thimble/bytes/utf8".'],
  [["text/decoder"], 'Use decodeUtf8 of "thimble/bytes/utf8".'],
  [["hex", "base64"], 'Use encodeHex and decodeHex of "thimble/bytes/hex".'],
  [
    ["cbor"],
    'Use encodeCbor of "thimble/cbor/encode" and decodeCbor of "thimble/cbor/decode"; the manifest includes "$(THIMBLE)/manifests/cbor.json".',
  ],
  [["time", "Time"], 'Use Date.now() for the time, and Timer.delay(milliseconds) of "timer" to wait.'],
  [["worker", "sharedworker"], "A board has one thread."],
  [["piu/", "commodetto/", "ili9341", "pins/ws2812"], NO_SCREEN],
  [["debug", "instrumentation", "logger"], 'Use trace(text, "\\n"): it writes to the console.'],
] satisfies HintRow[]);

/** Packages of npm that people look for first; every other one gets the last row's words. */
export const PACKAGE_HINTS: readonly HintRow[] = Object.freeze([
  [["express", "koa", "fastify", "ws", "socket.io", "node-fetch", "axios", "got", "undici"], UDP],
  [["coap", "aedes"], UDP],
  [["lodash", "underscore", "ramda"], "ES2022 has most of it: Object.entries, flatMap, at, and spread."],
  [["moment", "dayjs", "date-fns", "luxon"], "Boards have Date, in UTC."],
  [["dotenv", "yargs", "commander"], NO_PROCESS],
  [["serialport", "johnny-five", "onoff", "pigpio", "i2c-bus", "rpi-gpio"], `${DIGITAL} ${ANALOG}`],
  [["uuid", "nanoid"], `${CRYPTO} Its generateRandom(16) gives random bytes.`],
  [
    ["mocha", "vitest", "jest", "tape", "ava", "sinon"],
    "`thimble test` runs specs, with mocha's words as globals and chai.",
  ],
] satisfies HintRow[]);

/** Any other package. */
export const PACKAGE_HINT =
  'Boards have no npm: a module in plain JavaScript without Node can be copied into the app and named in "modules".';

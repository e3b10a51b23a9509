// SPDX-License-Identifier: Apache-2.0
/** What `thimble doctor` looks at. Nothing is changed or fetched. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  type Board,
  buildRoot,
  enginePath,
  firmwareFolder,
  mbedtlsFolder,
  type Variant,
  xsCompilePath,
  xsFolder,
} from "../host-sim/engine/paths.js";
import type { Check } from "./doctor-check.js";
import { checkPrograms } from "./doctor-programs.js";

const SETUP = "The next `thimble sim` fetches and builds what is missing.";
const NODE_NEEDED = [20, 19] as const;
/** The version that Thimble is tested with. */
const XS_TESTED = "13.3";
const MBEDTLS_NEEDED = /^3\.6\./;

function readIfThere(...path: readonly string[]): string | undefined {
  const file = join(...path);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function checkNode(): Check {
  const version = process.versions.node;
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isEnough = major > NODE_NEEDED[0] || (major === NODE_NEEDED[0] && minor >= NODE_NEEDED[1]);
  const detail = `${version}, ${process.execPath}`;
  const common = { id: "node", title: "Node", detail, facts: { version, path: process.execPath } };
  if (isEnough) return { ...common, state: "ok" };
  return { ...common, state: "missing", advice: `Install Node ${NODE_NEEDED.join(".")} or later.` };
}

/** Where the XS sources were taken from: the SDK that MODDABLE names, or what setup fetched or linked. */
function xsOrigin(): string {
  if (process.env.MODDABLE) return "MODDABLE";
  const stamp = readIfThere(buildRoot(), "deps", ".xs.stamp") ?? "";
  const [first = "", second = ""] = stamp.split(" ");
  if (first === "link") return `linked to ${second}`;
  return first === "" ? "origin unknown" : `npm ${first}, pinned`;
}

function checkXs(): Check {
  const folder = xsFolder();
  const origin = xsOrigin();
  const text = readIfThere(folder, "sources", "xsCommon.h");
  const common = { id: "xs", title: "XS" };
  if (text === undefined) {
    const advice = process.env.MODDABLE ? "MODDABLE names no Moddable SDK: correct it, or unset it." : SETUP;
    const facts = { version: null, origin, folder };
    return { ...common, state: "missing", detail: `no sources in ${folder} (${origin})`, advice, facts };
  }
  const part = (name: string): string => new RegExp(`XS_${name}_VERSION\\s+(\\d+)`).exec(text)?.[1] ?? "?";
  const version = `${part("MAJOR")}.${part("MINOR")}.${part("PATCH")}`;
  const note = version.startsWith(`${XS_TESTED}.`) ? "" : `, tested is ${XS_TESTED}`;
  return {
    ...common,
    state: "ok",
    detail: `${version} (${origin}${note}), ${folder}`,
    facts: { version, origin, folder },
  };
}

function checkMbedtls(): Check {
  const folder = mbedtlsFolder();
  const text = readIfThere(folder, "include", "mbedtls", "build_info.h") ?? "";
  const version = /MBEDTLS_VERSION_STRING\s+"([^"]+)"/.exec(text)?.[1] ?? null;
  const common = { id: "mbedtls", title: "Mbed TLS", facts: { version, folder } };
  if (version !== null && MBEDTLS_NEEDED.test(version))
    return { ...common, state: "ok", detail: `${version}, ${folder}` };
  const detail = version === null ? `no sources in ${folder}` : `${version} in ${folder}; 3.6 is needed`;
  const advice = process.env.MBEDTLS_DIR ? "Correct MBEDTLS_DIR, or unset it." : SETUP;
  return { ...common, state: "missing", detail, advice };
}

function checkFile(id: string, title: string, path: string, isNeeded: boolean, later: string): Check {
  const info = statSync(path, { throwIfNoEntry: false });
  if (info !== undefined) return { id, title, state: "ok", detail: path, facts: { path, size: info.size } };
  const facts = { path: null, size: null };
  if (!isNeeded) return { id, title, state: "optional", detail: `not built; ${later}`, facts };
  return { id, title, state: "missing", detail: "not built", advice: SETUP, facts };
}

function checkEngine(board: Board, variant: Variant): Check {
  const later = {
    release: `the first \`thimble sim --board ${board}\` builds it`,
    debug: `\`thimble sim --board ${board} --debug\` builds it`,
    sanitize: "the tests build it",
  }[variant];
  const path = enginePath(board, variant);
  return checkFile(
    `engine-${board}-${variant}`,
    `engine ${board} ${variant}`,
    path,
    board === "host" && variant === "release",
    later,
  );
}

function checkFirmware(): Check {
  const common = { id: "firmware", title: "firmware ABI" };
  try {
    const { abi, archive } = JSON.parse(readIfThere(firmwareFolder(), "firmware.json") ?? "") as Record<string, string>;
    if (abi === undefined || archive === undefined) throw new SyntaxError("no digest");
    return { ...common, state: "ok", detail: abi, facts: { abi, archive, folder: firmwareFolder() } };
  } catch {
    const facts = { abi: null, archive: null, folder: firmwareFolder() };
    return { ...common, state: "missing", detail: `no firmware in ${firmwareFolder()}`, advice: SETUP, facts };
  }
}

/** Every check, in the order in which one thing needs the other. */
export async function checkAll(): Promise<Check[]> {
  const compiler = xsCompilePath();
  return [
    checkNode(),
    ...(await checkPrograms()),
    checkXs(),
    checkMbedtls(),
    checkFile("xs-compile", "byte-code compiler", compiler, true, `it is built into ${dirname(compiler)}`),
    checkFirmware(),
    checkEngine("host", "release"),
    checkEngine("host", "debug"),
    checkEngine("mps2-an505", "release"),
    checkEngine("mps2-an505", "debug"),
  ];
}

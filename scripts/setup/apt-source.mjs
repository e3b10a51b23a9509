// SPDX-License-Identifier: Apache-2.0
/** Which Debian mirror and which keyring this machine's own apt configuration names. Reads both file forms, changes nothing. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { outputOf } from "./run.mjs";

const DEBIAN_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";
const DEBIAN_SUITE = /^(bullseye|bookworm|trixie|forky|sid|oldoldstable|oldstable|stable|testing|unstable)$/;

/** Entries of a one-line `.list` file: `deb [signed-by=FILE] URI SUITE COMPONENT...`. */
export function parseList(text) {
  const entries = [];
  for (const line of text.split("\n")) {
    const match = /^\s*deb(?:-src)?\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]*)/.exec(line);
    if (match === null) continue;
    const [, options = "", uri, suite, components] = match;
    const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1];
    entries.push({ uri, suites: [suite], components: components.trim().split(/\s+/), signedBy });
  }
  return entries;
}

/** Fields of one deb822 stanza, names in lower case; continuation lines are joined, comment lines left out. */
function parseStanza(text) {
  const fields = new Map();
  let last = "";
  for (const line of text.split("\n")) {
    if (line.startsWith("#")) continue;
    const match = /^([A-Za-z][A-Za-z0-9-]*):\s*(.*)$/.exec(line);
    if (match !== null) {
      last = match[1].toLowerCase();
      fields.set(last, match[2]);
    } else if (last !== "" && /^\s/.test(line)) {
      fields.set(last, `${fields.get(last)}\n${line.trim() === "." ? "" : line.trim()}`);
    }
  }
  return fields;
}

/** Entries of a deb822 `.sources` file, one for each URI of an enabled stanza. */
export function parseSources(text) {
  const entries = [];
  for (const block of text.split(/\n\s*\n/)) {
    const fields = parseStanza(block);
    const words = (name) => (fields.get(name) ?? "").split(/\s+/).filter((word) => word !== "");
    if (/^(no|false|0|off|disable)$/i.test(fields.get("enabled") ?? "yes")) continue;
    const signedBy = fields.get("signed-by")?.trim();
    for (const uri of words("uris"))
      entries.push({ uri, suites: words("suites"), components: words("components"), signedBy });
  }
  return entries;
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** All entries of this machine, from the files that `apt-config` names. */
function machineEntries() {
  const ask = (key, fallback) => outputOf("apt-config", ["shell", "X", `${key}`])?.match(/^X='(.*)'$/)?.[1] ?? fallback;
  const parts = ask("Dir::Etc::sourceparts/d", "/etc/apt/sources.list.d");
  const names = existsSync(parts) ? readdirSync(parts).sort() : [];
  const of = (suffix) => names.filter((name) => name.endsWith(suffix)).map((name) => readIfThere(join(parts, name)));
  return [
    ...of(".sources").flatMap(parseSources),
    ...parseList(readIfThere(ask("Dir::Etc::sourcelist/f", "/etc/apt/sources.list"))),
    ...of(".list").flatMap(parseList),
  ];
}

/** How sure we are that an entry is a full Debian mirror: 0 is not at all. Others use Debian's suite names too. */
function debianLikeness({ uri, suites, components, signedBy }) {
  if (!suites.some((suite) => DEBIAN_SUITE.test(suite)) || !components.includes("main")) return 0;
  if (/^(cdrom|copy|file):/.test(uri)) return 0;
  let likeness = 1;
  if (/\/debian\/?$/.test(uri)) likeness += 1;
  if (signedBy?.includes("debian-archive-keyring")) likeness += 1;
  return likeness;
}

/**
 * The Debian mirror that this machine uses, and the keys for it.
 * @returns uri, and signedBy: a key file's path, an embedded public key, or undefined for the keys that apt trusts; or undefined without any mirror.
 */
export function findDebianMirror(entries = machineEntries()) {
  const [best] = entries
    .filter((entry) => debianLikeness(entry) > 0)
    .sort((a, b) => debianLikeness(b) - debianLikeness(a));
  if (best === undefined) return undefined;
  return { uri: best.uri, signedBy: best.signedBy ?? (existsSync(DEBIAN_KEYRING) ? DEBIAN_KEYRING : undefined) };
}

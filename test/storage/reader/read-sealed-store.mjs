// SPDX-License-Identifier: Apache-2.0
// Reads a sealed store (docs/formats/sealed-store.md) from the bytes of its partition.
import { createDecipheriv, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";

const fail = (what) => { throw new Error(`sealed store damaged: ${what}`); };
const u32 = (...values) => Buffer.concat(values.map((v) => Buffer.from([v, v >>> 8, v >>> 16, v >>> 24])));
const apply = (contents, item) => (item.kind === 2 ? contents?.delete(item.key) : contents?.set(item.key, item));
const hmac = (key, ...parts) => createHmac("sha256", key).update(Buffer.concat(parts)).digest();

function openPartition(bytes, { blockLength: B, blocks: N, writeAlign: W, eraseValue: E }, key, name) {
  if (bytes.length !== B * N) throw new Error(`the partition has ${bytes.length} bytes, not ${B * N}`);
  const flash = Buffer.from(bytes), up = (x) => Math.ceil(x / W) * W;
  const context = Buffer.concat([u32(B, N), Buffer.from([W, E]), Buffer.from(`${name}\x01`)]); // 1: HKDF's counter
  const expand = (text, ...salt) => hmac(key, Buffer.from(`Thimble sealed store 1: ${text}\0`), ...salt, context);
  const block = (number) => flash.subarray((number % N) * B, (number % N + 1) * B);
  return { flash, B, N, W, E, H: up(64), up, expand, headerKey: expand("header"), block };
}

function readHeader(p, number, offset) {
  const h = p.block(number).subarray(offset, offset + p.H), end = p.H - 16, tag = h.subarray(end);
  if (h.length < p.H || h.readUInt32LE(0) !== 0x00015354 || h.readUInt32LE(4) !== number) return undefined;
  if (!hmac(p.headerKey, h.subarray(0, end), u32(offset)).subarray(0, 16).equals(tag)) return undefined;
  const salt = h.subarray(16, 32), key = p.expand("epoch", salt).subarray(0, 16), link = h.subarray(32, 48);
  const [back, headerFlags, commits] = [h.readUInt16LE(8), h.readUInt16LE(10), h.readUInt32LE(12)];
  return { number, offset, end: offset + p.H, back, headerFlags, commits, salt, key, link, tag };
}

function readRecord(p, number, offset, epoch) {
  const b = p.block(number), head = offset + 20 < p.B ? b.readUInt16LE(offset) : 0, length = head & 0x1fff;
  const end = offset + p.up(20 + length), text = b.subarray(offset + 4, end - 16), tag = b.subarray(end - 16, end);
  if (length === 0 || end > p.B || !epoch) return undefined;
  const nonce = u32(number, offset, 0, 0).subarray(0, 13), size = { authTagLength: 16 };
  const cipher = createDecipheriv("aes-128-ccm", epoch.key, nonce, size).setAuthTag(tag);
  cipher.setAAD(b.subarray(offset - 16, offset + 4), { plaintextLength: text.length });
  try {
    const content = Buffer.concat([cipher.update(text), cipher.final()]).subarray(0, length);
    return { number, end, flags: head >> 13, content, tag };
  } catch { return undefined; }
}

function readBlock(p, first, stop) { // up to the header or record with the tag `stop`; in the newest block all
  const parts = [first], { number } = first;
  for (let part = first, epoch = first; !stop?.equals(part.tag); parts.push(part)) {
    const { end } = part;
    part = readRecord(p, number, end, epoch);
    for (let at = end + p.up(16); !part && at + p.H <= p.B; at += p.W) part = readHeader(p, number, at);
    if (!part) return stop ? fail(`block ${number} ends at offset ${end}, not where the next one's link says`) : parts;
    epoch = part.link ? part : epoch;
    if (part.link && !part.link.equals(parts.at(-1).tag)) parts.pop();
    if (part.link && !parts.at(-1)?.tag.equals(part.link)) fail(`the link in block ${number}, offset ${part.offset}`);
  }
  return parts;
}

function readLog(p) {
  const numbers = new Set(Array.from({ length: p.N }, (_, k) => p.flash.readUInt32LE(k * p.B + 4)));
  const heads = [...numbers].map((number) => readHeader(p, number, 0)).filter(Boolean);
  const newest = heads.sort((a, b) => a.number - b.number).at(-1), from = newest?.number - newest?.back;
  const isErased = () => p.flash.every((byte, at) => byte === p.E || at % p.B < p.H); // but for headers cut off
  if (!newest) return isErased() ? { log: [] } : fail("no block's header verifies");
  if (newest.headerFlags & 2) fail("a recovery was not finished");
  const used = heads.filter(({ number }) => number >= from);
  if (used[0].number !== from) fail(`block ${from}, where reading begins, is missing`);
  const blocks = used.map((head, i) => readBlock(p, head, used[i + 1]?.link));
  for (const { flags, content } of blocks.at(-1)) if (flags === 6) fail(`block ${content.readUInt32LE(0)} is missing`);
  return { log: blocks.flat(), hasCheckpoint: newest.headerFlags & 1 };
}
function idOf(domain, name) {
  let h = Math.imul(0x811c9dc5 ^ ((domain & 31) | ((domain >> 5) << 8) | (name.length << 16)), 0x01000193);
  for (let i = 0; i < name.length; i += 2) h = Math.imul(h ^ (name[i] | (name[i + 1] << 8)), 0x01000193);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}

function* itemsOf(text) { // but not drops: they tell a reader nothing
  for (let at = 0, end; at < text.length; at = end) {
    const [head, domain, nameLength, low, high] = text.subarray(at, at + 5), wide = low >> 7, kind = head & 15;
    const from = at + 4 + wide + nameLength, name = text.subarray(from - nameLength, from);
    end = from + (low & 127) + (wide && high << 7);
    if (!(end <= text.length && kind > 0 && kind < 6)) fail("an item that is none");
    const key = kind < 4 ? `${domain & 31} ${idOf(domain, name)}` : `chunk ${name.readUInt32LE(0)}`;
    if (kind !== 5) yield { kind, key, format: head >> 4, domain: domain & 31, name, value: text.subarray(from, end) };
  }
}

/** Adds a part to a checkpoint: the places of entries and chunks. They are looked up if still current in the end. */
function addPlaces(p, content, before) {
  const begins = content[0] === 1, checkpoint = begins ? new Map() : before;
  if (begins) [checkpoint.base, checkpoint.count] = [content.readUInt32LE(6), content.readUInt32LE(10)];
  for (let at = begins ? 14 : 1; checkpoint && at < content.length; at += 13) {
    const number = checkpoint.base - content.readUInt16LE(at + 5), offset = content.readUInt16LE(at + 7) * p.W;
    const key = `${content[at] > 127 ? "chunk" : content[at]} ${content.readUInt32LE(at + 1)}`;
    checkpoint.set(key, { number, offset, tag: content.subarray(at + 10, at + 13) });
  }
  return checkpoint;
}

function itemAt(p, contents, key) {
  const { kind, number, offset, tag } = contents.get(key) ?? fail(`${key} is missing`);
  if (kind) return contents.get(key);
  const record = readRecord(p, number, offset, readHeader(p, number, p.block(number).readUInt16LE(offset + 2) * p.W));
  if (!record?.tag.subarray(0, 3).equals(tag)) fail(`${key} in block ${number}, offset ${offset}`);
  return [...itemsOf(record.content)].findLast((item) => item.key === key && item.kind % 5 !== 2) ?? fail(`no ${key}`);
}

function bytesOf(p, contents, { kind, name, value }) {
  if (kind === 1) return value;
  const first = value.readUInt32LE(0), length = value.readUInt32LE(4), n = Math.ceil(length / value.readUInt16LE(8));
  const whole = Buffer.concat(Array.from({ length: n }, (_, i) => itemAt(p, contents, `chunk ${first + i}`).value));
  return whole.length === length ? whole : fail(`the length of ${name}`);
}

function replay(p) {
  const { log, hasCheckpoint } = readLog(p);
  let contents = hasCheckpoint ? undefined : new Map(), commits = log[0]?.commits ?? 0, waiting = [], checkpoint, salt;
  for (const { number, flags, content, ...header } of log) {
    if (header.link) {
      if (header.commits !== commits) fail(`block ${number} says ${header.commits} commits, but there are ${commits}`);
      [waiting, salt] = [salt?.equals(header.salt) ? waiting : [], header.salt];
    } else if (flags === 4 && !contents) {
      checkpoint = addPlaces(p, content, checkpoint);
      if (checkpoint?.size === checkpoint?.count) contents = checkpoint;
    } else if (flags === 2) for (const item of itemsOf(content)) apply(contents, item);
    else if (flags < 2) {
      waiting.push(...itemsOf(content));
      commits += flags;
      if (flags === 1) for (const item of waiting.splice(0)) apply(contents, item);
    } else if (flags !== 4 && flags !== 6) fail(`a record with flags ${flags} in block ${number}`);
  }
  return { contents: contents ?? fail("no whole checkpoint"), commits };
}

export function readSealedStore(bytes, geometry, key, name) {
  const p = openPartition(bytes, geometry, key, name), { contents, commits } = replay(p);
  const entries = [...contents.keys()].filter((k) => !k.startsWith("chunk")).map((k) => itemAt(p, contents, k));
  const directory = entries.filter((entry) => entry.domain === 0 && entry.name.length > 0);
  const stores = new Map(directory.map(({ name: path, value }) => [value[0], [`${path}`, Object.create(null)]]));
  for (const entry of entries.filter(({ domain }) => domain > 0)) {
    const [, store] = stores.get(entry.domain) ?? fail(`the directory lacks domain ${entry.domain}`);
    store[entry.name] = { format: entry.format, value: bytesOf(p, contents, entry) };
  }
  return { stores: Object.fromEntries(stores.values()), commits };
}

if (process.argv[1]?.endsWith("read-sealed-store.mjs")) {
  const [image, geometry, keyHex, name] = process.argv.slice(2), key = Buffer.from(keyHex, "hex");
  const result = readSealedStore(readFileSync(image), JSON.parse(readFileSync(geometry)), key, name);
  console.log(JSON.stringify(result, (_, v) => (v?.type === "Buffer" ? Buffer.from(v.data).toString("hex") : v), 2));
}

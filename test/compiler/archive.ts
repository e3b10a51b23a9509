// SPDX-License-Identifier: Apache-2.0
/** A reader of XS archives and of MCUboot images, made from their descriptions alone and not from what writes them. */

interface Atom {
  readonly type: string;
  readonly data: Buffer;
}

/** Atoms one after another: u32 big endian size of all, four letters, data. They must fill the bytes. */
function atomsOf(bytes: Uint8Array): Atom[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const atoms: Atom[] = [];
  for (let at = 0; at < buffer.length; ) {
    const size = buffer.readUInt32BE(at);
    if (size < 8 || at + size > buffer.length) throw new Error(`atom of ${size} bytes at ${at}`);
    atoms.push({ type: buffer.toString("latin1", at + 4, at + 8), data: buffer.subarray(at + 8, at + size) });
    at += size;
  }
  return atoms;
}

export interface Archive {
  readonly types: readonly string[];
  readonly name: string;
  /** The name table and each name's identifier; the first is no name. */
  readonly symbols: readonly string[];
  readonly ids: readonly number[];
  readonly maps: readonly number[];
  readonly modules: ReadonlyMap<string, Buffer>;
  readonly resources: ReadonlyMap<string, Buffer>;
}

function words(data: Buffer): number[] {
  return Array.from({ length: data.length / 2 }, (_, i) => data.readUInt16LE(i * 2));
}

function pairs(data: Buffer): Map<string, Buffer> {
  const atoms = atomsOf(data);
  const found = new Map<string, Buffer>();
  for (let i = 0; i < atoms.length; i += 2) {
    const [path, content] = [atoms[i], atoms[i + 1]];
    if (path?.type !== "PATH" || !content) throw new Error("no pair of PATH and content");
    found.set(path.data.toString("utf8", 0, path.data.length - 1), content.data);
  }
  return found;
}

export function readArchive(bytes: Uint8Array): Archive {
  const [whole, ...rest] = atomsOf(bytes);
  if (whole?.type !== "XS_A" || rest.length > 0) throw new Error("no XS archive");
  const atoms = atomsOf(whole.data);
  const data = (type: string): Buffer => atoms.find((atom) => atom.type === type)?.data ?? Buffer.alloc(0);
  const symb = data("SYMB");
  return {
    types: atoms.map((atom) => atom.type),
    name: data("NAME").toString("utf8").replace(/\0$/, ""),
    symbols: symb.toString("utf8", 2).split("\0").slice(0, -1),
    ids: words(data("IDEN")),
    maps: words(data("MAPS")),
    modules: pairs(data("MODS")),
    resources: pairs(data("RSRC")),
  };
}

interface Tlv {
  readonly type: number;
  readonly value: Buffer;
}

export interface Image {
  readonly magic: number;
  readonly loadAddress: number;
  readonly flags: number;
  readonly version: string;
  readonly payload: Buffer;
  /** What the hash covers: header, payload and protected TLVs. */
  readonly hashed: Buffer;
  readonly protectedTlvs: readonly Tlv[];
  readonly tlvs: readonly Tlv[];
}

function tlvsOf(area: Buffer, magic: number): Tlv[] {
  if (area.readUInt16LE(0) !== magic || area.readUInt16LE(2) !== area.length) throw new Error("no TLV area");
  const found: Tlv[] = [];
  for (let at = 4; at < area.length; ) {
    const size = area.readUInt16LE(at + 2);
    if (at + 4 + size > area.length) throw new Error(`TLV cut at ${at}`);
    found.push({ type: area.readUInt16LE(at), value: area.subarray(at + 4, at + 4 + size) });
    at += 4 + size;
  }
  return found;
}

/** MCUboot's format: struct image_header, payload, protected TLVs (0x6908), TLVs (0x6907); little endian. */
export function readImage(bytes: Uint8Array): Image {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [header, protectedSize, size] = [buffer.readUInt16LE(8), buffer.readUInt16LE(10), buffer.readUInt32LE(12)];
  const end = header + size;
  return {
    magic: buffer.readUInt32LE(0),
    loadAddress: buffer.readUInt32LE(4),
    flags: buffer.readUInt32LE(16),
    version: `${buffer[20]}.${buffer[21]}.${buffer.readUInt16LE(22)}+${buffer.readUInt32LE(24)}`,
    payload: buffer.subarray(header, end),
    hashed: buffer.subarray(0, end + protectedSize),
    protectedTlvs: protectedSize > 0 ? tlvsOf(buffer.subarray(end, end + protectedSize), 0x6908) : [],
    tlvs: tlvsOf(buffer.subarray(end + protectedSize), 0x6907),
  };
}

// SPDX-License-Identifier: Apache-2.0
/** Linked clean: the numbers in an archive are those that the running firmware gives. */
import { assert } from "chai";
import { instrument } from "../../host-sim/board/instruments.js";
import { type Abi, abiDigest, firmwareIdentifiers, readAbi } from "../../host-sim/compiler/abi.js";
import { engineInfo } from "../../host-sim/compiler/engine-info.js";
import { readFirmware } from "../../host-sim/compiler/firmware.js";
import { collectFirmware, exportsOf } from "../../host-sim/compiler/firmware-modules.js";
import { linkArchive } from "../../host-sim/compiler/link.js";
import { useEngines } from "../cli/support.js";
import { type Archive, readArchive, readImage } from "./archive.js";
import { BOARDS, type Built, build, MODULES, RELEASE, start, tracesOf } from "./support.js";

const APP = {
  "src/main.ts": `import { zebra } from "./zoo.js";
import { deepEqualName } from "./zoo.js";
import Timer from "timer";
const text = "a literal";
trace(zebra.stripes(7), " ", deepEqualName, " ", text, "\\n");
Timer.set(() => trace("timer\\n"), 1);
`,
  "src/zoo.ts": `export const deepEqualName = "x".concat("y");
export const zebra = { stripes(count: number) { return "|".repeat(count); }, $unusual_name: 1, length: 2, zebra: 3 };
`,
};

/** Byte code's instructions: the engine says how long each is. */
function* instructions(code: Buffer): Generator<{ name: string; at: number; size: number }> {
  const { codes } = engineInfo();
  for (let at = 0; at < code.length; ) {
    const [name, size] = codes[code[at] ?? 0] ?? ["?", 1];
    const length = size < 0 ? code.readUIntLE(at + 1, -size) + 1 - size : size === 0 ? 3 : size;
    yield { name, at, size };
    at += length;
  }
}

describe("the archive of an app", function () {
  this.timeout(60_000);
  useEngines(...RELEASE);
  let archive: Archive;
  let appNames: [string, number][];
  const { appIds } = readAbi();

  before(async () => {
    archive = readArchive(readImage((await build(APP, { modules: MODULES })).bytes).payload);
    appNames = archive.symbols.map((name, i): [string, number] => [name, archive.ids[i] ?? -1]).slice(1);
  });

  it("has the atoms of Moddable's archives, in their order", () => {
    assert.deepEqual(archive.types, ["VERS", "SIGN", "NAME", "SYMB", "IDEN", "MAPS", "MODS", "RSRC"]);
    assert.deepEqual([...archive.modules.keys()], ["main", "mc/config", "zoo"]);
    assert.strictEqual(archive.symbols.length, archive.ids.length);
  });

  it("keeps the engine's and the firmware's numbers for names that they know", () => {
    const { ids, symbols } = engineInfo();
    const firmware = readAbi().names;
    const known = new Map<string, number>();
    for (const [id, name] of [...ids, ...firmware].entries()) if (id >= symbols) known.set(name, id);
    const shared = appNames.filter(([name]) => known.has(name));
    assert.includeMembers(
      shared.map(([name]) => name),
      ["trace", "length", "concat", "repeat", "set", "default"],
    );
    for (const [name, id] of shared) assert.strictEqual(id, known.get(name), name);
    assert.isTrue(
      shared.some(([, id]) => id >= ids.length),
      "a name of the firmware's own",
    );
    for (const [name, id] of appNames) assert.strictEqual(id >= appIds, !known.has(name), name);
  });

  it("numbers its own names from the ABI's base up, in order of first use and without a gap", () => {
    const own = appNames.filter(([, id]) => id >= appIds);
    assert.includeMembers(
      own.map(([name]) => name),
      ["zebra", "stripes", "$unusual_name", "deepEqualName"],
    );
    assert.deepEqual(
      own.map(([, id]) => id),
      own.map((_, i) => appIds + i),
    );
    assert.strictEqual(new Set(appNames.map(([name]) => name)).size, appNames.length);
  });

  it("has in its code exactly the identifiers that MAPS says, in order", () => {
    const found: number[] = [];
    for (const code of archive.modules.values()) {
      for (const { at, size } of instructions(code)) if (size === 0) found.push(code.readUInt16LE(at + 1));
    }
    assert.isAbove(found.length, 30);
    assert.deepEqual(
      found,
      archive.maps.map((index) => archive.ids[index]),
    );
  });

  describe("functions and strings of every size", () => {
    const text = (length: number): string => JSON.stringify("s".repeat(length));
    const body = (count: number): string =>
      `(x: number): number => { if (x > 9) trace([${"7,".repeat(count)}].length); return x + ${count}; }`;
    const source = `const strings = [${[5, 300, 70_000].map(text)}]; const functions = [${[1, 100, 10_000].map(body)}];
trace(strings.map((s) => s.length).join(), " ", functions.map((f) => f(1)).join(), "\\n");\n`;
    let built: Built;
    before(async () => {
      built = await build({ "main.ts": source });
    });

    it("are used where they lie: no instruction is left that copies its operand", () => {
      const code = readArchive(readImage(built.bytes).payload).modules.get("main") ?? Buffer.of();
      const names = new Set([...instructions(code)].map(({ name }) => name));
      const kinds = ["code", "string"].flatMap((kind) =>
        ["", "_2", "_4"].map((size): [string, string] => [kind, size]),
      );
      for (const [kind, size] of kinds) {
        assert.isTrue(names.has(`${kind}_archive${size}`), `${kind}_archive${size}`);
        assert.isFalse(names.has(`${kind}${size}`), `${kind}${size}`);
      }
    });

    for (const board of BOARDS) {
      it(`work on ${board}`, async () => {
        assert.deepEqual(await tracesOf(board, built), ["5,300,70000 2,101,10001"]);
      });
    }
  });

  it("is named by the firmware's ABI digest, which is the digest of names, modules and what these export", () => {
    const exported = exportsOf(collectFirmware());
    const digest = (abi: Abi, modules: ReadonlyMap<string, readonly string[]>) =>
      Buffer.from(abiDigest(abi, engineInfo(), modules)).toString("hex");
    const abi = readAbi();
    assert.strictEqual(readFirmware().abi, digest(abi, exported));
    const without = (specifier: string) => new Map([...exported].filter(([name]) => name !== specifier));
    const others = [
      digest({ ...abi, names: ["another", ...abi.names.slice(1)] }, exported),
      digest({ ...abi, appIds: appIds + 1 }, exported),
      digest(abi, without("thimble/cbor/decode")),
      digest(abi, new Map([...exported, ["thimble/cbor/other", []]])),
      digest(abi, new Map([...exported, ["thimble/cbor/decode", ["decodeCbor", "decodeItem", "other"]]])),
    ];
    assert.lengthOf(new Set([readFirmware().abi, ...others]), 1 + others.length);
    assert.deepEqual(exported.get("thimble/cbor/decode"), ["decodeCbor", "decodeItem"]);
    assert.isFalse([...exported.keys()].some((name) => name.startsWith("thimble:")));
  });

  for (const board of BOARDS) {
    it(`has names that ${board} uses where they lie: their texts take no chunks`, async () => {
      const chunksFor = async (length: number): Promise<number> => {
        const names = Array.from({ length: 100 }, (_, i) => `${"n".repeat(length)}${i}`);
        const app = await build({
          "main.ts": `trace("x");\nexport const f = (o: any) => [${names.map((n) => `o.${n}`)}];\n`,
        });
        return instrument((await start(board, app)).report, "chunkBytes");
      };
      assert.strictEqual(await chunksFor(200), await chunksFor(10));
    });

    it(`is mapped by ${board}, whose write callback refuses any change`, async () => {
      assert.deepEqual(await tracesOf(board, await build(APP, { modules: MODULES })), [
        "||||||| xy a literal",
        "timer",
      ]);
    });
  }

  it("has at most the names that 16 bits of XS can number", () => {
    const engine = engineInfo();
    const identifiers = { known: firmwareIdentifiers(readAbi(), engine), first: appIds };
    const room = 0x8000 - appIds;
    const link = (count: number): Uint8Array => {
      const symbols = ["", ...Array.from({ length: count }, (_, i) => `n${i}`)];
      const opcode = engine.codes.findIndex(([name, size]) => size === 0 && name === "get_property");
      const code = Buffer.alloc(count * 3);
      for (let i = 0; i < count; i++) code.writeUInt16LE(i + 1, code.writeUInt8(opcode, i * 3));
      const byteCode = { version: engine.version, symbols, code, hosts: [] };
      return linkArchive("many", [{ path: "main", byteCode }], [], identifiers, engine);
    };
    assert.strictEqual(readArchive(link(room)).ids.at(-1), 0x7fff);
    assert.throws(() => link(room + 1), RangeError, /names/);
  });
});

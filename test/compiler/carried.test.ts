// SPDX-License-Identifier: Apache-2.0
/** Modules of the SDK that the firmware does not have: an app's archive carries those that it imports, each once. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { readFirmware } from "../../host-sim/compiler/firmware.js";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { makeImage } from "../../host-sim/image/make.js";
import { makeApp, thimble, useEngines } from "../cli/support.js";
import { readArchive, readImage } from "./archive.js";
import { BOARDS, type Built, build, DEBUG, failureOf, RELEASE, start, tracesOf } from "./support.js";

/** Carried modules beside the firmware's: one error class, one tag class, whoever imports them. */
const APP = `import { appraise } from "thimble/attestation/verify";
import { decodeCbor } from "thimble/cbor/decode";
import { CborTag } from "thimble/cbor/value";
import { decodeWellFormed } from "thimble/cbor/well-formed";
import { crypto } from "thimble/device/crypto";
import { ProtocolError, SecurityError } from "thimble/errors/security-error";
const said = (f: () => unknown): string => {
  try { return String(f()); } catch (e) {
    return e instanceof SecurityError && e instanceof ProtocolError ? e.detail : "another " + e;
  }
};
const appraisal = appraise(crypto, Uint8Array.of(0xd2), { nonce: new Uint8Array(32), references: "unchecked" });
if (appraisal.result === "refused") trace(appraisal.reason.step, " ", appraisal.reason.code, "\\n");
trace(said(() => decodeWellFormed(Uint8Array.of(0x82))), " ", said(() => decodeCbor(Uint8Array.of(0x82))), "\\n");
trace(decodeWellFormed(Uint8Array.of(0xc1, 0)) instanceof CborTag, "\\n");
`;
const INCLUDE = { include: ["$(THIMBLE)/manifests/attestation.json", "$(THIMBLE)/manifests/crypto.json"] };

function modulesOf({ bytes }: Pick<Built, "bytes">): string[] {
  return [...readArchive(readImage(bytes).payload).modules.keys()];
}

describe("an app that carries modules of the SDK", function () {
  this.timeout(120_000);
  useEngines(...RELEASE, ...DEBUG);

  let built: Built;
  before(async () => {
    built = await build({ "main.ts": APP }, INCLUDE);
  });

  it("has those that it imports, and what these import, none of them the firmware's", () => {
    const { modules, carried } = readFirmware();
    const names = modulesOf(built);
    assert.includeMembers(names, [
      "thimble/attestation/verify",
      "thimble/attestation/psa-parse",
      "thimble/dice/verify",
    ]);
    assert.notInclude(names, "thimble/attestation/corim");
    assert.deepEqual(
      names.filter((name) => modules.includes(name)),
      [],
    );
    const ofSdk = names.filter((name) => name in carried);
    assert.deepEqual([...ofSdk, "main", "mc/config"].sort(), names);
    assert.deepEqual(
      built.carried.map(({ name }) => name),
      ofSdk,
    );
    const codes = readArchive(readImage(built.bytes).payload).modules;
    for (const { name, bytes } of built.carried) assert.strictEqual(codes.get(name)?.length, bytes);
  });

  for (const board of BOARDS) {
    it(`runs on ${board}, and shares the firmware's classes`, async () => {
      const expected = ["structure CBOR_TRUNCATED", "CBOR_TRUNCATED CBOR_TRUNCATED", "true"];
      assert.deepEqual(await tracesOf(board, built), expected);
    });

    it(`is refused by ${board} when the firmware has other modules`, async () => {
      const abi = Buffer.from(readFirmware().abi, "hex").fill(0, 31);
      const archive = readImage(built.bytes).payload;
      const bytes = makeImage(archive, { version: [0, 1, 0], abi, heapBytes: 0, stackSlots: 0 });
      const { reason, text } = await start(board, { bytes });
      assert.deepEqual([reason, text], ["refused", "IMAGE_E_ABI: the app was not started"]);
    });
  }

  it("says where in the SDK something was thrown, in release and debug", async () => {
    const source = `import { decodeWellFormed } from "thimble/cbor/well-formed"; decodeWellFormed("x" as never);`;
    for (const debug of ["--debug", "--release"]) {
      const app = makeApp({ "main.ts": source }, { include: "$(THIMBLE)/manifests/cbor.json" });
      const options = debug === "--debug" ? [debug] : [];
      const { stderr, stdout } = await thimble(["sim", app, ...options]);
      assert.match(stdout + stderr, /at decodeWellFormed \(sdk\/cbor\/well-formed\.ts:\d+\)/);
    }
  });
});

describe("what an app carries", function () {
  this.timeout(60_000);
  useEngines();

  const named = async (source: string, manifest = {}): Promise<string[]> =>
    modulesOf(await build({ "main.ts": source }, manifest)).filter((name) => name.startsWith("thimble"));

  it("is nothing where all that it imports is in the firmware, whatever its manifest includes", async () => {
    assert.deepEqual(await named('import { encodeCbor } from "thimble/cbor/encode"; encodeCbor(1);', INCLUDE), []);
  });

  it("is nothing for types", async () => {
    const source = 'import { type Mac0Options } from "thimble/cose/mac0"; export type X = Mac0Options;';
    assert.deepEqual(await named(source), []);
  });

  it("is there without a manifest that brings it, with a warning", async () => {
    const { warnings, bytes } = await build({ "main.ts": 'import "thimble/cose/mac0";' });
    assert.include(modulesOf({ bytes }), "thimble/cose/mac0");
    assert.match(warnings.at(-1) ?? "", /main\.ts:1: no manifest .* brings "thimble\/cose\/mac0".*cose\.json"\.$/);
  });

  it("is noted as what the app was made from, where no type check has read it", async () => {
    const { folder } = await build({ "main.js": 'import "thimble/cose/mac0";' });
    const record = JSON.parse(readFileSync(join(folder, "build", "host-release", "build.json"), "utf8"));
    const sources = ["mac0", "mac-tag"].map((name) => join(packageRoot, "sdk", "cose", `${name}.ts`));
    assert.includeMembers((record as { files: string[] }).files, sources);
  });

  it("includes what a dynamic import names", async () => {
    assert.deepEqual(await named('void import("thimble/cose/iv"); void import(`thimble/attestation/path`);'), [
      "thimble/attestation/path",
      "thimble/cose/iv",
    ]);
  });

  it("is not mixed up with names of every object", async () => {
    const files = {
      "src/main.ts": 'import { x } from "constructor"; trace(x);',
      "src/constructor.ts": "export const x = 1;",
    };
    const { bytes, carried } = await build(files, { modules: { "*": "./src/*" } });
    assert.deepEqual([modulesOf({ bytes }), carried], [["constructor", "main", "mc/config"], []]);
    assert.match((await failureOf({ "main.js": 'import "toString";' })).message, /there is no module "toString"/);
  });

  for (const name of ["thimble/cose/mac0", "thimble/cose/sign1"]) {
    it(`cannot be a module of the app's own: ${name}`, async () => {
      const files = { "main.ts": "", "mine.ts": "" };
      const { message } = await failureOf(files, { modules: { main: "./main", [name]: "./mine" } });
      assert.match(message, /^thimble\/cose\/\w+ is a module of the (SDK|firmware): an app cannot replace it$/);
    });

    it(`is not there twice, by another name: ${name}`, async () => {
      const modules = { main: "./main", copy: `$(THIMBLE)/sdk/${name.slice(8)}` };
      const { message } = await failureOf({ "main.ts": "" }, { modules });
      assert.include(message, `copy is the module ${name}, which is not to be there twice`);
    });
  }
});

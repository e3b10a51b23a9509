// SPDX-License-Identifier: Apache-2.0
/** Bad keys, stores and passphrases: each has its code, says what to do, and changes nothing. */
import { generateKeyPairSync } from "node:crypto";
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { RUN_LIMIT_MS } from "../cli/support.js";
import { contentOf, makeFolder, PASSPHRASE, removeFolders, run, runWell } from "./support.js";

interface Refusal {
  readonly what: string;
  readonly line: string;
  /** What is done to the folder before. */
  readonly first?: (folder: string) => void;
  readonly env?: Readonly<Record<string, string>>;
  /** Code and message. */
  readonly error: RegExp;
  readonly advice?: RegExp;
}

const at = (folder: string, name: string): string => join(folder, "keys", name);

function edit(path: string, change: (text: string) => string): void {
  writeFileSync(path, change(readFileSync(path, "latin1")), "latin1");
}

const pemOf = (curve: string): string =>
  generateKeyPairSync("ec", { namedCurve: curve }).privateKey.export({ type: "pkcs8", format: "pem" }).toString();

const REFUSALS: readonly Refusal[] = [
  {
    what: "a wrong passphrase",
    line: "keys rotate image-1",
    env: { THIMBLE_KEY_PASSPHRASE: "wrong wrong" },
    error: /^KEY_PASSPHRASE: this is not the passphrase of keys\/root-1\.pem/,
    advice: /docs\/keys\.md/,
  },
  {
    what: "no passphrase, and nobody to ask",
    line: "keys create image ci",
    env: { THIMBLE_KEY_PASSPHRASE: "" },
    error: /^KEY_PASSPHRASE_MISSING: /,
    advice: /THIMBLE_KEY_PASSPHRASE, or name a file with --passphrase-file/,
  },
  {
    what: "a short passphrase for a new key",
    line: "keys create image ci",
    env: { THIMBLE_KEY_PASSPHRASE: "1234567" },
    error: /^KEY_PASSPHRASE_SHORT: /,
  },
  {
    what: "a passphrase file that others can read",
    line: "keys rotate image-1 --passphrase-file open.txt",
    first: (folder) => writeFileSync(join(folder, "open.txt"), PASSPHRASE, { mode: 0o644 }),
    error: /^KEY_MODE: .*open\.txt can be read by others \(mode 0644\)/,
    advice: /chmod 600 /,
  },
  {
    what: "a passphrase file that is not there",
    line: "keys rotate image-1 --passphrase-file none.txt",
    error: /^KEY_FILE: .*none\.txt is not there/,
  },
  {
    what: "an empty passphrase file",
    line: "keys rotate image-1 --passphrase-file empty.txt",
    first: (folder) => writeFileSync(join(folder, "empty.txt"), "\n", { mode: 0o600 }),
    error: /^KEY_FILE: .*empty\.txt has no first line/,
  },
  {
    what: "a private key that others can read",
    line: "keys rotate image-1",
    first: (folder) => chmodSync(at(folder, "root-1.pem"), 0o640),
    error: /^KEY_MODE: keys\/root-1\.pem can be read by others \(mode 0640\)/,
    advice: /chmod 600 keys\/root-1\.pem/,
  },
  {
    what: "a damaged private key",
    line: "keys rotate image-1",
    first: (folder) => edit(at(folder, "root-1.pem"), (text) => text.slice(0, 200)),
    error: /^KEY_FILE: keys\/root-1\.pem is no encrypted private key, or is damaged/,
  },
  {
    what: "a private key without a passphrase in its place",
    line: "keys export image-1 --private -o copy.pem",
    first: (folder) => writeFileSync(at(folder, "image-1.pem"), pemOf("P-256")),
    error: /^KEY_FILE: the private key in keys\/image-1\.pem is not encrypted/,
  },
  {
    what: "a private key of another name in its place",
    line: "keys rotate image-1",
    first: (folder) => copyFileSync(at(folder, "root-2.pem"), at(folder, "root-1.pem")),
    error: /^KEY_FILE: keys\/root-1\.pem is not the private half of root-1\.jwk/,
  },
  {
    what: "a private key that is too large",
    line: "keys rotate image-1",
    first: (folder) => writeFileSync(at(folder, "root-1.pem"), Buffer.alloc(20_000, "A")),
    error: /^KEY_FILE: keys\/root-1\.pem has more than 16384 bytes/,
  },
  {
    what: "a folder in the place of a private key",
    line: "keys rotate image-1",
    first: (folder) => {
      rmSync(at(folder, "root-1.pem"));
      mkdirSync(at(folder, "root-1.pem"));
    },
    error: /^KEY_FILE: keys\/root-1\.pem is no file/,
  },
  {
    what: "no private half of any root key",
    line: "keys rotate image-1",
    first: (folder) => {
      for (const name of ["root-1", "root-2"]) renameSync(at(folder, `${name}.pem`), join(folder, `${name}.pem`));
    },
    error: /^KEY_PUBLIC_ONLY: no root key with its private half in keys/,
    advice: /Put root-1\.pem back/,
  },
  {
    what: "a public half that is no JSON",
    line: "keys show",
    first: (folder) => writeFileSync(at(folder, "image-1.jwk"), "{"),
    error: /^KEY_FILE: keys\/image-1\.jwk is no key of a key store/,
  },
  {
    what: "a public half with another key's hash",
    line: "keys show",
    first: (folder) => edit(at(folder, "image-1.jwk"), (text) => text.replace(/"kid": "../, '"kid": "zz')),
    error: /^KEY_FILE: .*kid is not the hash of the key/,
  },
  {
    what: "a public half with an unknown role",
    line: "keys show",
    first: (folder) => edit(at(folder, "image-1.jwk"), (text) => text.replace('"image"', '"king"')),
    error: /^KEY_FILE: .*role is to be one of root, image, manifest, owner, verifier/,
  },
  {
    what: "a private key where a public half belongs",
    line: "keys show",
    first: (folder) => edit(at(folder, "image-1.jwk"), (text) => text.replace("{", '{"d": "AAAA",')),
    error: /^KEY_FILE: .*a private key stands in it/,
  },
  {
    what: "a trust record that is damaged",
    line: "keys rotate image-1",
    first: (folder) => edit(at(folder, "trust.img"), (text) => text.replace("TTR1", "TTR2")),
    error: /^KEY_RECORD: keys\/trust\.img is not a trust record of this key store: IMAGE_E_DIGEST/,
  },
  {
    what: "a trust record of somebody else",
    line: "keys trust",
    first: (folder) => copyFileSync(join(folder, "other", "trust.img"), at(folder, "trust.img")),
    error: /^KEY_RECORD: .*IMAGE_E_KEY/,
  },
  { what: "a name that is taken", line: "keys create image image-1", error: /^KEY_EXISTS: there is a key image-1/ },
  { what: "a new name that is taken", line: "keys rotate image-1 --name root-2", error: /^KEY_EXISTS: / },
  { what: "a name that leads elsewhere", line: "keys create image ../x", error: /^KEY_NAME: "\.\.\/x" cannot be/ },
  { what: "the trust record's name", line: "keys create image trust", error: /^KEY_NAME: / },
  {
    what: "a key that is not there",
    line: "keys show image-7",
    error: /^KEY_NOT_FOUND: there is no key image-7 in keys/,
    advice: /There are: image-1, manifest-1, root-1, root-2/,
  },
  { what: "no key store", line: "keys revoke image-1 --keys none", error: /^KEY_NOT_FOUND: .*none/ },
  {
    what: "a root key to be trusted",
    line: "keys trust --add root-2",
    error: /^KEY_ROLE: root-2 is a key of role root/,
  },
  { what: "an image key as root", line: "keys rotate image-1 --root image-1", error: /^KEY_ROLE: / },
  {
    what: "a key on another curve",
    line: "keys import image ci p384.pem",
    first: (folder) => writeFileSync(join(folder, "p384.pem"), pemOf("P-384")),
    error: /^KEY_CURVE: p384\.pem is a key of another kind \(secp384r1\)/,
  },
  {
    what: "a file that is no key",
    line: "keys import image ci text.pem",
    first: (folder) => writeFileSync(join(folder, "text.pem"), "hello"),
    error: /^KEY_FILE: there is no key in text\.pem/,
  },
  {
    what: "a key that is there under another name",
    line: "keys import image ci keys/root-1.jwk",
    error: /^KEY_EXISTS: this key is in keys already, as root-1/,
  },
  {
    what: "a module that is none",
    line: "keys import root hsm --pkcs11 none.so --token t --key k",
    error: /^KEY_PKCS11: /,
  },
  {
    what: "a file in the place of the key store",
    line: "keys create --keys taken",
    first: (folder) => writeFileSync(join(folder, "taken"), ""),
    error: /^KEY_FILE: taken is no folder/,
  },
];

describe("thimble keys refuses", function () {
  this.timeout(2 * RUN_LIMIT_MS);
  let folder: string;
  let store: string;
  before(async () => {
    store = makeFolder();
    await runWell(store, "keys create");
    await runWell(store, "keys create --keys other");
  });
  beforeEach(() => {
    folder = makeFolder();
    cpSync(store, folder, { recursive: true });
  });
  after(removeFolders);

  for (const { what, line, first, env, error, advice } of REFUSALS) {
    it(`${what}, and changes nothing`, async () => {
      first?.(folder);
      const before = contentOf(folder);
      const { status, stdout, stderr } = await run(folder, line, env);
      const at = stderr.indexOf("error ");
      expect(stderr.slice(at + 6)).to.match(error);
      expect(stderr).to.match(advice ?? /./);
      expect(stderr).not.to.match(/unexpected| at .*\.js:/);
      expect(stdout).to.equal("");
      expect(status).to.equal(1);
      expect(contentOf(folder)).to.deep.equal(before);
    });
  }

  for (const line of [
    "keys create king",
    "keys import image ci",
    "keys import image ci a.pem --pkcs11 m --token t --key k",
    "keys import image ci --pkcs11 m",
    "keys show --format jwk",
    "keys show image-1 --format xml",
    "keys export image-1",
    "keys rotate",
  ]) {
    it(`as wrong usage: ${line}`, async () => {
      const { status, stdout } = await run(folder, line);
      expect([status, stdout]).to.deep.equal([2, ""]);
    });
  }

  it("as JSON, too, and never with a private key in it", async () => {
    const { stdout, status } = await run(folder, "keys rotate image-1 --json", {
      THIMBLE_KEY_PASSPHRASE: "wrong wrong",
    });
    const { ok, error } = JSON.parse(stdout) as { ok: boolean; error: { kind: string; code: string; advice: string } };
    expect([status, ok, error.kind, error.code]).to.deep.equal([1, false, "KeyError", "KEY_PASSPHRASE"]);
    for (const line of ["keys show --json", "keys show image-1 --json", "keys rotate image-1 --json"]) {
      const text = await runWell(folder, line);
      JSON.parse(text);
      expect(text).not.to.match(/PRIVATE KEY|"d":/);
    }
  });
});

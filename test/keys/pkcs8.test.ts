// SPDX-License-Identifier: Apache-2.0
/** Private keys at rest: encrypted PKCS #8, which openssl reads, and what openssl writes. */
import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { decryptPrivateKey, encryptPrivateKey } from "../../host-sim/keys/pkcs8.js";
import { generateKey } from "../../host-sim/keys/store.js";
import { needPrograms } from "../harness/needed-programs.js";
import { PASSPHRASE } from "./support.js";

function openssl(input: string, ...words: readonly string[]): { status: number | null; stdout: string } {
  return spawnSync("openssl", words, { input, encoding: "utf8" });
}

function codeOf(pem: string, passphrase: string): string {
  try {
    decryptPrivateKey(pem, passphrase, "a.pem");
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
  return "none";
}

describe("a private key at rest", () => {
  const key = generateKey();
  const pem = encryptPrivateKey(key, PASSPHRASE);
  const plain = key.export({ type: "pkcs8", format: "pem" }).toString();

  before(function () {
    needPrograms(this, "openssl");
  });

  it("is read by openssl with its passphrase, and with no other", () => {
    const { status, stdout } = openssl(pem, "pkey", "-passin", `pass:${PASSPHRASE}`);
    expect(status).to.equal(0);
    expect(stdout).to.equal(plain);
    expect(openssl(pem, "pkey", "-passin", "pass:other").status).not.to.equal(0);
  });

  it("is encrypted with scrypt and AES-256", () => {
    const { stdout } = openssl(pem, "asn1parse");
    expect(stdout).to.match(/:PBES2[\s\S]*:scrypt[\s\S]*:4000[\s\S]*:08[\s\S]*:05[\s\S]*:aes-256-cbc/);
    expect(pem).to.match(/^(-----(BEGIN|END) ENCRYPTED PRIVATE KEY-----|[A-Za-z0-9+/=]{1,64})(\n|$)/m);
  });

  it("is another one each time", () => {
    expect(encryptPrivateKey(key, PASSPHRASE)).not.to.equal(pem);
  });

  it("comes back, also from openssl's own encryption", () => {
    expect(decryptPrivateKey(pem, PASSPHRASE, "a.pem").equals(key)).to.equal(true);
    const theirs = openssl(plain, "pkcs8", "-topk8", "-passout", `pass:${PASSPHRASE}`).stdout;
    expect(decryptPrivateKey(theirs, PASSPHRASE, "a.pem").equals(key)).to.equal(true);
  });

  it("gives a code for a wrong passphrase", () => {
    expect(codeOf(pem, "other")).to.equal("KEY_PASSPHRASE");
    expect(codeOf(pem, "")).to.be.oneOf(["KEY_PASSPHRASE", "KEY_FILE"]);
  });

  it("knows a wrong passphrase also where its padding happens to be right", () => {
    // One in 230 or so; a derivation of one round lets 5,000 be tried at once.
    const quick = openssl(plain, "pkcs8", "-topk8", "-iter", "1", "-passout", `pass:${PASSPHRASE}`).stdout;
    const old = openssl(plain, "ec", "-aes128", "-passout", `pass:${PASSPHRASE}`).stdout;
    expect(codeOf(quick, PASSPHRASE) + codeOf(old, PASSPHRASE)).to.equal("nonenone");
    const codes = [quick, old].flatMap((pem) => Array.from({ length: 5000 }, (_, n) => codeOf(pem, `other ${n}`)));
    expect(new Set(codes)).to.deep.equal(new Set(["KEY_PASSPHRASE"]));
  }).timeout(60_000);

  it("gives a code for each line that is damaged, and for what is no private key", () => {
    const lines = pem.split("\n");
    for (const at of lines.keys()) {
      const without = [...lines.slice(0, at), ...lines.slice(at + 1)].join("\n");
      if (at < lines.length - 1) expect(codeOf(without, PASSPHRASE), `line ${at}`).to.match(/^KEY_(FILE|PASSPHRASE)$/);
    }
    for (const text of ["", "hello", plain.replace("PRIVATE", "PUBLIC")]) {
      expect(codeOf(text, PASSPHRASE)).to.equal("KEY_FILE");
    }
  });
});

// SPDX-License-Identifier: Apache-2.0
/** The public test vectors on each machine. */
import { existsSync } from "node:fs";
import { assert } from "chai";
import { after, before, describe, it } from "mocha";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import { defineMissing } from "../harness/define.js";
import { chosenMachines, type Machine, missingFor } from "../harness/machines.js";
import { vectorsFolder } from "../harness/vectors.js";
import { openMachine, type VectorMachine } from "./machines.js";
import { runCase } from "./run-case.js";
import { runSuite } from "./run-suite.js";
import { casesFor, type Suite } from "./suite.js";
import { readSuites } from "./suites.js";

/** The reasons for which a valid case may be left out; `npm run vectors` names each case. */
const REASONS: readonly RegExp[] = [
  /^a simple value that JavaScript has no value for \(docs\/deviations\.md\)$/,
  /^well-formed in RFC 7049 only: RFC 8949 §3\.3 has no simple values below 32 in two bytes$/,
  /^no Ed25519 here$/,
  /^alg is only in the unprotected bucket \(docs\/deviations\.md\)$/,
  /^kid is text, where RFC 9052 §3\.1 has a byte string$/,
  /^countersignatures are not carried out; the message itself was checked$/,
  /^keys on (P-384|P-521|Ed448) are not carried out$/,
  /^(RSA|hash-based signatures) (is|are) not carried out$/,
  /^ES512 is not carried out$/,
  /^ES384 and ES512 are not carried out$/,
  /^a token of CCA, which is not one of PSA$/,
  /^alg is nowhere in the message \(docs\/deviations\.md\); its claims were read$/,
  /^the suite does not have the MAC's key; its claims were read$/,
  /^written before RFC 9711: a label stands for another claim today$/,
  /^a submodule is a token in JSON$/,
  /^parsed: the profile is (not there|another): expected tag:arm\.com,2025:psa#1\.0\.0$/,
];

function isKnown(line: string): boolean {
  const reason = line.slice(line.indexOf(": ") + 2);
  return REASONS.some((known) => known.test(reason));
}

function defineMachine(machine: Machine, suites: readonly Suite[]): void {
  let open: VectorMachine;
  before(() => {
    open = openMachine(machine);
  });
  after(() => open.close());
  for (const suite of suites.filter(({ unsupported }) => unsupported === undefined)) {
    const cases = casesFor(machine.name, suite);
    it(`${suite.name}: ${cases.length} of ${suite.cases.length} pass, are invalid and refused, or left out by name`, async function () {
      this.timeout(600_000);
      const { failed, unsupported, run } = await runSuite(open, suite, cases);
      assert.strictEqual(run, cases.length);
      assert.deepEqual(failed, []);
      assert.deepEqual(
        unsupported.filter((line) => !isKnown(line)),
        [],
      );
    });
  }
}

describe("public test vectors", () => {
  if (!existsSync(vectorsFolder())) {
    defineMissing("all suites", `vectors not found: ${vectorsFolder()} (set THIMBLE_VECTORS)`);
    return;
  }
  const suites = readSuites();
  for (const machine of chosenMachines()) {
    const missing = missingFor(machine);
    if (missing !== undefined) defineMissing(`on ${machine.name}`, missing);
    else describe(`on ${machine.name}`, () => defineMachine(machine, suites));
  }

  for (const { name, unsupported } of suites) {
    if (unsupported !== undefined) it(`${name} is not carried out: ${unsupported}`);
  }

  it("prove themselves: a wrong expectation fails, an accepted invalid case fails", () => {
    const crypto = createNodeCrypto();
    const datasOf = (end: string) => suites.find(({ name }) => name.endsWith(end))?.cases.map(({ data }) => data) ?? [];
    const ecdsa = datasOf("p1363_test") as { result: string }[];
    const first = (result: string) => ecdsa.find((data) => data.result === result) as object;
    assert.strictEqual(runCase(crypto, "wycheproof", { ...first("valid"), result: "invalid" }).kind, "failed");
    assert.strictEqual(runCase(crypto, "wycheproof", { ...first("invalid"), result: "valid" }).kind, "failed");
    assert.strictEqual(runCase(crypto, "wycheproof", { kind: "aead" }).kind, "failed");
    const wycheproof = (data: object) => runCase(crypto, "wycheproof", data).kind;
    const [ofDer] = datasOf("r1_sha256_test") as { sig: string }[];
    assert.strictEqual(wycheproof(ofDer as object), "passed");
    assert.strictEqual(wycheproof({ ...ofDer, result: "invalid" }), "failed");
    assert.strictEqual(wycheproof({ ...ofDer, sig: `${ofDer?.sig}00` }), "failed");
    const agreed = datasOf("ecdh_secp256r1_test") as { flags: string[] }[];
    const flagged = (flag: string) => agreed.find(({ flags }) => flags.includes(flag)) as object;
    assert.strictEqual(wycheproof({ ...flagged("Normal"), flags: ["InvalidAsn"] }), "failed");
    assert.strictEqual(wycheproof({ ...flagged("InvalidAsn"), flags: [] }), "failed");
    assert.strictEqual(wycheproof({ ...flagged("CompressedPublic"), shared: "00" }), "failed");
    const cbor = (data: object) => runCase(crypto, "cbor", data).kind;
    const item = { kind: "example", hex: "8301820203f93e00", roundtrip: true, decoded: [1, [2, 3], 1.5] };
    assert.strictEqual(cbor(item), "passed");
    assert.strictEqual(cbor({ ...item, decoded: [1, [2, 3], 1.25] }), "failed");
    assert.strictEqual(cbor({ ...item, roundtrip: false }), "failed");
    assert.strictEqual(cbor({ ...item, decoded: undefined, diagnostic: "[1, [2, 3]]" }), "failed");
    assert.strictEqual(cbor({ kind: "malformed", hex: item.hex }), "failed");
    assert.strictEqual(cbor({ kind: "malformed", hex: "f0" }), "failed"); // refused, and not malformed
    const corim = (data: object) => runCase(crypto, "corim", data).kind;
    const signed = datasOf("corim/testcases").find((data) => (data as { kind: string }).kind === "signed") as object;
    assert.strictEqual(corim(signed), "unsupported");
    const [invalid, valid] = datasOf("profiles/psa/testcases") as object[];
    assert.strictEqual(corim(valid as object), "passed");
    assert.strictEqual(corim({ ...valid, isInvalid: true }), "failed");
    assert.strictEqual(corim({ ...invalid, isInvalid: false }), "failed");
    const [token] = datasOf("psa-rfc9783") as object[];
    const attestation = (data: object) => runCase(crypto, "attestation", data).kind;
    assert.strictEqual(attestation(token as object), "passed");
    assert.strictEqual(attestation({ ...token, refusal: "any" }), "failed");
    assert.strictEqual(attestation({ ...token, key: { publicKey: `04${"01".repeat(64)}` } }), "failed");
    const sets = datasOf("psa-veraison") as { isInvalid: boolean }[];
    for (const isInvalid of [true, false]) {
      const one = sets.find((data) => data.isInvalid === isInvalid) as object;
      assert.strictEqual(attestation({ ...one, isInvalid: !isInvalid }), "failed");
    }
    assert.strictEqual(attestation({ kind: "eat", hex: "01" }), "failed");
    const [example] = datasOf("/chacha-poly-examples") as object[];
    assert.strictEqual(runCase(crypto, "cose", example).kind, "passed");
    assert.strictEqual(runCase(crypto, "cose", { ...example, isInvalid: true }).kind, "failed");
    assert.strictEqual(runCase(crypto, "cose", { ...example, payload: "00" }).kind, "failed");
    assert.strictEqual(runCase(crypto, "cose", { ...example, externalAad: "00" }).kind, "failed");
  });
});

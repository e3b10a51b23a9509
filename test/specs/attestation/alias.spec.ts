// SPDX-License-Identifier: Apache-2.0
/** docs/decisions/0009, form `dice`: an alias key signs, the device key certifies it, and both have to say the same. */
import { concatBytes } from "../../../sdk/bytes/bytes.js";
import type { CborValue } from "../../../sdk/cbor/value.js";
import type { DiceCertificateOptions } from "../../../sdk/dice/certificate.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { APP, COMPONENTS, CONFIGURATION, component, FIRMWARE, labOfEach, outcomeOf, textOf } from "./lab.js";

const ZEROS = new Uint8Array(32);
const START_SERVICE = 0x4e8772b4;
const DEBUG = 0x0fd25a78;

/** The configuration with one word changed. */
function configured(index: number, word: number, from: Uint8Array = CONFIGURATION): Uint8Array {
  const config = from.slice();
  new DataView(config.buffer).setUint32(4 * index, word, true);
  return config;
}

describe("A token that an alias key signed", () => {
  const theLab = labOfEach();

  it("is accepted when the device is known, or its owner", () => {
    const lab = theLab();
    const alias = lab.pair();
    const certificate = lab.alias(alias.publicKey);
    const known = lab.appraise(lab.token([], [certificate], alias.key));
    assert.strictEqual(outcomeOf(known), "accepted");
    assert.strictEqual(textOf(known, "certificate"), "says what the token says");
    assert.strictEqual(textOf(known, "path"), "the key that signed is certified by the device key");
    const owned = lab.appraise(lab.token([], [certificate, lab.credential()], alias.key), lab.owned());
    assert.strictEqual(outcomeOf(owned), "accepted");
    assert.strictEqual(
      textOf(owned, "path"),
      "the key that signed is certified by the device key, and that one by the owner Acme",
    );
  });

  it("is refused when another key certified the alias key, or it itself", () => {
    const lab = theLab();
    const alias = lab.pair();
    for (const issuer of [lab.pair().key, alias.key]) {
      const certificate = lab.alias(alias.publicKey, {}, issuer);
      const appraisal = lab.appraise(lab.token([], [certificate], alias.key));
      assert.strictEqual(outcomeOf(appraisal), "path: ATTEST_PATH");
      assert.isTrue(textOf(appraisal, "path").startsWith("alias certificate: PSA_ERROR_INVALID_SIGNATURE"));
    }
    const ofAnother = lab.token([], [lab.alias(lab.pair().publicKey)], alias.key);
    assert.strictEqual(outcomeOf(lab.appraise(ofAnother)), "signature: PSA_ERROR_INVALID_SIGNATURE");
  });

  it("is refused when the certificate says something else", () => {
    const lab = theLab();
    const alias = lab.pair();
    const descriptor = new Uint8Array(64);
    const hashed = {
      configurationDescriptor: descriptor,
      configurationHash: crypto.hashCompute("SHA_512", descriptor),
    };
    const cases: [Partial<DiceCertificateOptions>, string][] = [
      [{ codeHash: concatBytes(FIRMWARE, FIRMWARE) }, "other digests"],
      [{ codeHash: concatBytes(APP, APP) }, "other digests"],
      [{ codeHash: concatBytes(FIRMWARE, ZEROS) }, "other digests"],
      [{ mode: "debug" }, "the mode debug"],
      [{ mode: "recovery" }, "the mode recovery"],
      [{ mode: "notConfigured" }, "the mode notConfigured"],
      [{ configurationDescriptor: configured(0, 2) }, "not that of a boot program"],
      [{ configurationDescriptor: configured(15, 1) }, "not that of a boot program"],
      [{ configurationDescriptor: configured(10, 1) }, "not that of a boot program"],
      [hashed, "not that of a boot program"],
      [{ configurationDescriptor: configured(1, DEBUG) }, "another lifecycle"],
      [{ configurationDescriptor: configured(2, START_SERVICE) }, "whether an app was started"],
      [{ configurationDescriptor: configured(6, 5) }, "another version of the firmware"],
      [{ configurationDescriptor: configured(7, 0x01020004) }, "another version of the firmware"],
      [{ configurationDescriptor: configured(8, 5) }, "another version of the app"],
      [{ configurationDescriptor: configured(9, 0x02020003) }, "another version of the app"],
    ];
    for (const [changes, text] of cases) {
      const token = lab.token([], [lab.alias(alias.publicKey, changes)], alias.key);
      const appraisal = lab.appraise(token);
      assert.strictEqual(outcomeOf(appraisal), "certificate: ATTEST_CERTIFICATE");
      assert.isTrue(textOf(appraisal, "certificate").includes(text), text);
    }
    // Trust version and counters are not in a token.
    const counters = configured(3, 9, configured(4, 7, configured(5, 64)));
    const token = lab.token([], [lab.alias(alias.publicKey, { configurationDescriptor: counters })], alias.key);
    assert.strictEqual(outcomeOf(lab.appraise(token)), "accepted");
  });

  it("is refused when the token says something else", () => {
    const lab = theLab();
    const alias = lab.pair();
    const certificate = lab.alias(alias.publicKey);
    const policy = { lifecycles: ["secured", "debug", "provisioning", "unknown", "non-psa-rot-debug"] } as const;
    const options = lab.options({ references: "unchecked", policy });
    const doubled = [...COMPONENTS, component("app", APP)];
    const long = component("firmware", new Uint8Array(64));
    for (const change of [
      ...[[2395, 0x5000] as const, [2395, 0x2000] as const, [2395, 0] as const, [2395, 0x4000] as const],
      ...[[2394, -2] as const, [2394, 1] as const],
      [2399, COMPONENTS.slice(0, 2)] as const,
      [2399, doubled] as const,
      [2399, [COMPONENTS[0], component("firmware", APP), COMPONENTS[2]]] as const,
      [2399, [long]] as const,
    ]) {
      const appraisal = lab.appraise(lab.token([change], [certificate], alias.key), options);
      assert.strictEqual(outcomeOf(appraisal), "certificate: ATTEST_CERTIFICATE");
    }
    assert.strictEqual(outcomeOf(lab.appraise(lab.token([], [certificate], alias.key), options)), "accepted");
  });

  it("is refused, and no more, when there is no firmware in it or a configuration of another form in the certificate", () => {
    const lab = theLab();
    const alias = lab.pair();
    const options = lab.options({ references: "unchecked" });
    const outcome = (components: readonly CborValue[], certificate: Partial<DiceCertificateOptions>) =>
      outcomeOf(
        lab.appraise(lab.token([[2399, components]], [lab.alias(alias.publicKey, certificate)], alias.key), options),
      );
    const hashed = (configurationDescriptor: Uint8Array) => ({
      configurationDescriptor,
      configurationHash: lab.crypto.hashCompute("SHA_512", configurationDescriptor),
    });
    const refused = "certificate: ATTEST_CERTIFICATE";
    assert.strictEqual(outcome(COMPONENTS.slice(0, 1), {}), refused);
    assert.strictEqual(outcome(COMPONENTS.slice(2), { codeHash: concatBytes(ZEROS, APP) }), refused);
    assert.strictEqual(outcome(COMPONENTS, hashed(CONFIGURATION)), refused);
    assert.strictEqual(outcome(COMPONENTS, hashed(Uint8Array.of(1))), refused);
  });

  it("of an app in debug has the mode of debug", () => {
    const lab = theLab();
    const alias = lab.pair();
    const options = lab.options({ policy: { lifecycles: ["debug"] } });
    const outcome = (mode: "debug" | "normal") => {
      const certificate = lab.alias(alias.publicKey, { mode, configurationDescriptor: configured(1, DEBUG) });
      return outcomeOf(lab.appraise(lab.token([[2395, 0x5000]], [certificate], alias.key), options));
    };
    assert.strictEqual(outcome("debug"), "accepted");
    assert.strictEqual(outcome("normal"), "certificate: ATTEST_CERTIFICATE");
  });

  it("of the service app, in provisioning and in debug has the mode that boot gives them", () => {
    const lab = theLab();
    const alias = lab.pair();
    const policy = { lifecycles: ["secured", "debug", "provisioning"] } as const;
    const options = lab.options({ references: "unchecked", policy });
    const service = configured(8, 0, configured(9, 0, configured(2, START_SERVICE)));
    const codeHash = concatBytes(FIRMWARE, ZEROS);
    const token = (lifecycle: number, certificate: Partial<DiceCertificateOptions>) =>
      lab.token(
        [
          [2395, lifecycle],
          [2394, -2],
          [2399, COMPONENTS.slice(0, 2)],
        ],
        [lab.alias(alias.publicKey, { codeHash, ...certificate })],
        alias.key,
      );
    const cases = [
      [token(0x3000, { mode: "recovery", configurationDescriptor: service }), "accepted"],
      [token(0x3000, { mode: "normal", configurationDescriptor: service }), "certificate: ATTEST_CERTIFICATE"],
      [token(0x2000, { mode: "normal", configurationDescriptor: configured(1, 0x1e7869d2, service) }), "accepted"],
      [token(0x5000, { mode: "debug", configurationDescriptor: configured(1, DEBUG, service) }), "accepted"],
      [
        token(0x5000, { mode: "normal", configurationDescriptor: configured(1, DEBUG, service) }),
        "certificate: ATTEST_CERTIFICATE",
      ],
    ] as const;
    for (const [made, expected] of cases) assert.strictEqual(outcomeOf(lab.appraise(made, options)), expected);
  });
});

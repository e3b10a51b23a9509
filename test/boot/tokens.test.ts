// SPDX-License-Identifier: Apache-2.0
/** Attestation tokens of devices/secure: each claim from boot's record, by the key that Node computes from the same OTP. */
import { createHash, createPublicKey, verify } from "node:crypto";
import { assert } from "chai";
import { after, before, describe, it } from "mocha";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import { readPath } from "../../sdk/attestation/path.js";
import { appraise } from "../../sdk/attestation/verify.js";
import { decodeCbor } from "../../sdk/cbor/decode.js";
import { encodeCbor } from "../../sdk/cbor/encode.js";
import { CborTag, type CborValue } from "../../sdk/cbor/value.js";
import type { KeyAttributes } from "../../sdk/contracts/crypto.js";
import type { HeaderMap } from "../../sdk/cose/headers.js";
import { sigStructure } from "../../sdk/cose/sign1.js";
import { type DiceCertificate, verifyDiceChain } from "../../sdk/dice/verify.js";
import { useEngines } from "../cli/support.js";
import { type AttestationForm, aliasKey, attestationKey } from "./chain.js";
import { SecureProgram } from "./secure-program.js";

interface Component {
  readonly version: string;
  readonly digest: string;
  readonly signer: string;
}

interface Made {
  readonly stage: "provisioning" | "secured" | "debug";
  readonly form: AttestationForm;
  readonly profile: 1 | 2;
  readonly nonceSize: number;
  readonly isService: boolean;
  readonly mode: number;
  readonly uds: string;
  readonly config: string;
  readonly authority: string;
  readonly hidden: string;
  readonly point: string;
  readonly bootSeed: string;
  readonly boot: Component;
  readonly firmware: Component;
  readonly app: Component;
  readonly token: string;
}

const MOST_BYTES = 600;
const LIFECYCLE = { provisioning: 0x2000, secured: 0x3000, debug: 0x5000 } as const;
const MODES = ["notConfigured", "normal", "debug", "recovery"] as const;
const LARGEST = "f".repeat(16);
const VERIFYING: KeyAttributes = {
  ...{ type: "ECC_PUBLIC_KEY_SECP_R1", bits: 256, usage: ["verifyMessage"], alg: "DETERMINISTIC_ECDSA_SHA_256" },
};
const hex = (text: string): Buffer => Buffer.from(text, "hex");

function componentOf(type: string, { version, digest, signer }: Component): ReadonlyMap<CborValue, CborValue> {
  const [major, minor, revision, build] = [
    version.slice(0, 2),
    version.slice(2, 4),
    version.slice(4, 8),
    version.slice(8),
  ].map((digits) => Number.parseInt(digits, 16));
  return new Map<CborValue, CborValue>([
    [1, type],
    [2, hex(digest)],
    [4, `${major}.${minor}.${revision}+${build}`],
    [5, hex(signer)],
  ]);
}

/** RFC 9783 §4, and docs/decisions/0009. */
function claimsOf(made: Made): Uint8Array {
  const components = [componentOf("boot", made.boot), componentOf("firmware", made.firmware)];
  if (/[^0]/.test(made.app.digest)) components.push(componentOf("app", made.app));
  const implementation = Buffer.alloc(32);
  implementation.write("thimble-boot-1/host");
  const claims = new Map<CborValue, CborValue>([
    [10, Buffer.alloc(made.nonceSize, 0x4e)],
    [256, Buffer.concat([Buffer.of(1), createHash("sha256").update(hex(made.point)).digest()])],
    [265, made.profile === 1 ? "tag:psacertified.org,2023:psa#tfm" : "http://arm.com/psa/2.0.0"],
    [made.profile === 1 ? 268 : 2397, hex(made.bootSeed)],
    [2394, made.isService ? -2 : -1],
    [2395, LIFECYCLE[made.stage]],
    [2396, implementation],
    [2399, components],
  ]);
  return encodeCbor(claims);
}

function signs(point: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => Buffer.from(part).toString("base64url"));
  const jwk = { kty: "EC", crv: "P-256", x: x as string, y: y as string };
  const key = { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" } as const;
  return verify("sha256", message, key, signature);
}

function parse(token: string) {
  const message = decodeCbor(hex(token), { form: "deterministic" });
  assert.instanceOf(message, CborTag);
  assert.strictEqual((message as CborTag).tag, 18);
  const [header, unprotectedHeader, payload, signature] = (message as CborTag).value as [
    Uint8Array,
    HeaderMap,
    Uint8Array,
    Uint8Array,
  ];
  return { header, unprotectedHeader, payload, signature };
}

const codeOf = ({ firmware, app }: Made): Buffer => hex(firmware.digest + app.digest);

/** The alias key's certificate, by the device key. */
function certificateOf(made: Made): DiceCertificate {
  const crypto = createNodeCrypto();
  const key = crypto.importKey(VERIFYING, hex(made.point));
  const path = readPath(parse(made.token).unprotectedHeader);
  assert.lengthOf(path, 1);
  const [certificate] = verifyDiceChain(crypto, key, path);
  return certificate as DiceCertificate;
}

describe("attestation tokens of devices/secure", function () {
  this.timeout(120_000);
  useEngines({ board: "host", variant: "release" });
  let tests: SecureProgram;
  let all: readonly Made[];
  const each = (form: AttestationForm): readonly Made[] => all.filter((made) => made.form === form);

  before(() => {
    tests = new SecureProgram("secure-test");
    const [json = ""] = tests.run(tests.build(), "tokens").split("\nok ");
    all = JSON.parse(json);
    assert.lengthOf(all, 34);
  });
  after(() => tests?.close());

  it("are COSE_Sign1 in deterministic CBOR, ES256 in the protected header, claims as boot measured, in each lifecycle", () => {
    for (const made of all) {
      const { header, payload } = parse(made.token);
      assert.strictEqual(Buffer.from(header).toString("hex"), "a10126");
      assert.strictEqual(Buffer.from(payload).toString("hex"), Buffer.from(claimsOf(made)).toString("hex"));
    }
  });

  it("of form iak are signed by the key of the device's secret, with nothing in the unprotected header", () => {
    for (const made of each("IAK")) {
      const { header, unprotectedHeader, payload, signature } = parse(made.token);
      assert.strictEqual(made.point, attestationKey(hex(made.uds), "IAK"));
      assert.strictEqual(unprotectedHeader.size, 0);
      assert.isTrue(signs(hex(made.point), sigStructure(header, new Uint8Array(0), payload), signature));
    }
  });

  it("of form dice are signed by a key of what runs, which the device key has certified with all that boot measured", () => {
    for (const made of each("DEVICE_KEY")) {
      const { header, payload, signature } = parse(made.token);
      assert.strictEqual(made.point, attestationKey(hex(made.uds), "DEVICE_KEY"));
      const measured = [codeOf(made), hex(made.config), hex(made.authority), Buffer.of(made.mode), hex(made.hidden)];
      const certificate = certificateOf(made);
      assert.strictEqual(
        Buffer.from(certificate.subjectPublicKey).toString("hex"),
        aliasKey(hex(made.uds), Buffer.concat(measured)),
      );
      assert.deepEqual(Buffer.from(certificate.codeHash), codeOf(made));
      assert.strictEqual(Buffer.from(certificate.configurationDescriptor).toString("hex"), made.config);
      assert.isUndefined(certificate.configurationHash);
      assert.strictEqual(Buffer.from(certificate.authorityHash).toString("hex"), made.authority);
      assert.strictEqual(certificate.mode, MODES[made.mode]);
      const message = sigStructure(header, new Uint8Array(0), payload);
      assert.isTrue(signs(certificate.subjectPublicKey, message, signature));
      assert.isFalse(signs(hex(made.point), message, signature));
    }
  });

  it("are accepted by the verifier of a device that is known; not one that its certificate contradicts", () => {
    for (const made of all) {
      const crypto = createNodeCrypto();
      const key = crypto.importKey(VERIFYING, hex(made.point));
      const { result, verdicts } = appraise(crypto, hex(made.token), {
        nonce: Buffer.alloc(made.nonceSize, 0x4e),
        devices: () => key,
        policy: {
          profiles: ["tag:psacertified.org,2023:psa#tfm", "http://arm.com/psa/2.0.0"],
          lifecycles: ["provisioning", "secured", "debug"],
          clientIds: [made.isService ? -2 : -1],
        },
        references: "unchecked",
      });
      const refused = verdicts.filter(({ verdict }) => verdict === "refused").map(({ step }) => step);
      // The versions were changed after the alias key had been certified.
      const isChanged = made.form === "DEVICE_KEY" && made.app.version === LARGEST;
      assert.deepEqual([result, ...refused], isChanged ? ["refused", "certificate"] : ["accepted"]);
    }
  });

  it(`have at most ${MOST_BYTES} bytes with three components and the longest nonce`, () => {
    const usual = each("IAK").filter(({ nonceSize, app }) => nonceSize === 64 && /[^0]/.test(app.digest));
    const lengths = usual.filter(({ app }) => app.version !== LARGEST).map(({ token }) => token.length / 2);
    const [longest] = usual.filter(({ app }) => app.version === LARGEST).map(({ token }) => token.length / 2);
    console.log(`      three components: ${Math.max(...lengths)} bytes; with versions of 24 letters each ${longest}`);
    for (const length of lengths) assert.isAtMost(length, MOST_BYTES);
  });
});

// SPDX-License-Identifier: Apache-2.0
/** open-dice's known values for P-256 (include/dice/known_test_values.h), and certificates written by hand from the profile's text. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { encodeUtf8 } from "../../../sdk/bytes/utf8.js";
import type { KeyAttributes, KeyId } from "../../../sdk/contracts/crypto.js";
import type { DiceMeasurements } from "../../../sdk/dice/certificate.js";
import { deriveDiceKey } from "../../../sdk/dice/keys.js";
import type { DiceVerifier } from "../../../sdk/dice/verify.js";
import { crypto } from "../../harness/machine.js";
import { using, withKey } from "../crypto/support.js";

const ALG = "DETERMINISTIC_ECDSA_SHA_256";
const CDI: KeyAttributes = { type: "DERIVE", bits: 256, usage: ["derive"], alg: "HKDF_EXTRACT_SHA_512" };

export interface Known {
  readonly name: string;
  /** Of the layer that certifies, and of the one that is certified. */
  readonly cdi: string;
  readonly nextCdi: string;
  readonly code: string;
  readonly configuration: string;
  readonly authority: string;
  readonly issuer: string;
  readonly subject: string;
  /** x and y of the issuer's key, and of the subject's. */
  readonly issuerPoint: string;
  readonly point: string;
  readonly signature: string;
}

export const ZERO: Known = Object.freeze({
  name: "ZeroInput",
  cdi: "00".repeat(32),
  nextCdi: "fbfc679771342eeacb908659ce49d6b63b4535da2c51433d7f04efa6319e0c19",
  code: "00".repeat(64),
  configuration: "00".repeat(64),
  authority: "00".repeat(64),
  issuer: "672d0053ae4513fbb3bac8209daeb3e8897681cd",
  issuerPoint:
    "1f4aaefc29ca4104447448d13a553513c23abca2b6ac3ff063f6888a696de53906f5d8bd698d1688a3250c4683c3ed4e28e2d602412b353beb04543fefbb3df1",
  subject: "2e75b6e7230c20f2960bde4acf1288d4ab665b9b",
  point:
    "4f3b4e82c45ada084589c2197baf1f376eac40e1fd49b0240602aec269541c6be7eb4019ab55c66bc88bb8b469ad7ee8589e07d2f8bc888eb311c2df973b1b4a",
  signature:
    "4b7c6b09a214a878ec96731aec1cf6e1672d44dbbb9d42fe5564700a822de99e429236a9b8a676ffd6d72f5cffeb02852c336964539df4ee8c22e8cd8c9f1c10",
});

export const HASHES: Known = Object.freeze({
  name: "HashOnlyInput",
  cdi: "326b7af456fd2c702a76392e8dee3c355bd48d35438c0ffbca2d9484c9f695d4",
  nextCdi: "084ef406c69ba74b1e24d062f9ab8a8d89da6e03e4c6b122857cf74fd6a4bee5",
  code: "b7d40ccb225ba5788f98ff9e869375f690ac50cf9ebd0afeb1d9c24e5219e4de29e561f3f929e840877add174805897e2bcb5479cc66f1b313290c6896b2bb8f",
  configuration:
    "cf997bea2e2c86a07b5209c8b53c411229281a820d499c95cb0b1b311a019cf2661ad9b5ce5259cbf4819b21af325d07a01e91596f0655108e2e08885228867f",
  authority:
    "22526017ef2ca1f6cbed39d5e2aa6520fbad8293e578232297c16e6a4e36d76a61390821d4fe925f362deb5dbb328be3944fbe1b21f9cc237341b6b9b698d0bc",
  issuer: "48603c0052c1cac73cae36c3bdec7c6139885c9d",
  issuerPoint:
    "21105a5425c88dd079654d40339c6db408ce4d2684f616a69c52bfb2acbff344ec561dd91370db05354990bf1c0ccf152155b7b631913285813d7972f31d0519",
  subject: "7c200a55efe7112eca4e026d702c64e9e29cd3e9",
  point:
    "fe9db2f92809c3041285dcd3706f221c72b6c44fde93eefdfb6d5718fc8f6f0b091a19ea107ea938f44533c1665bbcfc0a6e98997288c1ad0e15c2857775000b",
  signature:
    "db04b1156650bf68fecf52a9df347030b1825a2ce59098ea72a1cea5b2a2bae5eb2b783baef720553f74d1ec4d9a241b0fa61448f39221da42b4ab97af1b933f",
});

/** The key pair that belongs to a CDI, for as long as `use` runs. */
export function withCdiKey<T>(cdi: string, use: (key: KeyId) => T): T {
  return withKey(CDI, cdi, (secret) => using(deriveDiceKey(crypto, secret), use));
}

/** The public key of the layer that certifies, for as long as `use` runs. */
export function withIssuer<T>({ issuerPoint }: Known, use: (key: KeyId) => T): T {
  const attributes: KeyAttributes = { type: "ECC_PUBLIC_KEY_SECP_R1", bits: 256, usage: ["verifyMessage"], alg: ALG };
  return withKey(attributes, `04${issuerPoint}`, use);
}

export function measurementsOf({ code, configuration, authority }: Known): DiceMeasurements {
  return {
    codeHash: decodeHex(code),
    configurationDescriptor: decodeHex(configuration),
    authorityHash: decodeHex(authority),
    mode: "notConfigured",
    profileName: "opendice.example",
  };
}

/** A claim as it is encoded: label and value, in hexadecimal. */
export type Entry = readonly [label: string, value: string];

/** Labels of the profile, in the order of the table. */
export const LABEL = Object.freeze({
  ...({ iss: "01", sub: "02", codeHash: "3a00474450", codeDescriptor: "3a00474451" } as const),
  ...({ configurationHash: "3a00474452", configurationDescriptor: "3a00474453" } as const),
  ...({ authorityHash: "3a00474454", authorityDescriptor: "3a00474455", mode: "3a00474456" } as const),
  ...({ subjectPublicKey: "3a00474457", keyUsage: "3a00474458", profileName: "3a00474459" } as const),
} as const);

/** A byte string or text, in hexadecimal. */
export function item(major: "bytes" | "text", content: string): string {
  const length = content.length / 2;
  const first = major === "bytes" ? 0x40 : 0x60;
  const head =
    length < 24 ? [first + length] : length < 256 ? [first + 24, length] : [first + 25, length >> 8, length & 255];
  return encodeHex(Uint8Array.from(head)) + content;
}

export const text = (value: string): string => item("text", encodeHex(encodeUtf8(value)));

export function coseKey(point: string): string {
  return `a6010203260481022001215820${point.slice(0, 64)}225820${point.slice(64)}`;
}

export function entriesOf({ issuer, subject, code, configuration, authority, point }: Known): Entry[] {
  return [
    [LABEL.iss, text(issuer)],
    [LABEL.sub, text(subject)],
    [LABEL.codeHash, item("bytes", code)],
    [LABEL.configurationDescriptor, item("bytes", configuration)],
    [LABEL.authorityHash, item("bytes", authority)],
    [LABEL.mode, "4100"],
    [LABEL.subjectPublicKey, item("bytes", coseKey(point))],
    [LABEL.keyUsage, "4120"],
    [LABEL.profileName, text("opendice.example")],
  ];
}

export function claimsOf(entries: readonly Entry[]): string {
  return encodeHex(Uint8Array.of(0xa0 + entries.length)) + entries.flat().join("");
}

/** The known certificate, from its parts. */
export function certificateOf(known: Known): string {
  return `8443a10126a0${item("bytes", claimsOf(entriesOf(known)))}5840${known.signature}`;
}

export interface Envelope {
  /** Protected header, of ES256 if not given. */
  readonly header?: string;
  /** Before the array. */
  readonly tag?: string;
  /** Of the layer that signs, if not the known one. */
  readonly cdi?: string;
}

/** A certificate with this payload, rightly signed. */
export function signed(
  known: Known,
  payload: string,
  { header = "43a10126", tag = "", cdi = known.cdi }: Envelope = {},
): Uint8Array {
  const content = item("bytes", payload);
  const toSign = decodeHex(`846a5369676e617475726531${header}40${content}`);
  const signature = withCdiKey(cdi, (key) => encodeHex(crypto.signMessage(key, ALG, toSign)));
  return decodeHex(`${tag}84${header}a0${content}5840${signature}`);
}

/** A certificate with this payload that nobody signed. */
export function unsigned(payload: string): Uint8Array {
  return decodeHex(`8443a10126a0${item("bytes", payload)}5840${"11".repeat(64)}`);
}

/** The crypto under test, to which every signature is right: what is refused then is refused for what it says. */
export function believing(): DiceVerifier {
  return {
    verifyMessage: () => undefined,
    exportPublicKey: (key) => crypto.exportPublicKey(key),
    importKey: (attributes, bytes) => crypto.importKey(attributes, bytes),
    hkdfExtract: (alg, salt, ikm, attributes) => crypto.hkdfExtract(alg, salt, ikm, attributes),
    hkdfExpandBytes: (prk, info, length) => crypto.hkdfExpandBytes(prk, info, length),
    hashCompute: (alg, input) => crypto.hashCompute(alg, input),
    destroyKey: (key) => crypto.destroyKey(key),
  };
}

export type Name = keyof typeof LABEL;

export function without(name: Name): Entry[] {
  return entriesOf(HASHES).filter(([label]) => label !== LABEL[name]);
}

/** In the order of deterministic CBOR. */
export function withClaim(name: Name, value: string): Entry[] {
  const entries: Entry[] = [...without(name), [LABEL[name], value]];
  return entries.sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1));
}

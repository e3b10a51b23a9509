// SPDX-License-Identifier: Apache-2.0
/**
 * The path from the owner's key to the one that signed: a CWT (RFC 8392, RFC 8747) in the unprotected header (docs/decisions/0009).
 * RFC 9783 §7 and RFC 9711 §F.1 ask for a path that holds before the key is used, and know only X.509: the rest is a careful verifier's.
 */

import { array, bytes, filled, type Item, int, join, map, NULL, tag, text } from "./cbor-bytes.js";
import { type CertificateParts, certificate, confirmation, coseKey, type KeyParts } from "./certificate-maker.js";
import { type Fault, type More, type RfcCase, rows } from "./rfc-case.js";
import { type Envelope, ES256, makeParty, PATH_LABEL, type Parties, path, sign1, token } from "./token-maker.js";

const certified = rows("RFC 9783 §7");
const claims = rows("RFC 8392 §3.1");
const proof = rows("RFC 8747 §3");

const FAULTS: readonly Fault[] = Object.freeze(["path", "key"]);
const OWNER: More = { given: { trust: "owner" } };
const by =
  (make: (p: Parties) => readonly Item[], envelope: Envelope = {}) =>
  (p: Parties): Item =>
    token(p, {}, { unprotectedHeader: path(...make(p)), ...envelope });
const one = (parts: (p: Parties) => CertificateParts, envelope: (p: Parties) => Envelope = () => ({})) =>
  by((p) => [certificate(p, parts(p), envelope(p))]);
const raw = (value: (p: Parties) => Item) => (p: Parties) =>
  token(p, {}, { unprotectedHeader: map([int(PATH_LABEL), value(p)]) });
const refused = (name: string, made: RfcCase["token"], more: More = OWNER): RfcCase =>
  certified.refused(FAULTS, name, made, more);

const shapes: readonly RfcCase[] = [
  certified.accepted(
    "the owner's certificate for the key that signed",
    by((p) => [certificate(p)]),
    OWNER,
  ),
  refused("no path, and only the owner is known", (p) => token(p)),
  refused(
    "an empty path",
    by(() => []),
  ),
  refused(
    "a path that is one byte string",
    raw((p) => bytes(certificate(p))),
  ),
  refused(
    "a path whose certificate is in no byte string",
    raw((p) => array(certificate(p))),
  ),
  refused(
    "a path in a map",
    raw((p) => map([int(0), bytes(certificate(p))])),
  ),
  refused(
    "a path that is nil",
    raw(() => NULL),
  ),
  refused(
    "an empty certificate",
    by(() => [new Uint8Array(0)]),
  ),
  refused(
    "a certificate of garbage",
    by(() => [filled(300, 0x5a)]),
  ),
  refused(
    "a certificate that is text",
    raw(() => array(text("certificate"))),
  ),
  refused(
    "a certificate that is X.509",
    by(() => [join(Uint8Array.of(0x30, 0x82, 1, 0), filled(256, 5))]),
  ),
  refused(
    "the certificate twice, which is a loop",
    by((p) => [certificate(p), certificate(p)]),
  ),
  refused(
    "a certificate of the owner's own key after it",
    by((p) => [certificate(p), certificate(p, {}, {}, p.owner)]),
  ),
  refused(
    "garbage after the certificate",
    by((p) => [certificate(p), filled(10)]),
  ),
  refused(
    "garbage before the certificate",
    by((p) => [filled(10), certificate(p)]),
  ),
  refused(
    "another device's certificate before it",
    by((p) => [certificate(p, {}, {}, p.otherDevice), certificate(p)]),
  ),
  ...[5, 17].map((length) =>
    refused(
      `${length} certificates`,
      by((p) => Array.from({ length }, () => certificate(p))),
    ),
  ),
  certified.refused(
    ["path", "key", "envelope"],
    "30 certificates, more bytes than a token of ours may have",
    by((p) => Array.from({ length: 30 }, () => certificate(p))),
    OWNER,
  ),
  refused(
    "a certificate of 5000 bytes",
    one(() => ({ more: [[int(5000), bytes(filled(5000))]] })),
  ),
  refused("the path under another label", (p) =>
    token(p, {}, { unprotectedHeader: map([int(PATH_LABEL - 1), array(bytes(certificate(p)))]) }),
  ),
  refused("the path under a text label", (p) =>
    token(p, {}, { unprotectedHeader: map([text(String(PATH_LABEL)), array(bytes(certificate(p)))]) }),
  ),
  certified.refused(
    ["path", "key", "envelope"],
    "two paths",
    (p) =>
      token(
        p,
        {},
        {
          unprotectedHeader: map(
            [int(PATH_LABEL), array(bytes(certificate(p)))],
            [int(PATH_LABEL), array(bytes(certificate(p)))],
          ),
        },
      ),
    OWNER,
  ),
  certified.refused(
    ["path", "key", "envelope"],
    "the path in the protected header, where ours never is",
    (p) =>
      token(p, {}, { protectedHeader: bytes(map([int(1), int(-7)], [int(PATH_LABEL), array(bytes(certificate(p)))])) }),
    OWNER,
  ),
  certified.accepted(
    "a path of garbage, where the device's key is known: it is not needed",
    by(() => [filled(10)]),
  ),
  certified.accepted(
    "a certificate by anybody, where the device's key is known",
    by((p) => [certificate(p, {}, { signer: p.otherOwner })]),
  ),
  certified.refused(
    "signature",
    "a good path and a signature that is not by the key that it certifies",
    by((p) => [certificate(p)], { signature: () => bytes(filled(64)) }),
    OWNER,
  ),
];

const keys: readonly RfcCase[] = [
  refused(
    "a certificate by somebody else",
    by((p) => [certificate(p, {}, { signer: p.otherOwner })]),
  ),
  refused(
    "a certificate that the device signed itself",
    by((p) => [certificate(p, {}, { signer: p.device })]),
  ),
  refused(
    "a certificate that the other device signed",
    by((p) => [certificate(p, {}, { signer: p.otherDevice })]),
  ),
  certified.refused(
    ["path", "key", "signature"],
    "a certificate for another key, with this instance id",
    one((p) => ({ cnf: confirmation(coseKey(p.otherDevice)) })),
    OWNER,
  ),
  refused(
    "a certificate with another instance id, for this key",
    one((p) => ({ instanceId: bytes(p.otherDevice.instanceId) })),
  ),
  certified.refused(
    ["path", "key", "signature", "instanceId"],
    "a certificate for the other device, whole",
    by((p) => [certificate(p, {}, {}, p.otherDevice)]),
    OWNER,
  ),
  certified.refused(
    ["path", "key", "signature", "instanceId"],
    "the other device's certificate and instance id, signed by this one",
    (p) =>
      token(
        { ...p, device: p.device },
        { instanceId: bytes(p.otherDevice.instanceId) },
        { unprotectedHeader: path(certificate(p, {}, {}, p.otherDevice)) },
      ),
    OWNER,
  ),
  certified.refused(
    ["path", "key", "instanceId"],
    "the other device's certificate, instance id left as it was",
    (p) =>
      token(
        p,
        { instanceId: bytes(p.device.instanceId) },
        { signer: p.otherDevice, unprotectedHeader: path(certificate(p, {}, {}, p.otherDevice)) },
      ),
    OWNER,
  ),
  refused("an identity key's certificate, which has no instance id: app code can sign with that key", (p) => {
    const identity = makeParty(p.crypto, 9);
    const made = token(
      p,
      {},
      { signer: identity, unprotectedHeader: path(certificate(p, { instanceId: undefined }, {}, identity)) },
    );
    p.crypto.destroyKey(identity.key);
    return made;
  }),
  certified.refused(
    ["path", "key", "instanceId"],
    "an identity key's certificate with the device's instance id",
    (p) => {
      const identity = makeParty(p.crypto, 9);
      const own = certificate(p, { instanceId: bytes(p.device.instanceId) }, {}, identity);
      const made = token(
        p,
        { instanceId: bytes(p.device.instanceId) },
        { signer: identity, unprotectedHeader: path(own) },
      );
      p.crypto.destroyKey(identity.key);
      return made;
    },
    OWNER,
  ),
];

const NOW = 1_700_000_000;
const at = (now: number): More => ({ given: { trust: "owner", now } });
const dates: readonly RfcCase[] = [
  claims.accepted(
    "good until the next second",
    one(() => ({ exp: int(NOW + 1) })),
    at(NOW),
  ),
  claims.refused(
    FAULTS,
    "good until this second (RFC 7519 §4.1.4: on or after)",
    one(() => ({ exp: int(NOW) })),
    at(NOW),
  ),
  claims.refused(
    FAULTS,
    "expired long ago",
    one(() => ({ exp: int(1) })),
    at(NOW),
  ),
  claims.refused(
    FAULTS,
    "expires, and nobody knows the time",
    one(() => ({ exp: int(NOW) })),
    OWNER,
  ),
  claims.accepted(
    "good from this second on",
    one(() => ({ nbf: int(NOW) })),
    at(NOW),
  ),
  claims.refused(
    FAULTS,
    "good from the next second on",
    one(() => ({ nbf: int(NOW + 1) })),
    at(NOW),
  ),
  claims.refused(
    FAULTS,
    "an expiry that is text",
    one(() => ({ exp: text("never") })),
    at(NOW),
  ),
  claims.refused(
    FAULTS,
    "an expiry in tag 1",
    one(() => ({ exp: tag(1, int(NOW + 1)) })),
    at(NOW),
  ),
  claims.refused(
    FAULTS,
    "an expiry that is not a number",
    one(() => ({ exp: Uint8Array.of(0xf9, 0x7e, 0) })),
    at(NOW),
  ),
  claims.refused(
    FAULTS,
    "for an audience, of which nobody knows to be",
    one(() => ({ aud: text("someone") })),
    at(NOW),
  ),
  claims.refused(
    FAULTS,
    "an issuer that is a byte string",
    one(() => ({ iss: bytes(filled(5)) })),
    OWNER,
  ),
  claims.refused(
    FAULTS,
    "a subject that is a number",
    one(() => ({ sub: int(1) })),
    OWNER,
  ),
  claims.accepted(
    "a claim that is not understood",
    one(() => ({ more: [[int(5000), int(1)]] })),
    OWNER,
  ),
  claims.refused(
    FAULTS,
    "a claim twice",
    one((p) => ({ more: [[int(256), bytes(p.device.instanceId)]] })),
    OWNER,
  ),
];

const withKey = (parts: KeyParts) => one((p) => ({ cnf: confirmation(coseKey(p.device, parts)) }));
const point = (change: (key: Uint8Array) => Uint8Array) =>
  one((p) => ({ cnf: confirmation(coseKey({ publicKey: change(p.device.publicKey) })) }));
const confirmations: readonly RfcCase[] = [
  proof.refused(
    FAULTS,
    "no cnf",
    one(() => ({ cnf: undefined })),
    OWNER,
  ),
  proof.refused(
    FAULTS,
    "an empty cnf",
    one(() => ({ cnf: map() })),
    OWNER,
  ),
  proof.refused(
    FAULTS,
    "a cnf with a kid alone",
    one((p) => ({ cnf: map([int(3), bytes(p.device.instanceId)]) })),
    OWNER,
  ),
  proof.refused(
    FAULTS,
    "a cnf that is the key itself",
    one((p) => ({ cnf: coseKey(p.device) })),
    OWNER,
  ),
  proof.refused(FAULTS, "a key of another type", withKey({ kty: int(1) }), OWNER),
  proof.refused(
    FAULTS,
    "a symmetric key",
    one((p) => ({ cnf: confirmation(map([int(1), int(4)], [int(-1), bytes(p.device.publicKey.subarray(1, 33))])) })),
    OWNER,
  ),
  proof.refused(FAULTS, "a key on another curve", withKey({ crv: int(2) }), OWNER),
  proof.refused(FAULTS, "a key with its private half", withKey({ more: [[int(-4), bytes(filled(32, 1))]] }), OWNER),
  proof.refused(FAULTS, "a key for signing, not for verifying", withKey({ keyOps: array(int(1)) }), OWNER),
  proof.refused(FAULTS, "a key for agreement", withKey({ alg: undefined, keyOps: undefined }), OWNER),
  proof.refused(FAULTS, "a key for another algorithm", withKey({ alg: int(-35) }), OWNER),
  proof.refused(
    FAULTS,
    "a point that is not on the curve",
    point((key) => join(key.subarray(0, 64), Uint8Array.of((key[64] as number) ^ 1))),
    OWNER,
  ),
  proof.refused(
    FAULTS,
    "the point at (0, 0)",
    point(() => filled(65, 0)),
    OWNER,
  ),
  proof.refused(
    FAULTS,
    "a coordinate of 31 bytes",
    point((key) => key.subarray(0, 64)),
    OWNER,
  ),
];

const instance = (value: Item | undefined) => one(() => ({ instanceId: value }));
const instances: readonly RfcCase[] = [
  refused("no instance id", instance(undefined)),
  refused("an instance id that is text", instance(text("t".repeat(33)))),
  refused(
    "an instance id without its type",
    one((p) => ({ instanceId: bytes(p.device.instanceId.subarray(1)) })),
  ),
  refused(
    "an instance id with a byte more",
    one((p) => ({ instanceId: bytes(join(p.device.instanceId, filled(1))) })),
  ),
  refused(
    "an instance id in an array",
    one((p) => ({ instanceId: array(bytes(p.device.instanceId)) })),
  ),
  refused("an instance id of zeros", instance(bytes(filled(33, 0)))),
];

const envelopes: readonly RfcCase[] = [
  refused(
    "a certificate without its signature's last byte",
    by((p) => [certificate(p).subarray(0, -1)]),
  ),
  refused(
    "a certificate with a byte after it",
    by((p) => [join(certificate(p), filled(1, 0))]),
  ),
  refused(
    "a certificate whose signature is a bit wrong",
    one(
      () => ({}),
      () => ({ signature: (rs) => bytes(Uint8Array.from(rs, (byte, i) => (i === 63 ? byte ^ 1 : byte))) }),
    ),
  ),
  refused(
    "a certificate with alg unprotected",
    one(
      () => ({}),
      () => ({ protectedHeader: bytes(new Uint8Array(0)), unprotectedHeader: map([int(1), int(-7)]) }),
    ),
  ),
  refused(
    "a certificate with another alg",
    one(
      () => ({}),
      () => ({ protectedHeader: bytes(map([int(1), int(-35)])) }),
    ),
  ),
  refused(
    "a certificate with crit that nobody understands",
    one(
      () => ({}),
      () => ({ protectedHeader: bytes(map([int(1), int(-7)], [int(2), array(int(-70099))], [int(-70099), int(1)])) }),
    ),
  ),
  refused(
    "a certificate that is a MAC",
    one(
      () => ({}),
      () => ({ wrap: (parts) => tag(17, array(...parts)) }),
    ),
  ),
  refused(
    "a detached certificate",
    one(
      () => ({}),
      () => ({ payloadItem: NULL }),
    ),
  ),
  certified.accepted(
    "a certificate in the CWT tag (RFC 8392 §6)",
    one(
      () => ({}),
      () => ({ wrap: (parts) => tag(61, tag(18, array(...parts))) }),
    ),
    OWNER,
  ),
  refused(
    "a token in the place of the certificate",
    by((p) => [token(p)]),
  ),
  refused(
    "claims that the owner signed for another purpose, under the certificate's label",
    by((p) => [
      sign1(p, map([int(1), text("owner")], [int(256), bytes(p.device.instanceId)]), {
        signer: p.owner,
        protectedHeader: bytes(ES256),
      }),
    ]),
  ),
];

export const PATH_CASES: readonly RfcCase[] = [
  ...shapes,
  ...keys,
  ...dates,
  ...confirmations,
  ...instances,
  ...envelopes,
];

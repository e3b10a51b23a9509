// SPDX-License-Identifier: Apache-2.0
/** RFC 9711 for a PSA token: claims that are not understood are ignored; labels; profiles as identifiers; what is no EAT of this profile. */
import { array, bytes, type Entry, filled, type Item, int, map, NULL, tag, text } from "./cbor-bytes.js";
import { type RfcCase, rows } from "./rfc-case.js";
import { claimEntries, goodClaims, NONCE, type Parties, PROFILE, sign1, token } from "./token-maker.js";

const claims = rows("RFC 9711 §4");
const nonce = rows("RFC 9711 §4.1");
const profile = rows("RFC 9711 §4.3.2");
const bundle = rows("RFC 9711 §5");

const entriesOf = (p: Parties): Entry[] => claimEntries(goodClaims(p.device.instanceId));
const withEntries =
  (...more: readonly Entry[]) =>
  (p: Parties): Item =>
    sign1(p, map(...entriesOf(p), ...more));

const unknown: readonly RfcCase[] = [
  claims.accepted("a claim with a number that nobody knows", withEntries([int(70000), int(1)])),
  claims.accepted("a claim with a negative number", withEntries([int(-70000), array(int(1), map())])),
  claims.accepted(
    "a claim with a text label: only integers are to be sent, and it is not understood",
    withEntries([text("x"), int(1)]),
  ),
  claims.accepted(
    "claims of RFC 8392 that the profile does not use",
    withEntries([int(6), int(1700000000)], [int(1), text("someone")]),
  ),
  claims.accepted(
    "claims of RFC 9711 that the profile does not use",
    withEntries([int(258), bytes(filled(3))], [int(267), int(3)]),
  ),
  claims.accepted(
    "a claim of the retired profile beside ours, which this profile does not know",
    withEntries([int(-75002), int(0x5000)]),
  ),
  claims.accepted(
    "a submodule, which the profile does not know",
    withEntries([int(266), map([text("radio"), map([int(10), bytes(NONCE)])])]),
  ),
  claims.accepted("nil under a number that nobody knows", withEntries([int(70000), NULL])),
  claims.accepted(
    "a tag that nobody knows, under a number that nobody knows",
    withEntries([int(70000), tag(70001, int(1))]),
  ),
  claims.refused(
    ["claims", "key"],
    "a label that is a byte string: RFC 8392 §3 has integers and text",
    withEntries([bytes(filled(1)), int(1)]),
  ),
  claims.refused(["claims", "key"], "a label that is nil", withEntries([NULL, int(1)])),
  claims.refused(["claims", "key"], "text labels in the place of the numbers", (p) =>
    sign1(p, map([text("eat_nonce"), bytes(NONCE)], ...entriesOf(p).slice(1))),
  ),
];

const nonces: readonly RfcCase[] = [8, 16, 24, 40, 56].map((length) =>
  nonce.refused(["claims", "nonce"], `a nonce of ${length} bytes, fit for an EAT and not for this profile`, (p) =>
    token(p, { nonce: bytes(filled(length, 0x11)) }),
  ),
);

/** 1.3.6.1.4.1: RFC 9711 §7.2.1 has it as a byte string, RFC 9090 in tag 111. */
const OID = Uint8Array.of(0x2b, 6, 1, 4, 1);
const profiles: readonly RfcCase[] = [
  profile.refused(["profile", "claims"], "a profile that is an OID", (p) => token(p, { profile: bytes(OID) })),
  profile.refused(["profile", "claims"], "a profile that is an OID in tag 111", (p) =>
    token(p, { profile: tag(111, bytes(OID)) }),
  ),
  profile.refused(["profile", "claims"], "the right profile in tag 32 of URIs: CDDL ~uri has none", (p) =>
    token(p, { profile: tag(32, text(PROFILE)) }),
  ),
  profile.refused(["profile", "claims"], "the right profile as a byte string", (p) =>
    token(p, { profile: bytes(Uint8Array.from(PROFILE, (c) => c.charCodeAt(0))) }),
  ),
  profile.refused(["profile", "claims"], "two profiles in an array", (p) =>
    token(p, { profile: array(text(PROFILE), text(PROFILE)) }),
  ),
  profile.refused(["profile", "claims"], "another profile of EAT", (p) =>
    token(p, { profile: text("tag:example.org,2026:another") }),
  ),
];

const bundles: readonly RfcCase[] = [
  bundle.refused("envelope", "a detached bundle with a token in it", (p) =>
    tag(602, array(bytes(token(p)), map([text("radio"), bytes(map())]))),
  ),
  bundle.refused("envelope", "a JSON token", () =>
    Uint8Array.from("eyJhbGciOiJFUzI1NiJ9.e30.AA", (c) => c.charCodeAt(0)),
  ),
];

export const EAT_CASES: readonly RfcCase[] = [...unknown, ...nonces, ...profiles, ...bundles];

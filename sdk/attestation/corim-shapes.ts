// SPDX-License-Identifier: Apache-2.0
/** The CDDL of draft-ietf-rats-corim-10, rule by rule, in its order: common types, CoMID, CoTL, CoRIM. Names are the draft's. */
import {
  BOOL,
  BYTES,
  bytes,
  choice,
  INT,
  list,
  type MapShape,
  map,
  NULL,
  NUMBER,
  openChoice,
  row,
  TEXT,
  table,
  tagged,
  UINT,
} from "./corim-shape.js";

const OPEN = Object.freeze({ others: "integers" } as const);
const FILLED = Object.freeze({ isFilled: true } as const);
const OPEN_FILLED = Object.freeze({ others: "integers", isFilled: true } as const);

/** Tags of §11 that are looked for by number elsewhere. */
export const CorimTag = Object.freeze({
  ...({ epochTime: 1, uri: 32, oid: 111, ueid: 550, bytes: 560, pkixKey: 554 } as const),
  ...({ corim: 501, coswid: 505, comid: 506, cotl: 508 } as const),
} as const);

// Common types (§7)
const URI = tagged(CorimTag.uri, TEXT);
const TIME = tagged(CorimTag.epochTime, NUMBER);
const UUID = bytes(16);
const UEID = bytes(7, 33);
const OID = bytes(1, 256);
const TAG_OR_CORIM_ID = openChoice({}, TEXT, UUID);
const DIGEST = row([choice({}, INT, TEXT), BYTES]);
const DIGESTS = list(DIGEST, 1, "first");
export const VALIDITY_MAP = map([
  [0, "not-before?", TIME],
  [1, "not-after", TIME],
]);

function entityMap(): MapShape {
  const members = [
    [0, "entity-name", openChoice({}, TEXT)],
    [1, "reg-id?", URI],
    [2, "role", list(openChoice({}, INT))],
  ] as const;
  return map(members, OPEN);
}
const ENTITY_MAP = entityMap();

const COSE_KEY = map(
  [
    [1, "kty", choice({}, TEXT, INT)],
    [2, "kid?", BYTES],
    [3, "alg?", choice({}, TEXT, INT)],
    [4, "key_ops?", list(choice({}, TEXT, INT))],
    [5, "base_iv?", BYTES],
  ],
  { others: "labels" },
);

const CRYPTO_KEY = openChoice({
  [CorimTag.pkixKey]: TEXT,
  555: TEXT,
  556: TEXT,
  557: DIGEST,
  558: COSE_KEY,
  559: DIGEST,
  561: DIGEST,
  562: BYTES,
  [CorimTag.bytes]: BYTES,
});
const CRYPTO_KEYS = list(CRYPTO_KEY);

// Environments (§5.1.4.1)
const CLASS_MAP = map(
  [
    [0, "class-id?", openChoice({ [CorimTag.oid]: OID, 37: UUID, [CorimTag.bytes]: BYTES })],
    [1, "vendor?", TEXT],
    [2, "model?", TEXT, 1],
    [3, "layer?", UINT],
    [4, "index?", UINT],
  ],
  FILLED,
);
const INSTANCE_ID = openChoice({
  ...{ [CorimTag.ueid]: UEID, 37: UUID, [CorimTag.bytes]: BYTES, [CorimTag.pkixKey]: TEXT },
  ...{ 555: TEXT, 558: COSE_KEY, 557: DIGEST, 559: DIGEST, 562: BYTES },
});
const ENVIRONMENT_MAP = map(
  [
    [0, "class?", CLASS_MAP],
    [1, "instance?", INSTANCE_ID],
    [2, "group?", openChoice({ 37: UUID, [CorimTag.bytes]: BYTES })],
  ],
  FILLED,
);

// Measurements (§5.1.4.5)
const MEASURED_ELEMENT = openChoice({ [CorimTag.oid]: OID, 37: UUID }, UINT, TEXT);
const FLAGS_MAP = map(
  ["configured", "secure", "recovery", "debug", "replay-protected", "integrity-protected"]
    .concat("runtime-meas", "immutable", "tcb", "confidentiality-protected")
    .map((name, label) => [label, `is-${name}?`, BOOL] as const),
  OPEN_FILLED,
);
const VERSION_MAP = map([
  [0, "version", TEXT],
  [1, "version-scheme?", choice({}, INT, TEXT)],
]);
const RANGE_END = choice({}, INT, NULL);
const MEASUREMENT_VALUES_MAP = map(
  [
    [0, "version?", VERSION_MAP],
    [1, "svn?", choice({ 552: UINT, 553: UINT }, UINT)],
    [2, "digests?", DIGESTS],
    [3, "flags?", FLAGS_MAP],
    [4, "raw-value?", openChoice({ [CorimTag.bytes]: BYTES, 563: row([BYTES, BYTES]) })],
    [5, "raw-value-mask-DEPRECATED?", BYTES, 4],
    [6, "mac-addr?", choice({}, bytes(6), bytes(8))],
    [7, "ip-addr?", choice({}, bytes(4), bytes(16))],
    [8, "serial-number?", TEXT],
    [9, "ueid?", UEID],
    [10, "uuid?", UUID],
    [11, "name?", TEXT],
    [13, "cryptokeys?", CRYPTO_KEYS],
    [14, "integrity-registers?", table(choice({}, UINT, TEXT), DIGESTS)],
    [15, "int-range?", choice({ 564: row([RANGE_END, RANGE_END]) }, INT)],
  ],
  OPEN_FILLED,
);
const MEASUREMENT_MAP = map([
  [0, "mkey?", MEASURED_ELEMENT],
  [1, "mval", MEASUREMENT_VALUES_MAP],
  [2, "authorized-by?", CRYPTO_KEYS],
]);
const MEASUREMENTS = list(MEASUREMENT_MAP);

// Triples (§5.1.5 on)
const ENVIRONMENT_AND_MEASUREMENTS = row([ENVIRONMENT_MAP, MEASUREMENTS]);
const KEY_CONDITIONS = map(
  [
    [0, "mkey?", MEASURED_ELEMENT],
    [1, "authorized-by?", CRYPTO_KEYS],
  ],
  FILLED,
);
const KEY_TRIPLE = row([ENVIRONMENT_MAP, CRYPTO_KEYS, KEY_CONDITIONS], 2);
const DOMAINS = row([ENVIRONMENT_MAP, list(ENVIRONMENT_MAP)]);
const SERIES = row([
  row([ENVIRONMENT_MAP, list(MEASUREMENT_MAP, 0), CRYPTO_KEYS], 2),
  list(row([MEASUREMENTS, MEASUREMENTS])),
]);

/** Labels of the triples that reference values and device keys come from. */
export const TripleLabel = Object.freeze({ reference: 0, attestKey: 3 } as const);

const TRIPLES_MAP = map(
  [
    [TripleLabel.reference, "reference-triples?", list(ENVIRONMENT_AND_MEASUREMENTS)],
    [1, "endorsed-triples?", list(ENVIRONMENT_AND_MEASUREMENTS)],
    [2, "identity-triples?", list(KEY_TRIPLE)],
    [TripleLabel.attestKey, "attest-key-triples?", list(KEY_TRIPLE)],
    [4, "dependency-triples?", list(DOMAINS)],
    [5, "membership-triples?", list(DOMAINS)],
    [6, "coswid-triples?", list(row([ENVIRONMENT_MAP, list(choice({}, TEXT, UUID))]))],
    [8, "conditional-endorsement-series-triples?", list(SERIES)],
    [
      10,
      "conditional-endorsement-triples?",
      list(row([list(ENVIRONMENT_AND_MEASUREMENTS), list(ENVIRONMENT_AND_MEASUREMENTS)])),
    ],
  ],
  OPEN_FILLED,
);

const TAG_IDENTITY_MAP = map([
  [0, "tag-id", TAG_OR_CORIM_ID],
  [1, "tag-version?", UINT],
]);

/** `tag-rel` of a tag that adds to another. The other one that the draft has is 1: it takes its place. */
export const SUPPLEMENTS = 0;

export const CONCISE_MID_TAG = map(
  [
    [0, "language?", TEXT],
    [1, "tag-identity", TAG_IDENTITY_MAP],
    [2, "entities?", list(ENTITY_MAP)],
    [
      3,
      "linked-tags?",
      list(
        map([
          [0, "linked-tag-id", TAG_OR_CORIM_ID],
          [1, "tag-rel", openChoice({}, INT)],
        ]),
      ),
    ],
    [4, "triples", TRIPLES_MAP],
  ],
  OPEN,
);

export const CONCISE_TL_TAG = map([
  [0, "tag-identity", TAG_IDENTITY_MAP],
  [1, "tags-list", list(TAG_IDENTITY_MAP)],
  [2, "tl-validity", VALIDITY_MAP],
]);

const LOCATOR_MAP = map([
  [0, "href", choice({ [CorimTag.uri]: TEXT }, list(URI))],
  [1, "thumbprint?", choice({}, row([DIGEST]), DIGEST)],
]);

export const CORIM_MAP = map(
  [
    [0, "id", TAG_OR_CORIM_ID],
    [1, "tags", list(openChoice({ [CorimTag.coswid]: BYTES, [CorimTag.comid]: BYTES, [CorimTag.cotl]: BYTES }))],
    [2, "dependent-rims?", list(LOCATOR_MAP)],
    [3, "profile?", choice({ [CorimTag.uri]: TEXT, [CorimTag.oid]: OID })],
    [4, "rim-validity?", VALIDITY_MAP],
    [5, "entities?", list(ENTITY_MAP)],
  ],
  OPEN,
);

export const CORIM_META_MAP = map([
  [
    0,
    "signer",
    map(
      [
        [0, "signer-name", openChoice({}, TEXT)],
        [1, "signer-uri?", URI],
      ],
      OPEN,
    ),
  ],
  [1, "signature-validity?", VALIDITY_MAP],
]);

export const CWT_CLAIMS = map(
  [
    [1, "iss", TEXT],
    [2, "sub?", TEXT],
    [4, "exp?", NUMBER],
    [5, "nbf?", NUMBER],
  ],
  OPEN,
);

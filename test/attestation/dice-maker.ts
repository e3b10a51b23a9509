// SPDX-License-Identifier: Apache-2.0
/**
 * CBOR CDI certificates from the Open Profile for DICE v2.6, claim by claim, for the alias key that signs a token (docs/decisions/0009).
 * What boot measured stands in it as devices/boot/boot.c puts it there. Of the SDK there are the signature and the identifier of a key.
 */
import { encodeHex } from "../../sdk/bytes/hex.js";
import { diceIdentifier } from "../../sdk/dice/keys.js";
import { array, bytes, type Entry, type Item, int, join, map, text } from "./cbor-bytes.js";
import { coseKey } from "./certificate-maker.js";
import { type Claims, DIGESTS, type Envelope, type Parties, type Party, path, sign1, token } from "./token-maker.js";

/** Labels of RFC 8392 and of the profile's table. */
export const DiceLabel = Object.freeze({
  ...({
    iss: 1,
    sub: 2,
    aud: 3,
    exp: 4,
    nbf: 5,
    iat: 6,
    cti: 7,
    codeHash: -4670545,
    codeDescriptor: -4670546,
  } as const),
  ...({ configurationHash: -4670547, configurationDescriptor: -4670548, authorityHash: -4670549 } as const),
  ...({ authorityDescriptor: -4670550, mode: -4670551, subjectPublicKey: -4670552, keyUsage: -4670553 } as const),
  ...({ profileName: -4670554 } as const),
} as const);
export type DiceName = keyof typeof DiceLabel;
export type DiceClaims = { readonly [Name in DiceName]?: Item | undefined };

/** Of devices/boot/fuses.h and boot.h: states are far apart. */
export const Lifecycle = Object.freeze({
  ...({ assembly: 0x5a1e3c87, provisioning: 0x1e7869d2, secured: 0x4b96c31d } as const),
  ...({ debug: 0x0fd25a78, decommissioned: 0x47873cb4 } as const),
} as const);
export const Start = Object.freeze({ app: 0x2d4b1e87, service: 0x4e8772b4, nothing: 0x1bd24e78 } as const);

/** The words that boot measured, in their order; 1.2.3+4 is version 4, 0x01020003. */
export interface Measured {
  readonly form?: number;
  readonly lifecycle?: number;
  readonly start?: number;
  readonly trust?: number;
  readonly firmwareCounter?: number;
  readonly appCounter?: number;
  readonly firmware?: readonly [build: number, rest: number];
  readonly app?: readonly [build: number, rest: number];
  /** Byte 40 to 63. */
  readonly rest?: Uint8Array;
}

const VERSION: readonly [number, number] = Object.freeze([4, 0x01020003] as const);

/** The configuration input, 64 bytes. */
export function configuration(measured: Measured = {}, littleEndian = true): Uint8Array {
  const { form = 1, lifecycle = Lifecycle.secured, start = Start.app, trust = 1 } = measured;
  const {
    firmwareCounter = 1,
    appCounter = 1,
    firmware = VERSION,
    app = VERSION,
    rest = new Uint8Array(24),
  } = measured;
  const words = [form, lifecycle, start, trust, firmwareCounter, appCounter, ...firmware, ...app];
  const config = new DataView(new ArrayBuffer(40));
  words.forEach((word, i) => {
    config.setUint32(4 * i, word, littleEndian);
  });
  return join(new Uint8Array(config.buffer), rest);
}

/** CDI_ID: an identifier as certificates have it. */
export function identifier({ crypto }: Parties, { publicKey }: Pick<Party, "publicKey">): string {
  return encodeHex(diceIdentifier(crypto, publicKey));
}

/** Who certifies whom. Default: the device key the alias key. */
export interface Link {
  readonly issuer?: Party;
  readonly subject?: Party;
}

export function diceClaims(
  parties: Parties,
  { issuer = parties.device, subject = parties.alias }: Link = {},
): DiceClaims {
  return {
    iss: text(identifier(parties, issuer)),
    sub: text(identifier(parties, subject)),
    codeHash: bytes(join(DIGESTS.firmware, DIGESTS.app)),
    configurationDescriptor: bytes(configuration()),
    authorityHash: bytes(new Uint8Array(64).fill(0xc0)),
    mode: bytes(Uint8Array.of(1)),
    subjectPublicKey: bytes(coseKey(subject)),
    keyUsage: bytes(Uint8Array.of(0x20)),
  };
}

export interface DiceParts {
  /** In place of the good ones; one that is undefined is left out. */
  readonly claims?: DiceClaims;
  /** Behind the others. */
  readonly more?: readonly Entry[];
  readonly link?: Link;
  readonly envelope?: Envelope;
}

/** In the order of the table, which is ascending. */
export function diceEntries(claims: DiceClaims): Entry[] {
  const names = Object.keys(DiceLabel) as DiceName[];
  return names.flatMap((name) => {
    const value = claims[name];
    return value === undefined ? [] : [[int(DiceLabel[name]), value] as const];
  });
}

/** A COSE_Sign1 without a tag around a CWT of any bytes, by the link's issuer. */
export function signDice(parties: Parties, payload: Uint8Array, { link = {}, envelope = {} }: DiceParts = {}): Item {
  return sign1(parties, payload, {
    signer: link.issuer ?? parties.device,
    wrap: (message) => array(...message),
    ...envelope,
  });
}

export function diceCertificate(parties: Parties, parts: DiceParts = {}): Item {
  const { claims = {}, more = [], link = {} } = parts;
  const entries = diceEntries({ ...diceClaims(parties, link), ...claims });
  return signDice(parties, map(...entries, ...more), parts);
}

/** A token of the device that its alias key signs, with these certificates. */
export function aliasToken(
  parties: Parties,
  certificates: readonly Item[],
  claims: Claims = {},
  envelope: Envelope = {},
): Item {
  const whole: Claims = { instanceId: bytes(parties.device.instanceId), ...claims };
  return token(parties, whole, { signer: parties.alias, unprotectedHeader: path(...certificates), ...envelope });
}

// SPDX-License-Identifier: Apache-2.0
/** The answers of a device's provisioning service: see messages.ts. */
import { decodeCbor } from "../cbor/decode.js";
import { encodeCbor } from "../cbor/encode.js";
import type { CborValue } from "../cbor/value.js";
import type { BootComponent, BootRecord, Lifecycle, LifecycleStatus } from "../contracts/lifecycle.js";
import { ProtocolError } from "../errors/security-error.js";
import { CREDENTIAL_MAX } from "./credential.js";
import { isId, MESSAGE_LIMITS, type Operation } from "./messages.js";
import { CHALLENGE_LENGTH, DEVICE_ID_LENGTH, HASH_LENGTH } from "./order.js";

const POINT_LENGTH = 65;
const CODE = /^[A-Z][A-Z0-9_]{0,47}$/;
const VERSION = /^\d{1,3}\.\d{1,3}\.\d{1,5}\+\d{1,10}$/;
/** Of counters, versions of trust records and wipe epochs. */
const COUNT_MAX = 0xffff;

/** 1 to 5 on the wire. */
const LIFECYCLES: readonly Lifecycle[] = Object.freeze<Lifecycle[]>([
  "assembly-and-test",
  "provisioning",
  "secured",
  "debug",
  "decommissioned",
]);
const STARTS = Object.freeze(["app", "service"] as const);

const StatusLabel = Object.freeze({
  ...({ lifecycle: 1, hasSecret: 2, hasRoots: 3, owners: 4, owner: 5 } as const),
  ...({ leastFirmwareCounter: 6, leastAppCounter: 7 } as const),
} as const);
const BootLabel = Object.freeze({
  ...({ lifecycle: 1, start: 2, isTrial: 3, isReverted: 4, trustVersion: 5, wipeEpoch: 6 } as const),
  ...({ firmware: 7, app: 8, deviceId: 9 } as const),
} as const);
const ComponentLabel = Object.freeze({ version: 1, counter: 2, slot: 3, digest: 4, signer: 5 } as const);

/** The public halves, 0x04‖x‖y, 65 bytes each. */
export interface PublicKeys {
  readonly signing: Uint8Array;
  readonly agreement: Uint8Array;
  /** Of the IAK, or of the device key; undefined: whoever answers has no access to it. */
  readonly attestation: Uint8Array | undefined;
}

/** What each operation answers. */
export interface Results extends Record<Operation, unknown> {
  status: LifecycleStatus;
  "boot-record": BootRecord;
  "make-secret": undefined;
  "set-roots": undefined;
  "public-keys": PublicKeys;
  "set-owner": undefined;
  "store-credential": undefined;
  /** undefined: there is none. */
  "read-credential": Uint8Array | undefined;
  secure: undefined;
  "install-trust": undefined;
  /** 16 bytes. */
  challenge: Uint8Array;
  order: undefined;
  restart: undefined;
}

type Labels = Readonly<Record<string, number>>;
type AnswerMap = ReadonlyMap<CborValue, CborValue>;

/** What is undefined is left out. */
function mapOf(labels: Labels, values: Readonly<Record<string, CborValue>>): AnswerMap {
  const map = new Map<CborValue, CborValue>();
  for (const name of Object.keys(labels)) {
    if (values[name] !== undefined) map.set(labels[name], values[name]);
  }
  return map;
}

function componentMap(component: BootComponent | undefined): AnswerMap | undefined {
  return component === undefined ? undefined : mapOf(ComponentLabel, { ...component });
}

const WRITERS: { readonly [Name in Operation]?: (result: Results[Name]) => CborValue } = Object.freeze({
  status: (status: LifecycleStatus) =>
    mapOf(StatusLabel, { ...status, lifecycle: LIFECYCLES.indexOf(status.lifecycle) + 1 }),
  "boot-record": (record: BootRecord) =>
    mapOf(BootLabel, {
      ...record,
      lifecycle: LIFECYCLES.indexOf(record.lifecycle) + 1,
      start: STARTS.indexOf(record.start) + 1,
      firmware: componentMap(record.firmware),
      app: componentMap(record.app),
    }),
  "public-keys": ({ signing, agreement, attestation }: PublicKeys) =>
    attestation === undefined ? [signing, agreement] : [signing, agreement, attestation],
  "read-credential": (credential: Uint8Array | undefined) => credential ?? null,
  challenge: (challenge: Uint8Array) => challenge,
});

/** @param id - undefined: of a request that could not be read. */
export function encodeResult<Name extends Operation>(id: number, operation: Name, result: Results[Name]): Uint8Array {
  const write = WRITERS[operation];
  return encodeCbor([id, true, write === undefined ? null : write(result)]);
}

/** @param id - undefined: of a request that could not be read. */
export function encodeRefusal(id: number | undefined, code: string): Uint8Array {
  return encodeCbor([id ?? null, false, code]);
}

/** What a device answered: the result, or the code of its refusal. */
export type Answer<Name extends Operation> =
  | { readonly id: number; readonly isDone: true; readonly result: Results[Name] }
  | { readonly id: number | undefined; readonly isDone: false; readonly code: string };

/**
 * Parses the answer to a request. The device is not believed more than that: its answers are checked like anybody's.
 * @returns Bytes are views into `datagram`.
 * @throws ProtocolError SERVICE_ANSWER - not an answer to this operation. CBOR codes.
 */
export function parseAnswer<Name extends Operation>(operation: Name, datagram: Uint8Array): Answer<Name> {
  const items = decodeCbor(datagram, { limits: MESSAGE_LIMITS });
  if (!Array.isArray(items) || items.length !== 3) return fail("expected three items");
  const [id, isDone, content] = items as CborValue[];
  if (isDone === false) {
    if (id !== null && !isId(id)) return fail("expected an id, or none");
    if (typeof content !== "string" || !CODE.test(content)) return fail("expected a code");
    return Object.freeze({ id: id ?? undefined, isDone, code: content });
  }
  if (isDone !== true || !isId(id)) return fail("expected an id, and whether it was done");
  const read = READERS[operation] as ((value: CborValue) => Results[Name]) | undefined;
  return Object.freeze({ id, isDone, result: read === undefined ? readNothing(content) : read(content) } as const);
}

const READERS: { readonly [Name in Operation]?: (value: CborValue) => Results[Name] } = Object.freeze({
  status: readStatus,
  "boot-record": readBootRecord,
  "public-keys": readPublicKeys,
  "read-credential": (value: CborValue) => (value === null ? undefined : readBytes(value, 1, CREDENTIAL_MAX)),
  challenge: (value: CborValue) => readBytes(value, CHALLENGE_LENGTH),
});

function readNothing(value: CborValue): never {
  return (value === null ? undefined : fail("expected no result")) as never;
}

function readStatus(value: CborValue): LifecycleStatus {
  const { get, has } = fieldsOf(value, StatusLabel);
  return Object.freeze({
    lifecycle: oneOf(LIFECYCLES, get("lifecycle")),
    hasSecret: readBoolean(get("hasSecret")),
    hasRoots: readBoolean(get("hasRoots")),
    owners: readCount(get("owners")),
    owner: has("owner") ? readBytes(get("owner"), HASH_LENGTH) : undefined,
    leastFirmwareCounter: readCount(get("leastFirmwareCounter")),
    leastAppCounter: readCount(get("leastAppCounter")),
  });
}

function readBootRecord(value: CborValue): BootRecord {
  const { get, has } = fieldsOf(value, BootLabel);
  return Object.freeze({
    lifecycle: oneOf(LIFECYCLES, get("lifecycle")),
    start: oneOf(STARTS, get("start")),
    isTrial: readBoolean(get("isTrial")),
    isReverted: readBoolean(get("isReverted")),
    trustVersion: readCount(get("trustVersion")),
    wipeEpoch: readCount(get("wipeEpoch")),
    firmware: has("firmware") ? readComponent(get("firmware")) : undefined,
    app: has("app") ? readComponent(get("app")) : undefined,
    deviceId: has("deviceId") ? readBytes(get("deviceId"), DEVICE_ID_LENGTH) : undefined,
  });
}

function readComponent(value: CborValue): BootComponent {
  const { get, has } = fieldsOf(value, ComponentLabel);
  const version = get("version");
  if (typeof version !== "string" || !VERSION.test(version)) return fail("expected a version");
  return Object.freeze({
    version,
    counter: readCount(get("counter")),
    slot: readCount(get("slot"), 1),
    digest: readBytes(get("digest"), HASH_LENGTH),
    signer: has("signer") ? readBytes(get("signer"), HASH_LENGTH) : undefined,
  });
}

function readPublicKeys(value: CborValue): PublicKeys {
  if (!Array.isArray(value) || value.length < 2 || value.length > 3) return fail("expected two or three keys");
  const [signing, agreement, attestation] = (value as CborValue[]).map((key) => readBytes(key, POINT_LENGTH));
  return Object.freeze({ signing, agreement, attestation } as PublicKeys);
}

/** Labels that we do not know are passed over: a later device may say more. */
function fieldsOf<Names extends Labels>(value: CborValue, labels: Names) {
  if (!(value instanceof Map)) return fail("expected a map");
  const map: AnswerMap = value;
  return {
    get: (name: keyof Names): CborValue => map.get(labels[name]),
    has: (name: keyof Names): boolean => map.has(labels[name]),
  };
}

function oneOf<Name>(names: readonly Name[], value: CborValue): Name {
  const name = typeof value === "number" ? names[value - 1] : undefined;
  return name === undefined ? fail("an unknown state") : name;
}

function readBoolean(value: CborValue): boolean {
  return typeof value === "boolean" ? value : fail("expected true or false");
}

function readCount(value: CborValue, most = COUNT_MAX): number {
  const fits = typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= most;
  return fits ? value : fail("expected a count");
}

function readBytes(value: CborValue, least: number, most = least): Uint8Array {
  const fits = value instanceof Uint8Array && value.length >= least && value.length <= most;
  return fits ? value : fail("expected bytes of another length");
}

function fail(message: string): never {
  throw new ProtocolError("SERVICE_ANSWER", message);
}

// SPDX-License-Identifier: Apache-2.0
/**
 * Shapes of decoded CBOR, as CDDL writes them (RFC 8610): data, and one function that holds a value to it. As data they are
 * frozen with the module that has them; a tree of closures would not be.
 */
import { CborFloat, CborTag, type CborValue } from "../cbor/value.js";
import { ProtocolError } from "../errors/security-error.js";

export type Shape =
  | PlainShape
  | MapShape
  /** A map whose keys are not named. */
  | { readonly is: "table"; readonly key: Shape; readonly value: Shape }
  | ChoiceShape;

/** What an item without a tag may be in a choice: maps are in none of the draft's. */
export type PlainShape =
  | { readonly is: Scalar }
  | { readonly is: "bytes"; readonly min: number; readonly max: number }
  /** One or more, or `min` or more. `by` "first": rows that their first item tells apart: no two have the same. */
  | { readonly is: "list"; readonly of: Shape; readonly min: number; readonly by: "first" | undefined }
  /** The first `least` of these have to be there. */
  | { readonly is: "row"; readonly of: readonly Shape[]; readonly least: number };

type Scalar = "uint" | "int" | "bool" | "text" | "null" | "number";

export interface MapShape {
  readonly is: "map";
  readonly fields: Readonly<Record<number, Field>>;
  /** What other labels there may be: none, integers (a CDDL socket), or integers and text. */
  readonly others: "none" | "integers" | "labels";
  /** An empty map is not one. */
  readonly isFilled: boolean;
}

/** A type choice: by the number of the tag, or an item without one. */
export interface ChoiceShape {
  readonly is: "choice";
  readonly tags: Readonly<Record<number, Shape>>;
  readonly plain: readonly PlainShape[];
  /** A tag that is not here is one of an extension: let pass. */
  readonly isOpen: boolean;
}

export interface Field {
  readonly name: string;
  readonly shape: Shape;
  readonly isRequired: boolean;
  /** A label that has to be there as well. */
  readonly needs: number | undefined;
}

export const UINT: PlainShape = Object.freeze({ is: "uint" });
export const INT: PlainShape = Object.freeze({ is: "int" });
export const BOOL: PlainShape = Object.freeze({ is: "bool" });
export const TEXT: PlainShape = Object.freeze({ is: "text" });
export const NULL: PlainShape = Object.freeze({ is: "null" });
/** An integer or a float, both finite. */
export const NUMBER: PlainShape = Object.freeze({ is: "number" });
export const BYTES: PlainShape = bytes(0, Number.MAX_SAFE_INTEGER);

export function bytes(min: number, max = min): PlainShape {
  return Object.freeze({ is: "bytes", min, max });
}

export function list(of: Shape, min = 1, by?: "first"): PlainShape {
  return Object.freeze({ is: "list", of, min, by });
}

export function row(of: readonly Shape[], least = of.length): PlainShape {
  return Object.freeze({ is: "row", of: Object.freeze(of.slice()), least });
}

export function table(key: Shape, value: Shape): Shape {
  return Object.freeze({ is: "table", key, value });
}

export function tagged(tag: number, shape: Shape): Shape {
  return choice({ [tag]: shape });
}

export function choice(tags: Readonly<Record<number, Shape>>, ...plain: readonly PlainShape[]): ChoiceShape {
  return Object.freeze({
    is: "choice",
    tags: Object.freeze({ ...tags }),
    plain: Object.freeze(plain.slice()),
    isOpen: false,
  });
}

/** A type choice that a profile may extend (`$name` in CDDL). */
export function openChoice(tags: Readonly<Record<number, Shape>>, ...plain: readonly PlainShape[]): ChoiceShape {
  return Object.freeze({ ...choice(tags, ...plain), isOpen: true });
}

/** A member of a map: [label, name, shape], optional where the name ends in "?"; a label that it needs. */
export type Member = readonly [label: number, name: string, shape: Shape, needs?: number];

export function map(
  members: readonly Member[],
  options: { readonly others?: MapShape["others"]; readonly isFilled?: boolean } = {},
): MapShape {
  const fields: Record<number, Field> = {};
  members.forEach(([label, name, shape, needs]) => {
    const isRequired = !name.endsWith("?");
    fields[label] = Object.freeze({ name: isRequired ? name : name.slice(0, -1), shape, isRequired, needs });
  });
  const { others = "none", isFilled = false } = options;
  return Object.freeze({ is: "map", fields: Object.freeze(fields), others, isFilled });
}

/** The way to a value, for messages: written out only when something is wrong. Names and numbers of ours. */
export interface Where {
  readonly name: string | number;
  readonly outer?: Where | undefined;
}

/** @throws ProtocolError CORIM_STRUCTURE */
export function refuse(where: Where, message: string): never {
  let path = "";
  for (let at: Where | undefined = where; at !== undefined; at = at.outer) {
    path = path === "" ? `${at.name}` : `${at.name}.${path}`;
  }
  throw new ProtocolError("CORIM_STRUCTURE", `${path}: ${message}`);
}

/** A value that is still to be held to its shape. */
interface Open {
  readonly shape: Shape;
  readonly value: CborValue;
  readonly where: Where;
}

/**
 * Without recursion, as the decoder: what is open stands in an array, and not on the small stack of XS.
 * @throws ProtocolError CORIM_STRUCTURE - the value, or a part of it, is something else. The message says where.
 */
export function check(shape: Shape, value: CborValue, where: Where): void {
  const open: Open[] = [{ shape, value, where }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) checkOne(next, open);
}

/** @param open - where the parts go that are to be checked after it. */
function checkOne({ shape, value, where }: Open, open: Open[]): void {
  switch (shape.is) {
    case "bytes":
      checkBytes(shape, value, where);
      break;
    case "list":
      openList(shape, value, where, open);
      break;
    case "row":
      openRow(shape, value, where, open);
      break;
    case "map":
      openMap(shape, value, where, open);
      break;
    case "table":
      openTable(shape, value, where, open);
      break;
    case "choice":
      openChosen(shape, value, where, open);
      break;
    default:
      if (!isScalar(shape.is, value)) refuse(where, `expected ${shape.is}`);
  }
}

function isScalar(is: Scalar, value: CborValue): boolean {
  const isInteger = Number.isSafeInteger(value) || typeof value === "bigint";
  if (is === "uint") return isInteger && (value as number | bigint) >= 0;
  if (is === "int") return isInteger;
  if (is === "number") return isInteger || Number.isFinite(value) || value instanceof CborFloat;
  if (is === "bool") return typeof value === "boolean";
  if (is === "text") return typeof value === "string";
  return value === null;
}

/** Whether it is of the kind that `shape` begins with: what a choice without a tag goes by. Of arrays, the first item tells. */
function isOfKind(shape: PlainShape, value: CborValue): boolean {
  if (shape.is === "bytes")
    return value instanceof Uint8Array && value.length >= shape.min && value.length <= shape.max;
  if (shape.is === "list") return Array.isArray(value);
  if (shape.is === "row") return Array.isArray(value) && (shape.of[0]?.is !== "row" || Array.isArray(value[0]));
  return isScalar(shape.is, value);
}

function checkBytes(
  { min, max }: { readonly min: number; readonly max: number },
  value: CborValue,
  where: Where,
): void {
  if (!(value instanceof Uint8Array)) refuse(where, "expected a byte string");
  if (value.length < min || value.length > max) {
    refuse(where, `expected ${min === max ? min : `${min} to ${max}`} bytes, got ${value.length}`);
  }
}

type List = Extract<Shape, { readonly is: "list" }>;
type Row = Extract<Shape, { readonly is: "row" }>;
type Table = Extract<Shape, { readonly is: "table" }>;

function openList({ of, min, by }: List, value: CborValue, where: Where, open: Open[]): void {
  if (!Array.isArray(value)) refuse(where, "expected an array");
  if (value.length < min) refuse(where, `expected ${min} or more items`);
  if (by !== undefined) {
    const seen = new Set(value.map((item) => (Array.isArray(item) ? item[0] : item)));
    if (seen.size < value.length) refuse(where, "two items with the same first part");
  }
  for (let i = 0; i < value.length; i++) open.push({ shape: of, value: value[i], where: { name: i, outer: where } });
}

function openRow({ of, least }: Row, value: CborValue, where: Where, open: Open[]): void {
  if (!Array.isArray(value)) refuse(where, "expected an array");
  if (value.length < least || value.length > of.length) refuse(where, `got ${value.length} items`);
  for (let i = 0; i < value.length; i++) {
    open.push({ shape: of[i] as Shape, value: value[i], where: { name: i, outer: where } });
  }
}

function openMap({ fields, others, isFilled }: MapShape, value: CborValue, where: Where, open: Open[]): void {
  if (!(value instanceof Map)) refuse(where, "expected a map");
  if (isFilled && value.size === 0) refuse(where, "empty");
  value.forEach((item: CborValue, label: CborValue) => {
    const isInteger = isScalar("int", label);
    const field = isInteger ? fields[Number(label)] : undefined;
    if (field !== undefined) open.push({ shape: field.shape, value: item, where: { name: field.name, outer: where } });
    else if (!(isInteger ? others !== "none" : others === "labels" && typeof label === "string")) {
      refuse(where, "a member that does not belong there");
    }
  });
  for (const label in fields) {
    const { name, isRequired, needs } = fields[label] as Field;
    const isThere = value.has(Number(label));
    if (isRequired && !isThere) refuse(where, `${name} is missing`);
    if (isThere && needs !== undefined && !value.has(needs)) refuse(where, `${name} without ${fields[needs]?.name}`);
  }
}

function openTable(shape: Table, content: CborValue, where: Where, open: Open[]): void {
  if (!(content instanceof Map)) refuse(where, "expected a map");
  if (content.size === 0) refuse(where, "empty");
  content.forEach((item: CborValue, key: CborValue) => {
    open.push({ shape: shape.key, value: key, where: { name: "key", outer: where } });
    open.push({ shape: shape.value, value: item, where: { name: "value", outer: where } });
  });
}

function openChosen({ tags, plain, isOpen }: ChoiceShape, value: CborValue, where: Where, open: Open[]): void {
  if (value instanceof CborTag) {
    const { tag, value: content } = value;
    const shape = tags[Number(tag)];
    if (shape !== undefined) open.push({ shape, value: content, where: { name: `tag ${tag}`, outer: where } });
    else if (!isOpen) refuse(where, `tag ${tag} does not belong there`);
    return;
  }
  const shape = plain.find((one) => isOfKind(one, value));
  if (shape === undefined) refuse(where, "none of the types that it may have");
  open.push({ shape, value, where });
}

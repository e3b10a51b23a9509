// SPDX-License-Identifier: Apache-2.0
/** What a token says that it runs, against what is known to be good (reference-values.ts). */
import { equalPublicBytes } from "../bytes/bytes.js";
import { encodeHex } from "../bytes/hex.js";
import { printable } from "./printable.js";
import type { PsaClaims, SoftwareComponent } from "./psa-claims.js";
import type { ReferenceComponent, ReferenceValues } from "./reference-values.js";
import type { Report } from "./report.js";

/** Bytes of a hash that people are shown. */
const SHOWN_BYTES = 8;

/** Notes the steps "implementationId", each component and "components". */
export function checkReferences(
  claims: PsaClaims,
  references: readonly ReferenceValues[] | undefined,
  report: Report,
): void {
  const { implementationId } = claims;
  if (references === undefined) {
    const text = "no reference values were given";
    report.unchecked("implementationId", text);
    leaveComponents(claims, report, text);
    return;
  }
  const values = references.filter((one) => equalPublicBytes(one.implementationId, implementationId));
  const shown = shownHash(implementationId);
  const isKnown = values.length > 0;
  report.judge("implementationId", isKnown, `${shown} is known`, "ATTEST_IMPLEMENTATION", `${shown} is not known`);
  if (!isKnown) {
    leaveComponents(claims, report, "there are no reference values for this implementation");
    return;
  }
  const known = values.flatMap(({ components }) => components);
  const names = namesOf(claims.components);
  claims.components.forEach((component, index) => {
    const refusal = refusalOf(component, known);
    const good = `${describe(component)} is known`;
    report.judge(`component ${names[index]}`, refusal === undefined, good, "ATTEST_COMPONENT", refusal ?? "");
  });
  checkTypes(claims.components, known, report);
}

function leaveComponents(claims: PsaClaims, report: Report, text: string): void {
  const names = namesOf(claims.components);
  claims.components.forEach((component, index) => {
    report.unchecked(`component ${names[index]}`, `${describe(component)}; ${text}`);
  });
  report.unchecked("components", text);
}

/** The type, which a stranger wrote; without one its place from 1. */
function namesOf(components: readonly SoftwareComponent[]): readonly string[] {
  return components.map(({ type }, index) => (type === undefined ? `#${index + 1}` : printable(type)));
}

function shownHash(bytes: Uint8Array): string {
  return `${encodeHex(bytes.subarray(0, SHOWN_BYTES))}...`;
}

/** Version and hash, for people. */
function describe({ version, value }: SoftwareComponent): string {
  const digest = shownHash(value);
  return version === undefined ? digest : `${printable(version)} (${digest})`;
}

/** @returns Why none of the releases that are known is this one; undefined: one is. */
function refusalOf(component: SoftwareComponent, known: readonly ReferenceComponent[]): string | undefined {
  const ofType = known.filter(({ type }) => type === component.type);
  if (ofType.length === 0) return `${describe(component)}: no component of this type is known`;
  const ofValue = ofType.filter(({ value }) => equalPublicBytes(value, component.value));
  if (ofValue.length === 0) {
    const which = ofType.length === 1 ? "not the known release" : `none of the ${ofType.length} known releases`;
    return `${describe(component)} is ${which}`;
  }
  const ofVersion = ofValue.filter(({ version }) => version === undefined || version === component.version);
  if (ofVersion.length === 0) return `${describe(component)} is known under another version`;
  const isSigned = ofVersion.some(
    ({ signerId }) => signerId === undefined || equalPublicBytes(signerId, component.signerId),
  );
  return isSigned ? undefined : `${describe(component)} is known under another signer`;
}

/** Each type that the references name is there once: none is left out, and none is hidden behind another. */
function checkTypes(
  components: readonly SoftwareComponent[],
  known: readonly ReferenceComponent[],
  report: Report,
): void {
  const types = [...new Set(known.flatMap(({ type }) => type ?? []))];
  const countOf = (type: string): number => components.filter((component) => component.type === type).length;
  const missing = types.filter((type) => countOf(type) === 0);
  const repeated = types.filter((type) => countOf(type) > 1);
  if (missing.length > 0) report.refuse("components", "ATTEST_COMPONENT", `missing: ${missing.join(", ")}`);
  else if (components.length === 0) report.refuse("components", "ATTEST_COMPONENT", "missing: nothing was measured");
  else if (repeated.length > 0)
    report.refuse("components", "ATTEST_COMPONENT", `more than once: ${repeated.join(", ")}`);
  else report.good("components", `each of ${types.join(", ")} is there once`);
}

// SPDX-License-Identifier: Apache-2.0
/** A batch of temperatures as SenML in CBOR (RFC 8428 §6). */
import { encodeCbor } from "thimble/cbor/encode";
import type { CborValue } from "thimble/cbor/value";

/** CoAP content format of application/senml+cbor (RFC 8428 §12.3.2). */
export const SENML_CBOR = 112;

/** Integer labels of RFC 8428 table 4. */
const Label = Object.freeze({ baseName: -2, baseTime: -3, baseUnit: -4, name: 0, value: 2, time: 6 } as const);
const REFERENCE_VOLTS = 3.3;

export interface Batch {
  readonly name: string;
  /** Unix time of the first value, milliseconds. */
  readonly startMs: number;
  readonly intervalMs: number;
  /** Degrees Celsius. */
  readonly values: readonly number[];
}

/** A TMP36 gives 0.5 V at 0 °C and 10 mV for each degree. Two decimals. */
export function toCelsius(raw: number, resolution: number): number {
  const volts = (raw / (2 ** resolution - 1)) * REFERENCE_VOLTS;
  return Math.round((volts - 0.5) * 10_000) / 100;
}

export function encodeBatch(batch: Batch): Uint8Array {
  const records = batch.values.map((value, i) => {
    const record = new Map<CborValue, CborValue>();
    if (i === 0) {
      record.set(Label.baseName, batch.name);
      record.set(Label.baseTime, Math.round(batch.startMs / 1000));
      record.set(Label.baseUnit, "Cel");
    }
    record.set(Label.name, "temperature");
    record.set(Label.value, value);
    record.set(Label.time, (i * batch.intervalMs) / 1000);
    return record;
  });
  return encodeCbor(records);
}

// SPDX-License-Identifier: Apache-2.0
/** ECMA-419 storage modules, as on Moddable's boards. */
declare module "embedded:storage/flash" {
  export interface FlashStatus {
    readonly size: number;
    readonly blockLength: number;
    readonly blocks: number;
    /** Bytes in a write unit: offset and length of a write are multiples of it. */
    readonly writeAlign: number;
    readonly eraseValue: number;
  }

  export interface Flash {
    close(): void;
    eraseBlock(start: number, end?: number): void;
    read(byteLength: number, byteOffset: number): ArrayBuffer;
    read(buffer: ArrayBuffer | ArrayBufferView, byteOffset: number): number;
    write(buffer: ArrayBuffer | ArrayBufferView, byteOffset: number): void;
    status(): FlashStatus;
    format: "buffer";
  }

  const flash: {
    open(options: { path: string; mode?: "r" | "r+"; format?: "buffer" }): Flash;
    [Symbol.iterator](): IterableIterator<string>;
  };
  export default flash;
}

declare module "embedded:storage/key-value" {
  export interface StorageValues {
    buffer: ArrayBuffer;
    string: string;
    uint8: number;
    int8: number;
    uint16: number;
    int16: number;
    uint32: number;
    int32: number;
    uint64: bigint;
    int64: bigint;
  }
  export type StorageFormat = keyof StorageValues;
  // Below `keyof StorageValues & string` and not that name: TypeScript then lists the formats where another one is given.

  /** A domain. `F` is the format that it was opened with; assigning `format` does not change the type. */
  export interface Storage<F extends StorageFormat = StorageFormat> {
    close(): void;
    delete(key: string): void;
    read(key: string): StorageValues[F] | undefined;
    read(key: string, buffer: ArrayBuffer | ArrayBufferView): number | undefined;
    write(key: string, value: StorageValues[F] | (F extends "buffer" ? ArrayBufferView : never)): void;
    [Symbol.iterator](): IterableIterator<string>;
    format: keyof StorageValues & string;
  }

  const storage: {
    open<F extends keyof StorageValues & string = "buffer">(options: {
      path: string;
      mode?: "r" | "r+";
      format?: F;
    }): Storage<F>;
  };
  export default storage;
}

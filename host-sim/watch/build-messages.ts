// SPDX-License-Identifier: Apache-2.0
/** What the building thread says. An error crosses over as its fields, and gets its class back. */
import type { Looked } from "../compiler/app-build.js";
import type { BuiltApp } from "../compiler/app-places.js";
import { CompileError } from "../compiler/compile-error.js";
import type { Board } from "../engine/paths.js";
import { ManifestError } from "../manifest/error.js";

export interface ThreadOptions {
  /** An app's folder, or a manifest file. */
  readonly path: string;
  readonly board: Board;
  readonly debug: boolean;
}

export interface SentError {
  readonly message: string;
  readonly stack: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface Attempt {
  readonly looked: Looked;
  /** When it began to read, by this machine's clock. */
  readonly startedMs: number;
}

export type Answer =
  | { readonly what: "progress"; readonly text: string }
  | (Attempt & { readonly what: "built"; readonly app: BuiltApp; readonly image: Uint8Array })
  | (Attempt & { readonly what: "failed"; readonly error: SentError });

const CLASSES: Readonly<Record<string, object>> = {
  CompileError: CompileError.prototype,
  ManifestError: ManifestError.prototype,
};

/** Fields that are no data (a `cause` may be anything) stay behind. */
export function sendError(error: unknown): SentError {
  if (!(error instanceof Error)) return { message: String(error), stack: undefined, fields: {} };
  const { cause: _, ...fields } = error as Error & Readonly<Record<string, unknown>>;
  return { message: error.message, stack: error.stack, fields: { ...fields, name: error.name } };
}

export function receiveError({ message, stack, fields }: SentError): Error {
  const error = new Error(message);
  const prototype = CLASSES[String(fields.name)];
  if (prototype !== undefined) Object.setPrototypeOf(error, prototype);
  return Object.assign(error, fields, { stack });
}

// SPDX-License-Identifier: Apache-2.0
/** All suites that there are. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Vectors, vectorsFolder } from "../harness/vectors.js";
import { ATTESTATION_FOLDERS } from "./attestation/files.js";
import { readCbor } from "./cbor/files.js";
import { readCorim } from "./corim/files.js";
import { readCose } from "./cose/files.js";
import type { Suite } from "./suite.js";
import { readWycheproof } from "./wycheproof/files.js";

const FOLDERS: Readonly<Record<string, (vectors: Vectors) => Suite[]>> = Object.freeze({
  cbor: readCbor,
  "corim-veraison": readCorim,
  "cose-wg-examples": readCose,
  wycheproof: readWycheproof,
  ...ATTESTATION_FOLDERS,
});

/** @throws Error - a folder is missing: set THIMBLE_VECTORS. */
export function readSuites(): Suite[] {
  return Object.entries(FOLDERS).flatMap(([name, read]) => {
    const path = join(vectorsFolder(), name);
    if (!existsSync(path)) throw new Error(`vectors not found: ${path} (set THIMBLE_VECTORS)`);
    return read(new Vectors(path));
  });
}

// SPDX-License-Identifier: Apache-2.0
/** What a portable spec file may use to assert. Here: chai. On a board board/assert.ts takes its place. */
import { assert as chai } from "chai";
import type { Assert } from "./assert-contract.js";

export const assert: Assert = chai;

// SPDX-License-Identifier: Apache-2.0
/** What a portable spec file may use to name its tests. Here: mocha. */
export { describe, it } from "mocha";

// SPDX-License-Identifier: Apache-2.0
/** What a portable spec file may use to assert. Here: chai. */
export { assert } from "chai";

// SPDX-License-Identifier: Apache-2.0
/** harness/machine on a board: the firmware's PSA crypto. */
export { crypto } from "../../../devices/psa/crypto.js";

// SPDX-License-Identifier: Apache-2.0
/** Where on its network a tester finds the simulator: an address for documentation (RFC 5737), which nobody else has. */

export const CHANNEL_ADDRESS = "192.0.2.1";
/** On both sides. */
export const CHANNEL_PORT = 4419;

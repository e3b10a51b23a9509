// SPDX-License-Identifier: Apache-2.0
/** CRC-32 (ISO-HDLC, the one of zip and Ethernet): finds torn records, keeps nobody out. */

/** @param seed - the CRC of what came before, to go on from. */
export function crc32(bytes: Uint8Array, seed = 0): number {
  let crc = ~seed;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
